//! What a client meets on UDP.

use std::io::ErrorKind;
use std::net::UdpSocket;
use std::time::Duration;

use rdpcheck_lab::LabHost;

use super::{HEALTHY, PATIENCE, host};

const FLAG_SYNEX: u16 = 0x1000;
const FLAG_CORRELATION_ID: u16 = 0x0800;

fn listening(udp: &str) -> LabHost {
    host(&format!("[udp]\n{udp}\n[[rule]]\n{HEALTHY}"))
}

fn client(host: &LabHost) -> UdpSocket {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.connect(host.address()).unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket
}

/// A SYN as Windows sends it, with the version in its extension.
fn syn(flags: u16, version: u16) -> Vec<u8> {
    let mut datagram = vec![0xff, 0xff, 0xff, 0xff, 0x00, 0x40];
    datagram.extend((flags | 0x0001).to_be_bytes());
    datagram.extend([0x0b, 0x12, 0x7f, 0x15, 0x04, 0xd0, 0x04, 0xd0]);
    if flags & FLAG_CORRELATION_ID != 0 {
        datagram.extend([0x78; 16]);
        datagram.extend([0; 16]);
    }
    if flags & FLAG_SYNEX != 0 {
        datagram.extend([0x00, 0x01]);
        datagram.extend(version.to_be_bytes());
    }
    datagram.resize(1232, 0);
    datagram
}

fn ask(host: &LabHost, datagram: &[u8]) -> Vec<u8> {
    let socket = client(host);
    socket.send(datagram).unwrap();
    let mut answer = vec![0; 2000];
    let count = socket.recv(&mut answer).unwrap();
    answer.truncate(count);
    answer
}

#[test]
fn syn_is_acknowledged_with_the_lower_version() {
    for (own, flags, theirs, expected) in [
        (2, FLAG_SYNEX | FLAG_CORRELATION_ID, 3, Some(2)),
        (0x101, FLAG_SYNEX | FLAG_CORRELATION_ID, 0x101, Some(0x101)),
        (0x101, FLAG_SYNEX, 2, Some(2)),
        (1, FLAG_SYNEX, 2, Some(1)),
        (2, 0, 0, None),
    ] {
        let host = listening(&format!("answer = \"syn-ack\"\nversion = {own}"));
        let answer = ask(&host, &syn(flags, theirs));
        assert_eq!(answer.len(), 1232);
        assert_eq!(answer[..6], [0x0b, 0x12, 0x7f, 0x15, 0x00, 0x40]);
        assert_eq!(answer[12..16], [0x04, 0xd0, 0x04, 0xd0]);
        match expected {
            Some(version) => {
                assert_eq!(answer[6..8], [0x10, 0x05]);
                assert_eq!(answer[16..18], [0x00, 0x01]);
                assert_eq!(u16::from_be_bytes([answer[18], answer[19]]), version);
            }
            None => {
                assert_eq!(answer[6..8], [0x00, 0x05]);
                assert!(answer[16..].iter().all(|byte| *byte == 0));
            }
        }
    }
}

#[test]
fn other_datagrams_are_not_acknowledged() {
    let host = listening("answer = \"syn-ack\"");
    let socket = client(&host);
    let mut acknowledgement = syn(0, 0);
    acknowledgement[7] |= 0x04;
    for datagram in [&b"hello"[..], &acknowledgement, &syn(0, 0)[..15]] {
        socket.send(datagram).unwrap();
    }
    // The answer to what comes last is the first.
    socket.send(&syn(FLAG_SYNEX, 1)).unwrap();
    let mut answer = [0; 2000];
    socket.recv(&mut answer).unwrap();
    assert_eq!(answer[6..8], [0x10, 0x05]);
    assert_eq!(host.datagrams(4, PATIENCE).len(), 4);
}

#[test]
fn silence_text_and_a_closed_port() {
    let silent = listening("answer = \"silent\"");
    let socket = client(&silent);
    socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    socket.send(b"hello").unwrap();
    let error = socket.recv(&mut [0; 10]).unwrap_err();
    assert!(matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{error}");
    assert_eq!(silent.datagrams(1, PATIENCE), [b"hello"]);

    assert_eq!(ask(&listening("text = \"what?\""), b"hello"), b"what?");

    let closed = host(&format!("[[rule]]\n{HEALTHY}"));
    let socket = client(&closed);
    socket.send(b"hello").unwrap();
    assert_eq!(socket.recv(&mut [0; 10]).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}
