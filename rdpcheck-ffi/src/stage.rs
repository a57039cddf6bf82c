//! The steps of a connection and how they ended.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use rdpcheck_core::evidence::{Stage as Core, StageOutcome, StageRecord, Stages};

use crate::guard::guard;
use crate::string::{Codes, Text};

/// A step of a Remote Desktop connection, in the order in which a client takes them, and after them the side probes. New
/// numbers may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "C knows the values by number; it is only handed out")]
#[repr(u32)]
pub enum Stage {
    /// No stage.
    None = 0,
    /// From a name to addresses.
    Resolve = 1,
    /// The TCP connection.
    Connect = 2,
    /// The X.224 connection request and the choice of a security protocol.
    Negotiate = 3,
    /// The TLS handshake.
    Tls = 4,
    /// What the certificate says.
    Certificate = 5,
    /// The first CredSSP exchange.
    Credssp = 6,
    /// The MCS connection, as far as it goes without a logon: Standard RDP Security, and the server's version.
    StandardSecurity = 7,
    /// Side probe: what the path does to segments.
    Path = 8,
    /// Side probe: the RDP-UDP transport.
    Udp = 9,
    /// Side probe: TLS versions, suites and groups.
    TlsSupport = 10,
}

numbered!(
    Stage,
    Core,
    None,
    [Resolve, Connect, Negotiate, Tls, Certificate, Credssp, StandardSecurity, Path, Udp, TlsSupport]
);

/// How a stage ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "C knows the values by number; it is only handed out")]
#[repr(u32)]
pub enum StageStatus {
    /// There is no report or no such stage.
    None = 0,
    /// It was carried out.
    Completed = 1,
    /// The peer, the path or a policy stopped it.
    Failed = 2,
    /// It was not tried.
    Skipped = 3,
}

/// The code of a stage as in JSON, for instance "credssp"; "" for 0 and for a number that this version does not know.
#[unsafe(no_mangle)]
pub extern "C" fn rdpcheck_stage_code(stage: u32) -> *const c_char {
    static CODES: Codes<{ Core::ALL.len() }> = Codes::new();
    guard(ptr::null(), || {
        CODES.find(Core::ALL, Core::code, |known| stage != 0 && Stage::from(known).number() == stage)
    })
}

/// How one stage of a report ended.
#[derive(Debug)]
pub(crate) struct StageEnd {
    pub(crate) stage: Stage,
    pub(crate) status: StageStatus,
    pub(crate) reason: Text,
    pub(crate) elapsed_seconds: Option<f64>,
}

impl StageEnd {
    pub(crate) fn all(stages: &Stages) -> Vec<Self> {
        vec![
            Self::new(Stage::Resolve, &stages.resolve),
            Self::new(Stage::Connect, &stages.connect),
            Self::new(Stage::Negotiate, &stages.negotiate),
            Self::new(Stage::Tls, &stages.tls),
            Self::new(Stage::Certificate, &stages.certificate),
            Self::new(Stage::Credssp, &stages.credssp),
            Self::new(Stage::StandardSecurity, &stages.standard_security),
            Self::new(Stage::Path, &stages.path),
            Self::new(Stage::Udp, &stages.udp),
            Self::new(Stage::TlsSupport, &stages.tls_support),
        ]
    }

    fn new<T>(stage: Stage, record: &StageRecord<T>) -> Self {
        Self {
            stage,
            status: match record.outcome {
                StageOutcome::Completed(_) => StageStatus::Completed,
                StageOutcome::Failed(_) => StageStatus::Failed,
                StageOutcome::Skipped(_) => StageStatus::Skipped,
            },
            reason: Text::new(record.reason()),
            elapsed_seconds: record.elapsed.map(|elapsed| elapsed.as_secs_f64()),
        }
    }
}
