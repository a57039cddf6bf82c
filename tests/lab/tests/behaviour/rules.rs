//! Which rule is played, by what came before and what else is open.

use std::io::Write as _;
use std::time::Duration;

use super::{HEALTHY, connect, host, is_closed, is_reset, negotiate, request, secure, selected, tpkt};

#[test]
fn every_other_connection_meets_another_certificate() {
    let host = host(&format!(
        "[[rule]]\nwhen = {{ every = 2 }}\n{HEALTHY}\ntls = {{ certificate = \"b\" }}\n\
         [[rule]]\n{HEALTHY}\ntls = {{ certificate = \"a\" }}\n\
         [certificate.a]\nsubject = \"a.test\"\n[certificate.b]\nsubject = \"b.test\""
    ));
    for name in [b"a.test", b"b.test", b"a.test", b"b.test"] {
        let tls = secure(&host).unwrap();
        let certificate = tls.conn.peer_certificates().unwrap()[0].to_vec();
        assert!(certificate.windows(6).any(|at| at == name));
    }
}

#[test]
fn rules_are_chosen_by_the_cookie() {
    let host = host(
        "[[rule]]\nwhen = { cookie = \"lab\" }\nnegotiate = { select = 1 }\n\
         [[rule]]\nwhen = { cookie = true }\nnegotiate = { select = 2 }\n\
         [[rule]]\nwhen = { cookie = false }\nnegotiate = { select = 8 }",
    );
    let answer = |cookie: &str| {
        let mut packet = request(11);
        packet.splice(11..11, cookie.bytes());
        let length = u8::try_from(packet.len()).unwrap();
        packet[3] = length;
        packet[4] = length - 5;
        let mut stream = connect(&host);
        stream.write_all(&packet).unwrap();
        tpkt(&mut stream)[15]
    };
    assert_eq!(answer("Cookie: mstshash=lab\r\n"), 1);
    assert_eq!(answer("Cookie: mstshash=labs\r\n"), 2);
    assert_eq!(answer("Cookie: msts=3640205228.15629.0000\r\n"), 2);
    assert_eq!(answer(""), 8);
}

#[test]
fn rules_are_chosen_by_the_pause_before() {
    let host =
        host(&format!("[[rule]]\nwhen = {{ within_ms = 300 }}\naccept = \"reset\"\n[[rule]]\n{HEALTHY}"));
    assert_eq!(negotiate(&mut connect(&host), 11), selected(8, 0x1f));
    assert!(is_reset(&mut connect(&host)));
    // What was reset counts as well.
    std::thread::sleep(Duration::from_millis(200));
    assert!(is_reset(&mut connect(&host)));
    std::thread::sleep(Duration::from_millis(350));
    assert_eq!(negotiate(&mut connect(&host), 11), selected(8, 0x1f));
    let log = host.log();
    assert_eq!(log[0].since_previous, None);
    assert!(log[3].since_previous.unwrap() >= Duration::from_millis(350));
}

#[test]
fn connections_at_once_are_counted() {
    let host =
        host(&format!("[[rule]]\nwhen = {{ concurrent = 3 }}\naccept = \"reset\"\n[[rule]]\n{HEALTHY}"));
    assert_eq!(host.most_at_once(), 0);
    for _ in 0..20 {
        assert_eq!(negotiate(&mut connect(&host), 11), selected(8, 0x1f));
    }
    assert_eq!(host.most_at_once(), 1);
    let mut held: Vec<_> = (0..2).map(|_| connect(&host)).collect();
    for stream in &mut held {
        negotiate(stream, 11);
    }
    assert!(is_reset(&mut connect(&host)));
    assert_eq!(host.most_at_once(), 3);
    drop(held);
    assert_eq!(negotiate(&mut connect(&host), 11), selected(8, 0x1f));
    assert_eq!(host.log().last().unwrap().at_once, 1);
}

#[test]
fn connection_that_the_host_closed_is_open_until_the_client_closes() {
    let host =
        host(&format!("[[rule]]\nwhen = {{ connection = 1 }}\naccept = \"close\"\n[[rule]]\n{HEALTHY}"));
    let mut closed = connect(&host);
    assert!(is_closed(&mut closed));
    negotiate(&mut connect(&host), 11);
    drop(closed);
    negotiate(&mut connect(&host), 11);
    let at_once: Vec<_> = host.log().iter().map(|entry| entry.at_once).collect();
    assert_eq!(at_once, [1, 2, 1]);
}

#[test]
fn connection_that_is_held_ends_when_the_client_closes() {
    let host = host("[[rule]]\naccept = \"hold\"");
    for _ in 0..5 {
        let mut stream = connect(&host);
        stream.write_all(b"unread").unwrap();
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(host.most_at_once(), 1);
}
