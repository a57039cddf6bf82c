//! The kinds of follow-ups, in the order in which equals are made.

use super::situation::{cut_off, silent};
use super::{Candidate, PATH_CONNECTIONS, SURVEY_CONNECTIONS};
use crate::diagnose::Cause;
use crate::evidence::{FailureKind, Probe, Stage};

const NO_ANSWER: &[Cause] =
    &[Cause::ListenerHung, Cause::ForwarderWithoutBackend, Cause::ConnectionLimit, Cause::MiddleboxResetsRdp];
const NOT_ALWAYS: &[Cause] = &[Cause::UnstablePath, Cause::ConnectionLimit, Cause::PacketLoss];

pub(super) const CANDIDATES: &[Candidate] = &[
    // Reaching the host
    Candidate {
        probe: Probe::Connect,
        splits: &[&[Cause::RdpNotListening, Cause::FirewallRejects], &[Cause::UnstablePath]],
        times: |it| {
            usize::from(it.failed(Stage::Connect).is_some_and(|failure| failure.kind == FailureKind::Refused))
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::Neighbour,
        splits: &[&[Cause::HostOff, Cause::HostAsleep], &[Cause::FirewallDrops, Cause::NetworkUnreachable]],
        times: |it| usize::from(it.unreached()),
        connections: 0,
    },
    Candidate {
        probe: Probe::Echo,
        splits: &[&[Cause::HostOff, Cause::HostAsleep], &[Cause::FirewallDrops]],
        times: |it| usize::from(it.unreached()),
        connections: 0,
    },
    Candidate {
        probe: Probe::WakeOnLan,
        splits: &[&[Cause::HostAsleep], &[Cause::HostOff, Cause::FirewallDrops]],
        times: |it| usize::from(it.unreached() && it.may_wake && it.made(Probe::Udp) > 0 && it.may_sleep()),
        connections: 1,
    },
    // Agreeing on security
    Candidate {
        probe: Probe::Repeat,
        splits: &[
            NOT_ALWAYS,
            &[Cause::CertificateVaries],
            &[
                Cause::NotRdp,
                Cause::ListenerHung,
                Cause::ForwarderWithoutBackend,
                Cause::MiddleboxResetsRdp,
                Cause::MiddleboxDropsRdp,
                Cause::NegotiationViolation,
                Cause::ListenerKeyUnusable,
                Cause::NoCommonCipherSuite,
                Cause::NoCommonTlsVersion,
                Cause::MiddleboxResetsTls,
                Cause::MiddleboxDropsTls,
                Cause::TlsServiceHung,
                Cause::PathMtuBlackHole,
                Cause::CredsspFails,
                Cause::FipsOrEncryptionLevel,
                Cause::SecurityLayerRdpOnly,
                Cause::HostHasNoCertificate,
                Cause::TlsRequired,
                Cause::NlaRequired,
                Cause::EntraIdRequired,
                Cause::ClientCertificateRequired,
            ],
        ],
        times: |it| it.repeats(),
        connections: 1,
    },
    Candidate {
        probe: Probe::SplitRequest,
        splits: &[
            &[Cause::MiddleboxResetsRdp, Cause::MiddleboxDropsRdp],
            &[Cause::NotRdp, Cause::ForwarderWithoutBackend, Cause::ConnectionLimit, Cause::ListenerHung],
        ],
        times: |it| it.split_requests(),
        connections: 1,
    },
    Candidate {
        probe: Probe::Greeting,
        splits: &[&[Cause::NotRdp], NO_ANSWER],
        times: |it| usize::from(it.ended_unexplained() || it.foreign()),
        connections: 1,
    },
    Candidate {
        probe: Probe::DirectTls,
        splits: &[&[Cause::NotRdp], NO_ANSWER],
        times: |it| usize::from(it.unexplained()),
        connections: 1,
    },
    Candidate {
        probe: Probe::Http,
        splits: &[&[Cause::NotRdp], NO_ANSWER],
        times: |it| usize::from(it.unexplained()),
        connections: 1,
    },
    Candidate {
        probe: Probe::WithCookie,
        splits: &[
            &[Cause::ForwarderWithoutBackend],
            &[Cause::NotRdp, Cause::ConnectionLimit, Cause::ListenerHung],
        ],
        times: |it| usize::from(it.unexplained() && !it.foreign() && it.made(Probe::Repeat) > 0),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferNone,
        splits: &[
            &[Cause::SecurityLayerRdpOnly],
            &[Cause::NegotiationViolation, Cause::TlsRequired, Cause::HostHasNoCertificate],
            &[Cause::NlaRequired],
        ],
        times: |it| it.offers_of_none(),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferSsl,
        splits: &[
            &[Cause::NlaRequired],
            &[Cause::SecurityLayerRdpOnly, Cause::NegotiationViolation],
            &[Cause::HostHasNoCertificate, Cause::TlsRequired, Cause::CredsspFails],
        ],
        times: |it| it.offers_of_ssl(),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferHybrid,
        splits: &[
            &[Cause::NlaRequired],
            &[Cause::SecurityLayerRdpOnly, Cause::NegotiationViolation],
            &[Cause::TlsRequired, Cause::HostHasNoCertificate],
        ],
        times: |it| usize::from(it.rejected() || it.tpkt_out_of_turn() && it.deep() || it.matrix()),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferRdp,
        splits: &[&[Cause::SecurityLayerRdpOnly], &[Cause::NlaRequired, Cause::TlsRequired]],
        times: |it| usize::from(it.matrix()),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferSslHybrid,
        splits: &[&[Cause::NlaRequired], &[Cause::NegotiationViolation]],
        times: |it| usize::from(it.matrix()),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferHybridEx,
        splits: &[&[Cause::NlaRequired], &[Cause::NegotiationViolation]],
        times: |it| usize::from(it.matrix()),
        connections: 1,
    },
    Candidate {
        probe: Probe::OfferRdsAad,
        splits: &[&[Cause::EntraIdRequired]],
        times: |it| usize::from(it.matrix()),
        connections: 1,
    },
    // TLS
    Candidate {
        probe: Probe::BroadHello,
        splits: &[
            &[Cause::NoCommonCipherSuite, Cause::NoCommonTlsVersion],
            &[
                Cause::ListenerKeyUnusable,
                Cause::MiddleboxResetsTls,
                Cause::ConnectionLimit,
                Cause::TlsDisabledOnHost,
            ],
            &[Cause::MiddleboxDropsTls, Cause::TlsServiceHung, Cause::PathMtuBlackHole],
        ],
        times: |it| usize::from(it.failed(Stage::Tls).is_some() || it.large_hello_fails()),
        connections: 1,
    },
    Candidate {
        probe: Probe::SplitHello,
        splits: &[
            &[Cause::MiddleboxResetsTls, Cause::MiddleboxDropsTls],
            &[
                Cause::ListenerKeyUnusable,
                Cause::ConnectionLimit,
                Cause::TlsDisabledOnHost,
                Cause::TlsServiceHung,
                Cause::PathMtuBlackHole,
            ],
        ],
        times: |it| match (
            it.failed(Stage::Tls).is_some_and(cut_off) && it.no_hello_answered(),
            it.only_split_answered(),
        ) {
            (true, true) => it.turn_of(Probe::SplitHello, Probe::Repeat),
            (true, false) => 1,
            (false, _) => 0,
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::PlainData,
        splits: &[
            &[Cause::MiddleboxResetsTls, Cause::MiddleboxDropsTls],
            &[Cause::ListenerKeyUnusable, Cause::PathMtuBlackHole, Cause::PacketLoss, Cause::UnstablePath],
        ],
        times: |it| usize::from(it.failed(Stage::Tls).is_some_and(cut_off) && it.no_hello_answered()),
        connections: 1,
    },
    Candidate {
        probe: Probe::Tls12Only,
        splits: &[
            &[Cause::MiddleboxResetsTls, Cause::NoCommonTlsVersion],
            &[Cause::ListenerKeyUnusable, Cause::NoCommonCipherSuite],
        ],
        times: |it| {
            usize::from(
                it.failed(Stage::Tls).is_some_and(|failure| !silent(failure))
                    && !it.only_split_answered()
                    && !it.answered(Probe::OldHello),
            )
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::OldHello,
        splits: &[
            &[Cause::NoCommonCipherSuite, Cause::NoCommonTlsVersion],
            &[Cause::ListenerKeyUnusable, Cause::MiddleboxResetsTls, Cause::TlsDisabledOnHost],
        ],
        times: |it| {
            usize::from(
                it.failed(Stage::Tls).is_some_and(|failure| !silent(failure))
                    && it.broad_hello_failed()
                    && it.no_hello_answered(),
            )
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::SmallSegments,
        splits: &[
            &[Cause::PathMtuBlackHole],
            &[Cause::TlsServiceHung, Cause::MiddleboxDropsTls, Cause::PacketLoss, Cause::SlowPath],
        ],
        times: |it| match (
            it.failed(Stage::Tls).is_some_and(silent) && it.no_hello_answered(),
            it.answered(Probe::SmallSegments),
        ) {
            (true, true) => it.turn_of(Probe::SmallSegments, Probe::Repeat),
            (true, false) => 1,
            (false, _) => 0,
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::LargeHello,
        splits: &[&[Cause::LargeHelloDropped, Cause::PathMtuBlackHole]],
        times: |it| match it.large_hello_fails() {
            true => it.once_more_after_control(),
            false => usize::from(it.tls_stands()),
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::LargeHelloSmallSegments,
        splits: &[&[Cause::PathMtuBlackHole], &[Cause::LargeHelloDropped]],
        times: |it| usize::from(it.large_hello_fails()),
        connections: 1,
    },
    Candidate {
        probe: Probe::LargePlainData,
        splits: &[&[Cause::PathMtuBlackHole], &[Cause::LargeHelloDropped]],
        times: |it| usize::from(it.large_hello_fails()),
        connections: 1,
    },
    Candidate {
        probe: Probe::TlsSupport,
        splits: &[
            &[Cause::LegacyTlsEnabled, Cause::CertificateVaries],
            &[Cause::NoCommonCipherSuite, Cause::NoCommonTlsVersion],
        ],
        times: |it| usize::from(it.surveys_tls()),
        connections: SURVEY_CONNECTIONS,
    },
    // Authentication and session
    Candidate {
        probe: Probe::CredsspSpnego,
        splits: &[&[Cause::NtlmRefused], &[Cause::CredsspFails]],
        times: |it| usize::from(it.failed(Stage::Credssp).is_some()),
        connections: 1,
    },
    Candidate {
        probe: Probe::CredsspKerberos,
        splits: &[&[Cause::NtlmRefused], &[Cause::CredsspFails]],
        times: |it| usize::from(it.failed(Stage::Credssp).is_some()),
        connections: 1,
    },
    Candidate {
        probe: Probe::CredsspVersions,
        splits: &[&[Cause::CredsspOraclePolicy]],
        times: |it| usize::from(it.deep() && it.evidence.stages.credssp.facts().is_some()),
        connections: 4,
    },
    Candidate {
        probe: Probe::StandardSecurity,
        splits: &[&[Cause::FipsOrEncryptionLevel, Cause::SecurityLayerRdpOnly]],
        times: |it| {
            usize::from(
                it.takes_standard_security() && it.evidence.stages.standard_security.facts().is_none(),
            )
        },
        connections: 1,
    },
    Candidate {
        probe: Probe::McsOverTls,
        splits: &[&[Cause::FipsOrEncryptionLevel], &[Cause::UdpTransportDrops]],
        times: |it| {
            usize::from(
                it.deep() && it.takes_tls_alone() && it.evidence.stages.standard_security.facts().is_none(),
            )
        },
        connections: 1,
    },
    // The path
    Candidate {
        probe: Probe::Path,
        splits: &[&[Cause::PacketLoss], &[Cause::UnstablePath], &[Cause::SlowPath]],
        times: |it| usize::from(it.measures_path()),
        connections: PATH_CONNECTIONS,
    },
    Candidate {
        probe: Probe::Udp,
        splits: &[&[Cause::UdpTransportDrops], &[Cause::FirewallDrops], &[Cause::HostOff, Cause::HostAsleep]],
        times: |it| usize::from(it.unreached() || it.evidence.stages.negotiate.facts().is_some()),
        connections: 0,
    },
    Candidate {
        probe: Probe::WebSocket3387,
        splits: &[&[Cause::WebsocketRule]],
        times: |it| usize::from(it.deep() && it.evidence.stages.connect.facts().is_some()),
        connections: 1,
    },
    Candidate {
        probe: Probe::WebSocket3392,
        splits: &[&[Cause::WebsocketRule]],
        times: |it| usize::from(it.deep() && it.evidence.stages.connect.facts().is_some()),
        connections: 1,
    },
];
