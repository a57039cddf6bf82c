//! The server's first TSRequest ([MS-CSSP] 2.2.1) with an NTLM `CHALLENGE_MESSAGE` ([MS-NLMP] 2.2.1.2).
//!
//! [MS-CSSP]: https://learn.microsoft.com/openspecs/windows_protocols/ms-cssp/
//! [MS-NLMP]: https://learn.microsoft.com/openspecs/windows_protocols/ms-nlmp/

use std::time::{SystemTime, UNIX_EPOCH};

use super::spnego::{self, Init, open};
use super::{Wire, pause};
use crate::scenario::{Challenge, Credssp, CredsspAction, Finish, TokenRefusal};
use crate::{End, Progress};

/// Seconds from 1601, where FILETIME begins, to 1970.
const FILETIME_EPOCH: i64 = 11_644_473_600;

/// What Windows sets: Unicode, sign, seal, NTLM, extended session security, target info, version, 128 and
/// 56 bits, key exchange. The target type is added.
const FLAGS: u32 = 0xe288_8235;
const TARGET_IS_DOMAIN: u32 = 0x0001_0000;
const TARGET_IS_SERVER: u32 = 0x0002_0000;

/// Reads one TSRequest and answers it.
pub(super) async fn answer(wire: &mut Wire<'_>, credssp: &Credssp) -> Result<End, End> {
    let length = loop {
        match element_length(wire.input()) {
            Length::Known(length) if wire.input().len() >= length => break length,
            Length::Known(_) | Length::Open => wire.fill().await?,
            Length::NotDer => return Ok(wire.finish().await),
        }
    };
    let request = wire.take(length);
    let client_version = version(&request);
    let token = token(&request);
    wire.entry().update(|entry| {
        entry.credssp_version = client_version;
        entry.credssp_token = token.map(spnego::kind);
    });
    wire.entry().reached(Progress::Requested);
    let bytes = match &credssp.action {
        CredsspAction::Nothing => {
            pause(credssp.pace.delay_ms).await;
            return Ok(wire.end(credssp.end.unwrap_or(Finish::Silent)).await);
        }
        CredsspAction::Raw(say) => say.0.clone(),
        CredsspAction::Error { version, code } => error(*version, *code),
        CredsspAction::Challenge(challenge) => {
            match reply(credssp, challenge, client_version.unwrap_or(0), token) {
                Ok(bytes) => bytes,
                Err(refusal) => return refuse(wire, credssp, refusal, challenge.version).await,
            }
        }
    };
    wire.say(&bytes, credssp.pace).await?;
    wire.entry().reached(Progress::Answered);
    Ok(wire.end(credssp.end.unwrap_or(Finish::Silent)).await)
}

/// The TSRequest that answers a token, or how it is refused.
fn reply(
    host: &Credssp,
    challenge: &Challenge,
    client_version: u32,
    token: Option<&[u8]>,
) -> Result<Vec<u8>, TokenRefusal> {
    if let Some(lowest) = host.lowest_version
        && client_version < lowest.version
    {
        return Err(lowest.otherwise);
    }
    let version = match u8::try_from(client_version) {
        Ok(client) if host.lower_version => challenge.version.min(client),
        Ok(_) | Err(_) => challenge.version,
    };
    let message = ntlm_challenge(challenge, now());
    match (token.and_then(Init::read), host.bare_ntlm) {
        (Some(init), _) => match init.answer(&host.spnego, &message) {
            Some(answer) => Ok(ts_request(version, &answer)),
            None => Err(host.spnego.otherwise),
        },
        (None, Some(refusal)) => Err(refusal),
        (None, None) => Ok(ts_request(version, &message)),
    }
}

async fn refuse(wire: &mut Wire<'_>, host: &Credssp, refusal: TokenRefusal, version: u8) -> Result<End, End> {
    let bytes = match refusal {
        TokenRefusal::End(end) => {
            pause(host.pace.delay_ms).await;
            return Ok(wire.end(end).await);
        }
        TokenRefusal::Error(code) => error(version, code),
        TokenRefusal::Reject => ts_request(version, &spnego::reject()),
    };
    wire.say(&bytes, host.pace).await?;
    wire.entry().reached(Progress::Answered);
    Ok(wire.end(host.end.unwrap_or(Finish::Close)).await)
}

enum Length {
    Known(usize),
    NotDer,
    Open,
}

/// The length of a SEQUENCE with its header.
fn element_length(input: &[u8]) -> Length {
    match *input {
        [] | [0x30] => Length::Open,
        [0x30, short @ 0..=0x7f, ..] => Length::Known(2 + usize::from(short)),
        [0x30, 0x81, length, ..] => Length::Known(3 + usize::from(length)),
        [0x30, 0x82, high, low, ..] => Length::Known(4 + usize::from(u16::from_be_bytes([high, low]))),
        [0x30, 0x81 | 0x82, ..] => Length::Open,
        _ => Length::NotDer,
    }
}

/// The version field, which comes first.
fn version(request: &[u8]) -> Option<u32> {
    let (content, _) = open(request, 0x30)?;
    let (field, _) = open(content, 0xa0)?;
    match *open(field, 0x02)?.0 {
        [version] => Some(version.into()),
        [high, low] => Some(u16::from_be_bytes([high, low]).into()),
        _ => None,
    }
}

/// The first of `negoTokens`.
fn token(request: &[u8]) -> Option<&[u8]> {
    let (content, _) = open(request, 0x30)?;
    let (_, rest) = open(content, 0xa0)?;
    let (tokens, _) = open(rest, 0xa1)?;
    let (list, _) = open(tokens, 0x30)?;
    let (first, _) = open(list, 0x30)?;
    let (token, _) = open(first, 0xa0)?;
    Some(open(token, 0x04)?.0)
}

fn error(version: u8, code: u32) -> Vec<u8> {
    let [first, ..] = code.to_be_bytes();
    let mut integer = Vec::new();
    if first & 0x80 != 0 {
        // As Windows sends it: four bytes, which DER reads as a negative number.
        integer.extend_from_slice(&code.to_be_bytes());
    } else {
        let significant = code.to_be_bytes().into_iter().skip_while(|byte| *byte == 0).collect::<Vec<_>>();
        if significant.first().is_none_or(|byte| byte & 0x80 != 0) {
            integer.push(0);
        }
        integer.extend_from_slice(&significant);
    }
    let mut content = element(0xa0, &element(0x02, &[version]));
    content.extend(element(0xa4, &element(0x02, &integer)));
    element(0x30, &content)
}

fn ts_request(version: u8, token: &[u8]) -> Vec<u8> {
    let token = element(0xa0, &element(0x04, token));
    let tokens = element(0x30, &element(0x30, &token));
    let mut content = element(0xa0, &element(0x02, &[version]));
    content.extend(element(0xa1, &tokens));
    element(0x30, &content)
}

fn ntlm_challenge(challenge: &Challenge, now: Option<i64>) -> Vec<u8> {
    let computer = challenge.computer.as_str();
    let domain = challenge.domain.as_deref().unwrap_or(computer);
    let dns_domain = challenge.dns_domain.as_deref();
    let dns_computer = challenge.dns_computer.clone().unwrap_or_else(|| match dns_domain {
        Some(suffix) => format!("{computer}.{suffix}"),
        None => computer.to_owned(),
    });

    let mut pairs = Vec::new();
    pair(&mut pairs, 2, &utf16(domain));
    pair(&mut pairs, 1, &utf16(computer));
    pair(&mut pairs, 4, &utf16(dns_domain.unwrap_or(computer)));
    pair(&mut pairs, 3, &utf16(&dns_computer));
    if let Some(dns_domain) = dns_domain {
        pair(&mut pairs, 5, &utf16(dns_domain));
    }
    if let (Some(offset), Some(now)) = (challenge.time_offset_seconds, now) {
        let filetime = now.saturating_add(offset.saturating_mul(10_000_000));
        pair(&mut pairs, 7, &filetime.to_le_bytes());
    }
    pair(&mut pairs, 0, &[]);

    let target = utf16(domain);
    let target_type = if challenge.domain.is_some() { TARGET_IS_DOMAIN } else { TARGET_IS_SERVER };
    let header = 8 // Signature
        + 4 // MessageType
        + 8 // TargetNameFields
        + 4 // NegotiateFlags
        + 8 // ServerChallenge
        + 8 // Reserved
        + 8 // TargetInfoFields
        + 8; // Version
    let mut message = b"NTLMSSP\0".to_vec();
    message.extend(2_u32.to_le_bytes());
    fields(&mut message, target.len(), header);
    message.extend((FLAGS | target_type).to_le_bytes());
    message.extend([0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef]);
    message.extend([0; 8]);
    fields(&mut message, pairs.len(), header + target.len());
    let (major, minor, build) = challenge.os;
    message.extend([major, minor]);
    message.extend(build.to_le_bytes());
    message.extend([0, 0, 0, 15]); // reserved, NTLM revision
    message.extend(target);
    message.extend(pairs);
    message
}

/// FILETIME of now.
fn now() -> Option<i64> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    let ticks = i64::try_from(since.as_nanos() / 100).ok()?;
    Some(ticks + FILETIME_EPOCH * 10_000_000)
}

fn fields(out: &mut Vec<u8>, length: usize, offset: usize) {
    let length = u16::try_from(length).unwrap_or(u16::MAX).to_le_bytes();
    out.extend(length);
    out.extend(length);
    out.extend(u32::try_from(offset).unwrap_or(u32::MAX).to_le_bytes());
}

fn pair(out: &mut Vec<u8>, id: u16, value: &[u8]) {
    out.extend(id.to_le_bytes());
    out.extend(u16::try_from(value.len()).unwrap_or(u16::MAX).to_le_bytes());
    out.extend_from_slice(value);
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

pub(super) fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    match (u8::try_from(content.len()), u16::try_from(content.len())) {
        (Ok(short @ 0..=0x7f), _) => out.push(short),
        (Ok(length), _) => out.extend([0x81, length]),
        (Err(_), length) => {
            out.push(0x82);
            out.extend(length.unwrap_or(u16::MAX).to_be_bytes());
        }
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn challenge_has_the_names_and_the_time() {
        let challenge = Challenge { domain: Some("LAB".to_owned()), ..Challenge::default() };
        let message = ntlm_challenge(&challenge, Some(0x0102_0304_0506_0708));
        assert_eq!(&message[..12], b"NTLMSSP\0\x02\0\0\0");
        assert_eq!(&message[12..20], [6, 0, 6, 0, 56, 0, 0, 0]);
        assert_eq!(&message[48..56], [10, 0, 0x7c, 0x4f, 0, 0, 0, 15]);
        assert_eq!(&message[56..62], b"L\0A\0B\0");
        assert!(message.windows(12).any(|at| at == [7, 0, 8, 0, 8, 7, 6, 5, 4, 3, 2, 1]));
        assert!(message.ends_with(&[0; 4]));
    }

    #[test]
    fn requests_are_as_long_as_they_say() {
        for bytes in [ts_request(6, &[0; 200]), error(6, 0xc000_006d)] {
            let Length::Known(length) = element_length(&bytes) else { panic!("no length") };
            assert_eq!(length, bytes.len());
            assert_eq!(version(&bytes), Some(6));
        }
        assert_eq!(&error(6, 0xc000_006d)[7..], [0xa4, 0x06, 0x02, 0x04, 0xc0, 0x00, 0x00, 0x6d]);
    }
}
