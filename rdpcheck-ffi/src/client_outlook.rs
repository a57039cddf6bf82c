//! How far each client comes with the host as it was measured.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use rdpcheck_core::Cause;
use rdpcheck_core::diagnose::{ClientOutlook as Core, Outcome as CoreOutcome};

use crate::cause;
use crate::guard::{guard, read};
use crate::stage::Stage;
use crate::string::{Codes, Str, Text};

/// How far a client comes. New numbers may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "C knows the values by number; it is only handed out")]
#[repr(u32)]
pub enum Outcome {
    /// There is no outlook, or this version has no number for its outcome.
    None = 0,
    /// As far as the first CredSSP message, or the end of TLS where there is no CredSSP. The certificate is left to its
    /// user.
    Connects = 1,
    /// It is stopped before.
    Stops = 2,
    /// What was measured does not say.
    Unknown = 3,
}

impl From<CoreOutcome> for Outcome {
    fn from(outcome: CoreOutcome) -> Self {
        match outcome {
            CoreOutcome::Connects => Self::Connects,
            CoreOutcome::Stops => Self::Stops,
            CoreOutcome::Unknown => Self::Unknown,
            _ => Self::None,
        }
    }
}

impl Outcome {
    #[expect(clippy::as_conversions, reason = "the number is the discriminant")]
    pub(crate) const fn number(self) -> u32 {
        self as u32
    }
}

/// The code of an outcome as in JSON, for instance "connects"; "" for 0 and for a number that this version does not know.
#[unsafe(no_mangle)]
pub extern "C" fn rdpcheck_outcome_code(outcome: u32) -> *const c_char {
    static CODES: Codes<{ CoreOutcome::ALL.len() }> = Codes::new();
    guard(ptr::null(), || {
        CODES.find(CoreOutcome::ALL, CoreOutcome::code, |known| {
            outcome != 0 && Outcome::from(known).number() == outcome
        })
    })
}

/// How far a client comes by its default settings, with the host as it was measured. Belongs to a report.
#[derive(Debug)]
pub struct ClientOutlook {
    client: Text,
    name: Text,
    outcome: Outcome,
    stage: Stage,
    cause: Option<Cause>,
    reason: Text,
}

impl From<&Core> for ClientOutlook {
    fn from(outlook: &Core) -> Self {
        Self {
            client: Text::new(&outlook.client),
            name: Text::new(&outlook.name),
            outcome: outlook.outcome.into(),
            stage: outlook.stage.map_or(Stage::None, Stage::from),
            cause: outlook.cause,
            reason: Text::new(&outlook.reason),
        }
    }
}

/// The stable code of the client, for instance "windows-11-24h2".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_client(outlook: *const ClientOutlook) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, Str::EMPTY, |outlook| outlook.client.view()) }
}

/// The name of the client.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_name(outlook: *const ClientOutlook) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, Str::EMPTY, |outlook| outlook.name.view()) }
}

/// How far it comes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_outcome(outlook: *const ClientOutlook) -> Outcome {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, Outcome::None, |outlook| outlook.outcome) }
}

/// The stage at which it stops; `RDPCHECK_STAGE_NONE` unless it does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_stage(outlook: *const ClientOutlook) -> Stage {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, Stage::None, |outlook| outlook.stage) }
}

/// The code of the cause that stops it; "" unless it is stopped. It lives as long as the library is loaded.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_cause(outlook: *const ClientOutlook) -> *const c_char {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, c"".as_ptr(), |outlook| outlook.cause.map_or(c"".as_ptr(), cause::code)) }
}

/// Why, in one sentence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_reason(outlook: *const ClientOutlook) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, Str::EMPTY, |outlook| outlook.reason.view()) }
}
