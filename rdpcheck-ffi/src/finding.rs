//! A cause and what the evidence says of it.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use rdpcheck_core::Cause;

use crate::cause;
use crate::guard::{item_at, read};
use crate::remedy::{NotOffered, Remedy};
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
    contradiction: Text,
    evidence: Vec<Evidence>,
    rules: Vec<Text>,
    remedies: Vec<Remedy>,
    settle_by: Vec<Text>,
    not_offered: Vec<NotOffered>,
}

/// A place in the report that speaks for a cause or against it. Belongs to a report.
#[derive(Debug)]
pub struct Evidence {
    pointer: Text,
    seen: Text,
    bearing: Text,
}

impl From<&rdpcheck_core::Finding> for Finding {
    fn from(finding: &rdpcheck_core::Finding) -> Self {
        let evidence = |reference: &rdpcheck_core::diagnose::EvidenceReference| Evidence {
            pointer: Text::new(&reference.at),
            seen: Text::new(&reference.seen),
            bearing: Text::new(reference.bearing.code()),
        };
        Self {
            cause: finding.cause,
            verdict: finding.verdict.into(),
            is_open: finding.verdict.is_open(),
            stage: finding.stage.map_or(Stage::None, Stage::from),
            message: Text::new(&finding.message),
            not_proved: Text::optional(finding.not_proved.as_deref()),
            contradiction: Text::optional(finding.contradiction.as_deref()),
            evidence: finding.evidence.iter().map(evidence).collect(),
            rules: Text::list(&finding.rules),
            remedies: finding.remedies.iter().map(Remedy::from).collect(),
            settle_by: Text::list(&finding.settle_by),
            not_offered: finding.not_offered.iter().map(NotOffered::from).collect(),
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

/// What speaks against a verdict that is confirmed or likely; "" when nothing excludes it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_contradiction(finding: *const Finding) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, Str::EMPTY, |finding| finding.contradiction.view()) }
}

/// How many places of the report speak for the cause or against it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_evidence_count(finding: *const Finding) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, 0, |finding| finding.evidence.len()) }
}

/// A place of the report that speaks for the cause or against it, what decided the verdict first; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_evidence_at(
    finding: *const Finding,
    index: usize,
) -> *const Evidence {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, ptr::null(), |finding| item_at(&finding.evidence, index)) }
}

/// How many rules were applied; 0 when none speaks of what was seen.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_rule_count(finding: *const Finding) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, 0, |finding| finding.rules.len()) }
}

/// The code of a rule that was applied, in order; "" beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_rule_at(finding: *const Finding, index: usize) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, Str::EMPTY, |finding| view_at(&finding.rules, index)) }
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

/// How much advice is often given for the cause and is not offered; none unless the verdict is open.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_not_offered_count(finding: *const Finding) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, 0, |finding| finding.not_offered.len()) }
}

/// Advice that is not offered; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_finding_not_offered_at(
    finding: *const Finding,
    index: usize,
) -> *const NotOffered {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(finding, ptr::null(), |finding| item_at(&finding.not_offered, index)) }
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

/// Whether it speaks for the cause: "for" or "against".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_evidence_bearing(evidence: *const Evidence) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(evidence, Str::EMPTY, |evidence| evidence.bearing.view()) }
}
