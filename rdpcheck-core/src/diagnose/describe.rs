use serde::{Deserialize, Serialize};

use super::{Cause, Effect, NotOffered, Remedy, Rule, ShownBasis};
use crate::code::ClientError;
use crate::evidence::Stage;
use crate::layout::{line, sentence, wrapped};

/// Everything that is known of a cause, whatever the host: one JSON object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct CauseDescription {
    /// The cause.
    pub cause: Cause,
    /// What it is, in one clause.
    pub says: String,
    /// The stage at which it stops a connection; null for what is no matter of one stage.
    pub stage: Option<Stage>,
    /// What Windows clients show because of it, and what ties the two together.
    pub shows: Vec<ShownError>,
    /// What is seen when it is at work.
    pub seen: String,
    /// Why it matters.
    pub matters: String,
    /// What that does not prove.
    pub not_proved: String,
    /// How to confirm it.
    pub confirm: String,
    /// The signs that a check looks for, and what each says of the cause.
    pub rules: Vec<DescribedRule>,
    /// What would settle it where the network cannot.
    pub settle_by: Vec<String>,
    /// What can be done, for hosts of every product.
    pub remedies: Vec<Remedy>,
    /// Why nothing is offered; null when something is.
    pub no_remedy: Option<String>,
    /// Advice that is often given and harms or is of no use.
    pub not_offered: Vec<NotOffered>,
    /// Where the facts come from.
    pub sources: Vec<String>,
}

/// What a client shows because of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ShownError {
    /// The error code.
    pub code: u32,
    /// The extended error code; null for any.
    pub extended: Option<u32>,
    /// What ties it to the cause.
    pub basis: ShownBasis,
}

/// A rule as it is told to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct DescribedRule {
    /// Its stable code.
    pub code: String,
    /// What the sign says of the cause.
    pub effect: Effect,
    /// The sign.
    pub sign: String,
}

impl From<&Rule> for DescribedRule {
    fn from(rule: &Rule) -> Self {
        Self { code: rule.code.to_owned(), effect: rule.effect, sign: rule.sign.to_owned() }
    }
}

impl Cause {
    /// Everything that is known of it, whatever the host.
    #[must_use]
    pub fn describe(self) -> CauseDescription {
        let page = self.page();
        CauseDescription {
            cause: self,
            says: self.says().to_owned(),
            stage: self.stage(),
            shows: self
                .shown_as()
                .map(|(shown, basis)| ShownError { code: shown.code, extended: shown.extended, basis })
                .collect(),
            seen: page.seen.to_owned(),
            matters: page.matters.to_owned(),
            not_proved: page.not_proved.to_owned(),
            confirm: page.confirm.to_owned(),
            rules: self.rules().map(DescribedRule::from).collect(),
            settle_by: self.settle_by(true).map(str::to_owned).collect(),
            remedies: self.remedies(),
            no_remedy: self.no_remedy().map(str::to_owned),
            not_offered: self.not_offered(),
            sources: page.sources.iter().map(|&source| source.to_owned()).collect(),
        }
    }
}

impl CauseDescription {
    /// As one line of JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Every key is a string and no value can fail to be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// As indented JSON.
    #[must_use]
    pub fn to_json_pretty(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// For a person, readable without colour.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut out = String::new();
        line(&mut out, "", &format!("{}: {}", self.cause, self.says));
        let shows: Vec<String> = self
            .shows
            .iter()
            .map(|shown| format!("{} ({})", ClientError::new(shown.code, shown.extended), shown.basis.code()))
            .collect();
        if !shows.is_empty() {
            wrapped(&mut out, "  clients   ", &shows.join(", "));
        }
        for (label, text) in [
            ("  seen      ", &self.seen),
            ("  matters   ", &self.matters),
            ("  no proof  ", &self.not_proved),
            ("  confirm   ", &self.confirm),
        ] {
            wrapped(&mut out, label, text);
        }
        self.rules_text(&mut out);
        for remedy in &self.remedies {
            remedy_text(&mut out, remedy);
        }
        if let Some(reason) = &self.no_remedy {
            wrapped(&mut out, "  remedy    ", &format!("none: {reason}"));
        }
        for advice in &self.not_offered {
            wrapped(&mut out, "  but not   ", &format!("{}: {}", advice.advice, advice.reason));
        }
        wrapped(&mut out, "  sources   ", &self.sources.join("; "));
        out
    }

    fn rules_text(&self, out: &mut String) {
        for effect in Effect::ALL {
            let signs: Vec<&str> = self
                .rules
                .iter()
                .filter(|rule| rule.effect == *effect)
                .map(|rule| rule.sign.as_str())
                .collect();
            if !signs.is_empty() {
                wrapped(out, &format!("  {:<10}", effect.code()), &format!("{}.", signs.join("; ")));
            }
        }
    }
}

fn remedy_text(out: &mut String, remedy: &Remedy) {
    let kind = match remedy.kind {
        super::RemedyKind::Fix => "remedy",
        super::RemedyKind::Isolation => "test",
    };
    let peer = remedy.peer_name().map_or_else(String::new, |name| format!("[{name}] "));
    let action = format!("{peer}{} ({})", sentence(&remedy.action), remedy.whereabouts());
    wrapped(out, &format!("  {kind:<10}"), &action);
    if let Some(command) = &remedy.command {
        line(out, "            ", &format!("{}{command}", crate::report::text::prompt(remedy)));
    }
    let undo = remedy.undo.as_ref().or(remedy.no_undo.as_ref());
    if let Some(undo) = undo {
        wrapped(out, "            undo: ", undo);
    }
    wrapped(out, "            risk: ", &remedy.risk);
    if let Some(restart) = &remedy.restart {
        wrapped(out, "            restart: ", restart);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_is_described() {
        for cause in Cause::ALL {
            let described = cause.describe();
            let json = described.to_json();
            assert_eq!(serde_json::from_str::<CauseDescription>(&json).unwrap(), described);
            let text = described.to_text();
            assert!(text.starts_with(&format!("{cause}: ")), "{text}");
            for remedy in &described.remedies {
                assert!(remedy.command.as_ref().is_none_or(|command| text.contains(command)), "{cause}");
            }
            assert!(!described.rules.is_empty(), "{cause}: no rule speaks of it");
            assert_ne!(described.remedies.is_empty(), described.no_remedy.is_none(), "{cause}");
        }
    }
}
