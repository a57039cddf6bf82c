use tls_parser::{
    TlsExtension, TlsMessage, TlsMessageHandshake, parse_tls_client_hello_extensions,
    parse_tls_message_handshake,
};

use crate::Hello;

/// `TLS_EMPTY_RENEGOTIATION_INFO_SCSV`
const RENEGOTIATION_SCSV: u16 = 0x00ff;

/// What is there of a ClientHello.
pub(super) enum HelloRead {
    Complete(Box<Hello>),
    More,
    NotTls,
}

/// Reads a ClientHello that may be spread over several records.
pub(super) fn read(input: &[u8]) -> HelloRead {
    let mut message = Vec::new();
    let mut rest = input;
    loop {
        match rest {
            [] | [0x16] | [0x16, _] | [0x16, _, _] | [0x16, _, _, _] => return HelloRead::More,
            [0x16, 0x03, _, high, low, after @ ..] => {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                let Some((payload, after)) = after.split_at_checked(length) else {
                    return HelloRead::More;
                };
                message.extend_from_slice(payload);
                rest = after;
            }
            _ => return HelloRead::NotTls,
        }
        if let [kind, a, b, c, ..] = *message.as_slice() {
            let length = u32::from_be_bytes([0, a, b, c]).saturating_add(4);
            if kind != 0x01 {
                return HelloRead::NotTls;
            }
            if u32::try_from(message.len()).is_ok_and(|have| have >= length) {
                return parse(&message)
                    .map_or(HelloRead::NotTls, |hello| HelloRead::Complete(Box::new(hello)));
            }
        }
    }
}

fn parse(message: &[u8]) -> Option<Hello> {
    let Ok((_, TlsMessage::Handshake(TlsMessageHandshake::ClientHello(contents)))) =
        parse_tls_message_handshake(message)
    else {
        return None;
    };
    let mut hello = Hello {
        length: message.len(),
        segments: 0,
        version: contents.version.0,
        supported_versions: Vec::new(),
        suites: contents.ciphers.iter().map(|suite| suite.0).collect(),
        server_name: None,
        session_id: contents.session_id.unwrap_or_default().to_vec(),
        compression: contents.comp.iter().map(|method| method.0).collect(),
        groups: None,
        key_shares: None,
        signature_schemes: Vec::new(),
        secure_renegotiation: contents.ciphers.iter().any(|suite| suite.0 == RENEGOTIATION_SCSV),
    };
    let extensions = contents.ext.and_then(|bytes| parse_tls_client_hello_extensions(bytes).ok());
    for extension in extensions.into_iter().flat_map(|(_, list)| list) {
        match extension {
            TlsExtension::SNI(names) => {
                hello.server_name = names.first().map(|(_, name)| String::from_utf8_lossy(name).into_owned());
            }
            TlsExtension::SupportedVersions(versions) => {
                hello.supported_versions = versions.iter().map(|version| version.0).collect();
            }
            TlsExtension::EllipticCurves(groups) => {
                hello.groups = Some(groups.iter().map(|group| group.0).collect());
            }
            TlsExtension::KeyShare(shares) => hello.key_shares = Some(share_groups(shares)),
            TlsExtension::SignatureAlgorithms(schemes) => hello.signature_schemes = schemes,
            TlsExtension::RenegotiationInfo(_) => hello.secure_renegotiation = true,
            _ => {}
        }
    }
    Some(hello)
}

/// The groups of `client_shares` (RFC 8446, 4.2.8).
fn share_groups(extension: &[u8]) -> Vec<u16> {
    let mut groups = Vec::new();
    let mut rest = extension.get(2..).unwrap_or_default();
    while let [a, b, high, low, after @ ..] = rest {
        groups.push(u16::from_be_bytes([*a, *b]));
        rest = after.get(usize::from(u16::from_be_bytes([*high, *low]))..).unwrap_or_default();
    }
    groups
}
