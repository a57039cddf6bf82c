//! A client of a few bytes, for what the harness promises about its servers.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longest wait for bytes that must come.
const ANSWER: Duration = Duration::from_secs(10);

/// A handshake message: its type and body.
pub(crate) type Message = (u8, Vec<u8>);

/// A connection; what is not checked is taken as a failure of the test.
pub(crate) struct Raw(TcpStream);

impl Raw {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(ANSWER)).unwrap();
        Self(stream)
    }

    pub(crate) fn send(&mut self, bytes: &[u8]) {
        self.0.write_all(bytes).unwrap();
    }

    /// Sends an X.224 Connection Request that offers `protocols` and gives the answer's bytes.
    pub(crate) fn offer(&mut self, protocols: Option<u8>) -> Vec<u8> {
        match protocols {
            Some(bits) => self.send(&[3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1, 0, 8, 0, bits, 0, 0, 0]),
            None => self.send(&[3, 0, 0, 11, 6, 0xe0, 0, 0, 0, 0, 0]),
        }
        let header = self.take(4);
        let length = usize::from(u16::from_be_bytes([header[2], header[3]]));
        [header, self.take(length - 4)].concat()
    }

    /// Exactly `count` bytes.
    pub(crate) fn take(&mut self, count: usize) -> Vec<u8> {
        let mut bytes = vec![0; count];
        self.0.read_exact(&mut bytes).unwrap();
        bytes
    }

    /// Everything until the peer ends or resets the connection.
    pub(crate) fn rest(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        match self.0.read_to_end(&mut bytes) {
            Ok(_) => bytes,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => bytes,
            Err(error) => panic!("the peer neither answered nor ended: {error}; so far {bytes:02x?}"),
        }
    }

    /// One TLS record: its type and content.
    pub(crate) fn record(&mut self) -> (u8, Vec<u8>) {
        let header = self.take(5);
        let content = self.take(usize::from(u16::from_be_bytes([header[3], header[4]])));
        (header[0], content)
    }

    /// Sends a `ClientHello` and gives the `ServerHello`, unless the peer ends the connection or sends an alert.
    pub(crate) fn accepts(mut self, hello: &[u8]) -> Option<ServerHello> {
        self.send(hello);
        let mut header = [0; 5];
        self.0.read_exact(&mut header).ok()?;
        if header[0] != 22 {
            return None;
        }
        let content = self.take(usize::from(u16::from_be_bytes([header[3], header[4]])));
        split_message(&content).map(|((_, body), _)| ServerHello::read(&body))
    }

    /// Sends a `ClientHello` and reads handshake messages up to and including `last`.
    pub(crate) fn handshake(&mut self, hello: &[u8], last: u8) -> Vec<Message> {
        self.send(hello);
        let (mut pending, mut messages) = (Vec::new(), Vec::new());
        while messages.last().is_none_or(|(kind, _)| *kind != last) {
            let (kind, content) = self.record();
            assert_eq!(kind, 22, "a handshake record is due, got {content:02x?}");
            pending.extend(content);
            while let Some((message, left)) = split_message(&pending) {
                messages.push(message);
                pending = left;
            }
        }
        messages
    }
}

fn split_message(bytes: &[u8]) -> Option<(Message, Vec<u8>)> {
    let header = bytes.get(..4)?;
    let length = usize::try_from(u32::from_be_bytes([0, header[1], header[2], header[3]])).unwrap();
    let body = bytes.get(4..4 + length)?;
    Some(((header[0], body.to_vec()), bytes[4 + length..].to_vec()))
}

/// The parts of a `ServerHello` that a configuration decides.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ServerHello {
    pub(crate) version: u16,
    pub(crate) suite: u16,
}

impl ServerHello {
    pub(crate) fn read(body: &[u8]) -> Self {
        let number = |at: usize| u16::from_be_bytes([body[at], body[at + 1]]);
        let suite = 35 + usize::from(body[34]);
        let mut version = number(0);
        let mut at = suite + 5;
        while at + 4 <= body.len() {
            // supported_versions overrides the legacy field
            if number(at) == 43 {
                version = number(at + 4);
            }
            at += 4 + usize::from(number(at + 2));
        }
        Self { version, suite: number(suite) }
    }
}

/// The first certificate of a TLS 1.2 Certificate message.
pub(crate) fn first_certificate(body: &[u8]) -> Vec<u8> {
    let length = usize::try_from(u32::from_be_bytes([0, body[3], body[4], body[5]])).unwrap();
    body[6..6 + length].to_vec()
}
