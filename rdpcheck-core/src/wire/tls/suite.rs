//! What a cipher suite consists of.

use tls_parser::{TlsCipherAu, TlsCipherEnc, TlsCipherKx, TlsCipherMac, TlsCipherSuite, TlsPRF};

use super::{SSL_3_0, TLS_1_0, TLS_1_2, TLS_1_3};

/// A cipher suite taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Suite {
    /// The registered number.
    pub number: u16,
    /// The registered name.
    pub name: &'static str,
    /// How the keys are agreed on.
    pub exchange: Exchange,
    /// What the server's certificate signs or decrypts with.
    pub authentication: Authentication,
    /// How the data is encrypted.
    pub encryption: Encryption,
    /// The lowest version in which servers take the suite. The suites of SSL 3.0 and the AES suites of RFC 3268 are taken
    /// from SSL 3.0 on, those on elliptic curves from TLS 1.0 (RFC 8422), those with a hash of their own from TLS 1.2.
    pub lowest_version: u16,
}

/// How a suite agrees on keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Exchange {
    /// Diffie-Hellman that nobody signs.
    Anonymous,
    /// Ephemeral Diffie-Hellman over a prime field.
    Dhe,
    /// Ephemeral Diffie-Hellman over an elliptic curve.
    Ecdhe,
    /// Static Diffie-Hellman, pre-shared keys, Kerberos and more that no Remote Desktop host speaks.
    Other,
    /// The client encrypts a secret with the certificate's key.
    Rsa,
    /// Not named by the suite (TLS 1.3).
    Tls13,
}

/// What a suite asks of the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Authentication {
    /// Any key (TLS 1.3).
    Any,
    /// A DSA key.
    Dsa,
    /// An elliptic curve key.
    Ecdsa,
    /// No certificate.
    None,
    /// Something that is no certificate's key, such as a password.
    Other,
    /// An RSA key.
    Rsa,
}

/// How a suite encrypts, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Encryption {
    /// With authentication: GCM, CCM, ChaCha20-Poly1305.
    Aead,
    /// A block cipher of 128 bits or more in CBC mode.
    Cbc,
    /// Triple DES (CVE-2016-2183).
    TripleDes,
    /// RC4 (prohibited by RFC 7465).
    Rc4,
    /// Keys of 56 bits or fewer: DES, and the export suites.
    DesOrExport,
    /// None at all.
    Null,
}

impl Suite {
    /// The suite of this number; `None` for what is not registered and for numbers that are signals and no suites
    /// (RFC 5746, RFC 7507).
    #[must_use]
    pub fn of(number: u16) -> Option<Self> {
        let known = TlsCipherSuite::from_id(number)?;
        if known.mac == TlsCipherMac::Null {
            return None;
        }
        Some(Self {
            number,
            name: known.name,
            exchange: exchange(known),
            authentication: match known.au {
                TlsCipherAu::Tls13 => Authentication::Any,
                TlsCipherAu::Dss => Authentication::Dsa,
                TlsCipherAu::Ecdsa => Authentication::Ecdsa,
                TlsCipherAu::Null => Authentication::None,
                TlsCipherAu::Rsa => Authentication::Rsa,
                _ => Authentication::Other,
            },
            encryption: encryption(known),
            lowest_version: lowest_version(known),
        })
    }
}

fn exchange(suite: &TlsCipherSuite) -> Exchange {
    match (suite.kx, suite.au) {
        (TlsCipherKx::Tls13, _) => Exchange::Tls13,
        (TlsCipherKx::Dh | TlsCipherKx::Ecdh | TlsCipherKx::Aecdh, TlsCipherAu::Null) => Exchange::Anonymous,
        (TlsCipherKx::Dhe, TlsCipherAu::Rsa | TlsCipherAu::Dss) => Exchange::Dhe,
        (TlsCipherKx::Ecdhe, TlsCipherAu::Rsa | TlsCipherAu::Ecdsa) => Exchange::Ecdhe,
        (TlsCipherKx::Rsa, TlsCipherAu::Rsa) => Exchange::Rsa,
        _ => Exchange::Other,
    }
}

fn encryption(suite: &TlsCipherSuite) -> Encryption {
    match (suite.enc, suite.enc_size) {
        (TlsCipherEnc::Null, _) => Encryption::Null,
        (_, ..=56) => Encryption::DesOrExport,
        (TlsCipherEnc::Rc4, _) => Encryption::Rc4,
        (TlsCipherEnc::TripleDes, _) => Encryption::TripleDes,
        _ if suite.mac == TlsCipherMac::Aead || suite.kx == TlsCipherKx::Tls13 => Encryption::Aead,
        _ => Encryption::Cbc,
    }
}

fn lowest_version(suite: &TlsCipherSuite) -> u16 {
    let over_curves = matches!(suite.kx, TlsCipherKx::Ecdhe | TlsCipherKx::Ecdh | TlsCipherKx::Aecdh);
    match (suite.kx, suite.mac) {
        (TlsCipherKx::Tls13, _) => TLS_1_3,
        (_, TlsCipherMac::HmacMd5 | TlsCipherMac::HmacSha1) if suite.prf == TlsPRF::Default => {
            if over_curves { TLS_1_0 } else { SSL_3_0 }
        }
        _ => TLS_1_2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_are_taken_apart() {
        use Authentication as A;
        use Encryption as C;
        use Exchange as E;
        for (number, exchange, authentication, encryption, lowest) in [
            (0x1301, E::Tls13, A::Any, C::Aead, 0x0304),
            (0xc02b, E::Ecdhe, A::Ecdsa, C::Aead, 0x0303),
            (0xcca8, E::Ecdhe, A::Rsa, C::Aead, 0x0303),
            (0xc0ad, E::Ecdhe, A::Ecdsa, C::Aead, 0x0303),
            (0xc027, E::Ecdhe, A::Rsa, C::Cbc, 0x0303),
            (0xc013, E::Ecdhe, A::Rsa, C::Cbc, 0x0301),
            (0x009e, E::Dhe, A::Rsa, C::Aead, 0x0303),
            (0x0032, E::Dhe, A::Dsa, C::Cbc, 0x0300),
            (0x003c, E::Rsa, A::Rsa, C::Cbc, 0x0303),
            (0x002f, E::Rsa, A::Rsa, C::Cbc, 0x0300),
            (0x000a, E::Rsa, A::Rsa, C::TripleDes, 0x0300),
            (0x0005, E::Rsa, A::Rsa, C::Rc4, 0x0300),
            (0x0009, E::Rsa, A::Rsa, C::DesOrExport, 0x0300),
            (0x0003, E::Rsa, A::Rsa, C::DesOrExport, 0x0300),
            (0x0064, E::Rsa, A::Rsa, C::DesOrExport, 0x0300),
            (0x003b, E::Rsa, A::Rsa, C::Null, 0x0303),
            (0x0034, E::Anonymous, A::None, C::Cbc, 0x0300),
            (0xc018, E::Anonymous, A::None, C::Cbc, 0x0301),
            (0x008c, E::Other, A::Other, C::Cbc, 0x0300),
            (0xc004, E::Other, A::Ecdsa, C::Cbc, 0x0301),
        ] {
            let suite = Suite::of(number).unwrap();
            let read = (suite.exchange, suite.authentication, suite.encryption, suite.lowest_version);
            assert_eq!(read, (exchange, authentication, encryption, lowest), "{}", suite.name);
        }
    }

    #[test]
    fn signals_are_no_suites() {
        assert_eq!(Suite::of(0x00ff), None);
        assert_eq!(Suite::of(0x5600), None);
        assert_eq!(Suite::of(0x0000), None);
        assert_eq!(Suite::of(0x1a1a), None);
    }

    #[test]
    fn names_agree_with_what_the_table_says() {
        for suite in (0..=u16::MAX).filter_map(Suite::of) {
            let name = suite.name;
            assert_eq!(name.contains("_WITH_RC4_128"), suite.encryption == Encryption::Rc4, "{name}");
            assert_eq!(name.contains("3DES"), suite.encryption == Encryption::TripleDes, "{name}");
            // RFC 9150 has suites with a hash only.
            let plain = name.contains("_NULL_") || name.starts_with("TLS_SHA");
            assert_eq!(plain, suite.encryption == Encryption::Null, "{name}");
            assert_eq!(name.contains("_anon_"), suite.exchange == Exchange::Anonymous, "{name}");
            if name.contains("EXPORT") {
                assert_eq!(suite.encryption, Encryption::DesOrExport, "{name}");
            }
            let aead = ["GCM", "CCM", "POLY1305", "AEGIS"].iter().any(|mode| name.contains(mode));
            assert_eq!(aead, suite.encryption == Encryption::Aead, "{name}");
        }
    }
}
