//! Why two reports can hardly be compared.

use super::DiffWarning;
use crate::diagnose::Headline;
use crate::report::Report;

impl From<(&'static str, String)> for DiffWarning {
    fn from((code, message): (&'static str, String)) -> Self {
        Self { code: code.to_owned(), message }
    }
}

/// The warnings, what weighs most first.
pub(super) fn between(before: &Report, after: &Report) -> Vec<(&'static str, String)> {
    let mut warnings = Vec::new();
    let (old, new) = (&before.target, &after.target);
    let names_differ = !old.host.eq_ignore_ascii_case(&new.host);
    if names_differ {
        let (code, but) = if share_an_address(before, after) {
            ("different-name", "; an address is the same")
        } else {
            ("different-host", "")
        };
        warnings
            .push((code, format!("The first check was of {}, the second of {}{but}.", old.host, new.host)));
    }
    if old.port != new.port {
        warnings.push((
            "different-port",
            format!("The first check was of port {}, the second of port {}.", old.port, new.port),
        ));
    }
    if let (Some(old), Some(new)) = (super::facts::computer(before), super::facts::computer(after))
        && !old.eq_ignore_ascii_case(new)
    {
        warnings.push((
            "different-computer",
            format!("The computer called itself {old}, and now {new}: another may have answered."),
        ));
    }
    if is_same_check(before, after) && before != after {
        warnings.push((
            "same-check",
            "Both reports are of one check: what differs is how it was judged, not the host.".to_owned(),
        ));
    }
    for (headline, which) in [(before.headline, "first"), (after.headline, "second")] {
        if headline == Headline::Unknown {
            warnings.push((
                "could-not-tell",
                format!("The {which} check could not tell whether a client gets a session."),
            ));
        }
    }
    if after.started_at < before.started_at {
        warnings.push((
            "order-reversed",
            "The second report is older than the first: were they given in the wrong order?".to_owned(),
        ));
    }
    if before.depth != after.depth {
        warnings.push((
            "different-depth",
            format!("The first check was {}, the second {}.", before.depth.code(), after.depth.code()),
        ));
    }
    if before.tool != after.tool {
        warnings.push((
            "different-version",
            format!(
                "{} {} made the first report and {} {} the second: judge both again with one version.",
                before.tool.name, before.tool.version, after.tool.name, after.tool.version
            ),
        ));
    }
    if before.schema_version != after.schema_version {
        warnings.push((
            "different-format",
            format!(
                "The first report is of format version {}, the second of {}.",
                before.schema_version, after.schema_version
            ),
        ));
    }
    if before.expiry_threshold_days != after.expiry_threshold_days {
        warnings.push((
            "different-threshold",
            format!(
                "A certificate expired soon with fewer than {} days left for the first check, {} for the second.",
                before.expiry_threshold_days, after.expiry_threshold_days
            ),
        ));
    }
    if before.client_error != after.client_error {
        let shown = |report: &Report| {
            report.client_error.map_or_else(|| "no client error".to_owned(), |shown| shown.to_string())
        };
        warnings.push((
            "different-client-error",
            format!("The first check was given {}, the second {}.", shown(before), shown(after)),
        ));
    }
    warnings
}

/// Whether the reports are of two hosts, as far as names, addresses and ports tell.
pub(super) fn are_two_hosts(before: &Report, after: &Report) -> bool {
    let names_differ = !before.target.host.eq_ignore_ascii_case(&after.target.host);
    before.target.port != after.target.port || (names_differ && !share_an_address(before, after))
}

/// Whether both reports rest on the same connections.
pub(super) fn is_same_check(before: &Report, after: &Report) -> bool {
    before.started_at == after.started_at
        && before.finished_at == after.finished_at
        && before.target == after.target
        && before.stages == after.stages
}

fn share_an_address(before: &Report, after: &Report) -> bool {
    before.target.addresses.iter().any(|address| after.target.addresses.contains(address))
}
