//! What the host's first CredSSP message means for a client.

use super::super::Cause;
use super::super::view::View;
use super::Step;
use crate::evidence::{Answer, Probe, Stage};
use crate::wire::tls::profiles::ClientProfile;

/// The version that came with the update for CVE-2018-0886 (MS-CSSP 2.2.1).
const UPDATED: u32 = 5;

/// None where CredSSP was not tried.
pub(super) fn judge(profile: &ClientProfile, view: &View<'_>) -> Option<Step> {
    if let Some(failure) = view.failed_at(Stage::Credssp) {
        return Some(Step::Unknown(format!(
            "The first CredSSP message failed ({}); a client with Kerberos may come further.",
            failure.kind
        )));
    }
    let facts = view.evidence.stages.credssp.facts()?;
    let range = profile.credssp;
    Some(if facts.version < 2 {
        Step::Unknown(format!("The host names CredSSP version {}, which does not exist.", facts.version))
    } else if facts.version < range.lowest {
        Step::Stops(
            Some(Cause::CredsspOraclePolicy),
            format!(
                "With the updates of May 2018 it refuses a host that speaks CredSSP version {}, unless its policy is Vulnerable (AllowEncryptionOracle 2).",
                facts.version
            ),
        )
    } else if range.highest < UPDATED && facts.version >= UPDATED {
        without_update(range.highest, view)
    } else if facts.challenge.is_none() {
        Step::Unknown(
            "The host answers NTLM with no challenge: a client with Kerberos that uses its full name may connect, others do not."
                .to_owned(),
        )
    } else {
        Step::Passes(())
    })
}

/// A client without the update at a host with it: that is the host's own choice (`AllowEncryptionOracle`), and it need not
/// show before the client proves itself.
fn without_update(version: u32, view: &View<'_>) -> Step {
    let tried: Vec<(bool, bool)> = view
        .follow_ups(Probe::CredsspVersions)
        .filter_map(|follow_up| match &follow_up.answer {
            Some(Answer::CredSspVersions { versions }) => Some(versions),
            _ => None,
        })
        .flatten()
        .map(|tried| (tried.offered < UPDATED, tried.answered.is_some()))
        .collect();
    let old: Vec<bool> = tried.iter().filter(|(old, _)| *old).map(|(_, answered)| *answered).collect();
    let new_answered = tried.contains(&(false, true));
    if old.len() > 1 && new_answered && !old.contains(&true) {
        return Step::Stops(
            Some(Cause::CredsspOraclePolicy),
            format!("It speaks CredSSP version {version}, and the host answers no version below {UPDATED}."),
        );
    }
    Step::Unknown(format!(
        "It speaks CredSSP version {version}; whether the updated host takes that is the host's own setting (AllowEncryptionOracle: 0 refuses it)."
    ))
}
