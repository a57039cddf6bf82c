//! What was seen: plain data for each stage, and how a stage failed. Nothing here judges.

mod bytes;
mod facts;
mod failure;
mod follow_up;
mod os_error;
pub(crate) mod seconds;
mod side;
mod stage;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

pub use bytes::PeerBytes;
pub use facts::{
    Aftermath, Certificate, ChainCertificate, ConnectAttempt, Connection, CredSsp, KeyAlgorithm, KeyProof,
    NameMatch, Negotiation, NetworkLevelAuthentication, NtlmChallenge, NumberedName, RecordedChain,
    Resolution, RoundTripBasis, SecurityProtocol, SelfSigned, TlsSession,
};
pub use failure::{
    Acknowledgement, AttemptOutcome, ByWhom, DnsProblem, FailureKind, Operation, StageFailure, TlsRejection,
};
pub use follow_up::{Answer, FollowUp, Probe, Service, VerdictChange};
pub use os_error::{ConnectFailure, Os, OsError, classify, classify_lookup, error_name, lookup_error_name};
pub use side::{
    CredSspVersion, IcmpMessage, Neighbour, PathQuality, Seen, SegmentCounts, SpnegoAnswer, StandardSecurity,
    SuiteOrder, SuiteSupport, TlsSupport, Trust, UdpAnswer, VersionState, VersionSupport, Wake, icmp_name,
};
pub use stage::{SkipReason, Stage, StageOutcome, StageRecord};

/// Everything that a check saw.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Evidence {
    /// The stages of the main connection, and the side probes.
    pub stages: Stages,
    /// Every TCP connection attempt of the main connection, in the order in which they were begun.
    pub connect_attempts: Vec<ConnectAttempt>,
    /// Further connections that were made to tell open causes apart, in order.
    pub follow_ups: Vec<FollowUp>,
    /// How many TCP connections were opened.
    pub connections: u32,
    /// The greatest number of them that were open at once.
    pub connections_at_once: u32,
    /// When the check began, by this machine's clock.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub started_at: OffsetDateTime,
    /// The threshold for `certificate-expires-soon`.
    pub expiry_threshold_days: u32,
    /// Why no more follow-ups were made.
    pub follow_ups_ended: FollowUpsEnded,
}

/// Why no more follow-ups were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum FollowUpsEnded {
    /// The connections of this depth are spent.
    BudgetSpent,
    /// The deadline was near.
    DeadlineReached,
    /// Nothing that a further connection of this version's kinds could settle was open.
    NothingOpen,
    /// The host served the first connection and turned away five in a row, however slowly they came.
    TurnedAway,
}

/// The stages of the main connection, in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Stages {
    /// From the target to addresses.
    pub resolve: StageRecord<Resolution>,
    /// The TCP connection.
    pub connect: StageRecord<Connection>,
    /// The X.224 connection request and its answer (MS-RDPBCGR 2.2.1.1 and 2.2.1.2).
    pub negotiate: StageRecord<Negotiation>,
    /// The TLS handshake.
    pub tls: StageRecord<TlsSession>,
    /// What the certificate says.
    pub certificate: StageRecord<Certificate>,
    /// The first CredSSP exchange (MS-CSSP 3.1.5), without credentials.
    pub credssp: StageRecord<CredSsp>,
    /// The MCS connection (MS-RDPBCGR 2.2.1.3 and 2.2.1.4), on the main connection where no CredSSP comes before it.
    pub standard_security: StageRecord<StandardSecurity>,
    /// Side probe: what the path does to segments.
    pub path: StageRecord<PathQuality>,
    /// Side probe: the RDP-UDP transport. That it is silent or refused is no fault.
    pub udp: StageRecord<UdpAnswer>,
    /// Side probe: TLS versions, suites and groups.
    pub tls_support: StageRecord<TlsSupport>,
}

impl Evidence {
    /// Evidence of a check in which nothing has happened yet.
    #[must_use]
    pub fn nothing(started_at: OffsetDateTime) -> Self {
        let skipped = SkipReason::NotReached;
        Self {
            stages: Stages {
                resolve: StageRecord::skipped(skipped),
                connect: StageRecord::skipped(skipped),
                negotiate: StageRecord::skipped(skipped),
                tls: StageRecord::skipped(skipped),
                certificate: StageRecord::skipped(skipped),
                credssp: StageRecord::skipped(skipped),
                standard_security: StageRecord::skipped(skipped),
                path: StageRecord::skipped(SkipReason::NotNeeded),
                udp: StageRecord::skipped(SkipReason::NotNeeded),
                tls_support: StageRecord::skipped(SkipReason::NotNeeded),
            },
            connect_attempts: Vec::new(),
            follow_ups: Vec::new(),
            connections: 0,
            connections_at_once: 0,
            started_at,
            expiry_threshold_days: crate::options::defaults::EXPIRY_THRESHOLD_DAYS,
            follow_ups_ended: FollowUpsEnded::NothingOpen,
        }
    }

    /// The stage at which the main connection failed, with how.
    #[must_use]
    pub fn failure(&self) -> Option<(Stage, &StageFailure)> {
        let stages = &self.stages;
        let failures = [
            (Stage::Resolve, stages.resolve.failure()),
            (Stage::Connect, stages.connect.failure()),
            (Stage::Negotiate, stages.negotiate.failure()),
            (Stage::Tls, stages.tls.failure()),
            (Stage::Credssp, stages.credssp.failure()),
            (Stage::StandardSecurity, stages.standard_security.failure()),
        ];
        failures.into_iter().find_map(|(stage, failure)| failure.map(|failure| (stage, failure)))
    }
}
