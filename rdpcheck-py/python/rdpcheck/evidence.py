# Long because every record of the evidence has its class here.
"""What was seen: the facts of each stage, and how a stage failed.

Attributes are named as the keys of the JSON are. Lengths of time are seconds,
moments are in UTC. How a stage failed, what came of a follow-up and the like are classes of their own for
each kind, to be told apart by ``match`` or ``isinstance``.
"""

from __future__ import annotations

from datetime import datetime, timezone

from ._enums import (
    Acknowledgement,
    Aftermath,
    AnswerKind,
    AttemptOutcome,
    ByWhom,
    Cause,
    DnsProblem,
    FailureKind,
    KeyProofState,
    NeighbourState,
    NetworkLevelAuthentication,
    Operation,
    Probe,
    RoundTripBasis,
    Seen,
    SelfSigned,
    Service,
    Stage,
    Status,
    SuiteOrder,
    TlsRejection,
    TrustState,
    Verdict,
    VersionState,
)
from ._record import Record, many, one, optional, optional_many

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

__all__ = [
    "Answer",
    "Certificate",
    "CertificateStage",
    "ChainCertificate",
    "Closed",
    "ConnectAttempt",
    "ConnectStage",
    "Connected",
    "Connection",
    "CredSsp",
    "CredSspAnswered",
    "CredSspVersion",
    "CredSspVersions",
    "CredsspError",
    "CredsspStage",
    "DnsFailed",
    "EchoReplied",
    "FollowUp",
    "IcmpMessage",
    "KeyAlgorithm",
    "KeyNotVerifiable",
    "KeyProof",
    "KeyProved",
    "NameMatch",
    "NegotiateStage",
    "Negotiated",
    "Negotiation",
    "NegotiationRejected",
    "Neighbour",
    "NeighbourNotListed",
    "NeighbourNotObservable",
    "NeighbourResolved",
    "NeighbourStale",
    "NeighbourUnanswered",
    "NtlmChallenge",
    "NumberedName",
    "OsError",
    "PathMeasured",
    "PathQuality",
    "PathStage",
    "ProtocolViolation",
    "RecordedChain",
    "Refused",
    "Reset",
    "Resolution",
    "ResolveStage",
    "SecurityProtocols",
    "SegmentCounts",
    "ServerHello",
    "SpnegoAnswer",
    "SpnegoAnswered",
    "Spoke",
    "StageFailure",
    "StageRecord",
    "Stages",
    "StandardSecurity",
    "StandardSecurityAnswered",
    "StandardSecurityStage",
    "SuiteSupport",
    "TimedOut",
    "TlsAlert",
    "TlsCompleted",
    "TlsRejectedByUs",
    "TlsSession",
    "TlsStage",
    "TlsSupport",
    "TlsSupportStage",
    "TlsSupportSurveyed",
    "Trust",
    "TrustNotChecked",
    "Trusted",
    "UdpAnswer",
    "UdpAnswered",
    "UdpStage",
    "Unreachable",
    "Untrusted",
    "VerdictChange",
    "VersionSupport",
    "Wake",
    "WakeSent",
]


def moment(text: str) -> datetime:
    """Read a moment; the JSON has up to nine digits of a second, and a datetime keeps six."""
    if text.startswith("0000"):
        # A certificate may say so, and a datetime cannot.
        return datetime.min.replace(tzinfo=timezone.utc)
    fraction = ""
    whole, offset = text[:19], text[19:]
    if offset.startswith("."):
        digits = len(offset) - len(offset[1:].lstrip("0123456789"))
        fraction, offset = offset[1:digits], offset[digits:]
    moment = datetime.fromisoformat(whole + offset.replace("Z", "+00:00"))
    return moment.astimezone(timezone.utc).replace(microsecond=int(fraction[:6].ljust(6, "0")))


def peer_bytes(raw: Mapping[str, str]) -> bytes:
    """Read bytes of a peer."""
    return raw["text"].encode("ascii") if "text" in raw else bytes.fromhex(raw["hex"])


class OsError(Record):
    """An error of the operating system."""

    code = one(int, "Its number on the system where the check ran.")
    name = optional(str, "Its symbol; None when it is not one that is known.")


class NumberedName(Record):
    """A number of a registry and its name."""

    value = one(int, "The number on the wire.")
    name = optional(str, "Its name; None when it is not a known one.")


class SecurityProtocols(Record):
    """Security protocols of a negotiation (MS-RDPBCGR 2.2.1.1.1)."""

    value = one(int, "The number on the wire.")
    names = many(str, "The protocols in it; ``rdp`` is Standard RDP Security.")


class Resolution(Record):
    """The addresses of a target."""

    given_as_address = one(bool, "Whether the target was an address already.")
    addresses = many(str, "The addresses in the order of the resolver, the unwanted family left out.")


class IcmpMessage(Record):
    """An ICMP message in answer to a SYN (RFC 792, RFC 4443)."""

    type = one(int, "``Type``.")
    code = one(int, "``Code``.")
    name = optional(str, "What it says; None when it is not a known one.")
    sender = optional(str, "Who sent it; None when the system does not tell.")
    ttl = optional(int, "Time to live as it arrived; None when the system does not tell.")


class ConnectAttempt(Record):
    """One TCP connection attempt."""

    _shown = ("address", "outcome", "elapsed_seconds")

    address = one(str, "The address and port.")
    started_after_seconds = one(float, "When it was begun, in seconds after the stage began.")
    elapsed_seconds = one(float, "How long it took.")
    outcome = one(AttemptOutcome, "How it ended.")
    os_error = optional(OsError, "The operating system's error; None when there is none.")
    icmp = optional(
        IcmpMessage,
        "The ICMP message that ended it; None when there was none or the system does not tell (Linux does).",
    )


class Connection(Record):
    """The TCP connection of the main probe."""

    address = one(str, "The address and port that answered.")
    round_trip_seconds = one(float, "Round-trip time.")
    round_trip_basis = one(RoundTripBasis, "Where the round-trip time comes from.")
    segments_resent = optional(
        int,
        "Segments that had to be sent again on this connection, the SYN among them; "
        "None where the system does not tell.",
    )


class Negotiation(Record):
    """The X.224 connection confirm (MS-RDPBCGR 2.2.1.2)."""

    _shown = ("selected", "network_level_authentication")

    offered = optional(
        SecurityProtocols, "What was offered; None when the request carried no negotiation data."
    )
    selected = one(
        SecurityProtocols,
        "What the host chose. A confirm without data counts as Standard RDP Security, see has_data.",
    )
    has_data = one(bool, "Whether the confirm carried negotiation data.")
    flags = optional(int, "``flags`` of ``RDP_NEG_RSP``; None without negotiation data.")
    source_reference = one(int, "``SRC-REF`` of the confirm.")
    network_level_authentication = one(
        NetworkLevelAuthentication, "What is known of network level authentication."
    )
    aftermath = one(Aftermath, "What came right after a confirm of Standard RDP Security.")
    accepted = many(
        SecurityProtocols,
        "Every protocol that the host chose in answer to any request of this check, without repetition.",
    )
    confirm = one(peer_bytes, "The confirm as received.")


class KeyProof(Record):
    """Whether the handshake's signature proved that the peer holds the certificate's key."""

    state = one(KeyProofState, "Which of the two.")


class KeyNotVerifiable(KeyProof):
    """The library cannot verify this kind of key or signature."""

    reason = one(str, "Why not.")


class KeyProved(KeyProof):
    """The signature is good."""

    scheme = one(str, "The signature scheme (RFC 8446 section 4.2.3).")


def key_proof(raw: Mapping[str, Any]) -> KeyProof:
    """Read a key proof as its own class."""
    return KeyProved(raw) if raw["state"] == KeyProofState.PROVED else KeyNotVerifiable(raw)


class TlsSession(Record):
    """A completed TLS handshake."""

    _shown = ("version", "cipher_suite")

    version = one(NumberedName, "The protocol version.")
    cipher_suite = one(NumberedName, "The cipher suite.")
    key_exchange_group = optional(
        NumberedName, "The key exchange group; None when the library does not tell."
    )
    key_proof = one(
        key_proof, "Whether the handshake's signature proved that the peer holds the certificate's key."
    )
    server_name_sent = optional(str, "The server name that was sent; None when none was.")
    client_certificate_requested = one(bool, "Whether the host asked for a client certificate.")
    certificates_sent = one(int, "How many certificates the host sent.")


class NameMatch(Record):
    """Whether the name that was used is in the certificate."""

    looked_for = one(str, "The name or address that was looked for.")
    is_address = one(
        bool, "Whether it is an address, which certificates for Remote Desktop hardly ever name."
    )
    found = one(bool, "Whether it is there.")


class KeyAlgorithm(Record):
    """A public key."""

    algorithm = one(str, "``rsa``, ``ec``, ``ed25519``, or the object identifier.")
    bits = optional(int, "Length in bits; None when it is not known.")


class ChainCertificate(Record):
    """A certificate that came with the host's own."""

    _shown = ("subject", "issuer")

    subject = one(str, "Subject.")
    issuer = one(str, "Issuer.")
    sha256 = one(str, "SHA-256 in hexadecimal.")


class RecordedChain(Record):
    """The certificates that came with the host's own."""

    certificates = many(ChainCertificate, "In the order in which they were sent, at most 10.")
    left_out = one(int, "How many could not be read or were left out.")


class Trust(Record):
    """Whether the trust store of this machine takes a certificate."""

    state = one(TrustState, "Which of the three.")


class TrustNotChecked(Trust):
    """It was not asked, or could not say."""

    reason = one(str, "Why not.")


class Trusted(Trust):
    """The chain ends in a trusted root."""


class Untrusted(Trust):
    """The chain does not end in a trusted root."""

    reason = one(str, "The verifier's words.")


TRUST: Mapping[str, type[Trust]] = {
    TrustState.NOT_CHECKED: TrustNotChecked,
    TrustState.TRUSTED: Trusted,
    TrustState.UNTRUSTED: Untrusted,
}


def trust_in(raw: Mapping[str, Any]) -> Trust:
    """Read a trust as the class of its state."""
    return TRUST[raw["state"]](raw)


class Certificate(Record):
    """What the host's own certificate says."""

    _shown = ("subject", "issuer", "not_after")

    subject = one(str, "Subject.")
    issuer = one(str, "Issuer.")
    common_names = many(str, "Common names of the subject.")
    serial = one(str, "Serial number in hexadecimal.")
    x509_version = one(int, "X.509 version, 1 to 3.")
    not_before = one(moment, "Start of validity.")
    not_after = one(moment, "End of validity.")
    read_at = one(moment, "This machine's time when the certificate was read.")
    dns_names = many(str, "DNS names of the subject alternative name.")
    ip_addresses = many(str, "IP addresses of the subject alternative name.")
    key = one(KeyAlgorithm, "The public key.")
    signature_algorithm = one(str, "The signature algorithm's name, or its object identifier.")
    self_signed = one(SelfSigned, "Whether the certificate is signed by its own key.")
    certificate_authority = one(bool, "Whether it may issue certificates (basic constraints).")
    key_usage = optional_many(str, "Key usages; None without the extension.")
    extended_key_usage = optional_many(
        str,
        "Extended key usages, known ones by name, others by object identifier; None without the extension.",
    )
    sha1 = one(str, "SHA-1 of the certificate in hexadecimal: the thumbprint that Windows shows.")
    sha256 = one(str, "SHA-256 of the certificate in hexadecimal.")
    name_match = one(NameMatch, "Whether the name that was used is in the certificate.")
    chain = one(RecordedChain, "The certificates after the first.")
    trust = one(
        trust_in,
        "Whether this machine's trust store takes it. "
        "Self-signed certificates are normal for Remote Desktop.",
    )


class NtlmChallenge(Record):
    """An NTLM ``CHALLENGE_MESSAGE`` (MS-NLMP 2.2.1.2)."""

    _shown = ("target_name", "claimed_os_version")

    flags = one(int, "``NegotiateFlags``.")
    target_name = optional(str, "``TargetName``; None when empty.")
    claimed_os_version = optional(
        str,
        "The system's version as claimed, ``major.minor.build``; None when not sent. No proof of Windows.",
    )
    netbios_computer = optional(str, "NetBIOS name of the computer; None when not sent.")
    netbios_domain = optional(str, "NetBIOS name of the domain; None when not sent.")
    dns_computer = optional(str, "DNS name of the computer; None when not sent.")
    dns_domain = optional(str, "DNS name of the domain; None when not sent.")
    dns_tree = optional(str, "DNS name of the forest; None when not sent.")
    timestamp = optional(moment, "The host's clock; None when not sent.")
    av_pairs = many(int, "Numbers of the AV pairs in the order in which they came.")


class CredSsp(Record):
    """The host's answer to the first CredSSP message."""

    _shown = ("version", "clock_skew_seconds")

    version = one(
        int, "The version that the host speaks: 2 to 4 before the update for CVE-2018-0886, 5 and 6 after it."
    )
    carries_client_nonce = one(
        bool, "Whether the answer carries a ``clientNonce``, which a server has no reason to send."
    )
    challenge = optional(NtlmChallenge, "The NTLM challenge; None when the answer carries none.")
    clock_skew_seconds = optional(
        float, "The host's clock minus ours, to within half a round trip; None without a timestamp."
    )


class StandardSecurity(Record):
    """The server's answer to an MCS Connect-Initial (MS-RDPBCGR 2.2.1.4).

    Every server gives it before a logon.
    """

    _shown = ("core_version_name", "encryption_method_name", "encryption_level_name")

    over_tls = one(bool, "Whether it was asked inside TLS, where Standard RDP Security is switched off.")
    core_version = one(int, "``version`` of the server core data (2.2.1.4.2).")
    core_version_name = optional(str, "Its name; None when it is not a known one.")
    encryption_method = one(
        int, "``encryptionMethod`` (2.2.1.4.3): 0 none, 1 40 bit, 2 128 bit, 8 56 bit, 16 FIPS 140-1."
    )
    encryption_method_name = one(str, "Its name.")
    encryption_level = one(
        int, "``encryptionLevel`` (2.2.1.4.3): 0 none, 1 low, 2 client compatible, 3 high, 4 FIPS."
    )
    encryption_level_name = one(str, "Its name.")
    server_random_length = optional(int, "Bytes of the server random; None without encryption.")
    certificate_kind = optional(str, "``proprietary`` or ``x509``; None without encryption.")
    key_bits = optional(int, "Length of the server's RSA key in bits; None when it is not known.")
    multitransport_flags = optional(
        int,
        "``flags`` of the server multitransport channel data (2.2.1.4.6); None when the server sent none.",
    )


class SegmentCounts(Record):
    """Segments of TCP, counted by the kernel (``TCP_INFO``)."""

    sent = one(int, "SYN and data segments sent, those sent again among them.")
    resent = one(int, "Segments sent again, less the needless ones.")
    resent_needlessly = one(
        int,
        "Segments sent again that the peer then had twice (D-SACK, RFC 2883): what was lost was an "
        "acknowledgement, or it came late.",
    )
    timeouts = optional(
        int,
        "How often the retransmission timer fired, the SYN's among them: nothing at all came back for that "
        "long. None where the system does not tell (Linux does since 6.7).",
    )
    received = one(int, "Segments received.")
    received_ahead = one(int, "Segments received ahead of one that was missing.")
    loss = one(float, "Share of the segments sent that were lost, as ``sent`` and ``resent`` estimate it.")
    loss_low = one(float, "Lower bound of the share (95 % interval, Clopper and Pearson).")
    loss_high = one(
        float, "Upper bound of the share. With nothing resent this is what the sample allows at most."
    )


class PathQuality(Record):
    """What the connections of this check say of the path."""

    _shown = ("rounds", "rounds_failed", "connections_with_loss", "round_trip_seconds", "segments")

    rounds = one(int, "Connections that were tried for it.")
    rounds_failed = one(int, "Of them, those that did not come to stand, twice in a row, or that were lost.")
    rounds_turned_away = one(
        int, "Of them, those that were refused, reset or closed at the beginning: the path let that through."
    )
    connections_with_loss = one(int, "Connections of the whole check with any sign of loss.")
    connect_least_seconds = optional(
        float, "The shortest time that a connection took to stand; None when none did."
    )
    connect_greatest_seconds = optional(
        float, "The longest. Linux and Windows send a SYN again after 1, 3 and 7 s."
    )
    round_trip_least_seconds = optional(
        float, "Shortest round trip of any segment; None where the system does not tell."
    )
    round_trip_seconds = optional(
        float, "Median of the smoothed round-trip times; None where the system does not tell."
    )
    round_trip_variation_seconds = optional(
        float, "Greatest mean deviation of the round-trip time; None where the system does not tell."
    )
    segments = optional(
        SegmentCounts,
        "What the kernel counted over the connections of the whole check, but for those on which the last "
        "bytes were never acknowledged; None where the system does not tell, see ``not_observable``.",
    )
    not_observable = optional(str, "Why there are no counts; None when there are.")


class UdpAnswer(Record):
    """The host's answer to an RDP-UDP SYN (MS-RDPEUDP 2.2.1)."""

    version = optional(
        int, "The highest protocol version that the host named; None when it named none, which means 1."
    )
    upstream_mtu = one(int, "Largest datagram that the host takes, in bytes.")
    downstream_mtu = one(int, "Largest datagram that the host sends, in bytes.")
    ttl = optional(int, "Time to live of the answer as it arrived; None where the system does not tell.")


class SuiteSupport(Record):
    """A suite that a host chose."""

    suite = one(NumberedName, "The suite.")
    group = optional(NumberedName, "The group of its key exchange; None when it has none or it was not seen.")
    dh_bits = optional(int, "Bits of the finite-field Diffie-Hellman prime; None when there is none.")


class VersionSupport(Record):
    """One TLS version."""

    _shown = ("version", "state")

    version = one(NumberedName, "The version.")
    state = one(VersionState, "What the host answered.")
    refusal = optional(str, "How it was refused, in words; None unless it was.")
    suites = many(SuiteSupport, "Suites that were accepted, in the order in which the host chose them.")
    suites_complete = one(bool, "Whether every suite of the survey was asked for.")


class TlsSupport(Record):
    """The TLS versions, suites and groups that a host accepts.

    Each is shown by its answer to a hand-made ClientHello.
    """

    _shown = ("versions",)

    versions = many(VersionSupport, "SSL 3.0 to TLS 1.3.")
    groups = many(
        NumberedName,
        "Key exchange groups that were accepted, in the order in which the host chose them.",
    )
    groups_complete = one(bool, "Whether every group of the survey was asked for.")
    suite_order = one(SuiteOrder, "Whose order of suites counts.")
    secure_renegotiation = one(
        Seen, "Whether the host knows secure renegotiation (RFC 5746). TLS 1.3 has no renegotiation."
    )
    compression = one(Seen, "Whether the host chose TLS compression, which leaks secrets (CRIME).")
    certificates = many(str, "SHA-256 of each certificate that was seen, without repetition.")
    connections = one(int, "How many connections it took.")


class CredSspVersion(Record):
    """How a host answered CredSSP of one version."""

    offered = one(int, "The version that was offered.")
    answered = optional(int, "The version that the host named; None when it did not answer.")
    failure = optional(str, "How it failed, in words; None when it was answered.")


class SpnegoAnswer(Record):
    """A host's answer to a SPNEGO negotiation (RFC 4178 section 4.2.2)."""

    mechanism = optional(
        str,
        "The mechanism that the host chose: ``ntlm``, ``kerberos``, ``ms-kerberos``, ``negoex``, or an "
        "object identifier; None when it named none.",
    )
    state = optional(
        str,
        "``accept-completed``, ``accept-incomplete``, ``reject`` or ``request-mic``; "
        "None when it named none.",
    )
    ntlm_challenge = one(bool, "Whether an NTLM challenge came with it.")
    credssp_version = one(int, "The CredSSP version that the host named.")


class Wake(Record):
    """A Wake-on-LAN packet that was sent, and what came of it."""

    mac = one(str, "The hardware address in it.")
    sent_to = many(str, "Where it was sent, addresses and ports.")
    answered_after_seconds = optional(
        float,
        "How long it took until the host accepted a connection; "
        "None when it did not while it was waited for.",
    )
    failure = optional(str, "Why nothing was sent; None when it was.")


class StageFailure(Record):
    """How the peer, the path or a policy stopped a stage, with the facts around it."""

    _shown = ("operation", "elapsed_seconds")

    how = one(FailureKind, "How it failed.")
    operation = one(Operation, "What was being done.")
    address = optional(str, "The address and port that was talked to; None before there is one.")
    elapsed_seconds = one(float, "From the last thing that was sent to the failure.")
    round_trip_seconds = optional(float, "Round-trip time of this connection; None before it stands.")
    bytes_sent = one(int, "Bytes sent on this connection.")
    bytes_received = one(int, "Bytes received on this connection.")
    bytes_unacknowledged = optional(
        int, "Bytes sent that the peer's TCP has not acknowledged; None where the system does not tell."
    )
    os_error = optional(OsError, "The operating system's error; None when there is none.")
    first_bytes = optional(
        peer_bytes, "The first bytes of what was received in this stage; None when nothing was."
    )


class Closed(StageFailure):
    """The peer closed the connection in order (FIN)."""


class CredsspError(StageFailure):
    """The peer answered CredSSP with an error (MS-CSSP 2.2.1, ``errorCode``)."""

    _shown = ("code", "name")

    code = one(int, "NTSTATUS.")
    name = optional(str, "Its name; None when it is not a known one.")


class DnsFailed(StageFailure):
    """The name has no address, or the resolver failed."""

    _shown = ("problem", "elapsed_seconds")

    problem = one(DnsProblem, "Which of the two.")


class NegotiationRejected(StageFailure):
    """``RDP_NEG_FAILURE`` (MS-RDPBCGR 2.2.1.2.2)."""

    _shown = ("code", "name")

    code = one(int, "``failureCode``.")
    name = optional(str, "Its name; None when it is not a known one.")


class ProtocolViolation(StageFailure):
    """The peer sent what the protocol does not allow here."""

    _shown = ("expected", "got")

    expected = one(str, "What was due.")
    got = one(str, "What came.")


class Refused(StageFailure):
    """Something answered the SYN with a reset, or an ICMP port unreachable."""


class Reset(StageFailure):
    """The connection was reset (RST)."""


class TimedOut(StageFailure):
    """Nothing came in time."""

    _shown = ("request", "elapsed_seconds")

    request = one(Acknowledgement, "Whether the peer's TCP acknowledged what was sent.")


class TlsAlert(StageFailure):
    """The peer sent a TLS alert."""

    _shown = ("description", "name")

    description = one(int, "``AlertDescription``.")
    name = optional(str, "Its name; None when it is not a known one.")
    client_certificate_requested = one(bool, "Whether the peer had asked for a client certificate before.")


class TlsRejectedByUs(StageFailure):
    """Our TLS library ended the handshake."""

    _shown = ("rejection", "detail")

    rejection = one(TlsRejection, "What it could not accept.")
    detail = one(str, "The library's words.")


class Unreachable(StageFailure):
    """No route, or a router or this machine says that the host cannot be reached."""

    _shown = ("by", "elapsed_seconds")

    by = one(ByWhom, "Who says so, as far as it can be known.")


FAILURES: Mapping[str, type[StageFailure]] = {
    FailureKind.CLOSED: Closed,
    FailureKind.CREDSSP_ERROR: CredsspError,
    FailureKind.DNS: DnsFailed,
    FailureKind.NEGOTIATION_REJECTED: NegotiationRejected,
    FailureKind.PROTOCOL_VIOLATION: ProtocolViolation,
    FailureKind.REFUSED: Refused,
    FailureKind.RESET: Reset,
    FailureKind.TIMED_OUT: TimedOut,
    FailureKind.TLS_ALERT: TlsAlert,
    FailureKind.TLS_REJECTED_BY_US: TlsRejectedByUs,
    FailureKind.UNREACHABLE: Unreachable,
}


def stage_failure(raw: Mapping[str, Any]) -> StageFailure:
    """Read a failure as the class of its kind."""
    return FAILURES[raw["how"]](raw)


class StageRecord(Record):
    """How a stage ended and how long it took."""

    _shown = ("status", "reason")

    status = one(Status, "How the stage ended.")
    reason = one(
        str,
        "``answered`` for a completed stage, else a code for how it failed or why it was skipped.",
    )
    elapsed_seconds = optional(float, "How long it took; None when it was not tried.")
    facts = optional(Record, "What was learned; None unless completed.")
    failure = optional(stage_failure, "How it failed; None unless failed.")


class ResolveStage(StageRecord):
    """From a name to addresses."""

    facts = optional(Resolution, "What was learned; None unless completed.")


class ConnectStage(StageRecord):
    """The TCP connection."""

    facts = optional(Connection, "What was learned; None unless completed.")


class NegotiateStage(StageRecord):
    """The X.224 connection request and its answer."""

    facts = optional(Negotiation, "What was learned; None unless completed.")


class TlsStage(StageRecord):
    """The TLS handshake."""

    facts = optional(TlsSession, "What was learned; None unless completed.")


class CertificateStage(StageRecord):
    """What the certificate says."""

    facts = optional(Certificate, "What was learned; None unless completed.")


class CredsspStage(StageRecord):
    """The first CredSSP exchange, without credentials."""

    facts = optional(CredSsp, "What was learned; None unless completed.")


class StandardSecurityStage(StageRecord):
    """The MCS connection, where no CredSSP comes before it."""

    facts = optional(StandardSecurity, "What was learned; None unless completed.")


class PathStage(StageRecord):
    """What the path does to segments."""

    facts = optional(PathQuality, "What was learned; None unless completed.")


class UdpStage(StageRecord):
    """The RDP-UDP transport."""

    facts = optional(UdpAnswer, "What was learned; None unless completed.")


class TlsSupportStage(StageRecord):
    """TLS versions, suites and groups."""

    facts = optional(TlsSupport, "What was learned; None unless completed.")


class Stages(Record):
    """The stages of the main connection, in their order, and the side probes.

    Iterates over pairs of stage and record.
    """

    resolve = one(ResolveStage, "From the target to addresses.")
    connect = one(ConnectStage, "The TCP connection.")
    negotiate = one(NegotiateStage, "The X.224 connection request and its answer.")
    tls = one(TlsStage, "The TLS handshake.")
    certificate = one(CertificateStage, "What the certificate says.")
    credssp = one(CredsspStage, "The first CredSSP exchange, without credentials.")
    standard_security = one(
        StandardSecurityStage,
        "The MCS connection, on the main connection where no CredSSP comes before it.",
    )
    path = one(PathStage, "Side probe: what the path does to segments.")
    udp = one(UdpStage, "Side probe: the RDP-UDP transport. That it is silent or refused is no fault.")
    tls_support = one(TlsSupportStage, "Side probe: TLS versions, suites and groups.")

    def __getitem__(self, stage: Stage | str) -> StageRecord:
        """Return the record of a stage."""
        record: StageRecord = getattr(self, Stage(stage).name.lower())
        return record

    def __iter__(self) -> Iterator[tuple[Stage, StageRecord]]:
        """Go through the stages in the order in which a client takes them, then the side probes."""
        return ((stage, self[stage]) for stage in Stage)


class Answer(Record):
    """What came of a follow-up that was answered."""

    kind = one(AnswerKind, "Which of the kinds.")


class Connected(Answer):
    """The TCP connection stood."""


class CredSspAnswered(Answer, CredSsp):
    """CredSSP was answered."""


class Negotiated(Answer, Negotiation):
    """The host chose a security protocol."""


class TlsCompleted(Answer, TlsSession):
    """TLS was completed."""


class ServerHello(Answer):
    """A ServerHello came; the handshake was not carried on."""

    version = one(NumberedName, "The version that it chose.")
    cipher_suite = one(NumberedName, "The suite that it chose.")


class StandardSecurityAnswered(Answer, StandardSecurity):
    """The host answered an MCS Connect-Initial."""


class TlsSupportSurveyed(Answer, TlsSupport):
    """The TLS versions, suites and groups of the host."""


class CredSspVersions(Answer):
    """CredSSP by version."""

    versions = many(CredSspVersion, "Each version that was offered.")


class SpnegoAnswered(Answer, SpnegoAnswer):
    """SPNEGO was answered."""


class PathMeasured(Answer, PathQuality):
    """What the kernel counted."""


class UdpAnswered(Answer, UdpAnswer):
    """UDP was answered."""


class EchoReplied(Answer):
    """An ICMP echo reply came."""

    ttl = optional(int, "Time to live of the reply as it arrived; None where the system does not tell.")


class Neighbour(Answer):
    """What this machine's neighbour table says of an address on the same link."""

    state = one(NeighbourState, "Which of the states.")


class NeighbourNotListed(Neighbour):
    """Not on this link, or nobody has asked for it."""


class NeighbourNotObservable(Neighbour):
    """This system does not tell."""

    reason = one(str, "Why not.")


class NeighbourResolved(Neighbour):
    """It answered a short while ago."""

    mac = one(str, "Its hardware address.")


class NeighbourStale(Neighbour):
    """It answered once; whether it still would is not known."""

    mac = one(str, "Its hardware address.")


class NeighbourUnanswered(Neighbour):
    """It was asked for and did not answer."""


NEIGHBOURS: Mapping[str, type[Neighbour]] = {
    NeighbourState.NOT_LISTED: NeighbourNotListed,
    NeighbourState.NOT_OBSERVABLE: NeighbourNotObservable,
    NeighbourState.RESOLVED: NeighbourResolved,
    NeighbourState.STALE: NeighbourStale,
    NeighbourState.UNANSWERED: NeighbourUnanswered,
}


def neighbour(raw: Mapping[str, Any]) -> Neighbour:
    """Read what a neighbour table says as the class of its state."""
    return NEIGHBOURS[raw["state"]](raw)


class WakeSent(Answer, Wake):
    """A Wake-on-LAN packet was sent, or could not be."""


class Spoke(Answer):
    """Another service spoke."""

    service = optional(Service, "Which, if it could be told.")
    bytes = one(peer_bytes, "Its words.")


ANSWERS: Mapping[str, Callable[[Mapping[str, Any]], Answer]] = {
    AnswerKind.CONNECTED: Connected,
    AnswerKind.CRED_SSP: CredSspAnswered,
    AnswerKind.NEGOTIATED: Negotiated,
    AnswerKind.TLS: TlsCompleted,
    AnswerKind.SERVER_HELLO: ServerHello,
    AnswerKind.STANDARD_SECURITY: StandardSecurityAnswered,
    AnswerKind.TLS_SUPPORT: TlsSupportSurveyed,
    AnswerKind.CRED_SSP_VERSIONS: CredSspVersions,
    AnswerKind.SPNEGO: SpnegoAnswered,
    AnswerKind.PATH: PathMeasured,
    AnswerKind.UDP: UdpAnswered,
    AnswerKind.ECHO: EchoReplied,
    AnswerKind.NEIGHBOUR: neighbour,
    AnswerKind.WAKE: WakeSent,
    AnswerKind.SPOKE: Spoke,
}


def follow_up_answer(raw: Mapping[str, Any]) -> Answer:
    """Read an answer as the class of its kind."""
    return ANSWERS[raw["kind"]](raw)


class VerdictChange(Record):
    """A verdict before and after a follow-up."""

    cause = one(Cause, "The cause.")
    before = one(Verdict, "The verdict before.")
    after = one(Verdict, "The verdict after.")


class FollowUp(Record):
    """A further connection that was made to tell open causes apart."""

    _shown = ("probe", "stage", "answer", "failure")

    probe = one(Probe, "What was done.")
    offered = optional(
        SecurityProtocols,
        "What was offered in the X.224 request; None when none was sent or it carried no negotiation data.",
    )
    asked_for = many(Cause, "The causes that it was to tell apart.")
    started_after_seconds = one(float, "When it was begun, in seconds after the check began.")
    elapsed_seconds = one(float, "How long it took.")
    stage = one(Stage, "The stage at which it ended.")
    answer = optional(
        follow_up_answer,
        "What came of it; None when it failed, or was given up because the main connection was answered.",
    )
    failure = optional(stage_failure, "How it failed; None when it was answered or given up.")
    not_made = optional(str, "Why it could not be made here; None when it was made.")
    connections = one(int, "How many TCP connections it took.")
    certificate_sha256 = optional(
        str, "SHA-256 of the certificate that it saw, in hexadecimal; None when it saw none."
    )
    changed = many(VerdictChange, "The verdicts that it changed.")
