//! What is certain about codes, what they leave open, what is wrongly said of them, and what to do next.

use super::Refuted;
use crate::code::{ClientError, Entry, Table};
use crate::evidence::Stage;

/// The words for a pair of codes.
pub(super) struct Words {
    pub(super) title: String,
    /// The last stage that was certainly passed.
    pub(super) reached: Option<Stage>,
    pub(super) known: Vec<String>,
    pub(super) not_known: Vec<String>,
    pub(super) not_causes: Vec<Refuted>,
    pub(super) next: Vec<String>,
}

/// The words for a kind of codes. `{pair}` stands for the codes.
struct Kind {
    title: &'static str,
    /// The last stage that was certainly passed.
    reached: Option<Stage>,
    known: &'static [&'static str],
    not_known: &'static [&'static str],
    not_causes: &'static [(&'static str, &'static str)],
    next: &'static [&'static str],
}

pub(super) fn of(shown: ClientError, code: Option<&Entry>, extended: Option<&Entry>) -> Words {
    let kind = kind(shown, code);
    let own = |texts: &[&str]| -> Vec<String> {
        texts.iter().map(|text| text.replace("{pair}", &shown.to_string())).collect()
    };
    let mut words = Words {
        title: kind.title.to_owned(),
        reached: kind.reached,
        known: own(kind.known),
        not_known: own(kind.not_known),
        not_causes: kind
            .not_causes
            .iter()
            .map(|&(claim, evidence)| Refuted { claim: claim.to_owned(), evidence: evidence.to_owned() })
            .collect(),
        next: own(kind.next),
    };
    if shown == ClientError::new(0x904, Some(0)) {
        words
            .known
            .push("The client's own text for this pair speaks of trouble with the network.".to_owned());
    }
    if shown.code == 0x3
        && let Some(entry) = extended.filter(|entry| entry.number() != 0)
    {
        words.known.push(format!("Its reason: {}", entry.meaning()));
    }
    if shown.extended.is_some() && extended.is_none() {
        words.not_known.push("What the extended code means: no table has it.".to_owned());
    }
    words
}

fn kind(shown: ClientError, code: Option<&Entry>) -> &'static Kind {
    let Some(entry) = code else { return &UNKNOWN };
    match (shown.code, shown.extended) {
        (0x1 | 0x2 | 0x107 | 0xB08, _) => return &NO_ERROR,
        (0x10A | 0x20A | 0x30A | 0x40A | 0x1C07 | 0x2207, _) => return &SMART_CARD,
        (0x3 | 0x904, Some(0x9)) => return &NOT_ALLOWED,
        (0x3, Some(0x8)) | (0xE06, _) => return &ENCRYPTION,
        (0x3, Some(0xA | 0x300)) => return &ACCOUNT,
        (0x3, Some(0x100..=0x10B)) => return &LICENSING,
        (0x3, None | Some(0)) => return &BY_SERVER_SILENT,
        (0x3, _) => return &BY_SERVER,
        (0x904, Some(7)) => return &CLOSED_BEFORE,
        (0x904 | 0x404 | 0x304, Some(0)) | (0x404 | 0x304, _) => return &CLOSED_DURING,
        (0x904, _) => return &CLOSED,
        (0x204, _) => return &NOT_CONNECTED,
        (0x108 | 0x704, _) => return &TIMED_OUT,
        (0x808 | 0x908, _) => return &LICENSING,
        (0xB09, _) => return &NLA,
        (0xB07 | 0xC07 | 0xD07 | 0xE07 | 0xF07 | 0x1007 | 0x1107 | 0x1207, _) => return &ACCOUNT_STATE,
        (0x1807 | 0x1707 | 0x1D07, _) => return &AUTHORITY,
        (0x1607 | 0xD09 | 0xF08 | 0xE09, _) => return &DELEGATION,
        _ => {}
    }
    match (entry.table(), entry.stage()) {
        (Table::Gateway, _) => &GATEWAY,
        (_, Some(Stage::Resolve)) => &NAME,
        (_, Some(Stage::Certificate)) => &CERTIFICATE,
        (_, Some(Stage::Credssp)) => &ACCOUNT,
        _ => &OTHER,
    }
}

/// After the last stage that is measured.
const SESSION: Option<Stage> = Some(Stage::TlsSupport);

const EVENTS: &str = "On the client, log Microsoft-Windows-TerminalServices-RDPClient/Operational at that time: 1024 (the attempt), 226 (the step that failed), 1026 (the code, decimal).";
const CHECK: &str = "From the client's network: rdpcheck HOST --client-error {pair}";
const FROM_INSIDE: &str =
    "The same on the host's own network, or mstsc /v:localhost on it: does it work there?";

const UNREACHABLE: (&str, &str) =
    ("the host is off, asleep or unreachable", "TCP connected; without that the code is 0x204.");
const DENIED: (&str, &str) =
    ("7 means that a policy denied you", "the same pair is shown where TLS itself is reset.");
const WEBSOCKET: (&str, &str) = ("allow Remote Desktop (WebSocket)", "direct connections do not use it.");
const UDP: (&str, &str) =
    ("switch UDP off", "UDP is only used once a session stands, so it cannot stop one from coming up.");
const ORACLE: (&str, &str) = (
    "set AllowEncryptionOracle to 2",
    "that trouble has a dialog of its own without this code, and the setting opens CVE-2018-0886 again.",
);
const MACHINE_KEYS: (&str, &str) = (
    "delete, rename or open up the MachineKeys folder",
    "it holds the keys of every service on the host; only the file of the Remote Desktop certificate can matter.",
);
const EXPIRY: (&str, &str) = (
    "the certificate has expired, delete it",
    "expiry alone gives a warning or 0x1B07; Windows renews its own certificate, so find out why that failed (events 1057 and 1058).",
);
const PASSWORD: (&str, &str) =
    ("the password is wrong", "a rejected account has codes of its own: 0x807 and those that end in 07.");

const ARENA: (&str, &str) = (
    "0x7 means that the storage control blocks were destroyed",
    "that is the Windows system error 7, which has nothing to do with it.",
);

static CLOSED_BEFORE: Kind = Kind {
    title: "the connection was closed before a session existed",
    reached: Some(Stage::Connect),
    known: &["TCP connected, so something answers on the address and port; then the socket was closed."],
    not_known: &[
        "Who closed it (the host, a device on the way, another program on the port) and at which step. The 7 is also shown where no server can have sent it.",
    ],
    not_causes: &[UNREACHABLE, DENIED, WEBSOCKET, UDP, ORACLE, MACHINE_KEYS, EXPIRY, PASSWORD, ARENA],
    next: &[
        CHECK,
        EVENTS,
        "On a Windows host, System log at that minute: Schannel 36870 (key), 36871, 36874 (TLS); 1057, 1058 (certificate); 1006.",
        FROM_INSIDE,
    ],
};

static CLOSED_DURING: Kind = Kind {
    title: "a connection broke off, mostly that of an existing session",
    reached: SESSION,
    known: &["The TCP connection existed and was lost."],
    not_known: &[
        "Whether the path, the host or its network adapter dropped it. That a session had begun is what reports say of such codes; event 1027 of the client proves it.",
    ],
    not_causes: &[
        (
            "the certificate or the key of the host is broken",
            "then no session would begin; that shows as 0x904/0x7.",
        ),
        PASSWORD,
        WEBSOCKET,
    ],
    next: &[
        "On the client, log Microsoft-Windows-TerminalServices-RDPClient/Operational: do 1025 and 1027 (connected) come before 1026? How long after? 1102 to 1105 are about UDP.",
        "Write down the times of several drops: every 90 minutes points to policy, about 65 s after logon to UDP, random times to the path.",
        "From the client's network, deep: rdpcheck HOST --depth deep --client-error {pair}",
        "On a Windows host: events 24, 39 and 40 in Microsoft-Windows-TerminalServices-LocalSessionManager/Operational; Kernel-Power 42 and 506 (sleep) in the System log.",
    ],
};

static CLOSED: Kind = Kind {
    title: "the other side, or a device on the way, closed the connection",
    reached: Some(Stage::Connect),
    known: &["TCP connected, so something answers on the address and port; then the socket was closed."],
    not_known: &[
        "Whether a session existed: the extended code would tell, 0x7 is shown before one exists and 0x0 when one drops. Event 1026 does not record it, the dialog shows it.",
    ],
    not_causes: &[UNREACHABLE, WEBSOCKET, ORACLE, PASSWORD],
    next: &["Read the extended error code in the client's dialog.", CHECK, EVENTS, FROM_INSIDE],
};

static NOT_CONNECTED: Kind = Kind {
    title: "TCP did not connect",
    reached: Some(Stage::Resolve),
    known: &["No TCP connection to the port came about. Nothing of Remote Desktop was spoken yet."],
    not_known: &[
        "Whether the host is off, asleep or not listening, or whether something on the way refuses or drops the request.",
    ],
    not_causes: &[
        ("TLS, the certificate, NLA or CredSSP", "all of that comes after TCP has connected."),
        ("user name or password", "none was sent yet."),
        WEBSOCKET,
    ],
    next: &[
        CHECK,
        "The same on the host's own network: where it connects, it is the way or a firewall.",
        "At the host: is it on and awake, is Remote Desktop allowed, does qwinsta list rdp-tcp as Listen, and on which port?",
        "On the client: event 226 in Microsoft-Windows-TerminalServices-RDPClient/Operational, and tracert to the address.",
    ],
};

static TIMED_OUT: Kind = Kind {
    title: "the host did not answer in time",
    reached: None,
    known: &["The client waited for an answer and gave up."],
    not_known: &[
        "At which step. 0x704 is expected when TCP connects and nothing more is answered, 0x108 there or at TCP. Its sentence is also that of 0x904/0x7: go by the number.",
    ],
    not_causes: &[
        ("the host denied the connection", "a refusal is an answer; this is silence."),
        PASSWORD,
        WEBSOCKET,
    ],
    next: &[
        "From the client's network: rdpcheck HOST --client-error {pair}; it says after which step the host falls silent.",
        EVENTS,
        FROM_INSIDE,
    ],
};

static NAME: Kind = Kind {
    title: "the computer's name led to no address",
    reached: None,
    known: &["No address was found, so no packet was sent to the host."],
    not_known: &[
        "Whether the name does not exist or the resolver failed, and anything about the host itself.",
    ],
    not_causes: &[
        ("the host refuses, or its firewall does", "it was never asked."),
        (
            "use the address instead",
            "that goes round the fault, and turns Kerberos into NTLM, which can bring new ones.",
        ),
    ],
    next: &[
        "On the client: nslookup NAME, with the full name as well; and event 1007 in Microsoft-Windows-TerminalServices-RDPClient/Operational.",
        "Is the VPN up whose DNS knows the name?",
        "From the client's network: rdpcheck NAME --client-error {pair}",
    ],
};

static CERTIFICATE: Kind = Kind {
    title: "the client did not accept the host's certificate",
    reached: None,
    known: &["TCP, X.224 and TLS worked as far as the certificate; the client judged it."],
    not_known: &[
        "Whether the certificate, the clock of the client or a device that breaks TLS open is at fault.",
    ],
    not_causes: &[
        (
            "a self-signed certificate is the fault",
            "that is what Windows makes for Remote Desktop; it gives a warning.",
        ),
        PASSWORD,
    ],
    next: &[
        "From the client's network: rdpcheck HOST --client-error {pair}; it shows the certificate with its dates and thumbprint.",
        "Compare the clocks of client and host.",
        "On the host, with the same tool: rdpcheck 127.0.0.1 shows the thumbprint that it serves; if clients get another, TLS is broken open on the way.",
    ],
};

static ACCOUNT: Kind = Kind {
    title: "the logon failed",
    reached: None,
    known: &["By the order of the protocol, name, network and TLS worked before the logon was judged."],
    not_known: &["Whether the host or a domain controller judged, and with which reason beyond this code."],
    not_causes: &[
        ("the network or the firewall", "the account is judged only after TCP and TLS."),
        (
            "disable NLA",
            "the same account is then refused one screen later, and the host is open to anyone before the logon.",
        ),
    ],
    next: &[
        "On the host, Security log at that time: event 4625; its status and sub-status say why.",
        "Type name and password anew, with the domain (DOMAIN\\user) or the computer's name; not again and again, accounts lock.",
        "Delete the saved credentials: cmdkey /delete:TERMSRV/HOST",
    ],
};

static ACCOUNT_STATE: Kind = Kind {
    title: "the account may not be used as it is",
    reached: None,
    known: &["By the order of the protocol, name, network and TLS worked before the account was judged."],
    not_known: &["Who disabled, locked or restricted it, and since when: the directory or the host knows."],
    not_causes: &[
        ("the network or the firewall", "the account is judged only after TCP and TLS."),
        (
            "try the password again",
            "the account's state is at fault; more tries keep a locked account locked.",
        ),
    ],
    next: &[
        "Whoever keeps the account (net user NAME, with /domain for one of the domain): is it disabled, locked, expired, limited to hours or computers, or must its password be changed?",
        "For a locked account, find what keeps using the old password (event 4740 on a domain controller names the computer), then unlock it.",
        "On the host, Security log at that time: event 4625; its status and sub-status say why.",
    ],
};

static AUTHORITY: Kind = Kind {
    title: "the domain could not vouch for the logon",
    reached: None,
    known: &["The host was reached; authentication by the domain did not come about."],
    not_known: &[
        "Whether client, host or domain controller lacks the connection, the trust or the right time.",
    ],
    not_causes: &[
        ("the password is wrong", "it was not judged; that would be 0x807."),
        (
            "connect by IP address",
            "an address has no Kerberos, and only NTLM is left: that can be what brings 0x1707.",
        ),
    ],
    next: &[
        "Connect by the host's full name, not its address.",
        "On client and host: w32tm /query /status (Kerberos bears 5 minutes by default), and nltest /dsgetdc:DOMAIN.",
        "On the host: Test-ComputerSecureChannel; events 5719 and 5783 of NETLOGON in the System log.",
        "From the client's network: rdpcheck HOST --client-error {pair}; where the host answers NTLM it measures the difference of the clocks.",
    ],
};

static DELEGATION: Kind = Kind {
    title: "the credentials were not handed over",
    reached: None,
    known: &[
        "A policy of the client or an ability of the host stands against sending these credentials; they were not judged.",
    ],
    not_known: &["Which policy it is."],
    not_causes: &[PASSWORD, ("the network or the firewall", "this step comes after TCP and TLS.")],
    next: &[
        "On the client: gpresult /h report.html, then System > Credentials Delegation.",
        "Connect by the host's full name, so that Kerberos can prove who the host is.",
        "Is Restricted Admin or Remote Credential Guard asked for (mstsc /restrictedAdmin, /remoteGuard)? Try without.",
    ],
};

static SMART_CARD: Kind = Kind {
    title: "the client's smart card could not be used",
    reached: None,
    known: &["The client's own smart card, reader or service stands in the way."],
    not_known: &["Whether the host would take the card's certificate: it was not asked."],
    not_causes: &[("the network or the firewall", "the fault is between the client and its card.")],
    next: &[
        "On the client: certutil -scinfo (readers, cards, certificates), and sc query SCardSvr (the service).",
        "Is the card blocked? Only its issuer can lift that; more wrong PINs make it worse.",
        "Does a logon with a password work, where that is allowed?",
    ],
};

static NLA: Kind = Kind {
    title: "the host insists on network level authentication",
    reached: None,
    known: &[
        "The host answered the X.224 request and wants CredSSP. That is the normal state of a Windows host.",
    ],
    not_known: &[
        "Why this client cannot: too old, or CredSSP switched off (enablecredsspsupport:i:0 in the .rdp file).",
    ],
    not_causes: &[(
        "disable NLA",
        "that opens the host to anyone before the logon; the client is what to repair.",
    )],
    next: &[
        "Look for enablecredsspsupport:i:0 in the .rdp file, and take it out.",
        "Update the client.",
        CHECK,
    ],
};

static LICENSING: Kind = Kind {
    title: "no licence could be agreed",
    reached: SESSION,
    known: &["The connection itself works: licensing comes after TLS and the connection of the channels."],
    not_known: &["Whether the client's stored licence, the host or the licence server is at fault."],
    not_causes: &[
        PASSWORD,
        (
            "the network or the firewall between client and host",
            "licensing runs over the connection that stands.",
        ),
    ],
    next: &[
        "On the client: start mstsc once as administrator; where that does not help, export and delete HKLM\\SOFTWARE\\Microsoft\\MSLicensing and do it again.",
        "On the host: lsdiag.msc, and events of TerminalServices-RemoteConnectionManager and TerminalServices-Licensing.",
        "mstsc /admin needs no client licence and tells licensing from other faults.",
    ],
};

static GATEWAY: Kind = Kind {
    title: "the connection failed at the Remote Desktop gateway",
    reached: None,
    known: &["The client goes through a gateway, and this code is about that part of the way."],
    not_known: &["Whether the host behind the gateway works: it may never have been asked."],
    not_causes: &[(
        "open port 3389 on the host",
        "the client speaks HTTPS with the gateway; only the gateway speaks with the host.",
    )],
    next: &[
        "On the gateway: log Microsoft-Windows-TerminalServices-Gateway/Operational at that time names user, target and policy.",
        "Without the gateway, from a network that reaches the host: rdpcheck HOST. From the gateway itself too.",
        "Compare the name of the target, full or short, with the resource policy (RAP), and the user with the connection policy (CAP).",
    ],
};

const GOODBYE: &[(&str, &str)] = &[
    ("0x3 means path not found", "that is the Windows system error 3, which has nothing to do with it."),
    ("the network or the firewall", "the server could still say that it disconnects."),
];
const WHO_ENDED: &str = "On a Windows host: qwinsta, and events 23, 24, 39 and 40 in Microsoft-Windows-TerminalServices-LocalSessionManager/Operational at that time.";
const OTHER_PERSON: &str =
    "Does another person, or the same one from elsewhere, use this account at the same time?";

static BY_SERVER: Kind = Kind {
    title: "the server ended the session",
    reached: SESSION,
    known: &["The server disconnected the client on purpose; the connection itself worked."],
    not_known: &["Who or what on the server did it, beyond the extended code."],
    not_causes: GOODBYE,
    next: &[WHO_ENDED, OTHER_PERSON],
};

static BY_SERVER_SILENT: Kind = Kind {
    title: "the server ended the session",
    reached: SESSION,
    known: &["The server disconnected the client; the connection itself worked."],
    not_known: &["Why: the extended code tells the reasons apart, and there is none here."],
    not_causes: GOODBYE,
    next: &["Read the extended error code in the client's dialog.", WHO_ENDED, OTHER_PERSON],
};

static NOT_ALLOWED: Kind = Kind {
    title: "the user may not log on by Remote Desktop",
    reached: SESSION,
    known: &["The host was reached and knows the user; the right to log on in this way is missing."],
    not_known: &["Whether the user is in no permitted group, or a policy denies one of the user's groups."],
    not_causes: &[("the network or the firewall", "the host itself said no."), PASSWORD],
    next: &[
        "On the host: is the user in Remote Desktop Users or Administrators? Event 4825 in the Security log names who was denied.",
        "On the host: secpol.msc, User Rights Assignment: \"Deny log on through Remote Desktop Services\" wins over Allow, and stays after its policy is gone.",
    ],
};

static ENCRYPTION: Kind = Kind {
    title: "client and host do not agree on the encryption that the host demands",
    reached: Some(Stage::Connect),
    known: &["The host demands a security setting, such as FIPS, that this connection does not meet."],
    not_known: &["Which setting it is: FIPS mode, the encryption level, or a policy of both."],
    not_causes: &[PASSWORD],
    next: &[
        "On the host: FIPSAlgorithmPolicy under HKLM\\SYSTEM\\CurrentControlSet\\Control\\Lsa, and MinEncryptionLevel of RDP-Tcp (4 is FIPS).",
        "Update the client.",
        "From the client's network: rdpcheck HOST --depth deep --client-error {pair}",
    ],
};

static NO_ERROR: Kind = Kind {
    title: "an ordinary end, no error",
    reached: None,
    known: &["Nothing failed as far as this code says."],
    not_known: &["Why a session ended that should not have: look for another code at the same time."],
    not_causes: &[],
    next: &[EVENTS],
};

static OTHER: Kind = Kind {
    title: "the client gave up",
    reached: None,
    known: &["The number is known; what it means is said above."],
    not_known: &["What made it come about: no cause is known to be tied to it beyond those named here."],
    not_causes: &[],
    next: &[
        EVENTS,
        CHECK,
        "Does another client, or another host, show the same? That tells whose fault it is.",
    ],
};

static UNKNOWN: Kind = Kind {
    title: "a code that no source explains",
    reached: None,
    known: &[
        "Nothing but the number. A text that the client shows with it is the one for numbers that it does not know itself.",
    ],
    not_known: &[
        "What it means, and where the connection stopped. No source is known for pages that explain it.",
    ],
    not_causes: &[],
    next: &[
        "Read the number again in the dialog: decimal or hexadecimal, error code or extended error code?",
        EVENTS,
        "From the client's network: rdpcheck HOST; what it measures does not depend on the code.",
    ],
};
