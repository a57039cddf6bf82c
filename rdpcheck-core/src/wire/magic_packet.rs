//! The Wake-on-LAN packet (AMD publication 20213, "Magic Packet Technology").

use std::fmt;
use std::str::FromStr;

use crate::Error;

const ALLOWED: &str = "aa:bb:cc:dd:ee:ff, aa-bb-cc-dd-ee-ff, aabb.ccdd.eeff or aabbccddeeff, the address of one network adapter";

/// The Ethernet address of one network adapter: not all zeros, and no group of adapters.
///
/// ```
/// let address: rdpcheck_core::wire::magic_packet::MacAddress = "52-54-00-AB-CD-EF".parse()?;
/// assert_eq!(address.to_string(), "52:54:00:ab:cd:ef");
/// # Ok::<(), rdpcheck_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MacAddress([u8; 6]);

impl MacAddress {
    /// The six bytes, in the order in which they are written and sent.
    #[must_use]
    pub fn octets(self) -> [u8; 6] {
        self.0
    }
}

impl FromStr for MacAddress {
    type Err = Error;

    /// # Errors
    ///
    /// [`Error::InvalidOptions`] for another form and for an address that no single adapter has.
    fn from_str(given: &str) -> Result<Self, Error> {
        let text = given.trim();
        let octets = digits(text).and_then(|digits| octets(&digits));
        match octets {
            // The lowest bit of the first byte makes an address one of a group; broadcast has it, too (IEEE 802).
            Some(octets @ [first, ..]) if first & 1 == 0 && octets != [0; 6] => Ok(Self(octets)),
            _ => Err(Error::InvalidOptions {
                option: "wake_on_lan",
                value: super::text::tame(given),
                allowed: ALLOWED,
            }),
        }
    }
}

impl fmt::Display for MacAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

/// The packet that wakes this adapter's machine: six bytes of 0xff, then the address sixteen times.
#[must_use]
pub fn magic_packet(address: MacAddress) -> [u8; 102] {
    let mut packet = [0xff; 102];
    for copy in packet.chunks_exact_mut(6).skip(1) {
        copy.copy_from_slice(&address.0);
    }
    packet
}

/// The twelve digits in one of the four forms.
fn digits(text: &str) -> Option<String> {
    let (separator, group) = match text.chars().find(|character| !character.is_ascii_hexdigit()) {
        None => return Some(text.to_owned()),
        Some(separator @ (':' | '-')) => (separator, 2),
        Some('.') => ('.', 4),
        Some(_) => return None,
    };
    text.split(separator).all(|digits| digits.len() == group).then(|| text.replace(separator, ""))
}

fn octets(digits: &str) -> Option<[u8; 6]> {
    if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let number = u64::from_str_radix(digits, 16).ok()?;
    let [_, _, octets @ ..] = number.to_be_bytes();
    Some(octets)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_form_is_understood() {
        for text in [
            "52:54:00:ab:cd:ef",
            "52-54-00-AB-CD-EF",
            "5254.00ab.cdef",
            "525400abCDEF",
            " 52:54:00:ab:cd:ef\n",
        ] {
            let address: MacAddress = text.parse().unwrap();
            assert_eq!(address.octets(), [0x52, 0x54, 0, 0xab, 0xcd, 0xef], "{text}");
            assert_eq!(address.to_string(), "52:54:00:ab:cd:ef");
        }
    }

    #[test]
    fn other_forms_and_addresses_of_nobody_are_refused() {
        for text in [
            "",
            "host",
            "52:54:00:ab:cd",
            "52:54:00:ab:cd:ef:01",
            "52:54:00:ab:cd-ef",
            "5:254:00:ab:cd:ef",
            "5254:00ab:cdef",
            "52.54.00.ab.cd.ef",
            "525400abcde",
            "+25400abcdef",
            "52:54:00:ab:cd:e\u{e9}",
            "00:00:00:00:00:00",
            "ff:ff:ff:ff:ff:ff",
            "01:00:5e:00:00:01",
        ] {
            let error = text.parse::<MacAddress>().unwrap_err();
            assert_eq!(error.to_string(), format!("invalid wake_on_lan: {text}; allowed: {ALLOWED}"));
        }
    }

    #[test]
    fn the_packet_is_six_ones_and_sixteen_addresses() {
        let packet = magic_packet("52:54:00:ab:cd:ef".parse().unwrap());
        assert_eq!(packet[..6], [0xff; 6]);
        assert_eq!(packet[6..], [0x52, 0x54, 0, 0xab, 0xcd, 0xef].repeat(16));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _address = text.parse::<MacAddress>();
        }

        #[test]
        fn what_is_written_is_read(octets: [u8; 6]) {
            let address = MacAddress(octets);
            let fits = octets[0] & 1 == 0 && octets != [0; 6];
            prop_assert_eq!(address.to_string().parse().ok(), fits.then_some(address));
        }
    }
}
