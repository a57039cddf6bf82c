//! The answer to an MCS Connect-Initial ([MS-RDPBCGR] 2.2.1.4).
//!
//! [MS-RDPBCGR]: https://learn.microsoft.com/openspecs/windows_protocols/ms-rdpbcgr/

use super::{Wire, pause, x224};
use crate::scenario::{Finish, Mcs, McsAction};
use crate::{End, Progress};

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
    wire.take(length);
    wire.entry().reached(Progress::Requested);
    let bytes = match &mcs.action {
        McsAction::Nothing => {
            pause(mcs.pace.delay_ms).await;
            return Ok(wire.end(mcs.end.unwrap_or(Finish::Silent)).await);
        }
        McsAction::Raw(say) => say.0.clone(),
        McsAction::Response { version, encryption_method, encryption_level } => {
            response(*version, *encryption_method, *encryption_level)
        }
    };
    wire.say(&bytes, mcs.pace).await?;
    wire.entry().reached(Progress::Answered);
    Ok(wire.end(mcs.end.unwrap_or(Finish::Silent)).await)
}

fn response(version: u32, encryption_method: u32, encryption_level: u32) -> Vec<u8> {
    let mut data = Vec::new();
    block(&mut data, 0x0c01, &[version, 0]); // SC_CORE: version, clientRequestedProtocols
    // SC_NET: MCSChannelId 1003, no channels.
    block(&mut data, 0x0c03, &[0x0000_03eb]);
    if encryption_method == 0 {
        block(&mut data, 0x0c02, &[0, 0]); // SC_SECURITY
    } else {
        // SC_SECURITY with a random of 32 bytes and an empty certificate.
        block(&mut data, 0x0c02, &[encryption_method, encryption_level, 32, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
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
    packet
}

fn block(out: &mut Vec<u8>, kind: u16, values: &[u32]) {
    out.extend(kind.to_le_bytes());
    out.extend(u16::try_from(4 + 4 * values.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend(values.iter().flat_map(|value| value.to_le_bytes()));
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
