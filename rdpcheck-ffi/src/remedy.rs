//! What can be done about a cause.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use crate::guard::read;
use crate::string::{Str, Text};

/// Something that can be done about a cause. Belongs to a report. rdpcheck itself never changes a host.
#[derive(Debug)]
pub struct Remedy {
    action: Text,
    place: Text,
    kind: Text,
    command: Text,
    undo: Text,
    risk: Text,
    restart: Text,
}

impl From<&rdpcheck_core::diagnose::Remedy> for Remedy {
    fn from(remedy: &rdpcheck_core::diagnose::Remedy) -> Self {
        Self {
            action: Text::new(&remedy.action),
            place: Text::new(remedy.place.code()),
            kind: Text::new(remedy.kind.code()),
            command: Text::optional(remedy.command.as_deref()),
            undo: Text::optional(remedy.undo.as_deref()),
            risk: Text::new(&remedy.risk),
            restart: Text::optional(remedy.restart.as_deref()),
        }
    }
}

/// What it does.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_action(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.action.view()) }
}

/// Where it is done: "client", "directory", "host" or "network".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_place(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.place.view()) }
}

/// "fix" when it mends the fault, "isolation" when it only shows whether the fault is there and is undone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_kind(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.kind.view()) }
}

/// The exact command; "" when there is none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_command(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.command.view()) }
}

/// How it is undone; "" when there is nothing to undo.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_undo(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.undo.view()) }
}

/// What it may cost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_risk(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.risk.view()) }
}

/// The services that must be restarted afterwards; "" when none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_restart(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.restart.view()) }
}
