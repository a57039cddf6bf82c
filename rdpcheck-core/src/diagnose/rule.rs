use std::fmt;

use serde::{Deserialize, Serialize};

use super::Cause;
use super::finding::Verdict;

/// What a sign says of a cause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Effect {
    /// Nothing else explains it: `confirmed`.
    Confirms,
    /// The cause explains it best: `likely`.
    Supports,
    /// The cause explains it, and so do others: `possible`.
    Fits,
    /// It speaks against the cause without excluding it: whatever else was seen, no more than `possible`.
    Opposes,
    /// The cause would have prevented it: `ruled-out`.
    Excludes,
    /// It keeps the cause from being seen: `not-observable`.
    Hides,
}

impl Effect {
    /// Every effect.
    pub const ALL: &'static [Self] =
        &[Self::Confirms, Self::Supports, Self::Fits, Self::Opposes, Self::Excludes, Self::Hides];

    /// Stable code of this effect.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Confirms => "confirms",
            Self::Supports => "supports",
            Self::Fits => "fits",
            Self::Opposes => "opposes",
            Self::Excludes => "excludes",
            Self::Hides => "hides",
        }
    }

    /// The verdict that the sign gives by itself.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Confirms => Verdict::Confirmed,
            Self::Supports => Verdict::Likely,
            Self::Fits => Verdict::Possible,
            Self::Excludes => Verdict::RuledOut,
            Self::Opposes | Self::Hides => Verdict::NotObservable,
        }
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// What a sign in the evidence says of one cause or of several.
///
/// The rules are data: [`Rule::all`] lists them, [`Cause::rules`] those of a cause, and a
/// [finding](super::Finding::rules) names those that were applied.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rule {
    /// Stable code, in kebab-case, unique among the rules.
    pub code: &'static str,
    /// What the sign says.
    pub effect: Effect,
    /// The causes of which it says that.
    pub causes: &'static [Cause],
    /// The sign, as a clause.
    pub sign: &'static str,
}

impl Rule {
    /// Every rule, family by family.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        super::rules::FAMILIES.iter().flat_map(|family| family.iter().copied())
    }

    /// The rule with this code.
    #[must_use]
    pub fn of(code: &str) -> Option<&'static Self> {
        Self::all().find(|rule| rule.code == code)
    }
}

impl Cause {
    /// The rules that speak of this cause.
    pub fn rules(self) -> impl Iterator<Item = &'static Rule> {
        Rule::all().filter(move |rule| rule.causes.contains(&self))
    }
}

/// Declares the rules of a family as constants, and lists them in `RULES`. `[*]` is every cause.
macro_rules! rules {
    (@causes *) => { $crate::diagnose::Cause::ALL };
    (@causes $($cause:ident),+ $(,)?) => { &[$($crate::diagnose::Cause::$cause),+] };
    ($($name:ident: $effect:ident [$($causes:tt)+], $code:literal, $sign:literal;)+) => {
        $(const $name: &$crate::diagnose::rule::Rule = &$crate::diagnose::rule::Rule {
            code: $code,
            effect: $crate::diagnose::rule::Effect::$effect,
            causes: $crate::diagnose::rule::rules!(@causes $($causes)+),
            sign: $sign,
        };)+

        /// The rules of this family.
        pub(in crate::diagnose) const RULES: &[&$crate::diagnose::rule::Rule] = &[$($name),+];
    };
}

pub(super) use rules;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_unique_and_signs_are_clauses() {
        let mut codes: Vec<_> = Rule::all().map(|rule| rule.code).collect();
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        for rule in Rule::all() {
            let kebab = rule.code.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'));
            assert!(kebab && !rule.causes.is_empty(), "{}", rule.code);
            assert!(rule.sign.len() > 10 && !rule.sign.ends_with('.'), "{}: {}", rule.code, rule.sign);
            assert_eq!(Rule::of(rule.code), Some(rule));
        }
    }
}
