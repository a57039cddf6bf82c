//! Certificates.

use super::Page;

pub(super) const CERTIFICATE_EXPIRED: Page = Page {
    seen: "The certificate's last day has passed, by the clock of this machine; the report says by how much.",
    matters: "Windows clients warn, and some refuse with 0x1B07; stricter clients end the connection. On a certificate that Windows makes for itself it is a symptom, because Windows renews that one.",
    not_proved: "That a failed connection comes from it: most clients let the user go on. A clock of this machine that runs ahead shows the same.",
    confirm: "Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop' | Format-List Subject, NotAfter, Thumbprint on the host. Events 1052 and 1053 of TerminalServices-RemoteConnectionManager speak of a bound certificate, 1057 and 1058 of Windows' own.",
    sources: &[
        "RFC 5280 section 4.1.2.5",
        "Microsoft support article on the Remote Desktop internal error on Azure",
    ],
};

pub(super) const CERTIFICATE_NOT_YET_VALID: Page = Page {
    seen: "The certificate's first day lies ahead, by the clock of this machine.",
    matters: "Clients whose clock agrees refuse or warn. A certificate that was made while the host's clock ran ahead, or a client whose clock stands still, are behind nearly every case.",
    not_proved: "Whose clock is wrong. The host's own time, which comes with its NTLM challenge, helps to tell when it is there.",
    confirm: "Compare three clocks: w32tm /stripchart /computer:time.windows.com /samples:3 /dataonly on each side shows the distance from a third one.",
    sources: &["RFC 5280 section 4.1.2.5", "Microsoft Learn, w32tm"],
};

pub(super) const CERTIFICATE_EXPIRES_SOON: Page = Page {
    seen: "Fewer days are left than the threshold of the check, which stands in the report.",
    matters: "A certificate that somebody bound by hand ends on that day unless somebody acts. For the one that Windows makes, renewal is due by itself.",
    not_proved: "That renewal will fail. Nothing is wrong yet, and clients notice nothing.",
    confirm: "Look at the last day in the report and at who issued it. When SSLCertificateSHA1Hash stands under WinStations\\RDP-Tcp, it was bound by hand or by enrolment.",
    sources: &["RFC 5280 section 4.1.2.5", "Azure repair-script-library, win-fix-rdp-certificate"],
};

pub(super) const CERTIFICATE_RENEWAL_FAILS: Page = Page {
    seen: "The certificate has the form of the one that Windows makes for itself (self-signed, half a year, server authentication) and has expired.",
    matters: "Windows renews this certificate without anybody's help, so something keeps it from doing so. When the key is lost as well, connections fail with 0x904 and 0x7.",
    not_proved: "What the hindrance is. A host that was off for months serves an expired one for a moment, too.",
    confirm: "Events 1057 and 1058 in the System log name the status. \"Access is denied\" leads to the access of the registry store and of MachineKeys, \"Object already exists\" to a store entry whose key is gone.",
    sources: &[
        "Azure repair-script-library, win-fix-rdp-certificate",
        "Microsoft support article on Remote Desktop by event ID",
    ],
};

pub(super) const CERTIFICATE_NAME_MISMATCH: Page = Page {
    seen: "The name or address that was used is neither among the certificate's DNS names or addresses nor, where it has none, its common name.",
    matters: "Clients show a warning with the other name, and those with a strict policy refuse. After a renamed computer, or with an alias, it is the expected result.",
    not_proved: "That the wrong host answers, although it can: DNS that points to another machine shows itself in this way. Windows' own certificate has only the computer's name, so an address never fits.",
    confirm: "Compare the names in the report with hostname on the host. When they name another computer, nslookup NAME and the host's own ipconfig show where the record leads.",
    sources: &["RFC 6125 section 6", "Microsoft Learn, Remote Desktop Services certificates"],
};

pub(super) const CERTIFICATE_UNTRUSTED: Page = Page {
    seen: "The chain that the host sent does not end in a root that this machine trusts.",
    matters: "Clients ask their user, who learns to click warnings away. With Kerberos, Windows clients do not ask, since the host has proved itself in that way.",
    not_proved: "Any fault of the host: a self-signed certificate is the normal state of Remote Desktop. Another machine may trust other roots.",
    confirm: "On the client, certutil -verify FILE on the exported certificate names the link that is missing. Get-ChildItem Cert:\\LocalMachine\\Root lists the roots that it trusts.",
    sources: &["RFC 5280 section 6", "MS-RDPBCGR section 5.4.5.1"],
};

pub(super) const CERTIFICATE_WEAK: Page = Page {
    seen: "The key is shorter than 2048 bits of RSA, or the signature uses MD5 or SHA-1.",
    matters: "OpenSSL at security level 2, the default of version 3.2 and of Debian and Ubuntu, refuses such certificates, and Windows blocks RSA keys under 1024 bits. Others connect without a word.",
    not_proved: "That the client in question refuses: it depends on its library and settings. For a self-signed certificate the signature protects nothing.",
    confirm: "certutil -dump on the exported certificate shows the public key length and the signature algorithm. Schannel events on a Windows client say when it refused.",
    sources: &[
        "NIST SP 800-131A revision 2",
        "SSL_CTX_set_security_level(3)",
        "Microsoft knowledge base 2661254",
    ],
};

pub(super) const CERTIFICATE_WRONG_USAGE: Page = Page {
    seen: "The key usage or the extended key usage leaves out what a TLS server needs: digital signature or key encipherment, and Server Authentication.",
    matters: "Strict clients end the handshake, and Windows may refuse to use it for Remote Desktop at all. It happens when a certificate for clients or for signing was bound.",
    not_proved: "That every client minds: many look at the name and dates only. A certificate without these extensions may be used for everything.",
    confirm: "certutil -dump shows Key Usage and Enhanced Key Usage. 1.3.6.1.5.5.7.3.1 (Server Authentication) or 1.3.6.1.4.1.311.54.1.2 (Remote Desktop Authentication) must be there.",
    sources: &["RFC 5280 sections 4.2.1.3 and 4.2.1.12", "Microsoft Learn, Win32_TSGeneralSetting"],
};

pub(super) const CERTIFICATE_VARIES: Page = Page {
    seen: "Connections to one address in one check were served certificates with different thumbprints.",
    matters: "Clients that remember a thumbprint warn now and then, and a fault of one member of a farm comes and goes. Two machines with one address show themselves like this.",
    not_proved: "That something is wrong: each member of a farm may have a certificate of its own, and a host may have renewed its own in between.",
    confirm: "Ask who is behind the address. On the same link, arp -a before and after arp -d ADDRESS shows two hardware addresses when two machines share it; the names in the certificates tell the members of a farm apart.",
    sources: &["RFC 5227", "Microsoft Learn, Remote Desktop Services certificates"],
};
