//! What can be done about a cause.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use rdpcheck_core::diagnose::{self, Product, Shell};

use crate::guard::read;
use crate::string::{Str, Text};

/// Something that can be done about a cause. Belongs to a report. rdpcheck itself never changes a host.
#[derive(Debug)]
pub struct Remedy {
    code: Text,
    action: Text,
    place: Text,
    peer: Text,
    kind: Text,
    shell: Text,
    command: Text,
    undo: Text,
    no_undo: Text,
    risk: Text,
    restart: Text,
    source: Text,
}

impl From<&diagnose::Remedy> for Remedy {
    fn from(remedy: &diagnose::Remedy) -> Self {
        Self {
            code: Text::new(&remedy.code),
            action: Text::new(&remedy.action),
            place: Text::new(remedy.place.code()),
            peer: Text::optional(remedy.peer.map(Product::code)),
            kind: Text::new(remedy.kind.code()),
            shell: Text::optional(remedy.shell.map(Shell::code)),
            command: Text::optional(remedy.command.as_deref()),
            undo: Text::optional(remedy.undo.as_deref()),
            no_undo: Text::optional(remedy.no_undo.as_deref()),
            risk: Text::new(&remedy.risk),
            restart: Text::optional(remedy.restart.as_deref()),
            source: Text::new(&remedy.source),
        }
    }
}

/// The code of the remedy, for instance "restart-term-service"; the same remedy has the same code under every cause. "" in
/// a stored report of a version that had none.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_code(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.code.view()) }
}

/// What it does, and what words in capitals in the command stand for.
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

/// The product of the host that it is for, as in `rdpcheck_report_peer_product`; "" for any.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_peer(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.peer.view()) }
}

/// "fix" when it mends the fault, "isolation" when it only shows whether the fault is there and is undone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_kind(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.kind.view()) }
}

/// What the command is written for: "cmd", "powershell" or "sh"; "" without a command.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_shell(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.shell.view()) }
}

/// The exact command, of one line; "" when there is none. Capitals such as `HOST` stand for what was not known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_command(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.command.view()) }
}

/// How it is undone, as a command for the same shell or in words; "" when there is nothing to undo or no way to.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_undo(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.undo.view()) }
}

/// Why there is nothing to undo, or no way to; "" when `rdpcheck_remedy_undo` says how.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_no_undo(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.no_undo.view()) }
}

/// What it may cost.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_risk(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.risk.view()) }
}

/// What is restarted by it, or must be restarted for it to take effect, and what that interrupts; "" when nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_restart(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.restart.view()) }
}

/// Where it comes from; "" in a stored report of a version that did not say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_remedy_source(remedy: *const Remedy) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(remedy, Str::EMPTY, |remedy| remedy.source.view()) }
}

/// Advice that is often given for a cause and harms or is of no use. Belongs to a report.
#[derive(Debug)]
pub struct NotOffered {
    advice: Text,
    reason: Text,
    source: Text,
}

impl From<&diagnose::NotOffered> for NotOffered {
    fn from(not_offered: &diagnose::NotOffered) -> Self {
        Self {
            advice: Text::new(&not_offered.advice),
            reason: Text::new(&not_offered.reason),
            source: Text::new(&not_offered.source),
        }
    }
}

/// What is advised.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_not_offered_advice(not_offered: *const NotOffered) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(not_offered, Str::EMPTY, |not_offered| not_offered.advice.view()) }
}

/// Why it is not offered.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_not_offered_reason(not_offered: *const NotOffered) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(not_offered, Str::EMPTY, |not_offered| not_offered.reason.view()) }
}

/// Where that comes from.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_not_offered_source(not_offered: *const NotOffered) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(not_offered, Str::EMPTY, |not_offered| not_offered.source.view()) }
}
