//! RSA signatures with a key of 1024 bits, which the TLS library's provider refuses to make.
//!
//! The arithmetic does not hide the key from anyone who measures it. The key is published with the lab.

#![expect(single_use_lifetimes, reason = "what `der` derives for `Sequence` trips it")]

use der::asn1::{AnyRef, OctetStringRef, UintRef};
use der::{Decode as _, Sequence};
use rustls::pki_types::PrivateKeyDer;
use rustls::sign::{Signer, SigningKey};
use rustls::{Error, SignatureAlgorithm, SignatureScheme};

/// 1024 bits, the least significant limb first.
type Number = [u64; 16];

const BYTES: usize = 128;

/// The `DigestInfo` of SHA-256 up to the hash (RFC 8017, 9.2, note 1).
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

#[derive(Sequence)]
struct PrivateKeyInfo<'a> {
    version: u8,
    algorithm: AnyRef<'a>,
    private_key: &'a OctetStringRef,
}

#[derive(Sequence)]
struct RsaPrivateKey<'a> {
    version: u8,
    modulus: UintRef<'a>,
    public_exponent: UintRef<'a>,
    private_exponent: UintRef<'a>,
    prime1: UintRef<'a>,
    prime2: UintRef<'a>,
    exponent1: UintRef<'a>,
    exponent2: UintRef<'a>,
    coefficient: UintRef<'a>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct ShortRsaKey {
    modulus: Number,
    exponent: Number,
}

impl ShortRsaKey {
    /// Takes PKCS#8 keys with a modulus of exactly 1024 bits, and nothing else.
    pub(super) fn from_der(key: &PrivateKeyDer<'_>) -> Option<Self> {
        let info = PrivateKeyInfo::from_der(key.secret_der()).ok()?;
        let key = RsaPrivateKey::from_der(info.private_key.as_bytes()).ok()?;
        let modulus = key.modulus.as_bytes();
        if modulus.len() != BYTES || modulus.first()? & 0x80 == 0 {
            return None;
        }
        Some(Self { modulus: number(modulus), exponent: number(key.private_exponent.as_bytes()) })
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let digest = ring::digest::digest(&ring::digest::SHA256, message);
        let mut encoded = vec![0x00, 0x01];
        encoded.resize(BYTES - 1 - SHA256_PREFIX.len() - digest.as_ref().len(), 0xff);
        encoded.push(0x00);
        encoded.extend_from_slice(&SHA256_PREFIX);
        encoded.extend_from_slice(digest.as_ref());
        let signature = power(&number(&encoded), &self.exponent, &self.modulus);
        signature.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect()
    }
}

impl SigningKey for ShortRsaKey {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        let offered = offered.contains(&SignatureScheme::RSA_PKCS1_SHA256);
        offered.then(|| -> Box<dyn Signer> { Box::new(*self) })
    }

    fn algorithm(&self) -> SignatureAlgorithm {
        SignatureAlgorithm::RSA
    }
}

impl Signer for ShortRsaKey {
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Error> {
        Ok(Self::sign(self, message))
    }

    fn scheme(&self) -> SignatureScheme {
        SignatureScheme::RSA_PKCS1_SHA256
    }
}

fn number(bytes: &[u8]) -> Number {
    let mut limbs = [0; 16];
    for (limb, chunk) in limbs.iter_mut().zip(bytes.rchunks(8)) {
        *limb = chunk.iter().fold(0, |value, byte| (value << 8) | u64::from(*byte));
    }
    limbs
}

/// `base` to the power of `exponent`, modulo an odd `modulus` whose top bit is set.
fn power(base: &Number, exponent: &Number, modulus: &Number) -> Number {
    let mut one: Number = [0; 16];
    one[0] = 1;
    // 2^1024 and 2^2048 modulo the modulus, by doubling.
    let mut unit = one;
    for _ in 0..1024 {
        unit = double(&unit, modulus);
    }
    let mut square = unit;
    for _ in 0..1024 {
        square = double(&square, modulus);
    }
    let base = montgomery(base, &square, modulus);
    let mut result = unit;
    for limb in exponent.iter().rev() {
        for bit in (0..64).rev() {
            result = montgomery(&result, &result, modulus);
            if limb >> bit & 1 == 1 {
                result = montgomery(&result, &base, modulus);
            }
        }
    }
    montgomery(&result, &one, modulus)
}

fn double(value: &Number, modulus: &Number) -> Number {
    let mut doubled = [0; 16];
    let mut carry = false;
    for (to, from) in doubled.iter_mut().zip(value) {
        (*to, carry) = from.carrying_add(*from, carry);
    }
    reduce(doubled, carry, modulus)
}

/// `a * b / 2^1024` modulo the modulus.
#[expect(clippy::indexing_slicing, reason = "all indices are below the fixed length of the arrays")]
fn montgomery(a: &Number, b: &Number, modulus: &Number) -> Number {
    let mut inverse: u64 = 1;
    for _ in 0..6 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(modulus[0].wrapping_mul(inverse)));
    }
    let negative_inverse = inverse.wrapping_neg();
    let mut total: Number = [0; 16];
    let mut top: u64 = 0;
    for factor in b {
        let mut carry = 0;
        for j in 0..16 {
            (total[j], carry) = a[j].carrying_mul_add(*factor, total[j], carry);
        }
        let (sum, above) = top.carrying_add(carry, false);
        let quotient = total[0].wrapping_mul(negative_inverse);
        (_, carry) = quotient.carrying_mul_add(modulus[0], total[0], 0);
        for j in 1..16 {
            (total[j - 1], carry) = quotient.carrying_mul_add(modulus[j], total[j], carry);
        }
        let (sum, more) = sum.carrying_add(carry, false);
        total[15] = sum;
        top = u64::from(above) + u64::from(more);
    }
    reduce(total, top != 0, modulus)
}

/// Takes the modulus off once where the value, with its carry, is not below it.
fn reduce(value: Number, carry: bool, modulus: &Number) -> Number {
    let mut reduced = [0; 16];
    let mut borrow = false;
    for ((to, from), limb) in reduced.iter_mut().zip(&value).zip(modulus) {
        (*to, borrow) = from.borrowing_sub(*limb, borrow);
    }
    if carry || !borrow { reduced } else { value }
}

#[cfg(test)]
mod tests {
    use ring::signature::{RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, RsaPublicKeyComponents};
    use rustls::pki_types::pem::PemObject as _;

    use super::*;

    #[test]
    fn signature_verifies() {
        let pem = include_bytes!("../../keys/short-key.pem");
        let key = ShortRsaKey::from_der(&PrivateKeyDer::from_pem_slice(pem).unwrap()).unwrap();
        let modulus: Vec<u8> = key.modulus.iter().rev().flat_map(|limb| limb.to_be_bytes()).collect();
        let public = RsaPublicKeyComponents { n: modulus.as_slice(), e: [1, 0, 1].as_slice() };
        for message in [b"".as_slice(), b"one", b"another message"] {
            let signature = key.sign(message);
            public.verify(&RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY, message, &signature).unwrap();
        }
    }

    #[test]
    fn longer_keys_are_left_to_the_library() {
        let pem = include_bytes!("../../keys/rsa-2048.pem");
        assert!(ShortRsaKey::from_der(&PrivateKeyDer::from_pem_slice(pem).unwrap()).is_none());
    }
}
