//! What `ironrdp-pdu` makes of the host's Connect-Response, and what the host makes of its Connect-Initial.

use std::io::Write as _;

use ironrdp_pdu::gcc::{
    ChannelDef, ChannelName, ChannelOptions, ClientCoreData, ClientCoreOptionalData, ClientGccBlocks,
    ClientMessageChannelData, ClientNetworkData, ClientSecurityData, ColorDepth, EncryptionLevel,
    EncryptionMethod, KeyboardType, MultiTransportChannelData, MultiTransportFlags, RdpVersion,
    SecureAccessSequence, ServerEarlyCapabilityFlags, ServerGccBlocks,
};
use ironrdp_pdu::mcs::{ConnectInitial, ConnectResponse};
use ironrdp_pdu::nego::SecurityProtocol;
use ironrdp_pdu::x224::X224Data;

use super::{connect, is_closed, negotiate, rule, secure, tpkt};

fn initial(methods: EncryptionMethod, channels: &[&str], extras: bool) -> Vec<u8> {
    let channel = |name: &&str| ChannelDef {
        name: ChannelName::from_utf8(name).unwrap(),
        options: ChannelOptions::INITIALIZED,
    };
    let blocks = ClientGccBlocks {
        core: ClientCoreData {
            version: RdpVersion::V10_12,
            desktop_width: 1024,
            desktop_height: 768,
            color_depth: ColorDepth::Bpp8,
            sec_access_sequence: SecureAccessSequence::Del,
            keyboard_layout: 0x409,
            client_build: 2600,
            client_name: "lab".to_owned(),
            keyboard_type: KeyboardType::IBM_ENHANCED,
            keyboard_subtype: 0,
            keyboard_functional_keys_count: 12,
            ime_file_name: String::new(),
            optional_data: ClientCoreOptionalData::default(),
        },
        security: ClientSecurityData { encryption_methods: methods, ext_encryption_methods: 0 },
        network: Some(ClientNetworkData { channels: channels.iter().map(channel).collect() }),
        cluster: None,
        monitor: None,
        message_channel: extras.then_some(ClientMessageChannelData),
        multi_transport_channel: extras
            .then_some(MultiTransportChannelData { flags: MultiTransportFlags::TRANSPORT_TYPE_UDP_FECR }),
        monitor_extended: None,
    };
    let body = ironrdp_core::encode_vec(&ConnectInitial::with_gcc_blocks(blocks).unwrap()).unwrap();
    ironrdp_core::encode_vec(&ironrdp_pdu::x224::X224(X224Data { data: body.into() })).unwrap()
}

fn blocks(packet: &[u8]) -> ServerGccBlocks {
    let data = ironrdp_core::decode::<ironrdp_pdu::x224::X224<X224Data<'_>>>(packet).unwrap().0;
    let response: ConnectResponse = ironrdp_core::decode(&data.data).unwrap();
    response.conference_create_response.into_gcc_blocks()
}

#[test]
fn standard_security_has_a_random_and_a_certificate() {
    for bits in [512_usize, 1024, 2048] {
        let host = rule(&format!(
            "negotiate = {{ select = 0 }}\nmcs = {{ encryption_method = 2, encryption_level = 2, certificate_bits = {bits} }}"
        ));
        let mut stream = connect(&host);
        negotiate(&mut stream, 0);
        stream.write_all(&initial(EncryptionMethod::all(), &["rdpdr", "rdpsnd", "cliprdr"], false)).unwrap();
        let blocks = blocks(&tpkt(&mut stream));
        assert_eq!(blocks.core.version, RdpVersion::V5_PLUS);
        assert_eq!(blocks.core.optional_data.client_requested_protocols, Some(SecurityProtocol::empty()));
        assert_eq!(blocks.network.io_channel, 1003);
        assert_eq!(blocks.network.channel_ids, [1004, 1005, 1006]);
        assert_eq!(blocks.security.encryption_method, EncryptionMethod::BIT_128);
        assert_eq!(blocks.security.encryption_level, EncryptionLevel::ClientCompatible);
        assert!(blocks.security.server_random.is_some());
        assert_eq!((blocks.message_channel, blocks.multi_transport_channel), (None, None));

        let certificate = blocks.security.server_cert;
        assert_eq!(certificate[..14], [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 6, 0]);
        let blob = usize::from(u16::from_le_bytes([certificate[14], certificate[15]]));
        assert_eq!(certificate[16..20], *b"RSA1");
        assert_eq!(blob, 20 + bits / 8 + 8);
        assert_eq!(certificate[16 + blob..][..4], [8, 0, 72, 0]);
        // 376 with 2048 bits, as Windows sends it.
        assert_eq!(certificate.len(), 16 + blob + 4 + 72);
    }
}

#[test]
fn encryption_methods_are_those_that_both_want() {
    let host = rule("negotiate = { select = 0 }\nmcs = { encryption_method = [8, 1], encryption_level = 1 }");
    for (offered, expected) in [
        (EncryptionMethod::all(), Some(EncryptionMethod::BIT_56)),
        (EncryptionMethod::BIT_40 | EncryptionMethod::BIT_128, Some(EncryptionMethod::BIT_40)),
        (EncryptionMethod::FIPS, None),
    ] {
        let mut stream = connect(&host);
        negotiate(&mut stream, 0);
        stream.write_all(&initial(offered, &[], false)).unwrap();
        match expected {
            Some(method) => {
                assert_eq!(blocks(&tpkt(&mut stream)).security.encryption_method, method);
            }
            None => assert!(is_closed(&mut stream)),
        }
    }
}

#[test]
fn under_tls_there_is_no_encryption_and_there_are_flags() {
    let host = rule(
        "negotiate = { select = 1 }\nmcs = { version = 0x80011, early_capability_flags = 7, multitransport_flags = 0x0305 }",
    );
    for extras in [true, false] {
        let mut tls = secure(&host).unwrap();
        tls.write_all(&initial(EncryptionMethod::empty(), &["drdynvc"], extras)).unwrap();
        let blocks = blocks(&tpkt(&mut tls));
        assert_eq!(blocks.core.version, RdpVersion::V10_12);
        let optional = blocks.core.optional_data;
        assert_eq!(
            optional.client_requested_protocols,
            Some(SecurityProtocol::SSL | SecurityProtocol::HYBRID | SecurityProtocol::HYBRID_EX)
        );
        assert_eq!(optional.early_capability_flags, Some(ServerEarlyCapabilityFlags::from_bits_retain(7)));
        assert_eq!(blocks.security.encryption_method, EncryptionMethod::empty());
        assert_eq!(blocks.security.encryption_level, EncryptionLevel::None);
        assert_eq!(
            blocks.message_channel.map(|channel| channel.mcs_message_channel_id),
            extras.then_some(1005)
        );
        assert_eq!(
            blocks.multi_transport_channel.map(|channel| channel.flags.bits()),
            extras.then_some(0x0305)
        );
    }
}
