//! The answer to an MCS Connect-Initial ([MS-RDPBCGR] 2.2.1.4).
//!
//! [MS-RDPBCGR]: https://learn.microsoft.com/openspecs/windows_protocols/ms-rdpbcgr/

use super::flight::random;
use super::{Wire, pause, x224};
use crate::scenario::{ConnectResponse, Finish, Mcs, McsAction};
use crate::{End, Progress};

const SC_CORE: u16 = 0x0c01;
const SC_SECURITY: u16 = 0x0c02;
const SC_NET: u16 = 0x0c03;
const SC_MCS_MSGCHANNEL: u16 = 0x0c04;
const SC_MULTITRANSPORT: u16 = 0x0c08;

/// The channel that Windows assigns to input and output; the others follow it.
const IO_CHANNEL: u16 = 1003;

/// Most channels that a client may ask for ([MS-RDPBCGR] 2.2.1.3.4).
const MOST_CHANNELS: u16 = 31;

/// Result successful, connect id 0, and the domain parameters that Windows answers with.
const CONNECT_RESPONSE: [u8; 34] = [
    0x0a, 0x01, 0x00, // result
    0x02, 0x01, 0x00, // calledConnectId
    0x30, 0x1a, // domainParameters
    0x02, 0x01, 0x22, // maxChannelIds
    0x02, 0x01, 0x03, // maxUserIds
    0x02, 0x01, 0x00, // maxTokenIds
    0x02, 0x01, 0x01, // numPriorities
    0x02, 0x01, 0x00, // minThroughput
    0x02, 0x01, 0x01, // maxHeight
    0x02, 0x03, 0x00, 0xff, 0xf8, // maxMCSPDUsize
    0x02, 0x01, 0x02, // protocolVersion
];

/// The T.124 object identifier, before the length of the connect PDU.
const GCC_KEY: [u8; 7] = [0x00, 0x05, 0x00, 0x14, 0x7c, 0x00, 0x01];

/// GCC Conference Create Response up to the length of its user data.
const GCC_RESPONSE: [u8; 13] = [
    0x14, // conferenceCreateResponse
    0x76, 0x0a, // nodeID
    0x01, 0x01, // tag
    0x00, // result
    0x01, // one user data set
    0xc0, 0x00, // h221NonStandard
    0x4d, 0x63, 0x44, 0x6e, // "McDn"
];

/// Reads one TPKT and answers it.
pub(super) async fn answer(wire: &mut Wire<'_>, mcs: &Mcs) -> Result<End, End> {
    let length = loop {
        if wire.input().first().is_some_and(|first| *first != 0x03) {
            return Ok(wire.finish().await);
        }
        match x224::tpkt_length(wire.input()) {
            Some(length) if wire.input().len() >= length => break length,
            Some(_) | None => wire.fill().await?,
        }
    };
    let initial = wire.take(length);
    wire.entry().reached(Progress::Requested);
    let bytes = match &mcs.action {
        McsAction::Nothing => {
            pause(mcs.pace.delay_ms).await;
            return Ok(wire.end(mcs.end.unwrap_or(Finish::Silent)).await);
        }
        McsAction::Raw(say) => say.0.clone(),
        McsAction::Response(host) => {
            let protocols = wire.entry().requested_protocols();
            match response(host, &Client::from_initial(&initial), protocols) {
                Some(bytes) => bytes,
                None => return Ok(wire.finish().await),
            }
        }
    };
    wire.say(&bytes, mcs.pace).await?;
    wire.entry().reached(Progress::Answered);
    Ok(wire.end(mcs.end.unwrap_or(Finish::Silent)).await)
}

/// What matters of the client's data blocks ([MS-RDPBCGR] 2.2.1.3).
#[derive(Debug, Default, PartialEq, Eq)]
struct Client {
    /// `encryptionMethods`, where the block is there.
    encryption_methods: Option<u32>,
    channels: u16,
    message_channel: bool,
    multitransport: bool,
}

impl Client {
    /// Reads as much as is there.
    fn from_initial(packet: &[u8]) -> Self {
        let mut client = Self::default();
        // The key of the client's user data (T.124), before its length.
        let Some(at) = packet.windows(4).position(|key| key == b"Duca") else { return client };
        let Some([0x80..=0xff, _, blocks @ ..] | [_, blocks @ ..]) = packet.get(at + 4..) else {
            return client;
        };
        let mut rest = blocks;
        while let [a, b, c, d, ..] = *rest {
            let length = usize::from(u16::from_le_bytes([c, d])).max(4);
            let content = rest.get(4..length).unwrap_or_default();
            match (u16::from_le_bytes([a, b]), content) {
                (0xc002, [a, b, c, d, ..]) => {
                    client.encryption_methods = Some(u32::from_le_bytes([*a, *b, *c, *d]));
                }
                (0xc003, [low, high, ..]) => client.channels = u16::from_le_bytes([*low, *high]),
                (0xc006, _) => client.message_channel = true,
                (0xc00a, _) => client.multitransport = true,
                _ => {}
            }
            rest = rest.get(length..).unwrap_or_default();
        }
        client
    }
}

/// `None` if the client offers no encryption method that the host wants.
fn response(host: &ConnectResponse, client: &Client, protocols: u32) -> Option<Vec<u8>> {
    let offered = |method: &&u32| client.encryption_methods.is_none_or(|all| all & **method == **method);
    let encryption_method = *host.encryption_methods.iter().find(offered)?;

    let mut data = Vec::new();
    let mut core = [host.version, protocols].map(u32::to_le_bytes).concat();
    core.extend(host.early_capability_flags.into_iter().flat_map(u32::to_le_bytes));
    block(&mut data, SC_CORE, &core);

    let channels = client.channels.min(MOST_CHANNELS);
    let mut network = [IO_CHANNEL, channels].map(u16::to_le_bytes).concat();
    network.extend((1..=channels).flat_map(|index| (IO_CHANNEL + index).to_le_bytes()));
    if channels % 2 == 1 {
        network.extend([0, 0]); // Pad
    }
    block(&mut data, SC_NET, &network);

    let mut security = encryption_method.to_le_bytes().to_vec();
    if encryption_method == 0 {
        security.extend([0; 4]);
    } else {
        let certificate = proprietary_certificate(host.certificate_bits);
        security.extend(host.encryption_level.to_le_bytes());
        security.extend(32_u32.to_le_bytes()); // serverRandomLen
        length32(&mut security, certificate.len());
        security.extend(random(32));
        security.extend(certificate);
    }
    block(&mut data, SC_SECURITY, &security);

    if client.message_channel {
        block(&mut data, SC_MCS_MSGCHANNEL, &(IO_CHANNEL + channels + 1).to_le_bytes());
    }
    if let Some(flags) = host.multitransport_flags
        && client.multitransport
    {
        block(&mut data, SC_MULTITRANSPORT, &flags.to_le_bytes());
    }

    let mut gcc = GCC_RESPONSE.to_vec();
    per_length(&mut gcc, data.len());
    gcc.extend(data);
    let mut user_data = GCC_KEY.to_vec();
    per_length(&mut user_data, gcc.len());
    user_data.extend(gcc);

    let mut body = CONNECT_RESPONSE.to_vec();
    body.push(0x04);
    ber_length(&mut body, user_data.len());
    body.extend(user_data);
    let mut mcs = vec![0x7f, 0x66];
    ber_length(&mut mcs, body.len());
    mcs.extend(body);

    let mut packet = vec![0x03, 0x00];
    packet.extend(u16::try_from(mcs.len() + 7).unwrap_or(u16::MAX).to_be_bytes());
    packet.extend([0x02, 0xf0, 0x80]);
    packet.extend(mcs);
    Some(packet)
}

/// A proprietary certificate ([MS-RDPBCGR] 2.2.1.4.3.1.1) whose key and signature are random bytes.
fn proprietary_certificate(bits: u16) -> Vec<u8> {
    let length = usize::from(bits / 8);
    let mut modulus = random(length);
    if let [first, .., last] = modulus.as_mut_slice() {
        *first |= 0x01;
        *last |= 0x80;
    }
    let mut key = b"RSA1".to_vec();
    length32(&mut key, length + 8); // keylen
    key.extend(u32::from(bits).to_le_bytes());
    length32(&mut key, length - 1); // datalen
    key.extend(0x0001_0001_u32.to_le_bytes()); // pubExp
    key.extend(modulus);
    key.extend([0; 8]);

    let mut certificate = [1, 1, 1].map(u32::to_le_bytes).concat(); // dwVersion, dwSigAlgId, dwKeyAlgId
    let mut signature = random(64);
    signature.extend([0; 8]);
    for (kind, content) in [(6_u16, key), (8, signature)] {
        certificate.extend(kind.to_le_bytes());
        certificate.extend(u16::try_from(content.len()).unwrap_or(u16::MAX).to_le_bytes());
        certificate.extend(content);
    }
    certificate
}

fn block(out: &mut Vec<u8>, kind: u16, content: &[u8]) {
    out.extend(kind.to_le_bytes());
    out.extend(u16::try_from(4 + content.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend_from_slice(content);
}

fn length32(out: &mut Vec<u8>, length: usize) {
    out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
}

fn per_length(out: &mut Vec<u8>, length: usize) {
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => out.push(short),
        _ => out.extend((0x8000 | u16::try_from(length).unwrap_or(0x3fff)).to_be_bytes()),
    }
}

fn ber_length(out: &mut Vec<u8>, length: usize) {
    match u8::try_from(length) {
        Ok(short @ 0..=0x7f) => out.push(short),
        Ok(length) => out.extend([0x81, length]),
        Err(_) => {
            out.push(0x82);
            out.extend(u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
        }
    }
}
