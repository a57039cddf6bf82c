//! TLS.

use super::Page;

pub(super) const LISTENER_KEY_UNUSABLE: Page = Page {
    seen: "The host agreed to TLS in X.224, and then ended or garbled each handshake: hellos of every version and size were reset or closed without a ServerHello, or bytes of another protocol came in its place.",
    matters: "It is the best proved reason for 0x904 with 0x7. The service runs as NETWORK SERVICE and cannot read the private key of its certificate, so that nobody gets in, while the port looks open and healthy.",
    not_proved: "A device that resets TLS on this port can look the same from outside. Whether the key is missing, forbidden or does not belong to the certificate is known to the host only.",
    confirm: "In the System log, Schannel event 36870 with the error 0x8009030D stands at the times of the attempts; event 1055 of TerminalServices-RemoteConnectionManager names a bound certificate. icacls on the file f686aace6942fb7f7ceb231212eef4a4_* in %ProgramData%\\Microsoft\\Crypto\\RSA\\MachineKeys must show NETWORK SERVICE with R. With xrdp, its log names the file.",
    sources: &[
        "Azure repair-script-library, win-fix-rdp-certificate",
        "Microsoft support article on Remote Desktop by event ID",
    ],
};

pub(super) const NO_COMMON_TLS_VERSION: Page = Page {
    seen: "The host answered hellos of some TLS versions, listed in the report, and refused the ones that the client speaks.",
    matters: "Schannel often ends a handshake that fails by a bare reset, so that users see 0x904 with 0x7 and no word about versions. Windows 7 and Server 2008 R2 speak only TLS 1.0 with Remote Desktop until KB3080079 is installed.",
    not_proved: "Alert 70 names the version as the reason; alerts 40 and 80, and resets, do not. What other clients speak is in their own settings.",
    confirm: "A check with depth deep tries each version. On Windows, look at Enabled and DisabledByDefault under HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols, in the Server keys for a host and the Client keys for a client; event 36871 with state 10013 says that all are off.",
    sources: &[
        "RFC 8446 section 6.2",
        "Microsoft Learn, protocols in TLS/SSL (Schannel SSP)",
        "Microsoft support article on incorrect TLS use of RDP",
    ],
};

pub(super) const NO_COMMON_CIPHER_SUITE: Page = Page {
    seen: "A hello with older cipher suites was answered where the usual one, of the same version, was refused.",
    matters: "Windows 8.1, Server 2012 R2 and older have no suite with ECDHE_RSA and AES-GCM, which strict clients demand. Hardening lists on newer hosts can do the same.",
    not_proved: "That the host is broken: clients with a longer list connect. An alert 40 alone says only that something did not fit, which may be a group or a signature.",
    confirm: "Get-TlsCipherSuite lists the host's suites, and Schannel event 36874 in the System log says that none was in common. The policy stands in Functions under HKLM\\SOFTWARE\\Policies\\Microsoft\\Cryptography\\Configuration\\SSL\\00010002.",
    sources: &[
        "Microsoft Learn, cipher suites in TLS/SSL (Schannel SSP)",
        "GitHub Devolutions/IronRDP issue 714",
    ],
};

pub(super) const TLS_SERVICE_HUNG: Page = Page {
    seen: "X.224 was answered at once; the ClientHello was acknowledged, and then nothing came, at any size of the hello.",
    matters: "The part of the host that does TLS stands still, while the part that answers X.224 runs. Clients wait, and show 0x108 or 0x704.",
    not_proved: "What it waits for: a key in a hardware module or a smart card, a revocation list that cannot be fetched, a processor that is full.",
    confirm: "On the host, sc.exe query KeyIso and the processor load at the time of the check; CAPI2/Operational shows revocation checks that run into time-outs. mstsc /v:localhost hangs as well.",
    sources: &[
        "Microsoft support article on the internal error when connecting to a remote machine",
        "RFC 8446 section 2",
    ],
};

pub(super) const LEGACY_TLS_ENABLED: Page = Page {
    seen: "The host still accepts TLS 1.0 or 1.1, beside or in place of newer versions.",
    matters: "It keeps nobody out today. Both versions were withdrawn in 2021, auditors report them, and where a host has nothing newer, clients of the next generation will not connect.",
    not_proved: "That anybody uses them: the best version that both sides know is taken, so that a client of today gets TLS 1.2 or 1.3.",
    confirm: "A check with depth deep lists the versions with their suites. Before switching off, event 36880 of Schannel (with EventLogging set to 7) shows which version each connection used.",
    sources: &["RFC 8996", "Microsoft Learn, TLS 1.0 and TLS 1.1 deprecation in Windows"],
};

pub(super) const TLS_DISABLED_ON_HOST: Page = Page {
    seen: "In the host's settings each TLS version is off for servers, or the policy for the order of cipher suites is an empty list.",
    matters: "The service chooses TLS in X.224 and has nothing to speak it with. Clients see the connection close, with 0x904 and 0x7.",
    not_proved: "That a version which is missing from the registry is off: missing keys mean the default of that Windows.",
    confirm: "Schannel event 36871 (\"internal error state 10013\") in the System log at the time of an attempt, and reg query HKLM\\SYSTEM\\CurrentControlSet\\Control\\SecurityProviders\\SCHANNEL\\Protocols /s. Functions under Cryptography\\Configuration\\SSL\\00010002 must hold names, or be absent.",
    sources: &[
        "Microsoft Learn, TLS registry settings",
        "Microsoft support article on the Remote Desktop internal error on Azure",
    ],
};
