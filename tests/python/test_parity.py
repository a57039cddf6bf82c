"""Nothing that the core knows may be missing here."""

from __future__ import annotations

import enum
import itertools
import json
import keyword
import re
from typing import Any

import pytest
import rdpcheck
from rdpcheck import _diagnosis, _diff, _enums, _explain, _rdpcheck, _report, evidence
from rdpcheck._record import Record, Written

from conftest import ROOT

SCHEMA: dict[str, Any] = json.loads(rdpcheck.json_schema())
# `Table` says what it is within the core's module of codes only.
OTHERS: dict[str, Any] = {
    name: json.loads(schema.replace('"Table":', '"CodeTable":').replace("/Table", "/CodeTable"))
    for name, schema in _rdpcheck.list_all_schemas()
}
DEFINITIONS: dict[str, Any] = {**SCHEMA["$defs"], "Report": SCHEMA, **OTHERS}
for other in OTHERS.values():
    DEFINITIONS.update(other["$defs"])
RECORDS: dict[str, type[Record]] = {
    name: value
    for module in (evidence, _diagnosis, _diff, _explain, _report)
    for name, value in vars(module).items()
    if isinstance(value, type) and issubclass(value, Record) and value not in (Record, Written)
}
ENUMS: dict[str, type[_enums.Code]] = {
    name: value
    for name, value in vars(_enums).items()
    if isinstance(value, type) and issubclass(value, _enums.Code) and value is not _enums.Code
}
# Classes of the package by the definition of the schema, where the names differ.
STAGES = {
    "StageOfResolution": "ResolveStage",
    "StageOfConnection": "ConnectStage",
    "StageOfNegotiation": "NegotiateStage",
    "StageOfTlsSession": "TlsStage",
    "StageOfCertificate": "CertificateStage",
    "StageOfCredSsp": "CredsspStage",
    "StageOfStandardSecurity": "StandardSecurityStage",
    "StageOfPathQuality": "PathStage",
    "StageOfUdpAnswer": "UdpStage",
    "StageOfTlsSupport": "TlsSupportStage",
}
TAGGED = {
    "Answer": ("kind", "AnswerKind", evidence.follow_up_answer),
    "KeyProof": ("state", "KeyProofState", evidence.key_proof),
    "Neighbour": ("state", "NeighbourState", evidence.neighbour),
    "StageFailure": ("how", "FailureKind", evidence.stage_failure),
    "Trust": ("state", "TrustState", evidence.trust_in),
}
# What is never alone in a report, but beside the tag of an answer, and read with it.
TAGGED_AGAIN = {"Neighbour": {"kind": {"const": "neighbour"}}}


def codes(definition: dict[str, Any]) -> list[str] | None:
    """Return the codes of an enum of the schema."""
    if "enum" in definition:
        return list(definition["enum"])
    values = [variant.get("const") for variant in definition.get("oneOf", ())]
    return values if values and None not in values else None


def variants(definition: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the objects that a definition allows, each with all its properties."""
    common = definition.get("properties", {})
    found = []
    for variant in definition.get("oneOf", [{}]):
        referred = variants(DEFINITIONS[variant["$ref"].rpartition("/")[2]]) if "$ref" in variant else [{}]
        found += [{**common, **properties, **variant.get("properties", {})} for properties in referred]
    return found


def samples(schema: dict[str, Any]) -> list[Any]:
    """Return values that a schema allows: each variant, null where it may be, empty and filled lists."""
    if "$ref" in schema:
        return of_definition(schema["$ref"].rpartition("/")[2])
    if "const" in schema:
        return [schema["const"]]
    if "anyOf" in schema:
        return list(itertools.chain.from_iterable(map(samples, schema["anyOf"])))
    kind = schema.get("type", "object")
    found: list[Any] = []
    for one in [kind] if isinstance(kind, str) else kind:
        if one == "array":
            found += [[], samples(schema["items"])]
        else:
            found.append({"null": None, "boolean": True, "integer": 7, "number": 1.5, "string": "text"}[one])
    return found


def of_definition(name: str) -> list[Any]:
    """Return values of a definition."""
    definition = DEFINITIONS[name]
    if name == "PeerBytes":
        return [{"text": "SSH\r\n"}, {"hex": "00ff"}]
    return codes(definition) or list(itertools.chain.from_iterable(map(objects, variants(definition))))


def objects(properties: dict[str, Any]) -> list[dict[str, Any]]:
    """Return objects in which every sample of every property occurs."""
    columns = {key: moments(key) or samples(value) for key, value in properties.items()}
    length = max(map(len, columns.values()))
    return [{key: column[row % len(column)] for key, column in columns.items()} for row in range(length)]


def moments(key: str) -> list[str] | None:
    """Return samples of moments, which are plain strings to the schema."""
    keys = {"started_at", "finished_at", "not_before", "not_after", "read_at", "timestamp"}
    return (
        ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.5Z", "2026-01-02T03:04:05.123456789Z"]
        if key in keys
        else None
    )


def test_every_code_is_a_member() -> None:
    listed = dict(_rdpcheck.list_all_codes())
    opened = [verdict for verdict in rdpcheck.Verdict if verdict.is_open]
    assert opened == listed.pop("OpenVerdict")
    for name, values in listed.items():
        assert [member.value for member in ENUMS[name]] == values, name
    described = {name: found for name, value in DEFINITIONS.items() if (found := codes(value))}
    for name, (tag, enumeration, _) in TAGGED.items():
        described[enumeration] = list({variant[tag]["const"] for variant in variants(DEFINITIONS[name])})
    for name, values in described.items():
        assert sorted(ENUMS[name]) == sorted(values), name
    assert set(described) | set(listed) == set(ENUMS)


def test_members_are_named_as_their_codes() -> None:
    for member in itertools.chain.from_iterable(ENUMS.values()):
        assert member.name == member.value.replace("-", "_").upper()
        assert str(member) == f"{member}" == member.value == member
        assert repr(member) == f"{type(member).__name__}.{member.name}"
        assert json.dumps(member) == json.dumps(member.value)


def test_the_page_names_every_key_and_code() -> None:
    # The keys of reports are checked where their schema is written.
    page = (ROOT / "docs" / "report.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w-]+)`", page))
    for name in {name for other in OTHERS.values() for name in other["$defs"]} | set(OTHERS):
        words = codes(DEFINITIONS[name])
        keys = {key for variant in variants(DEFINITIONS[name]) for key in variant}
        assert name == "Cause" or set(words or keys) <= named, name


def test_every_enum_and_record_is_public() -> None:
    for name in ENUMS:
        assert name in rdpcheck.__all__
    for name in RECORDS:
        assert name in rdpcheck.__all__ or name in evidence.__all__, name
    for module in (rdpcheck, evidence, rdpcheck.exceptions):
        assert sorted(module.__all__) == module.__all__ == sorted(set(module.__all__))
        assert all(hasattr(module, name) for name in module.__all__)


@pytest.mark.parametrize("name", sorted(name for name, value in DEFINITIONS.items() if not codes(value)))
def test_every_key_is_a_typed_attribute(name: str) -> None:
    if name == "PeerBytes":
        assert [evidence.peer_bytes(raw) for raw in of_definition(name)] == [b"SSH\r\n", b"\x00\xff"]
        return
    read = TAGGED[name][2] if name in TAGGED else RECORDS[STAGES.get(name, name)]
    seen = set()
    for variant in variants(DEFINITIONS[name]):
        properties = {**variant, **TAGGED_AGAIN.get(name, {})}
        for raw in objects(properties):
            record: Record
            if name == "Report":
                record = Record.__new__(rdpcheck.Report)
                record.__dict__["_raw"] = raw
            elif issubclass(RECORDS.get(name, Record), Written):
                record = RECORDS[name]((json.dumps(raw), "text"))
            elif name == "ClientError":
                record = _diagnosis._client_error(raw)
            else:
                record = read(raw)
            seen.add(type(record).__name__)
            attributes = {key: f"{key}_" if keyword.iskeyword(key) else key for key in properties}
            assert set(record._fields) == set(attributes.values()), type(record)
            for key, schema in properties.items():
                compare(getattr(record, attributes[key]), raw[key], schema, key)
    # Each variant has a class of its own.
    assert len(seen) == len(variants(DEFINITIONS[name]))


def compare(value: Any, raw: Any, schema: dict[str, Any], key: str) -> None:
    """Compare an attribute with the JSON and the kind that the schema gives it."""
    if raw is None:
        assert value is None, key
        return
    for choice in schema.get("anyOf", [schema]):
        referred = choice.get("$ref", "").rpartition("/")[2]
        if choice == {"type": "null"}:
            continue
        if moments(key):
            assert value.isoformat().startswith("2026-01-02T03:04:05"), key
        elif choice.get("type") == "array" or "array" in choice.get("type", ""):
            assert isinstance(value, tuple), key
            assert len(value) == len(raw), key
            for part, raw_part in zip(value, raw, strict=True):
                compare(part, raw_part, choice["items"], key)
        elif referred == "PeerBytes":
            assert isinstance(value, bytes), key
        elif referred and codes(DEFINITIONS[referred]):
            assert type(value) is ENUMS[referred], key
            assert value.value == raw, key
        elif referred:
            assert isinstance(value, RECORDS[STAGES.get(referred, referred)]), key
            assert value.to_dict() == raw, key
        else:
            assert value == raw, key
            tagged = isinstance(value, enum.Enum) and "const" in choice
            assert tagged or type(value) is type(raw), key


def test_moments_keep_their_microseconds() -> None:
    texts = moments("started_at") or []
    assert [evidence.moment(text).microsecond for text in texts] == [0, 500_000, 123_456]
    elsewhere = evidence.moment("2026-01-02T03:04:05.25+02:00")
    assert elsewhere.isoformat() == "2026-01-02T01:04:05.250000+00:00"
    assert evidence.moment("0000-01-01T00:00:00Z").year == 1
    assert evidence.moment("9999-12-31T23:59:59Z").year == 9999
