//! SPNEGO (RFC 4178) around the tokens of CredSSP, as [MS-SPNG] has it.
//!
//! [MS-SPNG]: https://learn.microsoft.com/openspecs/windows_protocols/ms-spng/

use super::credssp::element;
use crate::CredsspToken;
use crate::scenario::{Mechanism, NegState, Spnego};

/// The object identifier 1.3.6.1.5.5.2.
const SPNEGO: [u8; 6] = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x02];
/// 1.3.6.1.4.1.311.2.2.10
const NTLM: [u8; 10] = [0x2b, 0x06, 0x01, 0x04, 0x01, 0x82, 0x37, 0x02, 0x02, 0x0a];
/// 1.2.840.113554.1.2.2
const KERBEROS: [u8; 9] = [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 0x01, 0x02, 0x02];
/// 1.2.840.48018.1.2.2, which Windows lists first.
const MS_KERBEROS: [u8; 9] = [0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 0x01, 0x02, 0x02];

const ACCEPT_INCOMPLETE: u8 = 1;
const REJECT: u8 = 2;
const REQUEST_MIC: u8 = 3;

/// A `NegTokenInit`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Init<'a> {
    /// Object identifiers, the client's favourite first.
    mechanisms: Vec<&'a [u8]>,
    /// The first message of the favourite.
    token: Option<&'a [u8]>,
}

impl<'a> Init<'a> {
    /// Reads a token; `None` if it is something else.
    pub(super) fn read(token: &'a [u8]) -> Option<Self> {
        let (application, _) = open(token, 0x60)?;
        let (identifier, rest) = open(application, 0x06)?;
        if identifier != SPNEGO {
            return None;
        }
        let (choice, _) = open(rest, 0xa0)?;
        let (mut fields, _) = open(choice, 0x30)?;
        let mut init = Self { mechanisms: Vec::new(), token: None };
        while let Some((tag, content, rest)) = value(fields) {
            match tag {
                0xa0 => {
                    let (mut list, _) = open(content, 0x30)?;
                    while let Some((identifier, rest)) = open(list, 0x06) {
                        init.mechanisms.push(identifier);
                        list = rest;
                    }
                }
                0xa2 => init.token = open(content, 0x04).map(|(token, _)| token),
                _ => {}
            }
            fields = rest;
        }
        Some(init)
    }

    /// The answer, in which `challenge` is that to an NTLM token; `None` if no mechanism is common.
    pub(super) fn answer(&self, host: &Spnego, challenge: &[u8]) -> Option<Vec<u8>> {
        let has = |identifier: &[u8]| {
            mechanism(identifier).is_some_and(|mechanism| host.mechanisms.contains(&mechanism))
        };
        let (place, identifier) = self.mechanisms.iter().enumerate().find(|(_, id)| has(id))?;
        let is_ntlm = mechanism(identifier) == Some(Mechanism::Ntlm);
        let token = (place == 0 && is_ntlm && self.token.is_some()).then_some(challenge);
        let state = match host.state {
            Some(NegState::AcceptIncomplete) => ACCEPT_INCOMPLETE,
            Some(NegState::RequestMic) => REQUEST_MIC,
            // RFC 4178, 4.2.2: a MIC is due where it is not the client's favourite.
            None if place == 0 => ACCEPT_INCOMPLETE,
            None => REQUEST_MIC,
        };
        Some(response(state, Some(identifier), token))
    }
}

/// What kind of token it is.
pub(super) fn kind(token: &[u8]) -> CredsspToken {
    if Init::read(token).is_some() {
        CredsspToken::Spnego
    } else if token.starts_with(b"NTLMSSP\0") {
        CredsspToken::Ntlm
    } else {
        CredsspToken::Other
    }
}

/// A `NegTokenResp` that refuses.
pub(super) fn reject() -> Vec<u8> {
    response(REJECT, None, None)
}

fn response(state: u8, mechanism: Option<&[u8]>, token: Option<&[u8]>) -> Vec<u8> {
    let mut fields = element(0xa0, &element(0x0a, &[state]));
    fields.extend(mechanism.into_iter().flat_map(|id| element(0xa1, &element(0x06, id))));
    fields.extend(token.into_iter().flat_map(|token| element(0xa2, &element(0x04, token))));
    element(0xa1, &element(0x30, &fields))
}

fn mechanism(identifier: &[u8]) -> Option<Mechanism> {
    if identifier == NTLM {
        Some(Mechanism::Ntlm)
    } else if identifier == KERBEROS || identifier == MS_KERBEROS {
        Some(Mechanism::Kerberos)
    } else {
        None
    }
}

/// The content of an element with that tag, and what follows it.
pub(super) fn open(input: &[u8], wanted: u8) -> Option<(&[u8], &[u8])> {
    value(input).and_then(|(tag, content, rest)| (tag == wanted).then_some((content, rest)))
}

/// Tag and content of a DER element, and what follows it.
fn value(input: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (tag, length, after) = match *input {
        [tag, length @ 0..=0x7f, ref after @ ..] => (tag, usize::from(length), after),
        [tag, 0x81, length, ref after @ ..] => (tag, usize::from(length), after),
        [tag, 0x82, high, low, ref after @ ..] => (tag, usize::from(u16::from_be_bytes([high, low])), after),
        _ => return None,
    };
    let (content, rest) = after.split_at_checked(length)?;
    Some((tag, content, rest))
}
