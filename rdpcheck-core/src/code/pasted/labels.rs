//! What the words before a number say about it.

/// What a number is by the words before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    /// An error code.
    Code,
    /// An error code if the number is one that clients are known to show.
    MaybeCode,
    /// An extended error code.
    Extended,
    /// Something else.
    Other,
    /// Words that say nothing, with a colon or an equals sign at their end.
    Unknown,
    /// Nothing that could be a label.
    None,
}

/// Words at the end of a label. Those of languages other than English are what such dialogs say: no public document was
/// found that has the wording of this one.
const CODE: &[&str] = &[
    "error code",
    "errorcode",
    "error number",
    "disconnect code",
    "disconnect reason",
    "disconnect reason code",
    "disconnectreason",
    "disconnect error code",
    "discreason",
    "fehlercode",
    "fehler code",
    "code d erreur",
    "code erreur",
    "c\u{f3}digo de error",
    "codigo de error",
    "c\u{f3}digo de erro",
    "codigo de erro",
    "codice errore",
    "codice di errore",
    "foutcode",
    "kod b\u{142}\u{119}du",
    "felkod",
    "fejlkode",
    "feilkode",
    "virhekoodi",
    "k\u{f3}d chyby",
    "hata kodu",
    "hibak\u{f3}d",
    "cod de eroare",
    "\u{43a}\u{43e}\u{434} \u{43e}\u{448}\u{438}\u{431}\u{43a}\u{438}",
    "\u{43a}\u{43e}\u{434} \u{43f}\u{43e}\u{43c}\u{438}\u{43b}\u{43a}\u{438}",
    "\u{30a8}\u{30e9}\u{30fc} \u{30b3}\u{30fc}\u{30c9}",
    "\u{30a8}\u{30e9}\u{30fc}\u{30b3}\u{30fc}\u{30c9}",
    "\u{9519}\u{8bef}\u{4ee3}\u{7801}",
    "\u{9519}\u{8bef}\u{7801}",
    "\u{932f}\u{8aa4}\u{78bc}",
    "\u{932f}\u{8aa4}\u{4ee3}\u{78bc}",
    "\u{c624}\u{b958} \u{cf54}\u{b4dc}",
];

/// Words that may stand before a code and before other numbers.
const MAYBE_CODE: &[&str] = &[
    "code",
    "error",
    "reason",
    "disconnect",
    "disconnected",
    "fehler",
    "ursache",
    "grund",
    "erreur",
    "raison",
    "rdp",
    "mstsc",
];

/// Labels that end like one of the above and are something else.
const OTHER: &[&str] = &[
    "data errorcode",
    "event code",
    "exit code",
    "key code",
    "product code",
    "reason code",
    "result code",
    "return code",
    "status code",
    "stop code",
];

/// How words begin that make a code an extended one.
const EXTENDED: &[&str] = &[
    "extended",
    "exdiscreason",
    "erweitert",
    "\u{e9}tendu",
    "etendu",
    "extendid",
    "estendid",
    "estes",
    "uitgebreid",
    "rozszerz",
    "ut\u{f6}kad",
    "udvidet",
    "utvidet",
    "laajennet",
    "roz\u{161}\u{ed}\u{159}en",
    "geni\u{15f}letilmi\u{15f}",
    "kiterjesztett",
    "extins",
    "\u{440}\u{430}\u{441}\u{448}\u{438}\u{440}\u{435}\u{43d}\u{43d}",
    "\u{440}\u{43e}\u{437}\u{448}\u{438}\u{440}\u{435}\u{43d}",
    "\u{d655}\u{c7a5}",
];

/// The same in scripts that put no space behind the word.
const EXTENDED_PREFIX: &[&str] =
    &["\u{62e1}\u{5f35}", "\u{6269}\u{5c55}", "\u{64f4}\u{5145}", "\u{5ef6}\u{4f38}"];

/// Words between a label and its number.
const FILLERS: &[&str] = &["is", "was", "of", "equals", "ist", "war", "lautet", "est", "es", "e"];

/// How many words make a label.
const LABEL_WORDS: usize = 4;

/// Judges the words before a number: `gap` is what stands between it and the number before, `before` all the text.
pub(super) fn of(gap: &str, before: &str) -> Label {
    let line = before.rsplit('\n').next().unwrap_or(before);
    if line.contains("transitioning from") || line.contains("rdpclient_") {
        return Label::Other; // event 226 has an HRESULT
    }
    let close = gap.trim_end_matches([' ', '\n']);
    let assigned = close.ends_with([':', '=']);
    // The client writes the message of event 1026 in the system's language.
    if line.contains("clientactivex") && close.ends_with('=') {
        return Label::Code;
    }
    // A label does not reach over the end of a sentence.
    let phrase = close.trim_end_matches(|c: char| !c.is_alphanumeric());
    let phrase = phrase.rsplit(['.', ';', ',', '!', '?', ')']).next().unwrap_or(phrase);
    let short = gap.strip_suffix("ext. ").is_some_and(|rest| !rest.ends_with(char::is_alphanumeric));
    let phrase = if short { "ext" } else { phrase };
    let mut words: Vec<&str> = phrase.split(|c: char| !c.is_alphanumeric()).collect();
    words.retain(|word| !word.is_empty());
    while words.last().is_some_and(|last| FILLERS.contains(last)) {
        words.pop();
    }
    if words.is_empty() {
        return Label::None;
    }
    let last = words.split_off(words.len().saturating_sub(LABEL_WORDS));
    let (joined, extended) = without_extended(&last);
    let ends = |labels: &[&str]| labels.iter().any(|label| ends_with_words(&joined, label));
    if ends_with_words(&joined, "data value") {
        return data_value(before);
    }
    if extended
        && (joined.is_empty()
            || ends(CODE)
            || ends(MAYBE_CODE)
            || last.last().is_some_and(|word| is_extended(word)))
    {
        return Label::Extended;
    }
    if ends(&["disconnect reason code"]) {
        return Label::Code;
    }
    match () {
        () if ends(OTHER) => Label::Other,
        () if ends(CODE) => Label::Code,
        () if ends(MAYBE_CODE) => Label::MaybeCode,
        () if assigned => Label::Unknown,
        () => Label::None,
    }
}

/// The value of an event's data: a code when the name before it is that of event 1026.
fn data_value(before: &str) -> Label {
    match before.rsplit_once("data name:") {
        Some((_, name)) if name.trim_start().starts_with("disconnect reason") => Label::Code,
        Some(_) => Label::Other,
        None => Label::MaybeCode,
    }
}

fn is_extended(word: &str) -> bool {
    word == "ext" || EXTENDED.iter().any(|stem| word.starts_with(stem))
}

/// The words without those for "extended", and whether there were any.
fn without_extended(words: &[&str]) -> (String, bool) {
    let mut found = false;
    let mut kept = Vec::new();
    for word in words {
        let rest = EXTENDED_PREFIX.iter().find_map(|prefix| word.strip_prefix(prefix));
        found |= rest.is_some() || is_extended(word);
        match rest {
            Some("") => {}
            Some(rest) => kept.push(rest),
            None if is_extended(word) => {}
            None => kept.push(word),
        }
    }
    (kept.join(" "), found)
}

fn ends_with_words(text: &str, label: &str) -> bool {
    // Scripts without spaces have no word boundary to look for.
    let spaceless = label.chars().all(|c| c > '\u{2fff}');
    text.strip_suffix(label).is_some_and(|rest| rest.is_empty() || rest.ends_with(' ') || spaceless)
}
