//! What changed between two reports.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use rdpcheck_core::Report as CoreReport;
use rdpcheck_core::report::{Change as CoreChange, ChangedFinding, ReportDiff};

use crate::cause;
use crate::guard::{free, give, guard, read};
use crate::report::Report;
use crate::string::{Codes, OwnedString, Str, Text};

/// What the changes between two reports come to. New numbers may be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "C knows the values by number; it is only handed out")]
#[repr(u32)]
pub enum Change {
    /// There is no comparison, or this version has no number for its result.
    None = 0,
    /// Something is better and nothing is worse.
    Better = 1,
    /// Something is better and something else is worse.
    Mixed = 2,
    /// The reports do not say: two hosts, two judgements of one check, or a check that could not tell.
    NotComparable = 3,
    /// Nothing is better or worse.
    Same = 4,
    /// Something is worse and nothing is better.
    Worse = 5,
}

numbered!(Change, CoreChange, None, [Better, Mixed, NotComparable, Same, Worse]);

/// The code of a change as in JSON, for instance "better"; "" for 0 and for a number that this version does not know.
#[unsafe(no_mangle)]
pub extern "C" fn rdpcheck_change_code(change: u32) -> *const c_char {
    static CODES: Codes<{ CoreChange::ALL.len() }> = Codes::new();
    guard(ptr::null(), || {
        CODES.find(CoreChange::ALL, CoreChange::code, |known| {
            change != 0 && Change::from(known).number() == change
        })
    })
}

/// What changed between two reports on one host, for before and after a repair. Owned by the caller. Only what both checks
/// looked at is called fixed or new. The verdicts, the warnings, the measured facts and the clients that differ are in its
/// JSON.
#[derive(Debug)]
pub struct Diff {
    core: ReportDiff,
    summary: Text,
}

impl From<ReportDiff> for Diff {
    fn from(core: ReportDiff) -> Self {
        Self { summary: Text::new(&core.summary), core }
    }
}

/// Compares two reports. The result does not depend on them, and is to be freed with `rdpcheck_diff_free`. NULL when either
/// is NULL. Reports of different versions are best judged by one first: `rdpcheck_report_diagnosed_again`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_report_diff(before: *const Report, after: *const Report) -> *mut Diff {
    let compare = |before: &Report| {
        // SAFETY: the caller passes NULL or a live object.
        unsafe {
            read(after, ptr::null_mut(), |after| give(CoreReport::diff(before.core(), after.core()).into()))
        }
    };
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(before, ptr::null_mut(), compare) }
}

/// Frees a comparison. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_free(diff: *mut Diff) {
    // SAFETY: the caller passes NULL or an object that it owns and gives up.
    unsafe { free(diff) };
}

/// What the changes come to; `RDPCHECK_CHANGE_NONE` for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_change(diff: *const Diff) -> Change {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, Change::None, |diff| diff.core.verdict.into()) }
}

/// The same in one sentence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_summary(diff: *const Diff) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, Str::EMPTY, |diff| diff.summary.view()) }
}

/// How many causes were open and are ruled out.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_fixed_count(diff: *const Diff) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, 0, |diff| diff.core.fixed.len()) }
}

/// The code of a cause that was open and is ruled out, the surest before first; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_fixed_at(diff: *const Diff, index: usize) -> *const c_char {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, ptr::null(), |diff| cause_at(&diff.core.fixed, index)) }
}

/// How many causes were ruled out and are open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_new_count(diff: *const Diff) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, 0, |diff| diff.core.new.len()) }
}

/// The code of a cause that was ruled out and is open, the surest now first; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_new_at(diff: *const Diff, index: usize) -> *const c_char {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, ptr::null(), |diff| cause_at(&diff.core.new, index)) }
}

/// How many causes are open in both reports, and surer or less sure than they were.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_changed_count(diff: *const Diff) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, 0, |diff| diff.core.changed.len()) }
}

/// The code of a cause that is open in both reports, and surer or less sure than it was; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_changed_at(diff: *const Diff, index: usize) -> *const c_char {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, ptr::null(), |diff| cause_at(&diff.core.changed, index)) }
}

/// How many causes are open in both reports with the same verdict.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_unchanged_count(diff: *const Diff) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, 0, |diff| diff.core.unchanged.len()) }
}

/// The code of a cause that is open in both reports with the same verdict; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_unchanged_at(diff: *const Diff, index: usize) -> *const c_char {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, ptr::null(), |diff| cause_at(&diff.core.unchanged, index)) }
}

/// How many causes are open in one report and that the other could not see, or does not speak of.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_not_comparable_count(diff: *const Diff) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, 0, |diff| diff.core.not_comparable.len()) }
}

/// The code of a cause that is open in one report and that the other could not see, or does not speak of; NULL beyond the
/// end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_diff_not_comparable_at(diff: *const Diff, index: usize) -> *const c_char {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, ptr::null(), |diff| cause_at(&diff.core.not_comparable, index)) }
}

/// The comparison as JSON, on one line or indented, to be freed with `rdpcheck_string_free`. NULL for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_diff_json(diff: *const Diff, pretty: bool) -> *mut OwnedString {
    let json = |diff: &Diff| {
        OwnedString::give(&if pretty { diff.core.to_json_pretty() } else { diff.core.to_json() })
    };
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, ptr::null_mut(), json) }
}

/// The comparison for a person, on one screen, to be freed with `rdpcheck_string_free`. NULL for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_diff_text(diff: *const Diff) -> *mut OwnedString {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(diff, ptr::null_mut(), |diff| OwnedString::give(&diff.core.to_text())) }
}

fn cause_at(findings: &[ChangedFinding], index: usize) -> *const c_char {
    findings.get(index).map_or(ptr::null(), |finding| cause::code(finding.cause))
}
