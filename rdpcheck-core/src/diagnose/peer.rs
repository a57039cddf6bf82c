use std::fmt;

use serde::{Deserialize, Serialize};

use crate::evidence::{
    Answer, CredSsp, Evidence, FailureKind, FollowUp, Negotiation, SecurityProtocol, StageFailure,
};
use crate::wire::negotiation::DISCONNECT_ULTIMATUM;

/// What answers on the port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct PeerIdentity {
    /// The product.
    pub product: Product,
    /// What that rests on, or why it is unknown.
    pub basis: String,
}

/// A product that speaks Remote Desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Product {
    /// A server built on the FreeRDP library. gnome-remote-desktop and weston are, and look the same from the network.
    Freerdp,
    /// gnome-remote-desktop.
    GnomeRemoteDesktop,
    /// A server built on `IronRDP`.
    Ironrdp,
    /// Something else that is known.
    Other,
    /// Not known.
    Unknown,
    /// Weston's RDP backend.
    Weston,
    /// Microsoft Windows.
    Windows,
    /// xrdp.
    Xrdp,
}

impl Product {
    /// Every product.
    pub const ALL: &'static [Self] = &[
        Self::Freerdp,
        Self::GnomeRemoteDesktop,
        Self::Ironrdp,
        Self::Other,
        Self::Unknown,
        Self::Weston,
        Self::Windows,
        Self::Xrdp,
    ];

    /// Stable code of this product, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Freerdp => "freerdp",
            Self::GnomeRemoteDesktop => "gnome-remote-desktop",
            Self::Ironrdp => "ironrdp",
            Self::Other => "other",
            Self::Unknown => "unknown",
            Self::Weston => "weston",
            Self::Windows => "windows",
            Self::Xrdp => "xrdp",
        }
    }

    /// Whether Windows remedies may be offered.
    pub(super) fn may_be_windows(self) -> bool {
        matches!(self, Self::Windows | Self::Unknown)
    }
}

impl fmt::Display for Product {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Names the peer by what only it does; a wrong name is worse than none.
///
/// The observations were made on Windows 2003 to Server 2022, xrdp 0.9.21, FreeRDP 2.11, gnome-remote-desktop 43 and
/// weston 10. `SRC-REF` 0x1234 is sent by Windows and by xrdp, 0 by what is built on FreeRDP; the NTLM version is a claim
/// that FreeRDP makes as well, and so counts for nothing by itself.
pub(super) fn identify(evidence: &Evidence) -> PeerIdentity {
    let named = |product, basis: &str| PeerIdentity { product, basis: basis.to_owned() };
    if disconnects_in_plain(evidence) {
        return named(
            Product::Xrdp,
            "it sends a plain MCS disconnect where TLS is due or after a refusal, as xrdp does",
        );
    }
    if let Some(credssp) = evidence.stages.credssp.facts() {
        if credssp.carries_client_nonce && looks_like_freerdp(credssp) {
            return named(
                Product::Freerdp,
                "its CredSSP answer carries a client nonce and its NTLM challenge echoes our flags, as servers built on \
                 FreeRDP do (gnome-remote-desktop and weston among them)",
            );
        }
        if looks_like_windows(credssp)
            && negotiation(evidence).is_some_and(|facts| facts.source_reference == 0x1234)
        {
            return named(
                Product::Windows,
                "X.224 source reference 0x1234, and an NTLM challenge with a target type and a timestamp finer than seconds",
            );
        }
    }
    if evidence.stages.certificate.facts().is_some_and(|facts| facts.subject.contains("O=xrdp")) {
        return named(Product::Xrdp, "the certificate is the one that xrdp's installation makes");
    }
    let Some(facts) = negotiation(evidence) else {
        return named(Product::Unknown, "nothing that tells products apart was seen");
    };
    match (facts.source_reference, facts.flags) {
        (0x1234, Some(flags)) if flags & 0x10 != 0 => named(
            Product::Windows,
            "X.224 source reference 0x1234 with the flag for redirected authentication, which no other server is known to set",
        ),
        (0x1234, Some(0x01)) if chose_rdp_though_offered_tls(facts) => named(
            Product::Xrdp,
            "it chooses Standard RDP Security though TLS is offered; Windows refuses such an offer",
        ),
        (0x1234, Some(0x01)) if chose_tls_alone(facts) && evidence.stages.tls.facts().is_some() => named(
            Product::Xrdp,
            "X.224 source reference 0x1234 with flags 0x01, TLS chosen though CredSSP was offered, and TLS 1.2 or later with \
             modern suites, which no Windows that sends those flags has",
        ),
        (0, Some(0x03)) => named(
            Product::Freerdp,
            "X.224 source reference 0 with flags 0x03, as servers built on FreeRDP send",
        ),
        _ => named(Product::Unknown, "what was seen fits more than one product"),
    }
}

fn negotiation(evidence: &Evidence) -> Option<&Negotiation> {
    evidence.stages.negotiate.facts().or_else(|| {
        evidence.follow_ups.iter().find_map(|follow_up| match &follow_up.answer {
            Some(Answer::Negotiated(facts)) => Some(facts),
            _ => None,
        })
    })
}

fn chose_rdp_though_offered_tls(facts: &Negotiation) -> bool {
    facts.has_data && facts.selected.is_empty() && facts.offered.is_some_and(|offered| offered.uses_tls())
}

fn chose_tls_alone(facts: &Negotiation) -> bool {
    facts.selected == SecurityProtocol::SSL && facts.offered.is_some_and(SecurityProtocol::uses_credssp)
}

/// The nine bytes after a confirm or a refusal, or in place of a ServerHello.
fn disconnects_in_plain(evidence: &Evidence) -> bool {
    let carries = |failure: Option<&StageFailure>| {
        let bytes = failure
            .and_then(|failure| failure.first_bytes.as_ref())
            .map_or(&[][..], |bytes| bytes.as_slice());
        let at = bytes.windows(DISCONNECT_ULTIMATUM.len()).position(|window| window == DISCONNECT_ULTIMATUM);
        // At the very beginning of the negotiation it could be any server that ends the connection so.
        at.is_some_and(|at| {
            at > 0 || failure.is_some_and(|failure| matches!(&failure.kind, FailureKind::ProtocolViolation { expected, .. } if expected.contains("TLS")))
        })
    };
    carries(evidence.stages.negotiate.failure())
        || carries(evidence.stages.tls.failure())
        || evidence.follow_ups.iter().any(|follow_up: &FollowUp| carries(follow_up.failure.as_ref()))
}

/// The OEM and LM key flags of our request come back, and no target type.
fn looks_like_freerdp(credssp: &CredSsp) -> bool {
    credssp
        .challenge
        .as_ref()
        .is_some_and(|challenge| challenge.flags & 0x82 == 0x82 && challenge.flags & 0x3_0000 == 0)
}

fn looks_like_windows(credssp: &CredSsp) -> bool {
    credssp.challenge.as_ref().is_some_and(|challenge| {
        let finer_than_seconds = challenge.timestamp.is_some_and(|timestamp| timestamp.nanosecond() != 0);
        challenge.flags & 0x82 == 0
            && challenge.flags & 0x3_0000 != 0
            && finer_than_seconds
            && !credssp.carries_client_nonce
    })
}
