//! The blocks of GCC user data (MS-RDPBCGR 2.2.1.3, 2.2.1.4): what client and server say of themselves.
//!
//! The client's are written by `ironrdp-pdu`. The server's are read here, because that library's decoder refuses what is lawful
//! or common: certificates of more than 1024 bytes (the X.509 chain of a licensed terminal server), encryption levels that
//! it does not know, security data without lengths, and an answer without network data.

use ironrdp_core::ReadCursor;
use ironrdp_pdu::gcc::{
    ChannelDef, ChannelName, ChannelOptions, ClientCoreData, ClientCoreOptionalData,
    ClientEarlyCapabilityFlags, ClientGccBlocks, ClientMessageChannelData, ClientNetworkData,
    ClientSecurityData, ColorDepth, ConnectionType, EncryptionMethod, HighColorDepth, KeyboardType,
    MultiTransportChannelData, MultiTransportFlags, RdpVersion, SecureAccessSequence, SupportedColorDepths,
};

use super::ber;
use crate::evidence::SecurityProtocol;

/// What a client sends; the last blocks only where the server takes `extended` client data.
pub(super) fn client_blocks(selected: SecurityProtocol, extended: bool) -> ClientGccBlocks {
    ClientGccBlocks {
        core: client_core(selected),
        security: ClientSecurityData {
            encryption_methods: EncryptionMethod::BIT_40
                | EncryptionMethod::BIT_56
                | EncryptionMethod::BIT_128
                | EncryptionMethod::FIPS,
            ext_encryption_methods: 0,
        },
        network: Some(ClientNetworkData {
            channels: vec![ChannelDef {
                name: ChannelName::from_static(b"rdpdr\0\0\0"),
                options: ChannelOptions::INITIALIZED | ChannelOptions::COMPRESS_RDP,
            }],
        }),
        cluster: None,
        monitor: None,
        message_channel: extended.then_some(ClientMessageChannelData),
        multi_transport_channel: extended.then(|| MultiTransportChannelData {
            flags: MultiTransportFlags::TRANSPORT_TYPE_UDP_FECR
                | MultiTransportFlags::TRANSPORT_TYPE_UDP_FECL
                | MultiTransportFlags::TRANSPORT_TYPE_UDP_PREFERRED
                | MultiTransportFlags::SOFT_SYNC_TCP_TO_UDP,
        }),
        monitor_extended: None,
    }
}

/// What a Windows 11 client says of itself, under another name.
fn client_core(selected: SecurityProtocol) -> ClientCoreData {
    ClientCoreData {
        version: RdpVersion::V10_12,
        desktop_width: 1024,
        desktop_height: 768,
        color_depth: ColorDepth::Bpp8,
        sec_access_sequence: SecureAccessSequence::Del,
        keyboard_layout: 0x0409, // United States
        client_build: 22621,
        client_name: "rdpcheck".to_owned(),
        keyboard_type: KeyboardType::IBM_ENHANCED,
        keyboard_subtype: 0,
        keyboard_functional_keys_count: 12,
        ime_file_name: String::new(),
        optional_data: ClientCoreOptionalData {
            post_beta2_color_depth: Some(ColorDepth::Bpp8),
            client_product_id: Some(1),
            serial_number: Some(0),
            high_color_depth: Some(HighColorDepth::Bpp24),
            supported_color_depths: Some(SupportedColorDepths::all()),
            early_capability_flags: Some(
                ClientEarlyCapabilityFlags::SUPPORT_ERR_INFO_PDU
                    | ClientEarlyCapabilityFlags::WANT_32_BPP_SESSION
                    | ClientEarlyCapabilityFlags::SUPPORT_STATUS_INFO_PDU
                    | ClientEarlyCapabilityFlags::STRONG_ASYMMETRIC_KEYS
                    | ClientEarlyCapabilityFlags::VALID_CONNECTION_TYPE
                    | ClientEarlyCapabilityFlags::SUPPORT_SKIP_CHANNELJOIN,
            ),
            dig_product_id: Some(String::new()),
            connection_type: Some(ConnectionType::Lan),
            server_selected_protocol: Some(ironrdp_pdu::nego::SecurityProtocol::from_bits_retain(
                selected.bits(),
            )),
            desktop_physical_width: None,
            desktop_physical_height: None,
            desktop_orientation: None,
            desktop_scale_factor: None,
            device_scale_factor: None,
        },
    }
}

/// What a server tells in its Connect-Response.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerData {
    /// `version` of `TS_UD_SC_CORE`; see [`core_version_name`].
    pub core_version: u32,
    /// `clientRequestedProtocols`: what the server remembers of the connection request.
    pub client_requested_protocols: Option<u32>,
    /// `earlyCapabilityFlags`.
    pub early_capability_flags: Option<u32>,
    /// `encryptionMethod` of `TS_UD_SC_SEC1`; see [`encryption_method_name`]. 0 under TLS, and by FreeRDP's shadow server
    /// also without TLS: then nothing is encrypted.
    pub encryption_method: u32,
    /// `encryptionLevel`; see [`encryption_level_name`]. 0 with method 0.
    pub encryption_level: u32,
    /// Bytes of `serverRandom`; 0 with method 0.
    pub server_random_length: usize,
    /// `serverCertificate`.
    pub certificate: Option<ServerCertificate>,
    /// `MCSChannelId` of `TS_UD_SC_NET`: the input and output channel.
    pub io_channel: Option<u16>,
    /// `MCSChannelID` of `TS_UD_SC_MCS_MSGCHANNEL`.
    pub message_channel: Option<u16>,
    /// `flags` of `TS_UD_SC_MULTITRANSPORT`; see [`transport_names`].
    pub multitransport_flags: Option<u32>,
}

/// `SERVER_CERTIFICATE` (MS-RDPBCGR 2.2.1.4.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ServerCertificate {
    /// What it is.
    pub kind: CertificateKind,
    /// Bits of the server's RSA modulus, where it could be read.
    pub key_bits: Option<u32>,
}

/// The two kinds of certificate of Standard RDP Security.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateKind {
    /// Signed with a key that is published: it proves nothing (MS-RDPBCGR 5.3.3.1).
    Proprietary,
    /// A chain from a license server (MS-RDPBCGR 5.3.3.2).
    X509,
}

/// The RDP versions that a server of this `version` speaks (MS-RDPBCGR 2.2.1.4.2).
#[must_use]
pub fn core_version_name(version: u32) -> Option<&'static str> {
    Some(match version {
        0x0008_0001 => "4.0",
        0x0008_0004 => "5.0 to 8.1",
        0x0008_0005 => "10.0",
        0x0008_0006 => "10.1",
        0x0008_0007 => "10.2",
        0x0008_0008 => "10.3",
        0x0008_0009 => "10.4",
        0x0008_000a => "10.5",
        0x0008_000b => "10.6",
        0x0008_000c => "10.7",
        0x0008_000d => "10.8",
        0x0008_000e => "10.9",
        0x0008_000f => "10.10",
        0x0008_0010 => "10.11",
        0x0008_0011 => "10.12",
        _ => return None,
    })
}

/// The name of an `encryptionMethod` (MS-RDPBCGR 2.2.1.4.3).
#[must_use]
pub fn encryption_method_name(method: u32) -> Option<&'static str> {
    Some(match method {
        0x00 => "none",
        0x01 => "40-bit RC4",
        0x02 => "128-bit RC4",
        0x08 => "56-bit RC4",
        0x10 => "FIPS 140-1",
        _ => return None,
    })
}

/// The name of an `encryptionLevel` (MS-RDPBCGR 2.2.1.4.3).
#[must_use]
pub fn encryption_level_name(level: u32) -> Option<&'static str> {
    Some(match level {
        0 => "none",
        1 => "low",
        2 => "client-compatible",
        3 => "high",
        4 => "fips",
        _ => return None,
    })
}

/// The names of the transports in `flags` of `TS_UD_SC_MULTITRANSPORT` (MS-RDPBCGR 2.2.1.4.6), hexadecimal for the rest.
#[must_use]
pub fn transport_names(flags: u32) -> Vec<String> {
    MultiTransportFlags::from_bits_retain(flags)
        .iter_names()
        .map(|(name, _)| name.to_owned())
        .chain(
            Some(flags & !MultiTransportFlags::all().bits())
                .filter(|rest| *rest != 0)
                .map(|rest| format!("0x{rest:x}")),
        )
        .collect()
}

/// The blocks of `serverData`, in any order; those that are not known are passed over.
pub(super) fn server_data(bytes: &[u8]) -> Result<ServerData, &'static str> {
    const SC_CORE: u16 = 0x0c01;
    const SC_SECURITY: u16 = 0x0c02;
    const SC_NET: u16 = 0x0c03;
    const SC_MCS_MSGCHANNEL: u16 = 0x0c04;
    const SC_MULTITRANSPORT: u16 = 0x0c08;
    let mut source = ReadCursor::new(bytes);
    let mut core = None;
    let mut security = None;
    let mut io_channel = None;
    let mut message_channel = None;
    let mut multitransport_flags = None;
    while let (Ok(kind), Ok(length)) = (source.try_read_u16(), source.try_read_u16()) {
        let length = usize::from(length).checked_sub(4).ok_or("a block shorter than its header")?;
        let block = ber::take(&mut source, length).ok_or("a block longer than the server data")?;
        let mut block = ReadCursor::new(block);
        match kind {
            SC_CORE => {
                let version = block.try_read_u32().map_err(|_| "core data cut short")?;
                core = Some((version, block.try_read_u32().ok(), block.try_read_u32().ok()));
            }
            SC_SECURITY => {
                security = Some(read_security(&mut block).ok_or("security data cut short")?);
            }
            SC_NET => io_channel = block.try_read_u16().ok(),
            SC_MCS_MSGCHANNEL => message_channel = block.try_read_u16().ok(),
            SC_MULTITRANSPORT => multitransport_flags = block.try_read_u32().ok(),
            _ => {}
        }
    }
    let (core_version, client_requested_protocols, early_capability_flags) = core.ok_or("no core data")?;
    let security = security.ok_or("no security data")?;
    Ok(ServerData {
        core_version,
        client_requested_protocols,
        early_capability_flags,
        encryption_method: security.method,
        encryption_level: security.level,
        server_random_length: security.random.len(),
        certificate: read_certificate(security.certificate),
        io_channel,
        message_channel,
        multitransport_flags,
    })
}

/// `TS_UD_SC_SEC1` (MS-RDPBCGR 2.2.1.4.3).
struct Security<'a> {
    method: u32,
    level: u32,
    random: &'a [u8],
    certificate: &'a [u8],
}

fn read_security<'a>(block: &mut ReadCursor<'a>) -> Option<Security<'a>> {
    let method = block.try_read_u32().ok()?;
    let level = block.try_read_u32().ok()?;
    // Without encryption, the lengths may be left out.
    let random_length = block.try_read_u32().unwrap_or_default();
    let certificate_length = block.try_read_u32().unwrap_or_default();
    let random = ber::take(block, usize::try_from(random_length).ok()?)?;
    let certificate = ber::take(block, usize::try_from(certificate_length).ok()?)?;
    Some(Security { method, level, random, certificate })
}

fn read_certificate(bytes: &[u8]) -> Option<ServerCertificate> {
    /// The highest bit says "temporary" and is no part of the version.
    const VERSION: u32 = 0x7fff_ffff;
    let mut source = ReadCursor::new(bytes);
    match source.try_read_u32().ok()? & VERSION {
        1 => Some(ServerCertificate {
            kind: CertificateKind::Proprietary,
            key_bits: proprietary_key_bits(&mut source),
        }),
        2 => Some(ServerCertificate {
            kind: CertificateKind::X509,
            key_bits: last_of_chain(&mut source).and_then(rsa_bits),
        }),
        _ => None,
    }
}

/// `bitlen` of the `RSA_PUBLIC_KEY` in a `PROPRIETARYSERVERCERTIFICATE` (MS-RDPBCGR 2.2.1.4.3.1.1), after its version.
fn proprietary_key_bits(source: &mut ReadCursor<'_>) -> Option<u32> {
    const MAGIC: [u8; 4] = *b"RSA1";
    // dwSigAlgId, dwKeyAlgId, wPublicKeyBlobType, wPublicKeyBlobLen
    let _header = ber::take(source, 12)?;
    if ber::take(source, MAGIC.len())? != MAGIC {
        return None;
    }
    let _key_length = source.try_read_u32().ok()?;
    source.try_read_u32().ok()
}

/// The last certificate of an X.509 chain, which is the server's (MS-RDPELE 2.2.1.4.2), after its version.
fn last_of_chain<'a>(source: &mut ReadCursor<'a>) -> Option<&'a [u8]> {
    let count = source.try_read_u32().ok()?;
    let mut last = None;
    // Each takes at least four bytes: a number that lies ends at the end of the bytes.
    for _ in 0..count {
        let length = source.try_read_u32().ok()?;
        last = Some(ber::take(source, usize::try_from(length).ok()?)?);
    }
    last
}

/// Bits of the RSA modulus in a certificate. License servers call the key's algorithm `md5WithRSAEncryption` (rdesktop's
/// `ssl.c` knows it, too), which certificate libraries do not take for RSA; so the key is looked for by its place.
fn rsa_bits(certificate: &[u8]) -> Option<u32> {
    /// `version` of a `TBSCertificate`, which may be left out (RFC 5280 section 4.1).
    const VERSION: u8 = 0xa0;
    let mut source = ReadCursor::new(certificate);
    let mut certificate = ReadCursor::new(ber::value(&mut source, ber::SEQUENCE)?);
    let mut fields = ReadCursor::new(ber::value(&mut certificate, ber::SEQUENCE)?);
    if fields.try_peek_u8().ok()? == VERSION {
        ber::value(&mut fields, VERSION)?;
    }
    ber::value(&mut fields, ber::INTEGER)?; // serialNumber
    for _ in ["signature", "issuer", "validity", "subject"] {
        ber::value(&mut fields, ber::SEQUENCE)?;
    }
    let mut key_info = ReadCursor::new(ber::value(&mut fields, ber::SEQUENCE)?);
    ber::value(&mut key_info, ber::SEQUENCE)?; // algorithm
    let mut key = ReadCursor::new(ber::value(&mut key_info, ber::BIT_STRING)?);
    key.try_read_u8().ok()?; // unused bits
    let mut key = ReadCursor::new(ber::value(&mut key, ber::SEQUENCE)?);
    let modulus = ber::value(&mut key, ber::INTEGER)?;
    let significant = modulus.iter().skip_while(|byte| **byte == 0);
    let unused = significant.clone().next().map_or(0, |byte| byte.leading_zeros());
    let bytes = u32::try_from(significant.count()).ok()?;
    bytes.checked_mul(8)?.checked_sub(unused)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::arithmetic_side_effects, reason = "a test may fail")]

    use proptest::prelude::*;

    use super::*;

    const CORE: [u8; 16] = [1, 0x0c, 16, 0, 0x0f, 0, 8, 0, 3, 0, 0, 0, 6, 0, 0, 0];
    const CORE_OF_2003: [u8; 8] = [1, 0x0c, 8, 0, 4, 0, 8, 0];
    const NETWORK: [u8; 8] = [3, 0x0c, 8, 0, 0xeb, 3, 0, 0];
    const NO_SECURITY: [u8; 12] = [2, 0x0c, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const MESSAGE_CHANNEL: [u8; 6] = [4, 0x0c, 6, 0, 0xf0, 3];
    const MULTITRANSPORT: [u8; 8] = [8, 0x0c, 8, 0, 5, 0x13, 0, 0];

    fn ber(tag: &[u8], contents: &[u8]) -> Vec<u8> {
        let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
        [tag, &[0x82], &length, contents].concat()
    }

    fn security(method: u8, level: u8, certificate: &[u8]) -> Vec<u8> {
        let mut body = vec![method, 0, 0, 0, level, 0, 0, 0, 32, 0, 0, 0];
        body.extend(u32::try_from(certificate.len()).unwrap().to_le_bytes());
        body.extend([0x5a; 32]);
        body.extend(certificate);
        let length = u16::try_from(body.len() + 4).unwrap().to_le_bytes();
        [&[2, 0x0c], &length[..], &body].concat()
    }

    /// The head of a proprietary certificate; what follows is not looked at.
    fn proprietary(bits: u32) -> Vec<u8> {
        let mut certificate = vec![1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0x5c, 0];
        certificate.extend(b"RSA1");
        certificate.extend((bits / 8 + 8).to_le_bytes());
        certificate.extend(bits.to_le_bytes());
        certificate
    }

    /// A certificate by a license server: the key's algorithm is a signature's, and the key has this modulus.
    fn x509(modulus: &[u8]) -> Vec<u8> {
        const MD5_WITH_RSA: [u8; 15] = [0x30, 13, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4, 5, 0];
        let key = ber(&[0x30], &[ber(&[2], modulus), vec![2, 3, 1, 0, 1]].concat());
        let key_info = ber(&[0x30], &[MD5_WITH_RSA.to_vec(), ber(&[3], &[vec![0], key].concat())].concat());
        let empty = [0x30, 0];
        let fields = [
            &[0xa0, 3, 2, 1, 2, 2, 1, 1][..], // version, serialNumber
            &MD5_WITH_RSA,
            &empty,
            &empty,
            &empty,
            &key_info,
        ];
        ber(&[0x30], &[ber(&[0x30], &fields.concat()), MD5_WITH_RSA.to_vec(), vec![3, 1, 0]].concat())
    }

    fn chain(certificates: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = vec![2, 0, 0, 0x80];
        bytes.extend(u32::try_from(certificates.len()).unwrap().to_le_bytes());
        for certificate in certificates {
            bytes.extend(u32::try_from(certificate.len()).unwrap().to_le_bytes());
            bytes.extend(certificate);
        }
        bytes
    }

    #[test]
    fn an_answer_under_tls_is_read() {
        let blocks: [&[u8]; 5] = [&CORE, &MESSAGE_CHANNEL, &MULTITRANSPORT, &NETWORK, &NO_SECURITY];
        let read = server_data(&blocks.concat()).unwrap();
        let expected = ServerData {
            core_version: 0x0008_000f,
            client_requested_protocols: Some(3),
            early_capability_flags: Some(6),
            encryption_method: 0,
            encryption_level: 0,
            server_random_length: 0,
            certificate: None,
            io_channel: Some(1003),
            message_channel: Some(1008),
            multitransport_flags: Some(0x1305),
        };
        assert_eq!(read, expected);
        assert_eq!(core_version_name(read.core_version), Some("10.10"));
        assert_eq!(
            transport_names(0x1305),
            [
                "TRANSPORT_TYPE_UDP_FECR",
                "TRANSPORT_TYPE_UDP_FECL",
                "TRANSPORT_TYPE_UDP_PREFERRED",
                "SOFT_SYNC_TCP_TO_UDP",
                "0x1000"
            ]
        );
    }

    #[test]
    fn an_answer_without_tls_is_read() {
        let security = security(2, 3, &proprietary(512));
        let read = server_data(&[&CORE_OF_2003[..], &NETWORK, &security].concat()).unwrap();
        assert_eq!(core_version_name(read.core_version), Some("5.0 to 8.1"));
        assert_eq!((read.client_requested_protocols, read.early_capability_flags), (None, None));
        assert_eq!(encryption_method_name(read.encryption_method), Some("128-bit RC4"));
        assert_eq!(encryption_level_name(read.encryption_level), Some("high"));
        assert_eq!(read.server_random_length, 32);
        let expected = ServerCertificate { kind: CertificateKind::Proprietary, key_bits: Some(512) };
        assert_eq!(read.certificate, Some(expected));
    }

    #[test]
    fn the_key_of_a_chain_is_that_of_its_last_certificate() {
        let mut modulus = vec![0; 257];
        modulus[1] = 0xc0;
        let with = |chain: &[u8]| {
            let security = security(2, 2, chain);
            server_data(&[&CORE[..], &security].concat()).unwrap().certificate.unwrap()
        };
        let long = chain(&[x509(&[0x11; 300]), x509(&[0x22; 300]), x509(&[0x22; 300]), x509(&modulus)]);
        assert!(long.len() > 1024);
        assert_eq!(with(&long), ServerCertificate { kind: CertificateKind::X509, key_bits: Some(2048) });
        assert_eq!(with(&chain(&[x509(&[0x11; 64])])).key_bits, Some(64 * 8 - 3));
        assert_eq!(with(&chain(&[vec![0x30, 0]])).key_bits, None);
        assert_eq!(with(&long[..600]).key_bits, None);
        assert_eq!(with(&[2, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]).key_bits, None);
    }

    #[test]
    fn blocks_that_are_missing_or_cut_short_are_said() {
        let problem = |blocks: &[&[u8]]| server_data(&blocks.concat()).unwrap_err();
        assert_eq!(problem(&[]), "no core data");
        assert_eq!(problem(&[&NETWORK, &NO_SECURITY]), "no core data");
        assert_eq!(problem(&[&CORE, &NETWORK]), "no security data");
        assert_eq!(problem(&[&CORE[..15]]), "a block longer than the server data");
        assert_eq!(problem(&[&[1, 0x0c, 3, 0]]), "a block shorter than its header");
        assert_eq!(problem(&[&[1, 0x0c, 7, 0, 4, 0, 8]]), "core data cut short");
        let mut lying = security(2, 3, &proprietary(512));
        lying[12] = 0xff;
        assert_eq!(problem(&[&CORE, &lying]), "security data cut short");
    }

    #[test]
    fn blocks_that_are_not_known_are_passed_over() {
        let unknown = [0x0d, 0x0c, 5, 0, 0xaa];
        let read = server_data(&[&unknown[..], &NO_SECURITY, &unknown, &CORE].concat()).unwrap();
        assert_eq!((read.core_version, read.io_channel), (0x0008_000f, None));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let _read = server_data(&bytes);
            let _read = server_data(&[&CORE[..], &security(2, 2, &bytes)].concat());
            let _read = server_data(&[&CORE[..], &security(2, 2, &chain(&[bytes]))].concat());
        }

        #[test]
        fn no_change_of_a_chain_panics(at in 0usize..1400, value: u8, cut in 0usize..1400) {
            let mut bytes = security(2, 3, &chain(&[x509(&[0x11; 300]), x509(&[0x22; 256])]));
            let at = at % bytes.len();
            bytes[at] = value;
            let _read = server_data(&[&CORE[..], &bytes].concat());
            let _read = server_data(bytes.get(..cut).unwrap_or(&bytes));
        }
    }
}
