//! NTLM `NEGOTIATE_MESSAGE` and `CHALLENGE_MESSAGE` (MS-NLMP 2.2.1.1, 2.2.1.2): no library offers them apart from a whole
//! authentication, which is what must not happen here.

use time::OffsetDateTime;

use super::text::tame;
use crate::evidence::NtlmChallenge;

const SIGNATURE: [u8; 8] = *b"NTLMSSP\0";

/// A negotiate message without names. The flags are those of a Windows client with its version; the version is the
/// one of Windows 10 1809.
#[must_use]
pub fn negotiate() -> Vec<u8> {
    // UNICODE, OEM, REQUEST_TARGET, SIGN, SEAL, LM_KEY, NTLM, ALWAYS_SIGN, EXTENDED_SESSIONSECURITY, VERSION, 128, KEY_EXCH, 56
    const FLAGS: u32 = 0xE208_82B7;
    let mut message = SIGNATURE.to_vec();
    message.extend(1_u32.to_le_bytes()); // MessageType
    message.extend(FLAGS.to_le_bytes()); // NegotiateFlags
    message.extend([0; 8]); // DomainNameFields
    message.extend([0; 8]); // WorkstationFields
    message.extend([10, 0, 0x63, 0x45, 0, 0, 0, 15]); // Version: 10.0.17763, reserved, NTLMSSP_REVISION_W2K3
    message
}

/// The token as NTLM, whether bare or inside SPNEGO (RFC 4178).
#[must_use]
pub fn find(token: &[u8]) -> Option<&[u8]> {
    let at = token.windows(SIGNATURE.len()).position(|window| window == SIGNATURE)?;
    token.get(at..)
}

/// Reads a challenge.
///
/// # Errors
///
/// What is wrong with the bytes.
pub fn challenge(message: &[u8]) -> Result<NtlmChallenge, &'static str> {
    const NEGOTIATE_VERSION: u32 = 0x0200_0000;
    if !message.starts_with(&SIGNATURE) {
        return Err("no NTLM message");
    }
    if u32_at(message, 8) != Some(2) {
        return Err("an NTLM message that is no challenge");
    }
    let flags = u32_at(message, 20).ok_or("a challenge that is too short")?;
    let target_name = field(message, 12).map(utf16).filter(|name| !name.is_empty());
    let target_information = field(message, 40).unwrap_or_default();
    let claimed_os_version = match message.get(48..52) {
        Some(&[major, minor, low, high]) if flags & NEGOTIATE_VERSION != 0 => {
            Some(format!("{major}.{minor}.{}", u16::from_le_bytes([low, high])))
        }
        _ => None,
    };
    let mut read = NtlmChallenge {
        flags,
        target_name,
        claimed_os_version,
        netbios_computer: None,
        netbios_domain: None,
        dns_computer: None,
        dns_domain: None,
        dns_tree: None,
        timestamp: None,
        av_pairs: Vec::new(),
    };
    read_av_pairs(target_information, &mut read);
    Ok(read)
}

/// `AV_PAIR` (MS-NLMP 2.2.2.1), as far as they go: a list that is cut off still names the host.
fn read_av_pairs(mut rest: &[u8], read: &mut NtlmChallenge) {
    while let Some((&[id_low, id_high, length_low, length_high], after)) = rest.split_first_chunk::<4>() {
        let id = u16::from_le_bytes([id_low, id_high]);
        let length = usize::from(u16::from_le_bytes([length_low, length_high]));
        let Some((value, after)) = after.split_at_checked(length) else {
            return;
        };
        if id == 0 || read.av_pairs.len() == 32 {
            return;
        }
        read.av_pairs.push(id);
        match id {
            1 => read.netbios_computer = Some(utf16(value)),
            2 => read.netbios_domain = Some(utf16(value)),
            3 => read.dns_computer = Some(utf16(value)),
            4 => read.dns_domain = Some(utf16(value)),
            5 => read.dns_tree = Some(utf16(value)),
            7 => {
                let ticks = <[u8; 8]>::try_from(value).ok().map(u64::from_le_bytes);
                // Zero is "no time" (MS-DTYP 2.3.3), not the year 1601.
                read.timestamp = ticks.filter(|ticks| *ticks != 0).and_then(file_time);
            }
            _ => {}
        }
        rest = after;
    }
}

/// A `FILETIME`: 100 ns units since 1601.
fn file_time(ticks: u64) -> Option<OffsetDateTime> {
    const UNIX_EPOCH_SECONDS: i128 = 11_644_473_600;
    let nanoseconds =
        i128::from(ticks).checked_mul(100)?.checked_sub(UNIX_EPOCH_SECONDS.checked_mul(1_000_000_000)?)?;
    let read = OffsetDateTime::from_unix_timestamp_nanos(nanoseconds).ok()?;
    (read.year() <= 9999).then_some(read)
}

/// The bytes that a field (length, maximum length, offset) points to, as far as the message goes.
fn field(message: &[u8], at: usize) -> Option<&[u8]> {
    let length = u16::from_le_bytes(*message.get(at..)?.first_chunk::<2>()?);
    let start = usize::try_from(u32_at(message, at.checked_add(4)?)?).ok()?;
    let end = start.checked_add(usize::from(length))?.min(message.len());
    message.get(start..end)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..)?.first_chunk::<4>().map(|bytes| u32::from_le_bytes(*bytes))
}

fn utf16(bytes: &[u8]) -> String {
    let units =
        bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok()).map(u16::from_le_bytes);
    let text: String =
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    tame(&text)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::arithmetic_side_effects, reason = "a test may fail")]

    use proptest::prelude::*;

    use super::*;

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn sample() -> Vec<u8> {
        let name = wide("HOST");
        let mut pairs = Vec::new();
        for (id, value) in [
            (2_u16, wide("DOM")),
            (1, wide("HOST")),
            (4, wide("dom.example")),
            (3, wide("host.dom.example")),
            (7, 133_480_608_000_000_000_u64.to_le_bytes().to_vec()),
            (0, vec![]),
        ] {
            pairs.extend(id.to_le_bytes());
            pairs.extend(u16::try_from(value.len()).unwrap().to_le_bytes());
            pairs.extend(value);
        }
        let mut message = SIGNATURE.to_vec();
        message.extend(2_u32.to_le_bytes());
        for (length, offset) in [(name.len(), 56), (0, 0)] {
            if offset == 0 {
                message.extend(0xE28A_8235_u32.to_le_bytes());
                message.extend([1; 8]);
                message.extend([0; 8]);
                message.extend(u16::try_from(pairs.len()).unwrap().to_le_bytes());
                message.extend(u16::try_from(pairs.len()).unwrap().to_le_bytes());
                message.extend(u32::try_from(56 + name.len()).unwrap().to_le_bytes());
            } else {
                message.extend(u16::try_from(length).unwrap().to_le_bytes());
                message.extend(u16::try_from(length).unwrap().to_le_bytes());
                message.extend(u32::try_from(offset).unwrap().to_le_bytes());
            }
        }
        message.extend([10, 0, 0x7c, 0x4f, 0, 0, 0, 15]);
        message.extend(name);
        message.extend(pairs);
        message
    }

    #[test]
    fn a_challenge_is_read() {
        let read = challenge(&sample()).unwrap();
        assert_eq!(read.target_name.as_deref(), Some("HOST"));
        assert_eq!(read.claimed_os_version.as_deref(), Some("10.0.20348"));
        assert_eq!(read.netbios_domain.as_deref(), Some("DOM"));
        assert_eq!(read.dns_computer.as_deref(), Some("host.dom.example"));
        assert_eq!(read.av_pairs, [2, 1, 4, 3, 7]);
        assert_eq!(read.timestamp.unwrap(), time::macros::datetime!(2023-12-26 10:40 UTC));
    }

    #[test]
    fn spnego_is_looked_through() {
        let mut wrapped = vec![0xa1, 0x82, 1, 2, 0x30];
        wrapped.extend(sample());
        assert!(challenge(find(&wrapped).unwrap()).is_ok());
        assert_eq!(find(b"kerberos"), None);
    }

    #[test]
    fn lies_about_lengths_cost_what_they_hide() {
        let mut outside = sample();
        outside[16] = 0xff;
        outside[17] = 0xff;
        let read = challenge(&outside).unwrap();
        assert_eq!((read.target_name, read.netbios_computer.as_deref()), (None, Some("HOST")));
        let cut = challenge(&sample()[..80]).unwrap();
        assert_eq!(cut.netbios_domain.as_deref(), Some("DOM"));
        assert!(challenge(&sample()[..10]).is_err());
        assert!(challenge(&negotiate()).is_err());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(tail in proptest::collection::vec(any::<u8>(), 0..200), cut in 0usize..140) {
            let mut message = sample();
            message.truncate(cut);
            message.extend(&tail);
            let _read = challenge(&message);
            let _found = find(&tail);
        }
    }
}
