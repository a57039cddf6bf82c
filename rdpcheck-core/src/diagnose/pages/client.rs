//! What stops a connection on the client itself.

use super::Page;

pub(super) const DELEGATION_POLICY: Page = Page {
    seen: "The client shows 0x1607, 0x1707, 0xD09 or 0xF08: it was not allowed to send the credentials, and so sent none.",
    matters: "CredSSP hands the user's credentials to the host. Policies of the client under System, Credentials Delegation name the hosts that may get them, and whether NTLM is enough to know the host by. With NTLM, which is what an address or a name outside the domain gets, the stricter ones forbid it.",
    not_proved: "Anything about the host: the client decided by itself. Nor which policy it was: several have the same effect.",
    confirm: "On the client, gpresult /h report.html, and reg query HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\CredentialsDelegation /s: AllowFreshCredentials, AllowFreshCredentialsWhenNTLMOnly and AllowSavedCredentials with their lists of TERMSRV/HOST, the Deny lists, and RestrictedRemoteAdministration. The host's full name in place of its address gets Kerberos, and then works where 0x1707 was shown.",
    sources: &[
        "Microsoft Learn, Policy CSP - ADMX_CredSsp",
        "Microsoft Win32 documentation, IMsTscAxEvents::OnDisconnected",
    ],
};

pub(super) const SMART_CARD: Page = Page {
    seen: "The client shows 0x10A, 0x20A, 0x30A, 0x40A, 0x1C07 or 0x2207: its smart card service does not run, there is no reader or no card, the PIN was wrong, or the card is blocked.",
    matters: "The user chose to log on with a smart card, and the client could not read it. After a few wrong PINs a card blocks itself, and only its issuer can lift that.",
    not_proved: "Anything about the host: it was not asked. Whether the certificate on the card is good for a logon shows only after that.",
    confirm: "On the client, certutil -scinfo lists readers, cards and their certificates, and sc query SCardSvr says whether the service runs. Inside a Remote Desktop session, the card is that of the computer in front of the user, and only where redirection is on.",
    sources: &[
        "Microsoft Learn, Smart Card Troubleshooting",
        "Microsoft Win32 documentation, IMsTscAxEvents::OnDisconnected",
    ],
};
