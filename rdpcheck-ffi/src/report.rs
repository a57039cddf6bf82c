//! What a check found.
#![expect(unsafe_code, reason = "functions are exported to C by name")]

use std::ffi::c_char;
use std::ptr;

use rdpcheck_core::Report as Core;

use crate::client_error::ClientError;
use crate::client_outlook::ClientOutlook;
use crate::error::Error;
use crate::finding::Finding;
use crate::guard::{Out, free, give, guard_status, item_at, read, text};
use crate::headline::Headline;
use crate::options::DepthCode;
use crate::stage::{StageEnd, StageStatus};
use crate::status::Status;
use crate::string::{OwnedString, Str, Text, view_at};

/// What a check found. Owned by the caller. Everything that is asked of it belongs to it and lives until it is freed.
/// The facts of each stage, the connection attempts and the follow-ups are in its JSON.
#[derive(Debug)]
pub struct Report {
    core: Core,
    summary: Text,
    target_given: Text,
    target_host: Text,
    name_sent: Text,
    addresses: Vec<Text>,
    peer_product: Text,
    peer_basis: Text,
    client_error: Option<ClientError>,
    expected: Option<ClientError>,
    expected_basis: Text,
    expected_reason: Text,
    alternatives: Vec<ClientError>,
    fit_outcome: Text,
    fit_message: Text,
    stages: Vec<StageEnd>,
    findings: Vec<Finding>,
    clients: Vec<ClientOutlook>,
}

impl Report {
    pub(crate) fn new(core: Core) -> Self {
        let expected = &core.expected_client_error;
        let addresses: Vec<String> = core.target.addresses.iter().map(ToString::to_string).collect();
        Self {
            summary: Text::new(&core.summary),
            target_given: Text::new(&core.target.given),
            target_host: Text::new(&core.target.host),
            name_sent: Text::optional(core.target.name_sent.as_deref()),
            addresses: Text::list(&addresses),
            peer_product: Text::new(core.peer.product.code()),
            peer_basis: Text::new(&core.peer.basis),
            client_error: core.client_error.map(ClientError::from),
            expected: expected
                .code
                .map(|code| rdpcheck_core::ClientError::new(code, expected.extended).into()),
            expected_basis: Text::new(expected.basis.code()),
            expected_reason: Text::new(&expected.reason),
            alternatives: expected.alternatives.iter().copied().map(ClientError::from).collect(),
            fit_outcome: Text::optional(core.client_error_fit.as_ref().map(|fit| fit.outcome.code())),
            fit_message: Text::optional(core.client_error_fit.as_ref().map(|fit| fit.message.as_str())),
            stages: StageEnd::all(&core.stages),
            findings: core.findings.iter().map(Finding::from).collect(),
            clients: core.clients.iter().map(ClientOutlook::from).collect(),
            core,
        }
    }

    pub(crate) fn core(&self) -> &Core {
        &self.core
    }

    fn stage(&self, stage: u32) -> Option<&StageEnd> {
        self.stages.iter().find(|end| end.stage.number() == stage)
    }
}

/// Reads a report that `rdpcheck_report_json` wrote, of this or another version with the same format, with the findings
/// that are stored in it; `rdpcheck_report_diagnose_json` judges anew. The results are handed out as by `rdpcheck_check`.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_report_from_json(
    json: *const c_char,
    report_out: *mut *mut Report,
    error_out: *mut *mut Error,
) -> Status {
    let body = || {
        let out = Out::new(report_out, "report_out")?;
        // SAFETY: the caller passes NULL or a text that ends in NUL.
        let report = Core::from_json(unsafe { text(json, "json") }?)?;
        // SAFETY: the pointer is not NULL, and the caller lets it be written to.
        unsafe { out.give(Report::new(report)) };
        Ok(())
    };
    // SAFETY: the caller passes NULL or a pointer that can be written to.
    unsafe { guard_status(error_out, body) }
}

/// Reads the evidence of a report that `rdpcheck_report_json` wrote, and judges it again by the rules of this version. What
/// the report concluded is not read, so reports of versions with other causes are taken as well. Nothing is looked at again:
/// dates are judged by the clock of the check.
///
/// `client_error` takes the place of what was given to the check; NULL leaves that. The results are handed out as by
/// `rdpcheck_check`. `RDPCHECK_STATUS_INVALID_REPORT` when the evidence cannot be read; the error names the place.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_report_diagnose_json(
    json: *const c_char,
    client_error: *const ClientError,
    report_out: *mut *mut Report,
    error_out: *mut *mut Error,
) -> Status {
    let body = || {
        let out = Out::new(report_out, "report_out")?;
        // SAFETY: the caller passes NULL or a text that ends in NUL.
        let json = unsafe { text(json, "json") }?;
        // SAFETY: the caller passes NULL or a live object.
        let client_error = unsafe { client_error.as_ref() }.map(ClientError::core);
        let report = Core::diagnose_json(json, client_error)?;
        // SAFETY: the pointer is not NULL, and the caller lets it be written to.
        unsafe { out.give(Report::new(report)) };
        Ok(())
    };
    // SAFETY: the caller passes NULL or a pointer that can be written to.
    unsafe { guard_status(error_out, body) }
}

/// The report that this version makes of the same evidence, as by `rdpcheck_report_diagnose_json`; to be freed with
/// `rdpcheck_report_free`. NULL for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_report_diagnosed_again(report: *const Report) -> *mut Report {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, ptr::null_mut(), |report| give(Report::new(report.core.diagnosed_again()))) }
}

/// Frees a report and everything that belongs to it. NULL is nothing.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_free(report: *mut Report) {
    // SAFETY: the caller passes NULL or an object that it owns and gives up.
    unsafe { free(report) };
}

/// The top line; `RDPCHECK_HEADLINE_NONE` for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_headline(report: *const Report) -> Headline {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Headline::None, |report| report.core.headline.into()) }
}

/// The top line in one sentence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_summary(report: *const Report) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| report.summary.view()) }
}

/// Whether a client that shows this error code and this extended error code can have met the host in this state.
/// `rdpcheck_report_detects(report, 0x904, 0x7)` is the state in which users see "error code 0x904, extended error code
/// 0x7".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_detects(report: *const Report, code: u32, extended: u32) -> bool {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, false, |report| report.core.detects(code, Some(extended))) }
}

/// As `rdpcheck_report_detects`, for a client that shows this error code and any extended error code.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_detects_code(report: *const Report, code: u32) -> bool {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, false, |report| report.core.detects(code, None)) }
}

/// What the client showed, as given in the options; NULL when nothing was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_client_error(report: *const Report) -> *const ClientError {
    // SAFETY: the caller passes NULL or a live object.
    unsafe {
        read(report, ptr::null(), |report| report.client_error.as_ref().map_or(ptr::null(), ptr::from_ref))
    }
}

/// What a Windows client would show against the host as measured; NULL when nothing is expected or known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_expected_client_error(report: *const Report) -> *const ClientError {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, ptr::null(), |report| report.expected.as_ref().map_or(ptr::null(), ptr::from_ref)) }
}

/// Where the expected error comes from: "observed", "inferred", or "none" when none is expected or known.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_expected_client_error_basis(report: *const Report) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| report.expected_basis.view()) }
}

/// Why this error, or none, is expected, in one sentence.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_expected_client_error_reason(report: *const Report) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| report.expected_reason.view()) }
}

/// How many other errors clients show against the same state.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_alternative_client_error_count(report: *const Report) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.alternatives.len()) }
}

/// Another error that clients show against the same state; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_alternative_client_error_at(
    report: *const Report,
    index: usize,
) -> *const ClientError {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, ptr::null(), |report| item_at(&report.alternatives, index)) }
}

/// Whether what the client showed goes with what was measured: "expected" when the host shows just this, "explained" when
/// an open cause can show it, "contradicted" when the host shows another code, "unexplained" when nothing that was measured
/// shows it, "unknown-code" when the code has no meaning that is known; "" when nothing was given. Further codes may be
/// added.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_client_error_fit_outcome(report: *const Report) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| report.fit_outcome.view()) }
}

/// The same in words, and where to look next; "" when nothing was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_client_error_fit_message(report: *const Report) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| report.fit_message.view()) }
}

/// What answers on the port: "windows", "xrdp", "freerdp", "gnome-remote-desktop", "weston", "ironrdp", "other" or
/// "unknown".
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_peer_product(report: *const Report) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| report.peer_product.view()) }
}

/// What the product rests on, or why it is unknown.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_peer_basis(report: *const Report) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| report.peer_basis.view()) }
}

/// How a stage of the main connection ended. `stage` is an `rdpcheck_stage`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_stage_status(report: *const Report, stage: u32) -> StageStatus {
    // SAFETY: the caller passes NULL or a live object.
    unsafe {
        read(report, StageStatus::None, |report| {
            report.stage(stage).map_or(StageStatus::None, |end| end.status)
        })
    }
}

/// Why a stage ended so: "answered", or a code that says how it failed ("timed-out") or why it was skipped
/// ("earlier-stage-failed").
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_stage_reason(report: *const Report, stage: u32) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe {
        read(report, Str::EMPTY, |report| report.stage(stage).map_or(Str::EMPTY, |end| end.reason.view()))
    }
}

/// How many seconds a stage took; negative when it was not tried.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_stage_elapsed_seconds(report: *const Report, stage: u32) -> f64 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe {
        read(report, -1.0, |report| report.stage(stage).and_then(|end| end.elapsed_seconds).unwrap_or(-1.0))
    }
}

/// How many findings there are: one for every cause.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_finding_count(report: *const Report) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.findings.len()) }
}

/// A finding, the best explanation first whenever the headline is not healthy; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_finding_at(report: *const Report, index: usize) -> *const Finding {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, ptr::null(), |report| item_at(&report.findings, index)) }
}

/// The finding for a cause, for instance `RDPCHECK_CAUSE_CERTIFICATE_EXPIRED`; NULL for a code that the report does not
/// hold.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_finding_of(
    report: *const Report,
    cause: *const c_char,
) -> *const Finding {
    let find = |report: &Report| {
        // SAFETY: the caller passes NULL or a text that ends in NUL.
        let cause = unsafe { text(cause, "cause") }.ok()?;
        report.findings.iter().find(|finding| finding.cause().code() == cause).map(ptr::from_ref)
    };
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, None, find) }.unwrap_or(ptr::null())
}

/// How many clients there is an outlook for; 0 only when TCP did not connect.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_client_count(report: *const Report) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.clients.len()) }
}

/// How far a client comes; NULL beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_client_at(
    report: *const Report,
    index: usize,
) -> *const ClientOutlook {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, ptr::null(), |report| item_at(&report.clients, index)) }
}

/// The target as it was given.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_target_given(report: *const Report) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| report.target_given.view()) }
}

/// The host that was checked: an address, or a name in ASCII.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_target_host(report: *const Report) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| report.target_host.view()) }
}

/// The port that was checked; 0 for NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_target_port(report: *const Report) -> u16 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.core.target.port) }
}

/// The name that is sent in the TLS server name indication; "" when none is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_name_sent(report: *const Report) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| report.name_sent.view()) }
}

/// How many addresses the target has.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_address_count(report: *const Report) -> usize {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.addresses.len()) }
}

/// An address of the target; "" beyond the end.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_address_at(report: *const Report, index: usize) -> Str {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, Str::EMPTY, |report| view_at(&report.addresses, index)) }
}

/// When the check began, by this machine's clock, in seconds since 1970 (UTC).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_started_at_unix_seconds(report: *const Report) -> i64 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.core.started_at.unix_timestamp()) }
}

/// When it ended, by this machine's clock, in seconds since 1970 (UTC).
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_finished_at_unix_seconds(report: *const Report) -> i64 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.core.finished_at.unix_timestamp()) }
}

/// How many seconds it took.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_duration_seconds(report: *const Report) -> f64 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0.0, |report| report.core.duration.as_secs_f64()) }
}

/// How many TCP connections were opened.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_connections(report: *const Report) -> u32 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.core.connections) }
}

/// The greatest number of TCP connections that were open at once.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_connections_at_once(report: *const Report) -> u32 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.core.connections_at_once) }
}

/// How deep the check went.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_depth(report: *const Report) -> DepthCode {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, DepthCode::Default, |report| report.core.depth.into()) }
}

/// Certificates with fewer days left than this count as expiring soon.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_expiry_threshold_days(report: *const Report) -> u32 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.core.expiry_threshold_days) }
}

/// The version of the JSON format.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rdpcheck_report_schema_version(report: *const Report) -> u32 {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, 0, |report| report.core.schema_version) }
}

/// The report as JSON, on one line or indented, to be freed with `rdpcheck_string_free`. NULL for NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_report_json(report: *const Report, pretty: bool) -> *mut OwnedString {
    // SAFETY: the caller passes NULL or a live object.
    unsafe {
        read(report, ptr::null_mut(), |report| {
            let json = if pretty { report.core.to_json_pretty() } else { report.core.to_json() };
            OwnedString::give(&json)
        })
    }
}

/// The report for a person, on one screen, readable without colour, to be freed with `rdpcheck_string_free`. NULL for
/// NULL.
#[unsafe(no_mangle)]
#[must_use]
pub unsafe extern "C" fn rdpcheck_report_text(report: *const Report) -> *mut OwnedString {
    // SAFETY: the caller passes NULL or a live object.
    unsafe { read(report, ptr::null_mut(), |report| OwnedString::give(&report.core.to_text())) }
}
