//! The data of the profiles: a client more is a row more in [`PROFILES`].
//!
//! Windows takes versions and suites from the Schannel documentation (Microsoft, Win32, "Cipher Suites in TLS/SSL (Schannel
//! SSP)" with a page for each version, "Protocols in TLS/SSL (Schannel SSP)", "TLS Elliptic Curves in Windows 10 version
//! 1607 and later"); suites that a program must ask for by name (NULL, PSK) and SSL 2.0 are left out. SSL 3.0 is left
//! out as well: Remote Desktop speaks TLS (MS-RDPBCGR 2.2.1.1.1, `PROTOCOL_SSL`). Its signature schemes are the defaults of the
//! registry (`Cryptography\Configuration\Local\SSL\00010003`), in that order. "Measured" rows agree with what such a client
//! was captured to send. Server editions are there as clients: a Windows Server is often where somebody connects from.

use super::super::hello::{X25519, X25519_ML_KEM_768};
use super::super::{TLS_1_0, TLS_1_1, TLS_1_2, TLS_1_3};
use super::{CertificatePolicy, ClientProfile, CredSspRange};
use crate::evidence::SecurityProtocol;

/// What Windows clients in use offer below TLS 1.3, strong first: the list of Windows 10 22H2, which Windows 11 has as well.
pub const BROAD_SUITES: &[u16] = WINDOWS_10_22H2;

/// Every profile, Windows from old to new, then the others.
pub const PROFILES: &[ClientProfile] = &[
    ClientProfile {
        code: "windows-7",
        name: "Windows 7 without updates",
        versions: TO_TLS_1_0,
        suites: WINDOWS_7,
        groups: NIST_CURVES,
        signature_schemes: &[],
        source: "measured in 2011, as released; Remote Desktop speaks TLS 1.0 only without KB3080079",
        ..AS_RELEASED
    },
    ClientProfile {
        code: "windows-7-updated",
        name: "Windows 7 with KB3080079",
        versions: TO_TLS_1_2,
        suites: WINDOWS_8_1,
        groups: NIST_CURVES,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 7 (with update 3042058); SHA-512 since KB2973337",
        offers: SecurityProtocol::SSL.union(SecurityProtocol::HYBRID),
        credssp: CredSspRange { highest: 5, lowest: 5 },
        rdp_source: "offers as Windows 7; CredSSP 5 since the update of May 2018 (KB4103718, KB4103712); the rest as Windows 8.1",
        ..UPDATED
    },
    ClientProfile {
        code: "windows-server-2008-r2",
        name: "Windows Server 2008 R2 without updates",
        versions: TO_TLS_1_0,
        suites: WINDOWS_7,
        groups: NIST_CURVES,
        signature_schemes: &[],
        source: "as Windows 7, with which it shares Schannel; with KB3080079 as windows-7-updated",
        ..AS_RELEASED
    },
    ClientProfile {
        code: "windows-8.1",
        name: "Windows 8.1",
        versions: TO_TLS_1_2,
        suites: WINDOWS_8_1,
        groups: NIST_CURVES,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 8.1 (with update 2919355)",
        ..UPDATED
    },
    ClientProfile {
        code: "windows-server-2012-r2",
        name: "Windows Server 2012 R2",
        versions: TO_TLS_1_2,
        suites: WINDOWS_8_1,
        groups: NIST_CURVES,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 8.1, which is for both",
        ..UPDATED
    },
    ClientProfile {
        code: "windows-10-1507",
        name: "Windows 10 version 1507",
        versions: TO_TLS_1_2,
        suites: WINDOWS_10_1507,
        groups: NIST_CURVES,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 10 v1507",
        ..UPDATED
    },
    ClientProfile {
        code: "windows-10-1607",
        name: "Windows 10 version 1607",
        versions: TO_TLS_1_2,
        suites: WINDOWS_10_1607,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 10 v1607; measured",
        ..UPDATED
    },
    ClientProfile {
        code: "windows-server-2016",
        name: "Windows Server 2016",
        versions: TO_TLS_1_2,
        suites: WINDOWS_10_1607,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 10 v1607, which is for both",
        ..UPDATED
    },
    ClientProfile {
        code: "windows-10-1809",
        name: "Windows 10 version 1809",
        versions: TO_TLS_1_2,
        suites: WINDOWS_10_1809,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 10 v1809",
        ..UPDATED
    },
    ClientProfile {
        code: "windows-server-2019",
        name: "Windows Server 2019",
        versions: TO_TLS_1_2,
        suites: WINDOWS_10_1809,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES,
        source: "TLS Cipher Suites in Windows 10 v1809, which is for both",
        ..UPDATED
    },
    ClientProfile {
        code: "windows-10-22h2",
        name: "Windows 10 version 22H2",
        versions: TO_TLS_1_2,
        suites: WINDOWS_10_22H2,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "TLS Cipher Suites in Windows 10 v22H2; TLS 1.3 is not supported there",
        entra_id: true,
        ..UPDATED
    },
    ClientProfile {
        code: "windows-server-2022",
        name: "Windows Server 2022",
        versions: TO_TLS_1_3,
        suites: WINDOWS_SERVER_2022,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "TLS Cipher Suites in Windows Server 2022",
        entra_id: true,
        ..UPDATED
    },
    ClientProfile {
        code: "windows-11-22h2",
        name: "Windows 11 version 22H2",
        versions: TO_TLS_1_3,
        suites: WINDOWS_11_22H2,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "TLS Cipher Suites in Windows 11 v22H2 and later; measured with mstsc",
        entra_id: true,
        ..UPDATED
    },
    ClientProfile {
        code: "windows-11-24h2",
        name: "Windows 11 version 24H2",
        versions: TO_TLS_1_3,
        suites: WINDOWS_11_22H2,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "TLS Cipher Suites in Windows 11 v22H2 and later; Microsoft's table of protocols still lists TLS 1.0 and 1.1 as enabled \
                 by default, which has not been measured: verify it on such a client",
        entra_id: true,
        ..UPDATED
    },
    ClientProfile {
        code: "windows-server-2025",
        name: "Windows Server 2025",
        versions: TO_TLS_1_3,
        suites: WINDOWS_11_22H2,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "TLS Cipher Suites in Windows Server 2025 and later; Microsoft's table of protocols still lists TLS 1.0 and 1.1 as \
                 enabled by default, which has not been measured: verify it on such a client",
        ..UPDATED
    },
    ClientProfile {
        code: "freerdp-2",
        name: "FreeRDP 2 with OpenSSL 3.0 (Debian 12)",
        versions: TO_TLS_1_3,
        suites: OPENSSL_3,
        groups: OPENSSL_GROUPS,
        signature_schemes: OPENSSL_SCHEMES,
        source: "FreeRDP's tls_prepare: OpenSSL's defaults from TLS 1.0 at security level 1, measured with OpenSSL 3.0.22; \
                 TLS 1.0 and 1.1 succeed with RSA key exchange only, because SHA-1 signatures are refused",
        ..FREERDP
    },
    ClientProfile {
        code: "freerdp-3",
        name: "FreeRDP 3 with OpenSSL 3.5 (Debian 13)",
        versions: &[TLS_1_3, TLS_1_2],
        suites: OPENSSL_3,
        groups: OPENSSL_3_5_GROUPS,
        signature_schemes: OPENSSL_3_5_SCHEMES,
        source: "as FreeRDP 2, measured with OpenSSL 3.5.2, which has no TLS below 1.2 at security level 1",
        ..FREERDP
    },
    ClientProfile {
        code: "without-nla",
        name: "A client without network level authentication (Windows 11 with enablecredsspsupport:i:0)",
        versions: TO_TLS_1_3,
        suites: WINDOWS_11_22H2,
        groups: SCHANNEL_GROUPS,
        signature_schemes: SCHANNEL_SCHEMES_WITH_PSS,
        source: "as Windows 11 version 24H2",
        offers: SecurityProtocol::SSL,
        rdp_source: "captures rdp-no-nla-rejected1 and rdp-no-tls-accepted1 of awakecoding/wireshark-rdp: it offers SSL alone, gives \
                     up at failure 5, and asks again without TLS after failure 2",
        ..UPDATED
    },
    ClientProfile {
        code: "rustls",
        name: "rustls with ring, as IronRDP and rdpcheck use it",
        versions: &[TLS_1_3, TLS_1_2],
        suites: RUSTLS_RING,
        groups: &[X25519, SECP256R1, SECP384R1],
        signature_schemes: RUSTLS_SCHEMES,
        source: "rustls 0.23, crypto::ring",
        offers: SecurityProtocol::USUAL_OFFER,
        standard_rdp_security: false,
        entra_id: false,
        credssp: CredSspRange { highest: 6, lowest: 2 },
        certificates: CertificatePolicy::Accepts,
        sha1_signatures: false,
        least_rsa_bits: 0,
        least_dh_bits: 0,
        rdp_source: "IronRDP: its client's defaults (TLS and CredSSP on), ironrdp-tls takes any certificate and checks no signature, \
                     sspi-rs carries on with hosts below CredSSP 5",
    },
    ClientProfile {
        code: "strict-modern",
        name: "A client hardened to TLS 1.2 with forward secrecy and authenticated encryption",
        versions: &[TLS_1_3, TLS_1_2],
        suites: STRICT_MODERN,
        groups: &[X25519, SECP256R1, SECP384R1],
        signature_schemes: RUSTLS_SCHEMES,
        source: "RFC 9325 sections 3.1.1 and 4.2",
        offers: SecurityProtocol::USUAL_OFFER,
        standard_rdp_security: false,
        entra_id: false,
        credssp: CredSspRange { highest: 6, lowest: 5 },
        certificates: CertificatePolicy::Refuses,
        sha1_signatures: false,
        least_rsa_bits: 2048,
        least_dh_bits: 0,
        rdp_source: "RFC 9325 section 4.5 (keys of 2048 bits, SHA-256), RFC 9525 (names), RFC 5280 (dates, usages, chain); CredSSP as \
                     with Force updated clients (KB4093492)",
    },
];

/// Windows with the updates that it got while it was supported, by its default settings. Its prompt is `AuthenticationLevel`
/// 2 (Win32, `IMsRdpClientAdvancedSettings4`), the default of its dialog: whatever does not prove the host is asked about.
const UPDATED: ClientProfile = ClientProfile {
    code: "",
    name: "",
    versions: &[],
    suites: &[],
    groups: &[],
    signature_schemes: &[],
    source: "",
    offers: SecurityProtocol::USUAL_OFFER,
    standard_rdp_security: true,
    entra_id: false,
    credssp: CredSspRange { highest: 6, lowest: 5 },
    certificates: CertificatePolicy::Asks,
    sha1_signatures: true,
    least_rsa_bits: 1024,
    least_dh_bits: 1024,
    rdp_source: "HYBRID_EX captured from Windows 11 and taken for older ones (no host is known to take HYBRID_EX and not HYBRID); asks \
                 again without TLS after failure 2 (captured from Windows 11 without NLA; Windows 7: FreeRDP #2397); CredSSP 6 and Mitigated \
                 since May 2018 (KB4093492); RSA below 1024 bits blocked (KB2661254), DHE below 1024 (MS15-055); Entra ID: Microsoft, \
                 \"Use the Remote Desktop Connection app ... with Microsoft Entra authentication\"",
};

/// Windows 7 and Server 2008 R2 as released.
const AS_RELEASED: ClientProfile = ClientProfile {
    offers: SecurityProtocol::SSL.union(SecurityProtocol::HYBRID),
    credssp: CredSspRange { highest: 2, lowest: 2 },
    least_rsa_bits: 0,
    least_dh_bits: 0,
    rdp_source: "offers SSL and HYBRID (Zeek's capture rdp-to-ssl, 2011); asks again without TLS after failure 2 (FreeRDP #2397); \
                 CredSSP 2 without the update for CVE-2018-0886 (KB4093492)",
    ..UPDATED
};

const FREERDP: ClientProfile = ClientProfile {
    offers: SecurityProtocol::SSL.union(SecurityProtocol::HYBRID),
    credssp: CredSspRange { highest: 6, lowest: 2 },
    sha1_signatures: false,
    least_rsa_bits: 0,
    rdp_source: "FreeRDP's settings.c (NLA, TLS and RDP on, extended NLA off) and nego.c (it tries one after the other), nla.c \
                 (CredSSP 6, carries on with hosts from 2), tls_verify_certificate (asks); DHE below 1024 bits is refused by OpenSSL's \
                 security level 1",
    ..UPDATED
};

const TO_TLS_1_0: &[u16] = &[TLS_1_0];
const TO_TLS_1_2: &[u16] = &[TLS_1_2, TLS_1_1, TLS_1_0];
const TO_TLS_1_3: &[u16] = &[TLS_1_3, TLS_1_2, TLS_1_1, TLS_1_0];

const SECP256R1: u16 = 0x0017;
const SECP384R1: u16 = 0x0018;
const SECP521R1: u16 = 0x0019;
const X448: u16 = 0x001e;
const FFDHE2048: u16 = 0x0100;
const FFDHE3072: u16 = 0x0101;

/// Before Windows 10 version 1607 the suites name their curves: P-256 and P-384.
const NIST_CURVES: &[u16] = &[SECP256R1, SECP384R1];
const SCHANNEL_GROUPS: &[u16] = &[X25519, SECP256R1, SECP384R1];
const OPENSSL_GROUPS: &[u16] =
    &[X25519, SECP256R1, X448, SECP521R1, SECP384R1, FFDHE2048, FFDHE3072, 0x0102, 0x0103, 0x0104];
const OPENSSL_3_5_GROUPS: &[u16] =
    &[X25519_ML_KEM_768, X25519, SECP256R1, X448, SECP384R1, SECP521R1, FFDHE2048, FFDHE3072];

/// `00010003` on Windows Server 2016.
const SCHANNEL_SCHEMES: &[u16] = &[
    0x0401, 0x0501, 0x0201, // RSA with SHA-256, SHA-384, SHA-1
    0x0403, 0x0503, 0x0203, // ECDSA with the same
    0x0202, // DSA with SHA-1
    0x0601, 0x0603, // RSA and ECDSA with SHA-512
];

/// `00010003` on Windows Server 2022; the same was captured from Windows 11 22H2.
const SCHANNEL_SCHEMES_WITH_PSS: &[u16] =
    &[0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0201, 0x0403, 0x0503, 0x0203, 0x0202, 0x0601, 0x0603];

/// OpenSSL 3.0 at security level 1: no SHA-1, but SHA-224.
const OPENSSL_SCHEMES: &[u16] = &[
    0x0403, 0x0503, 0x0603, // ECDSA with SHA-256, SHA-384, SHA-512
    0x0807, 0x0808, // Ed25519, Ed448
    0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, // RSA-PSS, of both key types
    0x0401, 0x0501, 0x0601, // RSA
    0x0303, 0x0301, 0x0302, // ECDSA, RSA, DSA with SHA-224
    0x0402, 0x0502, 0x0602, // DSA
];

/// OpenSSL 3.5 at security level 1: ML-DSA and the Brainpool curves besides.
const OPENSSL_3_5_SCHEMES: &[u16] = &[
    0x0905, 0x0906, 0x0904, // ML-DSA
    0x0403, 0x0503, 0x0603, // ECDSA with SHA-256, SHA-384, SHA-512
    0x0807, 0x0808, // Ed25519, Ed448
    0x081a, 0x081b, 0x081c, // ECDSA over Brainpool curves
    0x0809, 0x080a, 0x080b, 0x0804, 0x0805, 0x0806, // RSA-PSS, of both key types
    0x0401, 0x0501, 0x0601, // RSA
    0x0303, 0x0301, 0x0302, // ECDSA, RSA, DSA with SHA-224
    0x0402, 0x0502, 0x0602, // DSA
];

const RUSTLS_SCHEMES: &[u16] = &[0x0503, 0x0403, 0x0807, 0x0806, 0x0805, 0x0804, 0x0601, 0x0501, 0x0401];

// Suites, each list in the order in which the client sends it.

/// As Windows 7 was shipped, measured: Remote Desktop to Windows Server 2008 R2, 2011.
const WINDOWS_7: &[u16] = &[
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x0005, // TLS_RSA_WITH_RC4_128_SHA
    0x000a, // TLS_RSA_WITH_3DES_EDE_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0x0032, // TLS_DHE_DSS_WITH_AES_128_CBC_SHA
    0x0038, // TLS_DHE_DSS_WITH_AES_256_CBC_SHA
    0x0013, // TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA
    0x0004, // TLS_RSA_WITH_RC4_128_MD5
];

/// "TLS Cipher Suites in Windows 8.1"; the list of "TLS Cipher Suites in Windows 7" is the same.
const WINDOWS_8_1: &[u16] = &[
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    0x0039, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
    0x0033, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0x006a, // TLS_DHE_DSS_WITH_AES_256_CBC_SHA256
    0x0040, // TLS_DHE_DSS_WITH_AES_128_CBC_SHA256
    0x0038, // TLS_DHE_DSS_WITH_AES_256_CBC_SHA
    0x0032, // TLS_DHE_DSS_WITH_AES_128_CBC_SHA
    0x000a, // TLS_RSA_WITH_3DES_EDE_CBC_SHA
    0x0013, // TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA
    0x0005, // TLS_RSA_WITH_RC4_128_SHA
    0x0004, // TLS_RSA_WITH_RC4_128_MD5
];

/// "TLS Cipher Suites in Windows 10 v1507".
const WINDOWS_10_1507: &[u16] = &[
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    0x0039, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
    0x0033, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0x006a, // TLS_DHE_DSS_WITH_AES_256_CBC_SHA256
    0x0040, // TLS_DHE_DSS_WITH_AES_128_CBC_SHA256
    0x0038, // TLS_DHE_DSS_WITH_AES_256_CBC_SHA
    0x0032, // TLS_DHE_DSS_WITH_AES_128_CBC_SHA
    0x000a, // TLS_RSA_WITH_3DES_EDE_CBC_SHA
    0x0013, // TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA
    0x0005, // TLS_RSA_WITH_RC4_128_SHA
    0x0004, // TLS_RSA_WITH_RC4_128_MD5
];

/// "TLS Cipher Suites in Windows 10 v1607", measured as well.
const WINDOWS_10_1607: &[u16] = &[
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x0039, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
    0x0033, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
    0x000a, // TLS_RSA_WITH_3DES_EDE_CBC_SHA
    0x006a, // TLS_DHE_DSS_WITH_AES_256_CBC_SHA256
    0x0040, // TLS_DHE_DSS_WITH_AES_128_CBC_SHA256
    0x0038, // TLS_DHE_DSS_WITH_AES_256_CBC_SHA
    0x0032, // TLS_DHE_DSS_WITH_AES_128_CBC_SHA
    0x0013, // TLS_DHE_DSS_WITH_3DES_EDE_CBC_SHA
    0x0005, // TLS_RSA_WITH_RC4_128_SHA
    0x0004, // TLS_RSA_WITH_RC4_128_MD5
];

/// "TLS Cipher Suites in Windows 10 v1809".
const WINDOWS_10_1809: &[u16] = &[
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
    0x000a, // TLS_RSA_WITH_3DES_EDE_CBC_SHA
];

/// "TLS Cipher Suites in Windows 10 v22H2".
const WINDOWS_10_22H2: &[u16] = &[
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
];

/// "TLS Cipher Suites in Windows 11 v22H2 and later", measured as well; "Windows Server 2025 and later" is the same.
const WINDOWS_11_22H2: &[u16] = &[
    0x1302, // TLS_AES_256_GCM_SHA384
    0x1301, // TLS_AES_128_GCM_SHA256
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
];

/// "TLS Cipher Suites in Windows Server 2022"; "TLS Cipher Suites in Windows 11" is the same.
const WINDOWS_SERVER_2022: &[u16] = &[
    0x1302, // TLS_AES_256_GCM_SHA384
    0x1301, // TLS_AES_128_GCM_SHA256
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
    0x000a, // TLS_RSA_WITH_3DES_EDE_CBC_SHA
];

/// `openssl ciphers -V DEFAULT` of OpenSSL 3.0 at security level 1 and 2.
const OPENSSL_3: &[u16] = &[
    0x1302, // TLS_AES_256_GCM_SHA384
    0x1303, // TLS_CHACHA20_POLY1305_SHA256
    0x1301, // TLS_AES_128_GCM_SHA256
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0x009f, // TLS_DHE_RSA_WITH_AES_256_GCM_SHA384
    0xcca9, // TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
    0xcca8, // TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    0xccaa, // TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0x009e, // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
    0xc024, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384
    0xc028, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384
    0x006b, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA256
    0xc023, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256
    0xc027, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256
    0x0067, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA256
    0xc00a, // TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
    0xc014, // TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA
    0x0039, // TLS_DHE_RSA_WITH_AES_256_CBC_SHA
    0xc009, // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
    0xc013, // TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA
    0x0033, // TLS_DHE_RSA_WITH_AES_128_CBC_SHA
    0x009d, // TLS_RSA_WITH_AES_256_GCM_SHA384
    0x009c, // TLS_RSA_WITH_AES_128_GCM_SHA256
    0x003d, // TLS_RSA_WITH_AES_256_CBC_SHA256
    0x003c, // TLS_RSA_WITH_AES_128_CBC_SHA256
    0x0035, // TLS_RSA_WITH_AES_256_CBC_SHA
    0x002f, // TLS_RSA_WITH_AES_128_CBC_SHA
];

/// `rustls::crypto::ring::DEFAULT_CIPHER_SUITES`.
const RUSTLS_RING: &[u16] = &[
    0x1302, // TLS_AES_256_GCM_SHA384
    0x1301, // TLS_AES_128_GCM_SHA256
    0x1303, // TLS_CHACHA20_POLY1305_SHA256
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xcca9, // TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0xcca8, // TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
];

/// What a hardening guide leaves: TLS 1.3, and in TLS 1.2 ECDHE with AEAD.
const STRICT_MODERN: &[u16] = &[
    0x1302, // TLS_AES_256_GCM_SHA384
    0x1301, // TLS_AES_128_GCM_SHA256
    0x1303, // TLS_CHACHA20_POLY1305_SHA256
    0xc02c, // TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
    0xc030, // TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
    0xc02b, // TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256
    0xc02f, // TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
    0xcca9, // TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
    0xcca8, // TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256
];
