//! What no scripted host can do: the evidence of a scenario with changes.

use serde_json::{Value, json};

/// The stages of the main connection, in order.
const STAGES: [&str; 7] =
    ["resolve", "connect", "negotiate", "tls", "certificate", "credssp", "standard_security"];
const VANISHED: (&str, &str) = ("request", "unacknowledged");
const UNANSWERED: (&str, &str) = ("request", "acknowledged");

/// A scenario with changes.
pub(crate) struct Variant {
    pub(crate) name: &'static str,
    /// The scenario.
    pub(crate) of: &'static str,
    /// JSON pointers into its report, and what is put there; `-` is a new last item of a list.
    pub(crate) changes: Vec<(String, Value)>,
}

/// A scenario, to be changed.
fn like(of: &'static str, name: &'static str) -> Variant {
    Variant { name, of, changes: Vec::new() }
}

impl Variant {
    fn with(mut self, pointer: &str, value: Value) -> Self {
        self.changes.push((pointer.to_owned(), value));
        self
    }

    /// Without its follow-ups.
    fn alone(self) -> Self {
        self.with("/follow_ups", json!([]))
    }

    /// Its main connection fails here, and there are no follow-ups yet.
    fn fails(mut self, at: &str, failure: Value) -> Self {
        let failed = json!({
            "status": "failed", "reason": "", "elapsed_seconds": failure["elapsed_seconds"], "facts": null, "failure": failure,
        });
        self = self.alone().with(&format!("/stages/{at}"), failed);
        for later in STAGES.iter().skip_while(|stage| **stage != at).skip(1) {
            let skipped = json!({
                "status": "skipped", "reason": "earlier-stage-failed", "elapsed_seconds": null, "facts": null, "failure": null,
            });
            self = self.with(&format!("/stages/{later}"), skipped);
        }
        self
    }

    fn follow_up(self, probe: &str, stage: &str, more: Value) -> Self {
        let before = self.changes.len();
        let mut follow_up = json!({
            "probe": probe, "stage": stage, "offered": null, "asked_for": [], "started_after_seconds": 2 + before,
            "elapsed_seconds": 0.1, "answer": null, "failure": null, "not_made": null, "connections": 1,
            "certificate_sha256": null, "changed": [],
        });
        merge(&mut follow_up, more);
        self.with("/follow_ups/-", follow_up)
    }

    /// A follow-up that was answered.
    fn then(self, probe: &str, stage: &str, kind: &str, mut answer: Value) -> Self {
        answer["kind"] = json!(kind);
        self.follow_up(probe, stage, json!({ "answer": answer }))
    }

    /// A follow-up that failed.
    fn then_fails(self, probe: &str, stage: &str, failure: Value) -> Self {
        self.follow_up(probe, stage, json!({ "failure": failure }))
    }

    fn then_hello(self, probe: &str, version: u16, suite: u16) -> Self {
        let named = |value: u16| json!({ "value": value, "name": null });
        self.then(
            probe,
            "tls",
            "server-hello",
            json!({ "version": named(version), "cipher_suite": named(suite) }),
        )
    }

    /// With these changes of what the path was measured to do.
    fn path(self, counts: Value, more: Value) -> Self {
        let mut segments = json!({
            "sent": 400, "resent": 0, "resent_needlessly": 0, "timeouts": 0, "received": 300, "received_ahead": 0, "loss": 0.0,
            "loss_low": 0.0, "loss_high": 0.01,
        });
        let mut facts = json!({
            "rounds": 8, "rounds_failed": 0, "rounds_turned_away": 0, "connections_with_loss": 0,
            "connect_least_seconds": null, "connect_greatest_seconds": null, "round_trip_least_seconds": null,
            "round_trip_seconds": 0.02, "round_trip_variation_seconds": null, "not_observable": null,
        });
        merge(&mut segments, counts);
        facts["segments"] = segments;
        merge(&mut facts, more);
        let measured = json!({
            "status": "completed", "reason": "answered", "elapsed_seconds": 1.0, "facts": facts, "failure": null,
        });
        self.with("/stages/path", measured)
    }

    /// Every connection attempt ended so.
    fn attempts(self, outcome: &str, icmp: &[Value]) -> Self {
        let attempts: Vec<Value> = icmp
            .iter()
            .map(|icmp| {
                json!({
                    "address": "192.0.2.1:3389", "started_after_seconds": 0.0, "elapsed_seconds": 0.1, "outcome": outcome,
                    "os_error": null, "icmp": icmp,
                })
            })
            .collect();
        self.with("/connect_attempts", attempts.into())
    }

    /// The silence of a path that loses a lot.
    fn lossy(self) -> Self {
        let counts = json!({ "resent": 40, "loss": 0.1, "loss_low": 0.07, "loss_high": 0.13 });
        self.path(counts, json!({ "connections_with_loss": 8 }))
    }
}

/// A failure of this kind, after some seconds in which nothing came, with changes.
fn failure(how: &str, more: Value) -> Value {
    let mut failure = json!({
        "how": how, "operation": "receive", "address": "192.0.2.1:3389", "elapsed_seconds": 5.0, "round_trip_seconds": 0.01,
        "bytes_sent": 200, "bytes_received": 19, "bytes_unacknowledged": 0, "os_error": null, "first_bytes": null,
    });
    merge(&mut failure, more);
    failure
}

fn silent((key, value): (&str, &str)) -> Value {
    failure("timed-out", json!({ key: value }))
}

fn alert(description: u8, client_certificate_requested: bool) -> Value {
    failure(
        "tls-alert",
        json!({
            "description": description, "name": null, "client_certificate_requested": client_certificate_requested,
            "elapsed_seconds": 0.01,
        }),
    )
}

fn unreachable(by: &str, elapsed_seconds: f64) -> Value {
    failure("unreachable", json!({ "by": by, "operation": "connect", "elapsed_seconds": elapsed_seconds }))
}

fn refused() -> Value {
    failure("refused", json!({ "operation": "connect", "elapsed_seconds": 0.01 }))
}

fn reset() -> Value {
    failure("reset", json!({ "elapsed_seconds": 0.01 }))
}

/// The host chose these protocols.
fn chosen(value: u32) -> Value {
    let protocols = json!({ "value": value, "names": [] });
    json!({
        "offered": protocols, "selected": protocols, "accepted": [protocols], "flags": 0, "has_data": true,
        "aftermath": "not-awaited", "confirm": { "hex": "030000130ed000001234000200080000000000" },
        "network_level_authentication": "not-chosen", "source_reference": 4660,
    })
}

fn rejected_by_us(rejection: &str) -> Value {
    failure("tls-rejected-by-us", json!({ "rejection": rejection, "detail": "a test" }))
}

fn icmp(code: u8) -> Value {
    json!({ "type": 3, "code": code, "name": null, "sender": "192.0.2.254", "ttl": 64 })
}

fn merge(into: &mut Value, more: Value) {
    if let (Value::Object(into), Value::Object(more)) = (into, more) {
        into.extend(more);
    }
}

/// Every set.
pub(crate) fn all() -> Vec<Variant> {
    [
        names(),
        reaching(),
        accepted(),
        security(),
        credssp(),
        tls(),
        hellos(),
        segments(),
        certificates(),
        path(),
        clients(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn names() -> Vec<Variant> {
    let problem = |name, problem: &str, seconds: f64| {
        let failure =
            failure("dns", json!({ "problem": problem, "operation": "resolve", "elapsed_seconds": seconds }));
        like("name-localhost", name).fails("resolve", failure).with("/connect_attempts", json!([]))
    };
    vec![
        problem("name-without-address", "no-address", 0.1),
        problem("name-unknown", "no-such-name", 0.1),
        problem("name-of-other-family", "other-family-only", 0.1),
        problem("resolver-fails-for-now", "temporary-failure", 0.1),
        problem("resolver-fails-for-good", "resolver-failed", 0.1),
        problem("resolver-silent", "timed-out", 5.0),
        problem("resolver-hardly-waited-for", "timed-out", 0.5),
    ]
}

fn reaching() -> Vec<Variant> {
    let silence = || {
        like("syn-dropped", "").fails(
            "connect",
            failure("timed-out", json!({ "request": "unacknowledged", "operation": "connect" })),
        )
    };
    let named = |name, variant: Variant| Variant { name, ..variant };
    let unanswered = json!({ "state": "unanswered" });
    let wake = |after: Value| json!({ "mac": "02:00:5e:00:53:01", "sent_to": [], "answered_after_seconds": after, "failure": null });
    let says = |name, icmp: &[Value]| {
        like("port-closed", name)
            .fails("connect", unreachable("host-unreachable", 0.05))
            .attempts("unreachable", icmp)
    };
    vec![
        named("syn-vanishes", silence()),
        named(
            "syn-vanishes-and-echo-answers",
            silence().then("echo", "connect", "echo", json!({ "ttl": 128 })),
        ),
        named(
            "syn-vanishes-and-nobody-has-the-address",
            silence().then("neighbour", "connect", "neighbour", unanswered.clone()),
        ),
        named("not-woken", silence().then("wake-on-lan", "connect", "wake", wake(Value::Null))),
        like("windows-nla", "woken").then("wake-on-lan", "connect", "wake", wake(json!(20.0))),
        like("port-closed", "refused-once").fails("connect", refused()).then(
            "connect",
            "connect",
            "connected",
            json!({}),
        ),
        says("icmp-prohibited", &[icmp(13)]),
        says("icmp-prohibited-somewhere", &[icmp(13), Value::Null]),
        says("icmp-host-unreachable", &[icmp(1)]),
        says("icmp-host-unreachable-somewhere", &[icmp(1), Value::Null]),
        like("port-closed", "no-route").fails("connect", unreachable("network-unreachable", 0.0)),
        like("port-closed", "local-policy").fails("connect", unreachable("local-policy", 0.0)),
        like("port-closed", "unreachable-late").fails("connect", unreachable("host-unreachable", 3.1)),
        like("port-closed", "unreachable-at-once").fails("connect", unreachable("host-unreachable", 0.05)),
        like("port-closed", "unreachable-and-nobody-has-the-address")
            .fails("connect", unreachable("host-unreachable", 3.1))
            .then("neighbour", "connect", "neighbour", unanswered),
    ]
}

fn accepted() -> Vec<Variant> {
    let host = |name, failure| like("silent-before-confirm", name).fails("negotiate", failure);
    let lost = || silent(VANISHED);
    let spoke = || {
        failure(
            "protocol-violation",
            json!({ "expected": "an X.224 confirm", "got": "text", "first_bytes": { "text": "SSH-2.0-OpenSSH_9.2\r\n" } }),
        )
    };
    let at_once = || failure("reset", json!({ "elapsed_seconds": 0.001, "round_trip_seconds": 0.05 }));
    vec![
        host("greeting-of-another-service-once", spoke()),
        host("closed-unasked-once", failure("closed", json!({}))).then_fails(
            "greeting",
            "negotiate",
            failure("closed", json!({})),
        ),
        host("split-request-passes-once-and-else-reset", reset()).then(
            "split-request",
            "negotiate",
            "negotiated",
            chosen(8),
        ),
        host("split-request-passes-once", silent(UNANSWERED)).then(
            "split-request",
            "negotiate",
            "negotiated",
            chosen(8),
        ),
        host("split-request-passes-in-turns-on-a-lossy-path", silent(UNANSWERED))
            .then("split-request", "negotiate", "negotiated", chosen(8))
            .then_fails("repeat", "negotiate", silent(UNANSWERED))
            .then("split-request", "negotiate", "negotiated", chosen(8))
            .lossy(),
        host("reset-faster-than-the-host", at_once())
            .with("/stages/connect/facts/round_trip_seconds", json!(0.05))
            .then_fails("repeat", "negotiate", at_once())
            .then_fails(
                "http",
                "negotiate",
                failure("timed-out", json!({ "request": "acknowledged", "round_trip_seconds": 0.05 })),
            ),
        host("nothing-is-acknowledged", lost())
            .then_fails("http", "negotiate", lost())
            .then_fails("repeat", "negotiate", lost())
            .then_fails("direct-tls", "negotiate", lost()),
        host("nothing-is-acknowledged-so-far", lost()).then_fails("http", "negotiate", lost()),
        host(
            "nothing-is-acknowledged-and-hardly-waited-for",
            failure("timed-out", json!({ "request": "unacknowledged", "elapsed_seconds": 0.5 })),
        )
        .then_fails("http", "negotiate", lost()),
        host("only-rdp-is-not-acknowledged", lost())
            .then_fails("http", "negotiate", silent(UNANSWERED))
            .then_fails("repeat", "negotiate", lost()),
        host("only-rdp-is-not-acknowledged-so-far", lost()).then_fails(
            "http",
            "negotiate",
            silent(UNANSWERED),
        ),
        host(
            "only-rdp-is-not-acknowledged-and-hardly-waited-for",
            failure("timed-out", json!({ "request": "unacknowledged", "elapsed_seconds": 0.5 })),
        )
        .then_fails("http", "negotiate", silent(UNANSWERED)),
        host("silent-and-answered-elsewhere", silent(UNANSWERED)).then(
            "offer-ssl",
            "negotiate",
            "negotiated",
            chosen(1),
        ),
        host("lost-before-the-answer", unreachable("network-unreachable", 0.1)),
        host("silent-with-a-look-at-the-websocket-ports", silent(UNANSWERED)).then_fails(
            "web-socket-3387",
            "connect",
            refused(),
        ),
    ]
}

fn security() -> Vec<Variant> {
    let refuses = |name, code: u32| {
        let refusal =
            failure("negotiation-rejected", json!({ "code": code, "name": null, "elapsed_seconds": 0.01 }));
        like("failure-2", name).fails("negotiate", refusal)
    };
    let out_of_turn = |name, hex: &str| {
        let failure = failure(
            "protocol-violation",
            json!({ "expected": "an X.224 confirm", "got": "a test", "first_bytes": { "hex": hex }, "elapsed_seconds": 0.01 }),
        );
        like("failure-2", name).fails("negotiate", failure)
    };
    vec![
        like("rdp-layer-selected", "standard-security-silent").fails("standard_security", silent(UNANSWERED)),
        like("rdp-layer-selected", "standard-security-silent-again")
            .fails("standard_security", silent(UNANSWERED))
            .then_fails("repeat", "standard-security", silent(UNANSWERED)),
        like("windows-nla", "takes-entra-id-too").then("offer-rdsaad", "negotiate", "negotiated", chosen(16)),
        like("rdp-layer-selected", "rdp-selected-though-tls-works").then(
            "offer-ssl",
            "negotiate",
            "negotiated",
            chosen(1),
        ),
        refuses("failure-2-once", 2),
        refuses("failure-2-and-tls-works", 2).then("offer-ssl", "negotiate", "negotiated", chosen(1)),
        refuses("failure-2-and-nla-works", 2).then("offer-hybrid", "negotiate", "negotiated", chosen(2)),
        refuses("failure-3-once", 3),
        refuses("failure-3-and-nla-works", 3).then("offer-hybrid", "negotiate", "negotiated", chosen(2)),
        out_of_turn("out-of-turn-once", "030000070200f0"),
        out_of_turn("disconnects-once", "0300000902f0802180"),
    ]
}

fn credssp() -> Vec<Variant> {
    let host = |name, failure| like("credssp-close", name).fails("credssp", failure);
    let says = |name, code: u32| host(name, failure("credssp-error", json!({ "code": code, "name": null })));
    let kerberos = json!({
        "mechanism": "kerberos", "state": "accept-incomplete", "ntlm_challenge": false, "credssp_version": 6,
    });
    vec![
        like("windows-nla", "credssp-of-no-known-version").with("/stages/credssp/facts/version", json!(1)),
        like("kerberos-only", "kerberos-only-once").alone().then(
            "credssp-kerberos",
            "credssp",
            "spnego",
            kerberos.clone(),
        ),
        like("kerberos-only", "kerberos-only-again")
            .alone()
            .then("credssp-kerberos", "credssp", "spnego", kerberos)
            .then_fails("credssp-spnego", "credssp", reset()),
        host("certificate-demanded-at-credssp", alert(116, false)),
        host("certificate-asked-for-at-credssp", alert(40, true)),
        host("credssp-not-acknowledged", silent(VANISHED)),
        says("no-logon-server", 0xC000_005E),
        says("trust-broken", 0xC000_018D),
        says("clocks-differ", 0xC000_0133),
    ]
}

fn tls() -> Vec<Variant> {
    let host = |name| like("tls-reset-always", name);
    let begun = failure(
        "timed-out",
        json!({ "request": "acknowledged", "first_bytes": { "hex": "1603030040" }, "bytes_received": 24 }),
    );
    let lost = silent(VANISHED);
    let plain = json!({ "hex": "030000130ed000001234000200080002000000" });
    let no_tls = failure(
        "protocol-violation",
        json!({ "expected": "a ServerHello", "got": "a disconnect", "first_bytes": { "hex": "0300000902f0802180" } }),
    );
    vec![
        like("windows-nla", "client-certificate-asked")
            .with("/stages/tls/facts/client_certificate_requested", json!(true)),
        host("ended-before-the-hello").fails("tls", failure("reset", json!({ "operation": "send" }))),
        host("reset-at-the-hello-once").fails("tls", reset()),
        host("lost-at-the-hello").fails("tls", unreachable("network-unreachable", 0.1)),
        host("alert-42").fails("tls", alert(42, false)),
        host("alert-116").fails("tls", alert(116, false)),
        host("alert-after-request").fails("tls", alert(40, true)),
        host("alert-40-once").fails("tls", alert(40, false)),
        host("alert-71").fails("tls", alert(71, false)),
        host("alert-112").fails("tls", alert(112, false)),
        host("plain-goodbye-once").fails("tls", no_tls),
        host("no-tls-once").fails(
            "tls",
            failure(
                "protocol-violation",
                json!({ "expected": "a ServerHello", "got": "X.224", "first_bytes": plain }),
            ),
        ),
        host("server-hello-begun").fails("tls", begun),
        host("nothing-passes-after-x224").fails("tls", lost.clone()).then_fails(
            "plain-data",
            "tls",
            lost.clone(),
        ),
        host("every-hello-vanishes")
            .fails("tls", lost.clone())
            .then_fails("broad-hello", "tls", lost.clone())
            .then_fails("repeat", "tls", lost),
        host("hello-vanishes-and-hardly-waited-for").fails(
            "tls",
            failure("timed-out", json!({ "request": "unacknowledged", "elapsed_seconds": 0.5 })),
        ),
        host("hello-unanswered-and-hardly-waited-for")
            .fails("tls", failure("timed-out", json!({ "request": "acknowledged", "elapsed_seconds": 0.5 }))),
        host("hello-unanswered").fails("tls", silent(UNANSWERED)),
        host("not-in-our-library").fails("tls", rejected_by_us("unsupported")),
        host("unlawful-tls").fails("tls", rejected_by_us("violation")),
        host("unlawful-tls-again").fails("tls", rejected_by_us("violation")).then_fails(
            "repeat",
            "tls",
            rejected_by_us("violation"),
        ),
        host("signed-by-another-key-once").fails("tls", rejected_by_us("bad-signature")),
    ]
}

fn hellos() -> Vec<Variant> {
    let host = |name| like("tls-reset-always", name).fails("tls", reset());
    vec![
        host("tls12-alone-completes").follow_up("tls12-only", "credssp", json!({})),
        host("tls10-chosen").then_hello("broad-hello", 0x0301, 0xc014),
        host("tls12-with-gcm-chosen").then_hello("broad-hello", 0x0303, 0xc030),
        host("tls12-with-cbc-chosen").then_hello("broad-hello", 0x0303, 0xc014),
        host("tls12-with-3des-chosen").then_hello("old-hello", 0x0303, 0x000a),
        like("tls-1-0-only", "survey-and-only-our-hello-fails").with("/stages/tls_support/facts/versions/-", json!({
            "version": { "value": 0x0303, "name": "TLS 1.2" }, "state": "accepted", "refusal": null, "suites_complete": true,
            "suites": [{ "suite": { "value": 0xc030, "name": null }, "group": null, "dh_bits": null }],
        })),
        like("deep-healthy", "survey-with-tls12-of-another-suite").with("/stages/tls_support/facts/versions/3", json!({
            "version": { "value": 0x0303, "name": "TLS 1.2" }, "state": "accepted", "refusal": null, "suites_complete": true,
            "suites": [{ "suite": { "value": 0xcca8, "name": null }, "group": null, "dh_bits": null }],
        })),
        like("deep-healthy", "survey-without-tls12").with("/stages/tls_support/facts/versions/3", json!({
            "version": { "value": 0x0303, "name": "TLS 1.2" }, "state": "refused", "refusal": "reset", "suites_complete": false,
            "suites": [],
        })),
    ]
}

fn segments() -> Vec<Variant> {
    let healthy = |name| like("windows-nla", name).alone();
    let swallowed = |name| like("tls-silent", name).fails("tls", silent(UNANSWERED));
    let lost = || silent(VANISHED);
    let black_hole = |name| {
        healthy(name)
            .then_fails("large-hello", "tls", lost())
            .then_hello("broad-hello", 0x0303, 0xc030)
            .then_hello("large-hello-small-segments", 0x0303, 0xc030)
            .then_fails("large-plain-data", "tls", lost())
            .then_fails("large-hello", "tls", lost())
    };
    vec![
        healthy("large-hello-fails-once").then_fails("large-hello", "tls", reset()),
        healthy("small-hello-fails-too").then_fails("large-hello", "tls", reset()).then_fails(
            "broad-hello",
            "tls",
            reset(),
        ),
        black_hole("big-segments-vanish"),
        black_hole("big-segments-vanish-on-a-lossy-path").lossy(),
        healthy("big-segments-vanish-once").then_fails("large-hello", "tls", lost()).then_hello(
            "large-hello-small-segments",
            0x0303,
            0xc030,
        ),
        healthy("large-hello-vanishes-on-a-lossy-path").then_fails("large-hello", "tls", lost()).lossy(),
        swallowed("split-hello-passes-once").then_hello("split-hello", 0x0303, 0xc030),
        swallowed("split-hello-passes-on-a-lossy-path").then_hello("split-hello", 0x0303, 0xc030).lossy(),
        like("tls-reset-always", "split-hello-passes-once-and-else-reset").fails("tls", reset()).then_hello(
            "split-hello",
            0x0303,
            0xc030,
        ),
        swallowed("small-segments-repair")
            .then("small-segments", "tls", "connected", json!({}))
            .then_fails("repeat", "tls", silent(UNANSWERED))
            .then("small-segments", "tls", "connected", json!({})),
        swallowed("small-segments-repair-once").then("small-segments", "tls", "connected", json!({})),
    ]
}

fn certificates() -> Vec<Variant> {
    let other = json!("00".repeat(32));
    let mut unreadable =
        failure("protocol-violation", json!({ "expected": "a certificate", "got": "a test" }));
    unreadable["elapsed_seconds"] = json!(0.0);
    vec![
        like("windows-nla", "certificate-unreadable").with(
            "/stages/certificate",
            json!({ "status": "failed", "reason": "", "elapsed_seconds": 0.0, "facts": null, "failure": unreadable }),
        ),
        like("windows-nla", "certificate-with-the-name").with("/stages/certificate/facts/name_match/found", json!(true)),
        like("windows-nla", "certificate-trusted").with("/stages/certificate/facts/trust", json!({ "state": "trusted" })),
        like("windows-nla", "certificate-trust-not-checked").with(
            "/stages/certificate/facts/trust",
            json!({ "state": "not-checked", "reason": "a test" }),
        ),
        like("windows-nla", "certificate-varies-by-hello").follow_up(
            "broad-hello",
            "tls",
            json!({ "certificate_sha256": other }),
        ),
    ]
}

fn path() -> Vec<Variant> {
    let healthy = |name| like("windows-nla", name).alone();
    vec![
        healthy("segments-resent").with("/stages/connect/facts/segments_resent", json!(2)),
        healthy("first-round-trip-slow").with("/stages/connect/facts/round_trip_seconds", json!(0.3)),
        healthy("rounds-fail").path(json!({}), json!({ "rounds_failed": 3 })),
        healthy("one-segment-resent").path(json!({ "resent": 1 }), json!({ "connections_with_loss": 1 })),
        healthy("segments-not-counted")
            .path(json!({}), json!({ "segments": null, "not_observable": "a test" })),
        healthy("loss-on-several").lossy(),
        healthy("loss-on-one").path(json!({ "resent": 2 }), json!({ "connections_with_loss": 1 })),
        healthy("sent-needlessly")
            .path(json!({ "resent_needlessly": 4 }), json!({ "connections_with_loss": 1 })),
        healthy("lost-in-one-go").path(
            json!({ "resent": 7, "timeouts": 6 }),
            json!({ "rounds_failed": 2, "connections_with_loss": 2 }),
        ),
        healthy("round-trip-250").path(json!({}), json!({ "round_trip_seconds": 0.25 })),
        healthy("round-trip-600").path(json!({}), json!({ "round_trip_seconds": 0.6 })),
    ]
}

/// What clients showed of hosts that were measured since.
fn clients() -> Vec<Variant> {
    let shows = |name, of, code: u32, extended: Option<u32>| {
        like(of, name).with("/client_error", json!({ "code": code, "extended": extended }))
    };
    vec![
        shows("client-shows-0xa07", "windows-nla", 0xA07, None),
        shows("client-shows-0xf08-and-refused", "port-closed", 0xF08, None),
        shows("client-shows-0x1c07-and-refused", "port-closed", 0x1C07, None),
        shows("client-shows-0x2107", "windows-nla", 0x2107, None),
        shows("client-shows-extended-9", "windows-nla", 0x3, Some(9)),
        shows("client-shows-0x1307", "windows-nla", 0x1307, None),
        shows("client-shows-0xe06", "windows-nla", 0xE06, None),
        shows("client-shows-0xe06-and-encryption-was-agreed", "standard-security-128", 0xE06, None),
        shows("client-shows-0x1607", "windows-nla", 0x1607, None),
        shows("client-shows-0x1707", "windows-nla", 0x1707, None),
        shows("client-shows-0x1807", "windows-nla", 0x1807, None),
        shows("client-shows-0x1807-and-no-clock-was-seen", "credssp-no-timestamp", 0x1807, None),
        shows("client-shows-0x10a", "windows-nla", 0x10A, None),
        shows("client-shows-0xb09", "windows-nla", 0xB09, None),
        shows("client-shows-0xb09-and-nla-is-required", "deep-healthy", 0xB09, None),
        shows("client-shows-0xb09-and-nla-is-optional", "tls-selected", 0xB09, None),
        shows("client-shows-0x907", "windows-nla", 0x907, None),
        shows("client-shows-0x904-0", "windows-nla", 0x904, Some(0)),
        shows("client-shows-0x1b07-and-tls-is-reset", "tls-reset-always", 0x1B07, None),
        shows("client-shows-0xb07-and-tls-is-reset", "tls-reset-always", 0xB07, None),
        shows("client-shows-extended-9-and-tls-is-reset", "tls-reset-always", 0x3, Some(9)),
        shows("client-shows-0x808-and-tls-is-reset", "tls-reset-always", 0x808, None),
        shows("client-shows-0xe06-and-tcp-is-refused", "port-closed", 0xE06, None),
        shows("client-shows-0x1d07-and-tls-is-reset", "tls-reset-always", 0x1D07, None),
        shows("client-shows-0x1807-and-tls-is-reset", "tls-reset-always", 0x1807, None),
        shows("client-shows-0xb09-and-tcp-is-refused", "port-closed", 0xB09, None),
        shows("client-shows-extended-5-and-tcp-is-refused", "port-closed", 0x3, Some(5)),
    ]
}
