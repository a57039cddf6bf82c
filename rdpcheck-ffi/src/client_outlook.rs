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
    /// Nothing that was measured stops it: as far as `rdpcheck_client_outlook_reaches` says, and at most to the first
    /// CredSSP message. What it asks its user about is in `rdpcheck_client_outlook_warns_at`.
    Connects = 1,
    /// It is stopped before.
    Stops = 2,
    /// What was measured does not say.
    Unknown = 3,
}

numbered!(Outcome, CoreOutcome, None, [Connects, Stops, Unknown]);

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
    reaches: Stage,
    warns: Vec<Cause>,
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
            reaches: outlook.reaches.map_or(Stage::None, Stage::from),
            warns: outlook.warns.clone(),
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

/// The code of the cause that stops it; "" unless it is stopped, and where what stops it may have more than one cause. It
/// lives as long as the library is loaded.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_cause(outlook: *const ClientOutlook) -> *const c_char {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, c"".as_ptr(), |outlook| outlook.cause.map_or(c"".as_ptr(), cause::code)) }
}

/// The last stage that was measured and that it gets through; `RDPCHECK_STAGE_NONE` when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_reaches(outlook: *const ClientOutlook) -> Stage {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, Stage::None, |outlook| outlook.reaches) }
}

/// How many causes it asks its user about, or warns of, before it goes on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_warns_count(outlook: *const ClientOutlook) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, 0, |outlook| outlook.warns.len()) }
}

/// The code of a cause that it asks its user about, or warns of; NULL beyond the end. It lives as long as the library is
/// loaded.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_warns_at(
    outlook: *const ClientOutlook,
    index: usize,
) -> *const c_char {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, ptr::null(), |outlook| cause::code_at(&outlook.warns, index)) }
}

/// Why, in one sentence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_client_outlook_reason(outlook: *const ClientOutlook) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(outlook, Str::EMPTY, |outlook| outlook.reason.view()) }
}
