use time::Duration;

use super::super::board::{Board, Entry, Weight};
use super::super::rule::rules;
use super::super::view::View;
use crate::evidence::{Certificate, FollowUp, Probe, SelfSigned, Trust};

const CERTIFICATE: &str = "/stages/certificate/facts";

rules! {
    UNREADABLE: Hides [TlsIntercepted, CertificateExpired, CertificateNotYetValid, CertificateExpiresSoon, CertificateRenewalFails, CertificateNameMismatch, CertificateUntrusted, CertificateWeak, CertificateWrongUsage, CertificateVaries], "certificate-unreadable", "the certificate could not be read";
    // Dates
    EXPIRED: Confirms [CertificateExpired], "expired", "the certificate's last day is past";
    IN_DATE: Excludes [CertificateExpired], "in-date", "the certificate's last day is to come";
    OWN_ONE_EXPIRED: Supports [CertificateRenewalFails], "own-one-expired", "a certificate like the one that Windows makes and renews itself has expired";
    OWN_ONE_IN_DATE: Excludes [CertificateRenewalFails], "own-one-in-date", "a certificate like the one that Windows makes itself is in date";
    EXPIRES_SOON: Confirms [CertificateExpiresSoon], "expires-soon", "fewer days are left than the threshold";
    RENEWAL_DUE: Fits [CertificateExpiresSoon], "renewal-due", "fewer days are left than the threshold, of a certificate like the one that Windows renews itself";
    DAYS_LEFT: Excludes [CertificateExpiresSoon], "days-left", "more days are left than the threshold";
    NOT_BEFORE_AHEAD: Confirms [CertificateNotYetValid], "not-before-ahead", "the certificate's first day is to come";
    NOT_BEFORE_PAST: Excludes [CertificateNotYetValid], "not-before-past", "the certificate's first day is past";
    // Names
    NAME_FOUND: Excludes [CertificateNameMismatch], "name-found", "the name used is in the certificate";
    NAME_MISSING: Confirms [CertificateNameMismatch], "name-missing", "the name used is not in the certificate";
    ADDRESS_MISSING: Fits [CertificateNameMismatch], "address-missing", "an address was used, and the certificate names a host";
    // Strength and usage
    WEAK: Confirms [CertificateWeak], "weak", "the key is short, or the signature uses MD5 or SHA-1";
    STRONG: Excludes [CertificateWeak], "strong", "key and signature are of today's strength";
    USAGE_FORBIDS: Confirms [CertificateWrongUsage], "usage-forbids", "the certificate's usages leave TLS servers out";
    USAGE_ALLOWS: Excludes [CertificateWrongUsage], "usage-allows", "the certificate's usages allow a TLS server";
    // Issuer
    ISSUED_BY_INSPECTION: Supports [TlsIntercepted], "issued-by-inspection", "the issuer is a product that breaks TLS open";
    TRUSTED: Excludes [CertificateUntrusted], "trusted", "this machine trusts the issuer";
    SELF_SIGNED: Fits [CertificateUntrusted], "self-signed", "the certificate is self-signed, as is normal";
    ISSUER_UNKNOWN: Fits [CertificateUntrusted], "issuer-unknown", "this machine does not trust the issuer";
    TRUST_NOT_CHECKED: Hides [CertificateUntrusted], "trust-not-checked", "whether the issuer is trusted was not checked";
    // Several connections
    VARIES: Confirms [CertificateVaries], "varies", "connections that were begun alike saw different certificates";
    VARIES_BY_HELLO: Fits [CertificateVaries], "varies-by-hello", "connections with different hellos saw different certificates";
    SAME_EACH_TIME: Excludes [CertificateVaries], "same-each-time", "every connection that looked saw the same certificate";
    LOOKED_ONCE: Hides [CertificateVaries], "looked-once", "one connection looked at the certificate";
}

pub(super) fn judge(view: &View<'_>, board: &mut Board) {
    if let Some(failure) = view.evidence.stages.certificate.failure() {
        board.hide(UNREADABLE, &format!("The certificate could not be read: {}.", failure.kind));
    }
    let Some(facts) = view.evidence.stages.certificate.facts() else {
        return;
    };
    dates(view, facts, board);
    name(facts, board);
    strength(facts, board);
    usage(facts, board);
    inspection(facts, board);
    trust(facts, board);
    varies(view, facts, board);
    board.hide_rest(LOOKED_ONCE, "One certificate was looked at; comparing takes several connections.");
}

fn trust(facts: &Certificate, board: &mut Board) {
    let at = format!("{CERTIFICATE}/trust");
    match &facts.trust {
        Trust::Trusted => {
            board.apply_to_all(TRUSTED, "This machine's trust store takes it.", &at);
        }
        Trust::Untrusted { .. } if facts.self_signed != SelfSigned::No => {
            board
                .apply(
                    SELF_SIGNED,
                    "The certificate is self-signed, which is normal for Remote Desktop: clients show a prompt, once.",
                )
                .weighs(Weight::Informs)
                .seen(&at, "self-signed, and not in this machine's trust store");
        }
        Trust::Untrusted { reason } => {
            board
                .apply(
                    ISSUER_UNKNOWN,
                    "This machine does not trust the issuer: clients that do not either show a prompt.",
                )
                .weighs(Weight::Informs)
                .seen(&at, reason.clone())
                .not_proved("whether a client trusts it: that is decided by the client's own store");
        }
        Trust::NotChecked { reason } => {
            board.hide(
                TRUST_NOT_CHECKED,
                &format!("Whether the issuer is trusted was not checked: {reason}."),
            );
        }
    }
}

/// Every connection of this check that saw a certificate saw one of the same address.
fn varies(view: &View<'_>, facts: &Certificate, board: &mut Board) {
    let of_survey = view.evidence.stages.tls_support.facts().map_or(&[][..], |support| &support.certificates);
    let others: Vec<&FollowUp> = view
        .evidence
        .follow_ups
        .iter()
        .filter(|follow_up| {
            follow_up.certificate_sha256.as_ref().is_some_and(|sha256| *sha256 != facts.sha256)
        })
        .collect();
    let other_in_survey = of_survey.iter().filter(|sha256| **sha256 != facts.sha256).count();
    let looks =
        view.evidence.follow_ups.iter().filter(|follow_up| follow_up.certificate_sha256.is_some()).count();
    if others.is_empty() && other_in_survey == 0 {
        let in_survey = !of_survey.is_empty();
        if looks + usize::from(in_survey) > 1 {
            board.apply_to_all(
                SAME_EACH_TIME,
                "Every connection that looked at the certificate saw the same.",
                CERTIFICATE,
            );
        }
        return;
    }
    // A server may have one certificate for each kind of key and choose by what the client can do.
    let alike = others.iter().any(|follow_up| matches!(follow_up.probe, Probe::Repeat | Probe::FirstAttempt));
    let entry = board.apply(
        if alike { VARIES } else { VARIES_BY_HELLO },
        "Different connections to the same address saw different certificates: a farm whose members have one each, two hosts with one address, or somebody in between.",
    );
    entry.weighs(Weight::Degrades).seen(&format!("{CERTIFICATE}/sha256"), facts.sha256.clone());
    for follow_up in others {
        let sha256 = follow_up.certificate_sha256.clone().unwrap_or_default();
        entry.seen(&format!("{}/certificate_sha256", view.place(follow_up)), sha256);
    }
    if other_in_survey > 0 {
        entry.seen("/stages/tls_support/facts/certificates", of_survey.join(", "));
    }
    if !alike {
        entry.weighs(Weight::Informs);
        entry.not_proved(
            "that it is not one server with a certificate for each kind of key: the ClientHellos differed",
        );
    }
}

/// The shape of the certificate that Windows makes for Remote Desktop: its own name, about half a year, and the server
/// usage (measured on Windows 7 and 10: 183 days).
pub(in crate::diagnose) fn is_windows_own(facts: &Certificate) -> bool {
    let days = (facts.not_after - facts.not_before).whole_days();
    let usages = facts
        .extended_key_usage
        .as_ref()
        .is_some_and(|usages| usages.iter().any(|usage| usage == "server-auth"));
    facts.self_signed != SelfSigned::No && (180..=186).contains(&days) && usages && facts.dns_names.is_empty()
}

fn dates(view: &View<'_>, facts: &Certificate, board: &mut Board) {
    let now = facts.read_at;
    let own = is_windows_own(facts) && view.product.may_be_windows();
    if now > facts.not_after {
        let late = in_words(now - facts.not_after);
        let entry = board.apply(
            EXPIRED,
            format!(
                "The certificate expired {late} ago, by this machine's clock ({}).",
                date(facts.not_after)
            ),
        );
        entry.weighs(Weight::Degrades).seen(&format!("{CERTIFICATE}/not_after"), date(facts.not_after));
        clock_note(view, entry);
        if own {
            board
                .apply(
                    OWN_ONE_EXPIRED,
                    "The certificate looks like the one that Windows makes itself. Windows renews that one on its own; that it has expired means that renewal fails.",
                )
                .weighs(Weight::Degrades)
                .seen(CERTIFICATE, "self-signed, valid for six months, expired");
        }
    } else {
        board.apply_to_all(IN_DATE, &format!("It is valid until {}.", date(facts.not_after)), CERTIFICATE);
        if own {
            board.apply_to_all(OWN_ONE_IN_DATE, "The certificate that Windows made is in date.", CERTIFICATE);
        }
        expires_soon(view, facts, own, board);
    }
    if now < facts.not_before {
        let early = in_words(facts.not_before - now);
        let entry = board.apply(
            NOT_BEFORE_AHEAD,
            format!(
                "The certificate becomes valid in {early}, by this machine's clock ({}).",
                date(facts.not_before)
            ),
        );
        entry.weighs(Weight::Degrades).seen(&format!("{CERTIFICATE}/not_before"), date(facts.not_before));
        clock_note(view, entry);
    } else {
        board.apply_to_all(
            NOT_BEFORE_PAST,
            &format!("It has been valid since {}.", date(facts.not_before)),
            CERTIFICATE,
        );
    }
}

fn clock_note(view: &View<'_>, entry: &mut Entry) {
    let skew = view.evidence.stages.credssp.facts().and_then(|facts| facts.clock_skew_seconds);
    match skew {
        Some(skew) => {
            entry.seen(
                "/stages/credssp/facts/clock_skew_seconds",
                format!("the host's clock is {skew:.0} s from ours"),
            );
        }
        None => {
            entry.not_proved("that this machine's clock is right: the host's own was not seen");
        }
    }
}

fn expires_soon(view: &View<'_>, facts: &Certificate, own: bool, board: &mut Board) {
    let left = facts.not_after - facts.read_at;
    let threshold = Duration::days(view.evidence.expiry_threshold_days.into());
    if left >= threshold {
        board.apply_to_all(DAYS_LEFT, &format!("{} are left.", in_words(left)), CERTIFICATE);
        return;
    }
    let seen = date(facts.not_after);
    if own {
        board
            .apply(
                RENEWAL_DUE,
                format!("The certificate expires in {}. It looks like the one that Windows makes and renews itself, so renewal is due.", in_words(left)),
            )
            .weighs(Weight::Informs)
            .seen(&format!("{CERTIFICATE}/not_after"), seen);
    } else {
        board
            .apply(EXPIRES_SOON, format!("The certificate expires in {}.", in_words(left)))
            .weighs(Weight::Degrades)
            .seen(&format!("{CERTIFICATE}/not_after"), seen);
    }
}

fn name(facts: &Certificate, board: &mut Board) {
    let looked_for = &facts.name_match;
    let at = format!("{CERTIFICATE}/name_match");
    if looked_for.found {
        board.apply_to_all(NAME_FOUND, "The name used is in the certificate.", &at);
        return;
    }
    let named =
        if facts.dns_names.is_empty() { facts.common_names.join(", ") } else { facts.dns_names.join(", ") };
    let seen = format!("the certificate is for {}", if named.is_empty() { "no name" } else { &named });
    if looked_for.is_address {
        board
            .apply(
                ADDRESS_MISSING,
                "An address was used, and certificates for Remote Desktop name hosts: the usual prompt.",
            )
            .weighs(Weight::Informs)
            .seen(&at, seen);
    } else {
        board
            .apply(
                NAME_MISSING,
                format!(
                    "The name {} is not in the certificate: clients show a prompt, strict ones refuse.",
                    looked_for.looked_for
                ),
            )
            .weighs(Weight::Informs)
            .seen(&at, seen);
    }
}

fn strength(facts: &Certificate, board: &mut Board) {
    let mut reasons = Vec::new();
    if facts.key.algorithm == "rsa" && facts.key.bits.is_some_and(|bits| bits < 2048) {
        reasons.push(format!("an RSA key of {} bits (below 2048)", facts.key.bits.unwrap_or_default()));
    }
    if facts.key.algorithm == "ec" && facts.key.bits.is_some_and(|bits| bits < 224) {
        reasons.push(format!("an elliptic curve key of {} bits", facts.key.bits.unwrap_or_default()));
    }
    if facts.signature_algorithm.starts_with("md5") || facts.signature_algorithm.starts_with("sha1") {
        reasons.push(format!("a signature with {}", facts.signature_algorithm));
    }
    if reasons.is_empty() {
        let bits = facts.key.bits.map_or_else(String::new, |bits| format!(" of {bits} bits"));
        let message =
            format!("The key is {}{bits}, the signature {}.", facts.key.algorithm, facts.signature_algorithm);
        board.apply_to_all(STRONG, &message, CERTIFICATE);
        return;
    }
    let reasons = reasons.join(" and ");
    board
        .apply(WEAK, format!("The certificate has {reasons}, which some clients refuse."))
        .weighs(Weight::Degrades)
        .seen(CERTIFICATE, reasons);
}

fn usage(facts: &Certificate, board: &mut Board) {
    let extended_forbids = facts.extended_key_usage.as_ref().is_some_and(|usages| {
        !usages
            .iter()
            .any(|usage| matches!(usage.as_str(), "server-auth" | "any" | "remote-desktop-authentication"))
    });
    let forbids = facts.key_usage.as_ref().is_some_and(|usages| {
        !usages
            .iter()
            .any(|usage| matches!(usage.as_str(), "digital-signature" | "key-encipherment" | "key-agreement"))
    });
    if !extended_forbids && !forbids {
        board.apply_to_all(USAGE_ALLOWS, "Its usages allow a TLS server.", CERTIFICATE);
        return;
    }
    let (field, usages) = if extended_forbids {
        ("extended_key_usage", &facts.extended_key_usage)
    } else {
        ("key_usage", &facts.key_usage)
    };
    let listed = usages.as_ref().map(|usages| usages.join(", ")).filter(|listed| !listed.is_empty());
    board
        .apply(USAGE_FORBIDS, "The certificate's usages do not allow a TLS server; strict clients refuse it.")
        .weighs(Weight::Degrades)
        .seen(&format!("{CERTIFICATE}/{field}"), listed.unwrap_or_else(|| "none".to_owned()));
}

/// Products that break TLS open, by the words of their certificate authorities as the vendors' manuals give them.
const INSPECTION_PRODUCTS: &[&str] = &[
    "zscaler",
    "fortigate ca",
    "fortinet_ca_ssl",
    "netskope",
    "blue coat",
    "forcepoint",
    "cisco umbrella",
    "barracuda",
    "sophos ssl ca",
    "watchguard",
    "untangle",
    "mitmproxy",
    "eset ssl filter ca",
    "kaspersky",
    "avast! web/mail shield",
    "bitdefender personal ca",
];

fn inspection(facts: &Certificate, board: &mut Board) {
    let issuer = facts.issuer.to_lowercase();
    if facts.issuer == facts.subject || !INSPECTION_PRODUCTS.iter().any(|product| issuer.contains(product)) {
        return;
    }
    board
        .apply(
            ISSUED_BY_INSPECTION,
            "The certificate is issued by a product that breaks TLS open on the way; Remote Desktop with NLA does not survive that.",
        )
        .weighs(Weight::Degrades)
        .seen(&format!("{CERTIFICATE}/issuer"), facts.issuer.clone())
        .not_proved("that the host itself does not serve this certificate: compare the thumbprint on the host");
}

fn date(date: time::OffsetDateTime) -> String {
    date.format(&time::format_description::well_known::Rfc3339).unwrap_or_else(|_| date.date().to_string())
}

/// A length of time as a person would say it.
fn in_words(length: Duration) -> String {
    let say = |number: i64, unit: &str| format!("{number} {unit}{}", if number == 1 { "" } else { "s" });
    match length {
        _ if length.whole_days() >= 2 => say(length.whole_days(), "day"),
        _ if length.whole_hours() >= 2 => say(length.whole_hours(), "hour"),
        _ if length.whole_minutes() >= 2 => say(length.whole_minutes(), "minute"),
        _ => say(length.whole_seconds(), "second"),
    }
}
