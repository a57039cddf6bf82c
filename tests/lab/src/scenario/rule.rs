use std::num::NonZeroU64;
use std::time::Duration;

use serde::Deserialize;

use super::value::{Hex, at_most_one, bytes, list, pace};
use super::{Credssp, Mcs, Tls};
use crate::log::Arrival;
use crate::{First, Request};

/// One `[[rule]]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    #[serde(default)]
    pub(crate) when: When,
    pub(crate) accept: Option<Accept>,
    pub(crate) greeting: Option<Answer>,
    pub(crate) reply: Option<Answer>,
    pub(crate) negotiate: Option<Negotiate>,
    pub(crate) tls: Option<Tls>,
    pub(crate) credssp: Option<Credssp>,
    pub(crate) mcs: Option<Mcs>,
}

impl Rule {
    /// Whether the rule can be played before the client has sent anything.
    pub(crate) fn acts_at_once(&self) -> bool {
        (self.accept.is_some() || self.greeting.is_some()) && !self.when.looks_at_bytes()
    }

    pub(crate) fn matches(&self, first: First, request: Option<&Request>) -> bool {
        let first_matches = match &self.when.first {
            Some(wanted) => wanted.contains(&first),
            None => self.negotiate.is_none() || first == First::X224,
        };
        first_matches && self.when.request_matches(request)
    }

    pub(super) fn says_something(&self) -> bool {
        self.accept.is_some()
            || self.greeting.is_some()
            || self.reply.is_some()
            || self.negotiate.is_some()
            || self.tls.is_some()
    }

    pub(super) fn certificate_names(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.tls.iter().filter_map(|tls| Some(("tls.certificate", tls.certificate.as_deref()?)))
    }
}

/// The connections that a rule is for.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct When {
    #[serde(default, deserialize_with = "list")]
    connection: Option<Vec<u64>>,
    every: Option<NonZeroU64>,
    within_ms: Option<u64>,
    concurrent: Option<usize>,
    #[serde(default, deserialize_with = "list")]
    offer: Option<Vec<Offer>>,
    offers: Option<u32>,
    lacks: Option<u32>,
    cookie: Option<Cookie>,
    #[serde(default, deserialize_with = "list")]
    first: Option<Vec<First>>,
}

impl When {
    pub(crate) fn arrival_matches(&self, arrival: &Arrival) -> bool {
        let quick = |limit| arrival.since_previous.is_some_and(|since| since < Duration::from_millis(limit));
        self.connection.as_ref().is_none_or(|wanted| wanted.contains(&arrival.number))
            && self.every.is_none_or(|every| arrival.number.is_multiple_of(every.get()))
            && self.within_ms.is_none_or(quick)
            && self.concurrent.is_none_or(|least| arrival.at_once >= least)
    }

    pub(crate) fn wants_silence(&self) -> bool {
        self.first.as_ref().is_some_and(|wanted| wanted.contains(&First::Nothing))
    }

    fn looks_at_bytes(&self) -> bool {
        self.first.is_some() || self.looks_at_request()
    }

    fn looks_at_request(&self) -> bool {
        self.offer.is_some() || self.offers.is_some() || self.lacks.is_some() || self.cookie.is_some()
    }

    fn request_matches(&self, request: Option<&Request>) -> bool {
        let Some(request) = request else {
            return !self.looks_at_request();
        };
        let exact = request.protocols.map_or(Offer::None(NoOffer::None), Offer::Exactly);
        let bits = request.protocols.unwrap_or(0);
        self.offer.as_ref().is_none_or(|wanted| wanted.contains(&exact))
            && self.offers.is_none_or(|mask| bits & mask == mask)
            && self.lacks.is_none_or(|mask| bits & mask == 0)
            && self.cookie.as_ref().is_none_or(|wanted| match wanted {
                Cookie::Given(given) => request.cookie.is_some() == *given,
                Cookie::Name(name) => request.cookie_name() == Some(name),
            })
    }
}

/// Whether a cookie is there, or the name in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected true, false or a name")]
enum Cookie {
    Given(bool),
    Name(String),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged, expecting = "expected a number or \"none\"")]
enum Offer {
    Exactly(u32),
    None(NoOffer),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum NoOffer {
    None,
}

/// What is done at accept, without a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Accept {
    Close,
    Echo,
    Flood,
    Hold,
    Reset,
}

/// How the host ends a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Finish {
    Close,
    Reset,
    Silent,
}

/// Bytes to be sent as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Say(pub(crate) Vec<u8>);

/// When and in which pieces something is sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Pace {
    pub(crate) delay_ms: u64,
    pub(crate) chunk: Option<usize>,
    pub(crate) pause_ms: u64,
}

/// `greeting` and `reply`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawAnswer")]
pub(crate) struct Answer {
    pub(crate) say: Say,
    pub(crate) pace: Pace,
    pub(crate) end: Option<Finish>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnswer {
    text: Option<String>,
    hex: Option<Hex>,
    end: Option<Finish>,
    delay_ms: Option<u64>,
    write_chunk: Option<usize>,
    pause_ms: Option<u64>,
}

impl TryFrom<RawAnswer> for Answer {
    type Error = String;

    fn try_from(raw: RawAnswer) -> Result<Self, String> {
        let pace = pace(raw.delay_ms, raw.write_chunk, raw.pause_ms)?;
        let say = bytes(raw.text, raw.hex)?;
        if say.is_none() && raw.end.is_none() {
            return Err("needs `text`, `hex` or `end`".to_owned());
        }
        Ok(Self { say: say.unwrap_or(Say(Vec::new())), pace, end: raw.end })
    }
}

/// The answer to the X.224 Connection Request.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawNegotiate")]
pub(crate) struct Negotiate {
    pub(crate) confirm: Option<Confirm>,
    pub(crate) after: Vec<u8>,
    pub(crate) go_on: bool,
    pub(crate) pace: Pace,
    pub(crate) end: Option<Finish>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Confirm {
    Fail { code: u32 },
    Raw(Say),
    Select { protocol: u32, flags: u8 },
    WithoutData,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNegotiate {
    select: Option<u32>,
    flags: Option<u8>,
    fail: Option<u32>,
    confirm_without_data: Option<bool>,
    text: Option<String>,
    hex: Option<Hex>,
    after_hex: Option<Hex>,
    go_on: Option<bool>,
    end: Option<Finish>,
    delay_ms: Option<u64>,
    write_chunk: Option<usize>,
    pause_ms: Option<u64>,
}

impl TryFrom<RawNegotiate> for Negotiate {
    type Error = String;

    fn try_from(raw: RawNegotiate) -> Result<Self, String> {
        if raw.flags.is_some() && raw.select.is_none() {
            return Err("`flags` needs `select`".to_owned());
        }
        let flags = raw.flags.unwrap_or(0);
        let confirm = at_most_one(vec![
            ("select", raw.select.map(|protocol| Confirm::Select { protocol, flags })),
            ("fail", raw.fail.map(|code| Confirm::Fail { code })),
            (
                "confirm_without_data",
                raw.confirm_without_data.is_some_and(|yes| yes).then_some(Confirm::WithoutData),
            ),
            ("text` or `hex", bytes(raw.text, raw.hex)?.map(Confirm::Raw)),
        ])?;
        if confirm.is_none() && raw.end.is_none() {
            return Err(
                "needs one of `select`, `fail`, `confirm_without_data`, `text`, `hex`, `end`".to_owned()
            );
        }
        Ok(Self {
            confirm,
            after: raw.after_hex.map_or_else(Vec::new, |hex| hex.0),
            go_on: raw.go_on.unwrap_or(false),
            pace: pace(raw.delay_ms, raw.write_chunk, raw.pause_ms)?,
            end: raw.end,
        })
    }
}
