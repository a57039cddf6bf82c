//! Devices that look at the segments in which a client's first words arrive.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use super::{
    HEALTHY, connect, handshake, hello, host, is_closed, is_quiet, is_reset, negotiate, request, rule,
    selected, tpkt, write_split,
};

#[test]
fn hellos_in_several_segments_are_cut_off() {
    let host = rule(&format!("{HEALTHY}\ntls = {{ hello_limit = {{ segments = 1, end = \"close\" }} }}"));
    let hello = hello();
    let mut stream = connect(&host);
    negotiate(&mut stream, 11);
    write_split(&mut stream, &hello);
    assert!(is_closed(&mut stream));
    let mut stream = connect(&host);
    negotiate(&mut stream, 11);
    stream.write_all(&hello).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 1);
    let segments: Vec<_> = host.log().iter().map(|entry| entry.hello.as_ref().unwrap().segments).collect();
    assert_eq!(segments, [2, 1]);
}

#[test]
fn device_looks_at_the_first_segment_of_the_request() {
    let checks: [fn(&mut TcpStream) -> bool; 3] = [is_reset, is_quiet, is_closed];
    for (action, check) in ["reset", "swallow", "close"].into_iter().zip(checks) {
        let host = host(&format!("[device]\nstage = \"x224\"\naction = \"{action}\"\n[[rule]]\n{HEALTHY}"));
        // The header is enough.
        let mut stream = connect(&host);
        stream.write_all(&request(11)[..2]).unwrap();
        assert!(check(&mut stream), "{action}");
        let mut stream = connect(&host);
        write_split(&mut stream, &request(11));
        assert_eq!(tpkt(&mut stream), selected(8, 0x1f));
        handshake(stream).unwrap();
        let log = host.log();
        assert_eq!(log[0].request, None);
        assert_eq!(log[1].request.as_ref().unwrap().segments, 2);
    }
}

#[test]
fn device_looks_at_the_first_segment_of_the_hello() {
    let host = host(&format!(
        "[device]\nstage = \"tls\"\nmatch = \"first-segment\"\naction = \"reset\"\n\
         [[rule]]\n{HEALTHY}\n[[rule]]\ntls = {{ versions = [\"1.3\"] }}"
    ));
    let hello = hello();
    for negotiated in [true, false] {
        for split in [true, false] {
            let mut stream = connect(&host);
            if negotiated {
                negotiate(&mut stream, 11);
            }
            if split {
                write_split(&mut stream, &hello);
                assert_eq!(stream.read(&mut [0]).unwrap(), 1);
            } else {
                stream.write_all(&hello).unwrap();
                assert!(is_reset(&mut stream));
            }
        }
    }
}

#[test]
fn device_that_puts_segments_together_is_not_got_past() {
    let host = host(
        "[device]\nstage = \"x224\"\nmatch = \"stream\"\naction = \"reset\"\n\
         [[rule]]\nwhen = { first = \"http\" }\nreply = { text = \"no\", end = \"close\" }\n[[rule]]\nnegotiate = { select = 0 }",
    );
    let mut stream = connect(&host);
    write_split(&mut stream, &request(0));
    assert!(is_reset(&mut stream));
    let mut stream = connect(&host);
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "no");
}
