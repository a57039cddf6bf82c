# Long because every code of the core has its member here, with its meaning.
"""Every code of a report as an enum whose values are the codes of the JSON."""

from __future__ import annotations

from enum import Enum

from . import _rdpcheck


class Code(str, Enum):
    """A code of the JSON; equal to its text."""

    def __str__(self) -> str:
        """Return the code."""
        return str.__str__(self)

    def __format__(self, format_spec: str) -> str:
        """Format the code; versions of Python differ in what they format otherwise."""
        return str.__format__(self, format_spec)

    def __repr__(self) -> str:
        """Show the member as it is written in a program."""
        return f"{type(self).__name__}.{self.name}"


class AddressFamily(Code):
    """Which addresses of the target are used."""

    ANY = "any"
    """Both, raced as RFC 8305 says."""
    IPV4 = "ipv4"
    """IPv4 only."""
    IPV6 = "ipv6"
    """IPv6 only."""


class Depth(Code):
    """How many connections a check may spend on explaining what it saw.

    A healthy host takes one at every depth but ``DEEP``.
    """

    QUICK = "quick"
    """At most 3 connections."""
    STANDARD = "standard"
    """At most 12 connections."""
    DEEP = "deep"
    """At most 60 connections, and facts that a healthy host is not asked for otherwise: whether it insists on
    NLA, every offer of the negotiation, TLS versions, suites and groups, CredSSP versions, UDP, and the
    quality of the path.
    """


class Headline(Code):
    """The top line of a report."""

    HEALTHY = "healthy"
    """A current client with default settings gets as far as the network can show, with nothing worse than
    the usual prompt for a self-signed certificate or a name that is not in it.
    """
    DEGRADED = "degraded"
    """It works, and something is wrong that will bite."""
    FAILING = "failing"
    """TCP connects and a current client gets no session."""
    UNREACHABLE = "unreachable"
    """No TCP connection."""
    NOT_RDP = "not-rdp"
    """Something else answers on the port."""
    UNKNOWN = "unknown"
    """It could not be told; the summary says why."""


class Verdict(Code):
    """How sure it is that a cause is at work."""

    CONFIRMED = "confirmed"
    """Nothing else explains what was seen."""
    LIKELY = "likely"
    """It explains what was seen best; something else could."""
    POSSIBLE = "possible"
    """It fits what was seen, and so do others."""
    RULED_OUT = "ruled-out"
    """Something was seen that it would have prevented."""
    NOT_OBSERVABLE = "not-observable"
    """This check cannot see it."""

    @property
    def is_open(self) -> bool:
        """Whether the cause is confirmed, likely or possible."""
        return self in (Verdict.CONFIRMED, Verdict.LIKELY, Verdict.POSSIBLE)


class Stage(Code):
    """A step of a Remote Desktop connection, in the order in which a client takes them.

    After them come the side probes.
    """

    RESOLVE = "resolve"
    """From a name to addresses."""
    CONNECT = "connect"
    """The TCP connection."""
    NEGOTIATE = "negotiate"
    """The X.224 connection request and the choice of a security protocol."""
    TLS = "tls"
    """The TLS handshake."""
    CERTIFICATE = "certificate"
    """What the certificate says."""
    CREDSSP = "credssp"
    """The first CredSSP exchange."""
    STANDARD_SECURITY = "standard-security"
    """The MCS connection, as far as it goes without a logon: Standard RDP Security, and the server's
    version.
    """
    PATH = "path"
    """Side probe: what the path does to segments."""
    UDP = "udp"
    """Side probe: the RDP-UDP transport."""
    TLS_SUPPORT = "tls-support"
    """Side probe: TLS versions, suites and groups."""


class Status(Code):
    """How a stage ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    SKIPPED = "skipped"


class SkipReason(Code):
    """Why a stage was not tried."""

    DEADLINE_REACHED = "deadline-reached"
    """The deadline of the check came first."""
    EARLIER_STAGE_FAILED = "earlier-stage-failed"
    """An earlier stage failed."""
    NOT_NEGOTIATED = "not-negotiated"
    """The host chose a security protocol without this stage."""
    NOT_NEEDED = "not-needed"
    """A side probe that nothing called for."""
    NOT_REACHED = "not-reached"
    """The check ended before it came to this stage."""


class Basis(Code):
    """Where an expected code comes from."""

    INFERRED = "inferred"
    """Concluded from the stage at which the connection stops."""
    NONE = "none"
    """No code is expected, or none is known; the reason says which."""
    OBSERVED = "observed"
    """The event that the code names was seen: the name did not resolve, TCP did not connect, or the peer
    closed the connection before a session existed.
    """


class Outcome(Code):
    """How far a client comes."""

    CONNECTS = "connects"
    """As far as the first CredSSP message, or the end of TLS where there is no CredSSP.

    The certificate is left to its user.
    """
    STOPS = "stops"
    """It is stopped before."""
    UNKNOWN = "unknown"
    """What was measured does not say."""


class Product(Code):
    """A product that speaks Remote Desktop."""

    FREERDP = "freerdp"
    """A server built on the FreeRDP library.

    gnome-remote-desktop and weston are, and look the same from the network.
    """
    GNOME_REMOTE_DESKTOP = "gnome-remote-desktop"
    """gnome-remote-desktop."""
    IRONRDP = "ironrdp"
    """A server built on ``IronRDP``."""
    OTHER = "other"
    """Something else that is known."""
    UNKNOWN = "unknown"
    """Not known."""
    WESTON = "weston"
    """Weston's RDP backend."""
    WINDOWS = "windows"
    """Microsoft Windows."""
    XRDP = "xrdp"
    """xrdp."""


class Bearing(Code):
    """Whether evidence speaks for a cause."""

    AGAINST = "against"
    """It speaks against the cause."""
    FOR = "for"
    """It speaks for the cause."""


class Effect(Code):
    """What a sign says of a cause."""

    CONFIRMS = "confirms"
    """Nothing else explains it: ``confirmed``."""
    SUPPORTS = "supports"
    """The cause explains it best: ``likely``."""
    FITS = "fits"
    """The cause explains it, and so do others: ``possible``."""
    OPPOSES = "opposes"
    """It speaks against the cause without excluding it: whatever else was seen, no more than ``possible``."""
    EXCLUDES = "excludes"
    """The cause would have prevented it: ``ruled-out``."""
    HIDES = "hides"
    """It keeps the cause from being seen: ``not-observable``."""


class FitOutcome(Code):
    """How the code of a client and a host as measured go together."""

    CONTRADICTED = "contradicted"
    """The host fails as measured, and shows another code: the state has changed since, or another host was
    meant.
    """
    EXPECTED = "expected"
    """The host as measured shows just this."""
    EXPLAINED = "explained"
    """A cause that is open for what was measured, or that the code itself names, can show it."""
    UNEXPLAINED = "unexplained"
    """Nothing that was measured shows it: the fault is not visible from this place or at this time."""
    UNKNOWN_CODE = "unknown-code"
    """No authoritative meaning of the code is known."""


class ShownBasis(Code):
    """What ties a code that clients show to a cause; the strongest first."""

    DOCUMENTED = "documented"
    """Microsoft's page, or the client's own text for this number, names the cause."""
    REPRODUCED = "reproduced"
    """Someone met the cause and this very code together."""
    SAME_TEXT = "same-text"
    """Microsoft gives the cause for the text that clients show with this code; the text has no number."""
    REPORTED = "reported"
    """Users report it."""
    INFERRED = "inferred"
    """Concluded from the order in which a connection is made."""


class CodeTable(Code):
    """A table of numbers. The same number means different things in different tables."""

    DISCONNECT = "disconnect"
    """The error codes that Microsoft documents: ``IMsTscAxEvents::OnDisconnected``."""
    SHOWN = "shown"
    """Error codes that clients show and that page leaves out."""
    GATEWAY = "gateway"
    """Error codes about a Remote Desktop gateway, 0x3000001 and above."""
    EXTENDED = "extended"
    """Extended error codes: ``ExtendedDisconnectReasonCode``."""
    ERROR_INFO = "error-info"
    """What a server says on the wire before it disconnects: the Set Error Info PDU."""
    LOGON_ERROR = "logon-error"
    """``IMsTscAxEvents::OnLogonError``; signed numbers."""
    FATAL_ERROR = "fatal-error"
    """``IMsTscAxEvents::OnFatalError``."""
    NEGOTIATION_FAILURE = "negotiation-failure"
    """``failureCode`` of an ``RDP_NEG_FAILURE``."""
    NTSTATUS = "ntstatus"
    """NTSTATUS in ``errorCode`` of CredSSP."""
    SSPI = "sspi"
    """Codes of the Windows security providers, as in logs and in events of Schannel."""
    TLS_ALERT = "tls-alert"
    """TLS alerts."""


class Change(Code):
    """What the changes between two reports come to."""

    BETTER = "better"
    """Something is better and nothing is worse."""
    MIXED = "mixed"
    """Something is better and something else is worse."""
    NOT_COMPARABLE = "not-comparable"
    """The reports do not say: two hosts, two judgements of one check, or a check that could not tell."""
    SAME = "same"
    """Nothing is better or worse."""
    WORSE = "worse"
    """Something is worse and nothing is better."""


class Direction(Code):
    """How the verdict on a cause moved."""

    GONE = "gone"
    """It was open and is ruled out."""
    APPEARED = "appeared"
    """It was ruled out and is open."""
    SURER = "surer"
    """It is open in both, and surer."""
    LESS_SURE = "less-sure"
    """It is open in both, and less sure."""
    UNCHANGED = "unchanged"
    """It is open in both with the same verdict."""
    NOT_SEEN_AGAIN = "not-seen-again"
    """It was open, and was not seen again: nobody knows whether it is still there."""
    NOT_SEEN_BEFORE = "not-seen-before"
    """It is open, and was not seen before: nobody knows since when."""


class Shell(Code):
    """What a command is written for."""

    CMD = "cmd"
    """The command prompt of Windows."""
    POWERSHELL = "powershell"
    """Windows PowerShell."""
    SH = "sh"
    """A POSIX shell."""


class RemedyPlace(Code):
    """Where a remedy is carried out."""

    CLIENT = "client"
    """On the computer that connects."""
    DIRECTORY = "directory"
    """In the directory (Active Directory, Entra ID)."""
    HOST = "host"
    """On the computer that is connected to."""
    NETWORK = "network"
    """On a device between them."""


class RemedyKind(Code):
    """Whether a remedy mends the fault."""

    FIX = "fix"
    """It mends the fault."""
    ISOLATION = "isolation"
    """It shows whether the fault is there, and is undone afterwards."""


class Probe(Code):
    """What a follow-up does."""

    CONNECT = "connect"
    """A TCP connection and nothing more."""
    FIRST_ATTEMPT = "first-attempt"
    """The first try of the main probe, when a later one came further and took its place."""
    REPEAT = "repeat"
    """The main probe once more, as far as it goes."""
    OFFER_SSL = "offer-ssl"
    """An X.224 request that offers no CredSSP."""
    OFFER_HYBRID = "offer-hybrid"
    """An X.224 request that offers CredSSP only."""
    OFFER_NONE = "offer-none"
    """An X.224 request without negotiation data, as the oldest clients send it."""
    TLS12_ONLY = "tls12-only"
    """TLS 1.2 only."""
    BROAD_HELLO = "broad-hello"
    """A ClientHello with the versions and suites of current Windows clients, TLS 1.0 and CBC included;
    only the answer is read.
    """
    OLD_HELLO = "old-hello"
    """The same with the suites of older Windows clients besides (finite-field Diffie-Hellman, 3DES,
    RC4).
    """
    GREETING = "greeting"
    """A connection that waits for the service to speak first."""
    DIRECT_TLS = "direct-tls"
    """A TLS ClientHello without X.224 before it."""
    HTTP = "http"
    """An HTTP request line."""
    OFFER_RDP = "offer-rdp"
    """An X.224 request that offers Standard RDP Security only."""
    OFFER_SSL_HYBRID = "offer-ssl-hybrid"
    """An X.224 request that offers TLS and CredSSP, without the Early User Authorization Result."""
    OFFER_HYBRID_EX = "offer-hybrid-ex"
    """An X.224 request that offers CredSSP with the Early User Authorization Result only."""
    OFFER_RDSAAD = "offer-rdsaad"
    """An X.224 request that offers Entra ID sign-in."""
    WITH_COOKIE = "with-cookie"
    """The main probe with an mstshash cookie in its X.224 request."""
    SPLIT_REQUEST = "split-request"
    """The X.224 request in two segments, the first of one byte, which a device that looks at single segments
    does not recognise.
    """
    SPLIT_HELLO = "split-hello"
    """The broad ClientHello in two segments, the first of one byte."""
    PLAIN_DATA = "plain-data"
    """As many bytes as a ClientHello has, that are none, after the X.224 exchange."""
    LARGE_HELLO = "large-hello"
    """A ClientHello of more than 1,400 bytes, as clients with X25519MLKEM768 send it."""
    LARGE_HELLO_SMALL_SEGMENTS = "large-hello-small-segments"
    """The same in TCP segments of at most 512 bytes."""
    LARGE_PLAIN_DATA = "large-plain-data"
    """As many bytes as that ClientHello has, that are none, after the X.224 exchange."""
    SMALL_SEGMENTS = "small-segments"
    """The main probe with TCP segments of at most 512 bytes in both directions."""
    STANDARD_SECURITY = "standard-security"
    """An MCS Connect-Initial in Standard RDP Security."""
    MCS_OVER_TLS = "mcs-over-tls"
    """An MCS Connect-Initial inside TLS without CredSSP."""
    TLS_SUPPORT = "tls-support"
    """Hand-made ClientHellos that ask for every TLS version, suite and group, one connection each."""
    CREDSSP_VERSIONS = "credssp-versions"
    """A first CredSSP message of each version from 2 to 5."""
    CREDSSP_SPNEGO = "credssp-spnego"
    """A first CredSSP message in which SPNEGO offers NTLM."""
    CREDSSP_KERBEROS = "credssp-kerberos"
    """A first CredSSP message in which SPNEGO offers Kerberos before NTLM, without a token."""
    PATH = "path"
    """Several connections whose segments the kernel counts; the X.224 request of each is sent byte by
    byte.
    """
    UDP = "udp"
    """An RDP-UDP SYN (MS-RDPEUDP) to the same port number."""
    ECHO = "echo"
    """An ICMP echo request."""
    NEIGHBOUR = "neighbour"
    """A look into the neighbour table (ARP, neighbour discovery)."""
    WEB_SOCKET_3387 = "web-socket-3387"
    """A TCP connection to port 3387 (Remote Desktop over WebSocket)."""
    WEB_SOCKET_3392 = "web-socket-3392"
    """A TCP connection to port 3392 (Remote Desktop over WebSocket with TLS)."""
    WAKE_ON_LAN = "wake-on-lan"
    """A Wake-on-LAN packet, and connections until the host answers."""


class FollowUpsEnded(Code):
    """Why no more follow-ups were made."""

    BUDGET_SPENT = "budget-spent"
    """The connections of this depth are spent."""
    DEADLINE_REACHED = "deadline-reached"
    """The deadline was near."""
    NOTHING_OPEN = "nothing-open"
    """Nothing that a further connection of this version's kinds could settle was open."""
    TURNED_AWAY = "turned-away"
    """The host served the first connection and turned away five in a row, however slowly they came."""


class AnswerKind(Code):
    """What came of a follow-up that was answered."""

    CONNECTED = "connected"
    """The TCP connection stood."""
    CRED_SSP = "cred-ssp"
    """CredSSP was answered."""
    NEGOTIATED = "negotiated"
    """The host chose a security protocol."""
    TLS = "tls"
    """TLS was completed."""
    SERVER_HELLO = "server-hello"
    """A ServerHello came; the handshake was not carried on."""
    STANDARD_SECURITY = "standard-security"
    """The host answered an MCS Connect-Initial."""
    TLS_SUPPORT = "tls-support"
    """The TLS versions, suites and groups of the host."""
    CRED_SSP_VERSIONS = "cred-ssp-versions"
    """CredSSP by version."""
    SPNEGO = "spnego"
    """SPNEGO was answered."""
    PATH = "path"
    """What the kernel counted."""
    UDP = "udp"
    """UDP was answered."""
    ECHO = "echo"
    """An ICMP echo reply came."""
    NEIGHBOUR = "neighbour"
    """What the neighbour table says."""
    WAKE = "wake"
    """A Wake-on-LAN packet was sent, or could not be."""
    SPOKE = "spoke"
    """Another service spoke."""


class Service(Code):
    """A service that is not Remote Desktop."""

    ECHO = "echo"
    """Whatever is sent comes back."""
    FTP = "ftp"
    """FTP (RFC 959)."""
    HTTP = "http"
    """HTTP (RFC 9112)."""
    IMAP = "imap"
    """IMAP (RFC 9051)."""
    MY_SQL = "my-sql"
    """MySQL or MariaDB."""
    POP3 = "pop3"
    """POP3 (RFC 1939)."""
    POSTGRE_SQL = "postgre-sql"
    """``PostgreSQL``."""
    REDIS = "redis"
    """Redis."""
    SMTP = "smtp"
    """SMTP (RFC 5321)."""
    SSH = "ssh"
    """SSH (RFC 4253)."""
    TELNET = "telnet"
    """Telnet (RFC 854)."""
    TLS_FIRST = "tls-first"
    """A service that begins with TLS."""
    VNC = "vnc"
    """VNC (RFC 6143)."""


class FailureKind(Code):
    """How a stage failed."""

    CLOSED = "closed"
    """The peer closed the connection in order (FIN)."""
    CREDSSP_ERROR = "credssp-error"
    """The peer answered CredSSP with an error (MS-CSSP 2.2.1, ``errorCode``)."""
    DNS = "dns"
    """The name has no address, or the resolver failed."""
    NEGOTIATION_REJECTED = "negotiation-rejected"
    """``RDP_NEG_FAILURE`` (MS-RDPBCGR 2.2.1.2.2)."""
    PROTOCOL_VIOLATION = "protocol-violation"
    """The peer sent what the protocol does not allow here."""
    REFUSED = "refused"
    """Something answered the SYN with a reset, or an ICMP port unreachable."""
    RESET = "reset"
    """The connection was reset (RST)."""
    TIMED_OUT = "timed-out"
    """Nothing came in time."""
    TLS_ALERT = "tls-alert"
    """The peer sent a TLS alert."""
    TLS_REJECTED_BY_US = "tls-rejected-by-us"
    """Our TLS library ended the handshake."""
    UNREACHABLE = "unreachable"
    """No route, or a router or this machine says that the host cannot be reached."""


class Operation(Code):
    """What was being done when a stage failed."""

    CONNECT = "connect"
    """Opening the TCP connection."""
    RECEIVE = "receive"
    """Waiting for an answer."""
    RESOLVE = "resolve"
    """Looking up the name."""
    SEND = "send"
    """Sending."""


class Acknowledgement(Code):
    """Whether the peer's TCP acknowledged what was sent."""

    ACKNOWLEDGED = "acknowledged"
    """Everything was acknowledged: it arrived and nobody answered."""
    NOT_OBSERVABLE = "not-observable"
    """This system does not tell."""
    UNACKNOWLEDGED = "unacknowledged"
    """Something was not acknowledged: it did not arrive, or the acknowledgement did not."""


class TlsRejection(Code):
    """What our TLS library could not accept."""

    BAD_SIGNATURE = "bad-signature"
    """The handshake is not signed by the key of the certificate."""
    UNSUPPORTED = "unsupported"
    """The peer chose something that the library does not have."""
    VIOLATION = "violation"
    """The peer broke the protocol."""


class DnsProblem(Code):
    """Why there is no address."""

    NO_ADDRESS = "no-address"
    """The name exists and has no address."""
    OTHER_FAMILY_ONLY = "other-family-only"
    """The name has addresses, but none of the family that the check was limited to."""
    NO_SUCH_NAME = "no-such-name"
    """The name does not exist, or has no address: the system's resolver does not say which."""
    RESOLVER_FAILED = "resolver-failed"
    """The resolver failed for good."""
    TEMPORARY_FAILURE = "temporary-failure"
    """The resolver gave no answer for now (a DNS server fails or is not reached)."""
    TIMED_OUT = "timed-out"
    """The resolver did not answer within the limit."""


class ByWhom(Code):
    """Who says that the host cannot be reached, as far as the error tells."""

    HOST_UNREACHABLE = "host-unreachable"
    """No answer to ARP or neighbour discovery, a router's word, or an administrative prohibition: one
    error for all.
    """
    LOCAL_POLICY = "local-policy"
    """A policy of this machine (a local firewall)."""
    NETWORK_UNREACHABLE = "network-unreachable"
    """This machine has no route, or a router says that the network cannot be reached."""


class AttemptOutcome(Code):
    """How one TCP connection attempt ended."""

    ABANDONED = "abandoned"
    """Given up because another address answered first, or at the limit of the stage before it began."""
    CONNECTED = "connected"
    """The connection stands."""
    REFUSED = "refused"
    """Refused."""
    RESET = "reset"
    """Reset while connecting."""
    TIMED_OUT = "timed-out"
    """No answer within the limit."""
    UNREACHABLE = "unreachable"
    """Unreachable."""


class RoundTripBasis(Code):
    """Where a round-trip time comes from."""

    CONNECT_TIME = "connect-time"
    """The time that connecting took."""
    KERNEL = "kernel"
    """The kernel's measurement of this connection (``TCP_INFO``)."""


class NetworkLevelAuthentication(Code):
    """What is known of network level authentication."""

    NOT_CHOSEN = "not-chosen"
    """The host did not choose it though it was offered."""
    NOT_OFFERED = "not-offered"
    """It was not offered in this request."""
    OPTIONAL = "optional"
    """The host chose it, and also takes clients without it."""
    REQUIRED = "required"
    """The host chose it, and refuses clients without it (failure 5)."""
    SELECTED = "selected"
    """The host chose it; whether it also takes clients without it was not asked."""


class Aftermath(Code):
    """What came right after a confirm of Standard RDP Security, where only the client may speak."""

    DISCONNECTED = "disconnected"
    """The host ended the connection: the confirm did not mean consent."""
    NOTHING = "nothing"
    """Nothing came while we listened."""
    NOT_AWAITED = "not-awaited"
    """Not listened for, because TLS was chosen."""


class KeyProofState(Code):
    """Whether the handshake's signature proved that the peer holds the certificate's key."""

    NOT_VERIFIABLE = "not-verifiable"
    """The library cannot verify this kind of key or signature."""
    PROVED = "proved"
    """The signature is good."""


class SelfSigned(Code):
    """Whether a certificate is signed by its own key."""

    NO = "no"
    """Issuer and subject differ, or another key signed it."""
    NOT_VERIFIABLE = "not-verifiable"
    """Issuer and subject are the same; the signature is of a kind that cannot be verified here."""
    YES = "yes"
    """Its own key signed it."""


class Seen(Code):
    """Whether something was seen."""

    YES = "yes"
    """Seen, and it is so."""
    NO = "no"
    """Seen, and it is not so."""
    NOT_SEEN = "not-seen"
    """Not seen."""


class SuiteOrder(Code):
    """Whose order of suites counts."""

    CLIENT = "client"
    """The client's."""
    NOT_SEEN = "not-seen"
    """Not seen: fewer than two suites, or not asked."""
    SERVER = "server"
    """The server's."""


class VersionState(Code):
    """What a host answers to a TLS version."""

    ACCEPTED = "accepted"
    """A ServerHello of this version."""
    NOT_SEEN = "not-seen"
    """Not asked, or no answer that says anything."""
    REFUSED = "refused"
    """An alert, a reset, a close, or another version."""


class NeighbourState(Code):
    """What this machine's neighbour table says of an address on the same link."""

    NOT_LISTED = "not-listed"
    """Not on this link, or nobody has asked for it."""
    NOT_OBSERVABLE = "not-observable"
    """This system does not tell."""
    RESOLVED = "resolved"
    """It answered a short while ago."""
    STALE = "stale"
    """It answered once; whether it still would is not known."""
    UNANSWERED = "unanswered"
    """It was asked for and did not answer."""


class TrustState(Code):
    """Whether the trust store of this machine takes a certificate."""

    NOT_CHECKED = "not-checked"
    """It was not asked, or could not say."""
    TRUSTED = "trusted"
    """The chain ends in a trusted root."""
    UNTRUSTED = "untrusted"
    """The chain does not end in a trusted root."""


class Cause(Code):
    """A cause of a failed or endangered Remote Desktop connection."""

    @property
    def says(self) -> str:
        """What it is, in one clause."""
        return _rdpcheck.says(self)

    NAME_NOT_RESOLVED = "name-not-resolved"
    """The name has no address, or the resolver failed."""
    NETWORK_UNREACHABLE = "network-unreachable"
    """There is no route to the host, or a router says that it cannot be reached."""
    HOST_OFF = "host-off"
    """The host is powered off or not on the network."""
    HOST_ASLEEP = "host-asleep"
    """The host sleeps or hibernates."""
    FIREWALL_DROPS = "firewall-drops"
    """Something drops connection requests to the port."""
    FIREWALL_REJECTS = "firewall-rejects"
    """Something refuses connection requests on the host's behalf."""
    RDP_NOT_LISTENING = "rdp-not-listening"
    """The host is up and nothing listens on the port."""
    WRONG_PORT = "wrong-port"
    """Remote Desktop answers on another port than the one used."""
    NOT_RDP = "not-rdp"
    """Another service owns the port."""
    FORWARDER_WITHOUT_BACKEND = "forwarder-without-backend"
    """A proxy, bastion or port mapper accepts the connection and cannot reach the host."""
    CONNECTION_LIMIT = "connection-limit"
    """The host, or a protector in front of it, has had enough connections."""
    LISTENER_HUNG = "listener-hung"
    """TCP is accepted and the Remote Desktop service never answers."""
    MIDDLEBOX_RESETS_RDP = "middlebox-resets-rdp"
    """A device on the path resets what looks like Remote Desktop."""
    PACKET_LOSS = "packet-loss"
    """Segments are lost on the path."""
    PATH_MTU_BLACK_HOLE = "path-mtu-black-hole"
    """Big packets vanish on the path without word of it."""
    LARGE_HELLO_DROPPED = "large-hello-dropped"
    """A ClientHello of more than one segment is lost or reset where a small one passes."""
    MIDDLEBOX_RESETS_TLS = "middlebox-resets-tls"
    """A device on the path resets the connection at the TLS ClientHello."""
    MIDDLEBOX_DROPS_TLS = "middlebox-drops-tls"
    """A device on the path swallows TLS on this port."""
    TLS_INTERCEPTED = "tls-intercepted"
    """TLS is broken open on the way."""
    SLOW_PATH = "slow-path"
    """The round trip or the bandwidth is so bad that timers fire."""
    UNSTABLE_PATH = "unstable-path"
    """The path works and fails in turn."""
    SECURITY_LAYER_RDP_ONLY = "security-layer-rdp-only"
    """The host allows only Standard RDP Security."""
    NLA_REQUIRED = "nla-required"
    """The host insists on network level authentication; a cause only for clients that cannot do it."""
    TLS_REQUIRED = "tls-required"
    """The host refuses Standard RDP Security; a cause only for clients that know nothing else."""
    HOST_HAS_NO_CERTIFICATE = "host-has-no-certificate"
    """The host has no certificate that it can use."""
    CLIENT_CERTIFICATE_REQUIRED = "client-certificate-required"
    """The host asks for a client certificate."""
    ENTRA_ID_REQUIRED = "entra-id-required"
    """The host takes only Entra ID sign-in."""
    NEGOTIATION_VIOLATION = "negotiation-violation"
    """The peer breaks the rules of the negotiation."""
    LISTENER_KEY_UNUSABLE = "listener-key-unusable"
    """The host chooses TLS and then cannot use its certificate's key."""
    NO_COMMON_TLS_VERSION = "no-common-tls-version"
    """Host and client share no TLS version."""
    NO_COMMON_CIPHER_SUITE = "no-common-cipher-suite"
    """The TLS versions agree and the cipher suites do not."""
    TLS_SERVICE_HUNG = "tls-service-hung"
    """TLS begins and the host never answers."""
    LEGACY_TLS_ENABLED = "legacy-tls-enabled"
    """TLS 1.0 or 1.1 is used (a risk, not a cause of failure)."""
    CERTIFICATE_EXPIRED = "certificate-expired"
    """The certificate has expired."""
    CERTIFICATE_NOT_YET_VALID = "certificate-not-yet-valid"
    """The certificate is not valid yet."""
    CERTIFICATE_EXPIRES_SOON = "certificate-expires-soon"
    """The certificate expires soon."""
    CERTIFICATE_RENEWAL_FAILS = "certificate-renewal-fails"
    """Windows should have renewed its own certificate and did not."""
    CERTIFICATE_NAME_MISMATCH = "certificate-name-mismatch"
    """The name used is not in the certificate."""
    CERTIFICATE_UNTRUSTED = "certificate-untrusted"
    """The certificate's chain does not end in a trusted root."""
    CERTIFICATE_WEAK = "certificate-weak"
    """The certificate's key or signature is below what clients accept."""
    CERTIFICATE_WRONG_USAGE = "certificate-wrong-usage"
    """The certificate's key usage forbids use by a TLS server."""
    CERTIFICATE_VARIES = "certificate-varies"
    """Different certificates are served on the same address."""
    CREDSSP_ORACLE_POLICY = "credssp-oracle-policy"
    """The policies against CVE-2018-0886 of client and host do not meet."""
    CREDSSP_FAILS = "credssp-fails"
    """TLS stands, and CredSSP is not answered or breaks off."""
    CLOCK_SKEW = "clock-skew"
    """The clocks differ by more than Kerberos bears."""
    NO_LOGON_SERVER = "no-logon-server"
    """No logon server could be reached."""
    DOMAIN_TRUST_BROKEN = "domain-trust-broken"
    """The host is not trusted by its domain."""
    CREDENTIALS_REJECTED = "credentials-rejected"
    """User name or password are not accepted."""
    ACCOUNT_RESTRICTED = "account-restricted"
    """The account may not be used here or now."""
    NOT_AUTHORISED = "not-authorised"
    """The user lacks the right to log on by Remote Desktop."""
    STUCK_SESSION = "stuck-session"
    """A session that does not go away blocks the user."""
    LICENSING = "licensing"
    """No licence could be had."""
    GATEWAY = "gateway"
    """The Remote Desktop gateway refuses."""
    UDP_TRANSPORT_DROPS = "udp-transport-drops"
    """The side channel over UDP breaks an established session."""
    RDP_DISABLED = "rdp-disabled"
    """Remote Desktop is switched off."""
    RDP_SERVICE_DISABLED = "rdp-service-disabled"
    """The Remote Desktop service is disabled or stopped."""
    FIREWALL_RULE_DISABLED = "firewall-rule-disabled"
    """The firewall rule for Remote Desktop is off, or is for another port or profile."""
    FIREWALL_SERVICE_DEAD = "firewall-service-dead"
    """The firewall service is down and its boot-time filters block everything."""
    IPSEC_REQUIRED = "ipsec-required"
    """A connection security rule demands IPsec."""
    SECURITY_SETTINGS_OUT_OF_RANGE = "security-settings-out-of-range"
    """A security setting of the listener is outside its values."""
    FIPS_OR_ENCRYPTION_LEVEL = "fips-or-encryption-level"
    """FIPS mode or the encryption level excludes the client."""
    TLS_DISABLED_ON_HOST = "tls-disabled-on-host"
    """TLS is switched off on the host, or its cipher list is empty."""
    POLICY_FLAPPING = "policy-flapping"
    """Local and group policy disagree and sessions drop at each refresh."""
    ADAPTER_POWER_SAVING = "adapter-power-saving"
    """The network adapter may be switched off to save power."""
    SLEEP_ENABLED = "sleep-enabled"
    """The host is set to sleep while plugged in."""
    LISTENER_BOUND_ELSEWHERE = "listener-bound-elsewhere"
    """The listener is bound to an adapter that is gone."""
    WEBSOCKET_RULE = "websocket-rule"
    """The rules 'Remote Desktop (WebSocket)' do not matter to a client that connects to the RDP port; they
    are disabled on healthy hosts.
    """
    MIDDLEBOX_DROPS_RDP = "middlebox-drops-rdp"
    """A device on the path swallows what looks like Remote Desktop."""
    MIDDLEBOX_DROPS_DATA = "middlebox-drops-data"
    """TCP connects and no data after that passes: a device completes the handshake on the host's behalf, or
    filters one direction.
    """
    NTLM_REFUSED = "ntlm-refused"
    """The host takes Kerberos and refuses NTLM; a cause only for clients without Kerberos, such as those that
    use an IP address.
    """
    DELEGATION_POLICY = "delegation-policy"
    """A policy of the client keeps it from sending these credentials to this host."""
    SMART_CARD = "smart-card"
    """The client's smart card, its reader or its service cannot be used."""
