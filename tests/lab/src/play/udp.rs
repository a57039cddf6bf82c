//! The side channel over UDP ([MS-RDPEUDP]), as far as the answer to a SYN.
//!
//! [MS-RDPEUDP]: https://learn.microsoft.com/openspecs/windows_protocols/ms-rdpeudp/

use std::sync::Arc;

use tokio::net::UdpSocket;

use super::flight::random;
use super::pause;
use crate::log::Book;
use crate::scenario::{Udp, UdpAnswer};

const FLAG_SYN: u16 = 0x0001;
const FLAG_ACK: u16 = 0x0004;
const FLAG_CORRELATION_ID: u16 = 0x0800;
const FLAG_SYNEX: u16 = 0x1000;

const VERSION_INFO_VALID: u16 = 0x0001;

/// A SYN and its answer are filled up with zeros to this length.
const LENGTH: u16 = 1232;

/// Answers datagrams until it is dropped.
pub(crate) async fn serve(socket: UdpSocket, udp: Udp, book: Arc<Book>) -> ! {
    let mut buffer = vec![0; 65536];
    loop {
        // An error is that of an earlier answer, whose addressee is gone.
        let Ok((count, from)) = socket.recv_from(&mut buffer).await else { continue };
        let datagram = buffer.get(..count).unwrap_or_default();
        book.datagram(datagram);
        let answer = match &udp.answer {
            UdpAnswer::Silent => None,
            UdpAnswer::Raw(say) => Some(say.0.clone()),
            UdpAnswer::SynAck { version } => syn_ack(datagram, *version),
        };
        if let Some(answer) = answer {
            pause(udp.delay_ms).await;
            // A client that is gone misses nothing.
            drop(socket.send_to(&answer, from).await);
        }
    }
}

/// The answer to a SYN; `None` for anything else.
fn syn_ack(datagram: &[u8], version: u16) -> Option<Vec<u8>> {
    // RDPUDP_FEC_HEADER (2.2.2.1), then RDPUDP_SYNDATA_PAYLOAD (2.2.2.5).
    let ([_, _, _, _, window_high, window_low, flags_high, flags_low], payload) =
        datagram.split_first_chunk::<8>()?;
    let ([n0, n1, n2, n3, mtus @ ..], extensions) = payload.split_first_chunk::<8>()?;
    let flags = u16::from_be_bytes([*flags_high, *flags_low]);
    if flags & (FLAG_SYN | FLAG_ACK) != FLAG_SYN {
        return None;
    }
    let correlation = if flags & FLAG_CORRELATION_ID == 0 { 0 } else { 32 };
    // RDPUDP_SYNDATAEX_PAYLOAD (2.2.2.9); clients of version 1 have none.
    let client_version = match extensions.get(correlation..) {
        Some([_, valid, high, low, ..]) if flags & FLAG_SYNEX != 0 && valid & 0x01 != 0 => {
            Some(u16::from_be_bytes([*high, *low]))
        }
        Some(_) | None => None,
    };

    let mut answer = vec![*n0, *n1, *n2, *n3]; // snSourceAck
    answer.extend([*window_high, *window_low]); // uReceiveWindowSize
    let more = if client_version.is_some() { FLAG_SYNEX } else { 0 };
    answer.extend((FLAG_SYN | FLAG_ACK | more).to_be_bytes());
    answer.extend(random(4)); // snInitialSequenceNumber
    answer.extend(mtus); // uUpStreamMtu, uDownStreamMtu
    if let Some(client_version) = client_version {
        answer.extend(VERSION_INFO_VALID.to_be_bytes());
        answer.extend(version.min(client_version).to_be_bytes());
    }
    answer.resize(usize::from(LENGTH), 0);
    Some(answer)
}
