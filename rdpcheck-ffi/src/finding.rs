//! A cause and what the evidence says of it.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use rdpcheck_core::Cause;

use crate::cause;
use crate::guard::{item_at, read};
use crate::remedy::Remedy;
use crate::stage::Stage;
use crate::string::{Str, Text, view_at};
use crate::verdict::Verdict;

/// A cause and what the evidence says of it. Belongs to a report.
#[derive(Debug)]
pub struct Finding {
    cause: Cause,
    verdict: Verdict,
    is_open: bool,
    stage: Stage,
    message: Text,
    not_proved: Text,
    evidence: Vec<Evidence>,
    remedies: Vec<Remedy>,
    settle_by: Vec<Text>,
}

/// A place in the report that a finding rests on. Belongs to a report.
#[derive(Debug)]
pub struct Evidence {
    pointer: Text,
    seen: Text,
}

impl From<&rdpcheck_core::Finding> for Finding {
    fn from(finding: &rdpcheck_core::Finding) -> Self {
        let evidence = |reference: &rdpcheck_core::diagnose::EvidenceReference| Evidence {
            pointer: Text::new(&reference.at),
            seen: Text::new(&reference.seen),
        };
        Self {
            cause: finding.cause,
            verdict: finding.verdict.into(),
            is_open: finding.verdict.is_open(),
            stage: finding.stage.map_or(Stage::None, Stage::from),
            message: Text::new(&finding.message),
            not_proved: Text::optional(finding.not_proved.as_deref()),
            evidence: finding.evidence.iter().map(evidence).collect(),
            remedies: finding.remedies.iter().map(Remedy::from).collect(),
            settle_by: Text::list(&finding.settle_by),
        }
    }
}

impl Finding {
    pub(crate) fn cause(&self) -> Cause {
        self.cause
    }
}

/// The code of the cause, to be compared with `RDPCHECK_CAUSE_...` by `strcmp`. It lives as long as the library is loaded.
/// "" for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_cause(finding: *const Finding) -> *const c_char {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, c"".as_ptr(), |finding| cause::code(finding.cause)) }
}

/// How sure it is that the cause is at work.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_verdict(finding: *const Finding) -> Verdict {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, Verdict::None, |finding| finding.verdict) }
}

/// Whether the cause is confirmed, likely or possible; false for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_is_open(finding: *const Finding) -> bool {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, false, |finding| finding.is_open) }
}

/// The stage that it concerns; `RDPCHECK_STAGE_NONE` when it is no matter of one stage.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_stage(finding: *const Finding) -> Stage {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, Stage::None, |finding| finding.stage) }
}

/// What was found, in one or two sentences.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_message(finding: *const Finding) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, Str::EMPTY, |finding| finding.message.view()) }
}

/// What the evidence does not prove; "" when there is nothing to say.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_not_proved(finding: *const Finding) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, Str::EMPTY, |finding| finding.not_proved.view()) }
}

/// How many places of the report it rests on.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_evidence_count(finding: *const Finding) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, 0, |finding| finding.evidence.len()) }
}

/// A place of the report that it rests on; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_evidence_at(
    finding: *const Finding,
    index: usize,
) -> *const Evidence {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, ptr::null(), |finding| item_at(&finding.evidence, index)) }
}

/// How many remedies there are; none unless the verdict is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_remedy_count(finding: *const Finding) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, 0, |finding| finding.remedies.len()) }
}

/// A remedy; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_remedy_at(finding: *const Finding, index: usize) -> *const Remedy {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, ptr::null(), |finding| item_at(&finding.remedies, index)) }
}

/// How many ways of settling it there are; none when it is settled.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_settle_by_count(finding: *const Finding) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, 0, |finding| finding.settle_by.len()) }
}

/// A way of settling it; "" beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_settle_by_at(finding: *const Finding, index: usize) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, Str::EMPTY, |finding| view_at(&finding.settle_by, index)) }
}

/// Where in the report it is: a JSON pointer (RFC 6901) into the report's JSON.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_evidence_pointer(evidence: *const Evidence) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(evidence, Str::EMPTY, |evidence| evidence.pointer.view()) }
}

/// What is there, in words.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_evidence_seen(evidence: *const Evidence) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(evidence, Str::EMPTY, |evidence| evidence.seen.view()) }
}
