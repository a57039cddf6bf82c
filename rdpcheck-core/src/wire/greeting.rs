//! What speaks on a port when it is not Remote Desktop.

use crate::evidence::Service;

/// Names the service whose greeting or answer begins with `bytes`. `sent` is what was sent before, to know an echo.
#[must_use]
pub fn identify(bytes: &[u8], sent: &[u8]) -> Option<Service> {
    if !sent.is_empty()
        && bytes.len() >= sent.len().min(8)
        && sent.starts_with(bytes.get(..sent.len().min(bytes.len()))?)
    {
        return Some(Service::Echo);
    }
    let upper: Vec<u8> = bytes.iter().take(200).map(u8::to_ascii_uppercase).collect();
    let has = |word: &[u8]| upper.windows(word.len()).any(|window| window == word);
    let starts = |word: &[u8]| upper.starts_with(word);
    Some(match bytes {
        // Alert or handshake record of TLS 1.0 to 1.3, or the two-byte beginning of one.
        [0x15 | 0x16, 0x03, 0x00..=0x04, ..] => Service::TlsFirst,
        // Protocol version 10 of the handshake, after a three-byte length and sequence number 0.
        [_, _, 0x00, 0x00, 0x0a, b'3'..=b'9' | b'1', ..] => Service::MySql,
        // An error packet: "Host ... is not allowed to connect", "Too many connections".
        [_, _, 0x00, 0x00, 0xff, ..]
            if has(b"MYSQL") || has(b"MARIADB") || has(b"NOT ALLOWED TO CONNECT") || has(b"HOST") =>
        {
            Service::MySql
        }
        // IAC WILL, WONT, DO, DONT.
        [0xff, 0xfb..=0xfe, ..] => Service::Telnet,
        _ if starts(b"SSH-") => Service::Ssh,
        _ if starts(b"HTTP/") || starts(b"<!DOCTYPE HTML") || starts(b"<HTML") => Service::Http,
        _ if starts(b"RFB 0") => Service::Vnc,
        _ if starts(b"220") && has(b"SMTP") => Service::Smtp,
        _ if starts(b"220") && has(b"FTP") => Service::Ftp,
        _ if starts(b"554") && has(b"SMTP") => Service::Smtp,
        _ if starts(b"* OK") || starts(b"* PREAUTH") || starts(b"* BYE") => Service::Imap,
        _ if starts(b"+OK") => Service::Pop3,
        _ if starts(b"-ERR") || starts(b"-DENIED REDIS") || starts(b"-NOAUTH") => Service::Redis,
        _ if starts(b"E") && (has(b"SFATAL") || has(b"UNSUPPORTED FRONTEND PROTOCOL")) => Service::PostgreSql,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_by_greeting() {
        for (bytes, service) in [
            (&b"SSH-2.0-OpenSSH_9.2p1\r\n"[..], Some(Service::Ssh)),
            (b"HTTP/1.1 400 Bad Request\r\n", Some(Service::Http)),
            (b"<html><body>", Some(Service::Http)),
            (b"RFB 003.008\n", Some(Service::Vnc)),
            (b"220 mail.example ESMTP Postfix\r\n", Some(Service::Smtp)),
            (b"220 (vsFTPd 3.0.3)\r\n", Some(Service::Ftp)),
            (b"220 hello\r\n", None),
            (b"* OK IMAP4rev1\r\n", Some(Service::Imap)),
            (b"+OK ready\r\n", Some(Service::Pop3)),
            (b"-ERR unknown command\r\n", Some(Service::Redis)),
            (&[0x4a, 0, 0, 0, 0x0a, b'8', b'.', b'0'], Some(Service::MySql)),
            (&[0x15, 3, 1, 0, 2, 2, 70], Some(Service::TlsFirst)),
            (&[0xff, 0xfd, 0x18], Some(Service::Telnet)),
            (&[3, 0, 0, 9, 2, 0xf0, 0x80], None),
            (b"", None),
        ] {
            assert_eq!(identify(bytes, &[3, 0, 0, 0x13, 0x0e, 0xe0, 0, 0]), service, "{bytes:?}");
        }
    }

    #[test]
    fn an_echo_is_what_was_sent() {
        let sent = [3, 0, 0, 19, 14, 0xe0, 0, 0, 0, 0, 0, 1];
        assert_eq!(identify(&sent, &sent), Some(Service::Echo));
        assert_eq!(identify(&sent[..3], &sent), None);
        assert_eq!(identify(&[3, 0, 0, 19, 14, 0xd0, 0, 0], &sent), None);
    }
}
