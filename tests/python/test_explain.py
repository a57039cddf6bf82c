"""What codes and causes mean, without any host."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest
import rdpcheck

from conftest import ROOT

DIALOG = """\
Remote Desktop can't connect to the remote computer for one of these reasons:

Error code: 0x904
Extended error code: 0x7
"""
EVENT = "The client has been disconnected (Reason= 2308)"


def test_the_famous_pair() -> None:
    explanation = rdpcheck.explain(0x904, 0x7)
    assert explanation.shown == rdpcheck.ClientError(0x904, 7)
    assert explanation.code.symbol == "disconnectReasonAtClientWinsockFDCLOSE"
    assert explanation.code.table is rdpcheck.CodeTable.DISCONNECT
    assert explanation.extended is not None
    assert explanation.extended.table is rdpcheck.CodeTable.EXTENDED
    assert rdpcheck.Stage.TLS in explanation.stages
    bases = {cause.cause: cause.basis for cause in explanation.causes}
    assert bases[rdpcheck.Cause.LISTENER_KEY_UNUSABLE] is rdpcheck.ShownBasis.REPRODUCED
    assert rdpcheck.Cause.HOST_OFF not in bases
    assert all(cause.says == cause.cause.says for cause in explanation.causes)
    assert explanation.known
    assert explanation.not_known
    assert explanation.next
    assert explanation.not_causes[0].evidence
    assert explanation.text.startswith(f"0x904/0x7: {explanation.title}\n")
    assert str(explanation) == explanation.text
    assert max(map(len, explanation.text.splitlines())) <= 100


@pytest.mark.parametrize(
    "given",
    [
        "0x904/0x7",
        "2308 7",
        "0X904, 0x7",
        DIALOG,
        DIALOG.replace("\n", "\r\n"),
        DIALOG.replace("\n", " "),
        (0x904, 7),
        rdpcheck.ClientError(0x904, 7),
    ],
)
def test_every_way_to_ask_gives_the_same(given: Any) -> None:
    assert rdpcheck.explain(given) == rdpcheck.explain(0x904, 0x7)


def test_without_an_extended_code() -> None:
    explanation = rdpcheck.explain(EVENT)
    assert explanation.shown == rdpcheck.ClientError(0x904)
    assert explanation.extended is None
    assert (
        explanation == rdpcheck.explain(2308) == rdpcheck.explain((2308,)) == rdpcheck.explain((2308, None))
    )
    assert explanation == rdpcheck.explain("disconnectReasonAtClientWinsockFDCLOSE")
    assert explanation != rdpcheck.explain(0x904, 7)


def test_an_unknown_code_keeps_its_number() -> None:
    explanation = rdpcheck.explain(0xABCDEF01)
    assert (explanation.code.number, explanation.code.hex) == (0xABCDEF01, "0xABCDEF01")
    assert explanation.code.table is explanation.code.symbol is explanation.code.source is None
    assert explanation.code.meaning == "No authoritative text about this error code is known."


def test_the_same_number_in_two_tables() -> None:
    dns, licence = rdpcheck.find_codes("260").entries[:2]
    assert (dns.table, dns.symbol) == (rdpcheck.CodeTable.DISCONNECT, "disconnectReasonDNSLookupFailed")
    assert (licence.table, licence.number) == (rdpcheck.CodeTable.EXTENDED, 260)
    assert rdpcheck.Cause.NAME_NOT_RESOLVED in dns.causes
    assert rdpcheck.Cause.NAME_NOT_RESOLVED not in licence.causes
    assert rdpcheck.explain(260).code.symbol == dns.symbol
    extended = rdpcheck.explain(3, 260).extended
    assert extended is not None
    assert extended.symbol == licence.symbol


def test_a_search_by_symbol_and_by_words() -> None:
    (entry,) = rdpcheck.find_codes("status_account_locked_out").entries
    assert (entry.hex, entry.table) == ("0xC0000234", rdpcheck.CodeTable.NTSTATUS)
    assert entry in rdpcheck.find_codes("account LOCKED").entries
    alert = rdpcheck.find_codes("handshake_failure").entries[0]
    assert alert.table is rdpcheck.CodeTable.TLS_ALERT
    assert isinstance(alert.windows, int)
    nothing = rdpcheck.find_codes("no such words anywhere")
    assert (nothing.entries, nothing.unknown) == ((), None)
    assert rdpcheck.find_codes("") == nothing
    unknown = rdpcheck.find_codes("0x516").unknown
    assert unknown is not None
    assert (unknown.number, unknown.decimal) == (0x516, "1302")
    assert "0x204" in unknown.notes[0]


def test_every_cause_is_described() -> None:
    described = rdpcheck.causes()
    assert [cause.cause for cause in described] == list(rdpcheck.Cause)
    for cause in described:
        assert cause.says == cause.cause.says
        assert cause.text.startswith(f"{cause.cause}: {cause.says}\n")
        assert (cause.no_remedy is None) == bool(cause.remedies)
        assert cause.rules
        assert cause.sources
        for shown in cause.shows:
            causes = rdpcheck.explain(shown.code, shown.extended).causes
            assert cause.cause in {explained.cause for explained in causes}, cause.cause
    (key,) = (cause for cause in described if cause.cause == "listener-key-unusable")
    assert key == rdpcheck.describe("listener-key-unusable")
    assert key == rdpcheck.describe(rdpcheck.Cause.LISTENER_KEY_UNUSABLE)
    assert rdpcheck.Effect.CONFIRMS in {rule.effect for rule in key.rules}
    assert rdpcheck.Shell.POWERSHELL in {remedy.shell for remedy in key.remedies}
    assert rdpcheck.Product.XRDP in {remedy.peer for remedy in key.remedies}
    assert all(remedy.code and remedy.source for remedy in key.remedies)


def test_pasted_text_is_a_client_error() -> None:
    assert rdpcheck.ClientError.parse(DIALOG) == rdpcheck.ClientError(0x904, 7)
    assert rdpcheck.ClientError.parse(EVENT) == rdpcheck.ClientError(0x904)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("0x",), 'invalid client_error: "0x"; allowed: '),
        (("",), 'invalid client_error: ""; allowed: '),
        (("hello there",), 'invalid client_error: "hello there": there is no error code in it; allowed: '),
        ((-1,), "invalid client_error: -1; allowed: "),
        ((2**32, 7), "invalid client_error: 4294967296; allowed: "),
        ((7, 2**32), "invalid client_error: 4294967296; allowed: "),
        (((1, 2, 3),), "invalid client_error: (1, 2, 3); allowed: "),
        (("word " * 20_000,), "invalid client_error: "),
    ],
)
def test_what_cannot_be_explained(given: tuple[Any, ...], words: str) -> None:
    with pytest.raises(rdpcheck.InvalidOptionsError) as caught:
        rdpcheck.explain(*given)
    assert str(caught.value).startswith(words)
    assert caught.value.option == "client_error"
    assert caught.value.allowed.startswith("CODE or CODE/EXTENDED, decimal or 0x hexadecimal")
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (("0x904", 7), "extended goes with a number, and shown is str"),
        ((rdpcheck.ClientError(1), 7), "extended goes with a number, and shown is ClientError"),
        ((None,), "client_error must be int, not NoneType"),
        ((True,), "client_error must be int, not bool"),
        ((b"0x904",), "client_error must be int, not bytes"),
        ((0x904, "7"), "client_error must be int, not str"),
    ],
)
def test_other_types(given: tuple[Any, ...], message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}$"):
        rdpcheck.explain(*given)


def test_what_is_no_cause_and_no_text() -> None:
    with pytest.raises(ValueError, match="'nothing' is not a valid Cause"):
        rdpcheck.describe("nothing")
    with pytest.raises(TypeError, match="text must be str, not int"):
        rdpcheck.find_codes(260)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    [rdpcheck.explain(0x904, 7), rdpcheck.explain(0xFFFF), rdpcheck.describe("wrong-port")],
    ids=["known", "unknown", "cause"],
)
def test_what_the_core_writes(written: rdpcheck.Explanation | rdpcheck.CauseDescription) -> None:
    raw = json.loads(written.to_json())
    assert "\n" not in written.to_json()
    assert written.to_dict() == raw == json.loads(written.to_json(pretty=True))
    assert written.to_json(pretty=True).startswith("{\n  ")
    for again in (pickle.loads(pickle.dumps(written)), copy.deepcopy(written)):
        assert again == written
        assert hash(again) == hash(written)
        assert (again.text, again.to_json()) == (written.text, written.to_json())
    with pytest.raises(AttributeError, match=r"objects cannot be changed: text"):
        written.text = "other"
    assert repr(written).startswith(f"{type(written).__name__}(")
    found = rdpcheck.find_codes("0x904")
    assert pickle.loads(pickle.dumps(found)) == found


def test_nothing_is_asked_for_twice() -> None:
    explanation = rdpcheck.explain(0x904, 7)
    assert explanation.causes is explanation.causes


def test_the_readme_shows_what_is_written() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"$ rdpcheck explain 0x904 0x7\n{rdpcheck.explain(0x904, 7).text}```\n" in readme
