//! How a host that is choosy about CredSSP answers.

use std::io::{ErrorKind, Read as _, Write as _};

use rdpcheck_lab::{CredsspToken, LabHost};

use super::{PATIENCE, TlsStream, rule, secure};

const SPNEGO: &[u8] = &[0x06, 0x06, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x02];
const NTLM: &[u8] = &[0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a];
const MS_KERBEROS: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02];
const KERBEROS: &[u8] = &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02];
const PKU2U: &[u8] = &[0x06, 0x0a, 0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x1e];

const NEGOTIATE: &[u8] = b"NTLMSSP\0\x01\0\0\0\x01\0\0\0";

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match u8::try_from(content.len()).unwrap() {
        short @ 0..0x80 => out.push(short),
        long => out.extend([0x81, long]),
    }
    out.extend(content);
    out
}

fn ts_request(version: u8, token: &[u8]) -> Vec<u8> {
    let tokens = element(0xa1, &element(0x30, &element(0x30, &element(0xa0, &element(0x04, token)))));
    element(0x30, &[&[0xa0, 3, 2, 1, version][..], &tokens].concat())
}

fn neg_token_init(mechanisms: &[&[u8]], token: Option<&[u8]>) -> Vec<u8> {
    let mut fields = element(0xa0, &element(0x30, &mechanisms.concat()));
    fields.extend(token.into_iter().flat_map(|token| element(0xa2, &element(0x04, token))));
    element(0x60, &[SPNEGO, &element(0xa0, &element(0x30, &fields))].concat())
}

/// What the host says within one TLS record; `Err` is how it ends instead.
fn ask(host: &LabHost, version: u8, token: &[u8]) -> Result<Vec<u8>, ErrorKind> {
    let mut tls = secure(host).unwrap();
    tls.write_all(&ts_request(version, token)).unwrap();
    let mut answer = vec![0; 1000];
    match tls.read(&mut answer) {
        Ok(0) => Err(ErrorKind::UnexpectedEof),
        Ok(count) => {
            answer.truncate(count);
            assert_eq!(closes(tls), answer[..2] == [0x30, 13] || is_reject(&answer));
            Ok(answer)
        }
        Err(error) => Err(error.kind()),
    }
}

fn closes(mut tls: TlsStream) -> bool {
    tls.sock.set_read_timeout(Some(std::time::Duration::from_millis(100))).unwrap();
    tls.read(&mut [0]).is_ok_and(|count| count == 0)
}

fn is_reject(answer: &[u8]) -> bool {
    answer.ends_with(&[0xa1, 7, 0x30, 5, 0xa0, 3, 0x0a, 1, 2])
}

fn choosy(credssp: &str) -> LabHost {
    rule(&format!("negotiate = {{ select = 2 }}\ncredssp = {{ {credssp} }}"))
}

/// An answer with that state and mechanism, and a challenge or no token.
fn accepts(answer: &[u8], state: u8, mechanism: &[u8], challenge: bool) -> bool {
    let start = [&[0xa0, 3, 0x0a, 1, state][..], &element(0xa1, mechanism)].concat();
    let has_challenge = answer.windows(12).any(|at| at == b"NTLMSSP\0\x02\0\0\0");
    let whole = has_challenge || answer.ends_with(&start);
    answer.windows(start.len()).any(|at| at == start) && has_challenge == challenge && whole
}

#[test]
fn spnego_with_ntlm_is_answered_in_spnego() {
    // As hosts are by default, and one that wants nothing else.
    for credssp in
        ["version = 6", "bare_ntlm = \"close\", spnego = { mechanisms = [\"kerberos\", \"ntlm\"] }"]
    {
        let host = choosy(credssp);
        let answer = ask(&host, 6, &neg_token_init(&[NTLM], Some(NEGOTIATE))).unwrap();
        assert!(accepts(&answer, 1, NTLM, true), "{answer:02x?}");
        let answer = ask(&host, 6, &neg_token_init(&[NTLM], None)).unwrap();
        assert!(accepts(&answer, 1, NTLM, false), "{answer:02x?}");
        let answer = ask(&host, 6, &neg_token_init(&[PKU2U, NTLM], Some(NEGOTIATE))).unwrap();
        assert!(accepts(&answer, 3, NTLM, false), "{answer:02x?}");
        assert!(is_reject(&ask(&host, 6, &neg_token_init(&[PKU2U], None)).unwrap()));
        let tokens: Vec<_> = host.settled_log(PATIENCE).iter().map(|entry| entry.credssp_token).collect();
        assert_eq!(tokens, [Some(CredsspToken::Spnego); 4]);
    }
}

#[test]
fn bare_ntlm_is_refused_as_told() {
    let bare = |credssp: &str| ask(&choosy(credssp), 6, NEGOTIATE);
    assert!(bare("version = 6").unwrap().windows(8).any(|at| at == b"NTLMSSP\0"));
    assert_eq!(bare("bare_ntlm = \"close\""), Err(ErrorKind::UnexpectedEof));
    assert_eq!(bare("bare_ntlm = \"reset\""), Err(ErrorKind::ConnectionReset));
    let answer = bare("bare_ntlm = \"error 0x80090302\", version = 5").unwrap();
    assert_eq!(answer, [0x30, 13, 0xa0, 3, 2, 1, 5, 0xa4, 6, 2, 4, 0x80, 0x09, 0x03, 0x02]);
}

#[test]
fn kerberos_alone() {
    let spnego = "spnego = { mechanisms = [\"kerberos\"] }";
    let host = choosy(spnego);
    for (mechanisms, state, chosen) in [
        (vec![MS_KERBEROS, KERBEROS, NTLM], 1, MS_KERBEROS),
        (vec![KERBEROS], 1, KERBEROS),
        (vec![NTLM, MS_KERBEROS], 3, MS_KERBEROS),
    ] {
        let answer = ask(&host, 6, &neg_token_init(&mechanisms, None)).unwrap();
        assert!(accepts(&answer, state, chosen, false), "{answer:02x?}");
    }
    assert!(is_reject(&ask(&host, 6, &neg_token_init(&[NTLM], Some(NEGOTIATE))).unwrap()));

    let host = choosy(
        "spnego = { mechanisms = [\"kerberos\"], state = \"request-mic\", otherwise = \"error 0x80090302\" }",
    );
    let answer = ask(&host, 6, &neg_token_init(&[MS_KERBEROS], None)).unwrap();
    assert!(accepts(&answer, 3, MS_KERBEROS, false), "{answer:02x?}");
    let answer = ask(&host, 6, &neg_token_init(&[NTLM], Some(NEGOTIATE))).unwrap();
    assert_eq!(answer[7..], [0xa4, 6, 2, 4, 0x80, 0x09, 0x03, 0x02]);
}

#[test]
fn versions_of_client_and_host() {
    let version = |credssp: &str, client: u8| {
        let answer = ask(&choosy(credssp), client, NEGOTIATE)?;
        assert_eq!(answer[3..7], [0xa0, 3, 2, 1]);
        Ok(answer[7])
    };
    assert_eq!(version("version = 5", 6), Ok(5));
    assert_eq!(version("version = 5", 2), Ok(5));
    assert_eq!(version("version = 5, version_reply = \"lower\"", 2), Ok(2));
    assert_eq!(version("version = 5, version_reply = \"lower\"", 6), Ok(5));
    let lowest = "lowest_version = { version = 5, otherwise = \"close\" }";
    assert_eq!(version(lowest, 5), Ok(6));
    assert_eq!(version(lowest, 4), Err(ErrorKind::UnexpectedEof));
}
