//! What real servers answer to an MCS Connect-Initial, with TLS and without.
//!
//! Rows that cannot run here are reported as skipped and counted; with `RDPCHECK_REQUIRE_REAL_SERVERS=1` they fail.

use std::process::ExitCode;

#[cfg(unix)]
mod client;

#[cfg(unix)]
mod rows {
    #![expect(clippy::print_stdout, clippy::unwrap_used, reason = "this is a test, but not libtest's")]

    use std::panic::catch_unwind;
    use std::process::ExitCode;

    use rdpcheck_core::evidence::SecurityProtocol;
    use rdpcheck_core::wire::gcc::{
        CertificateKind, ServerData, core_version_name, encryption_level_name, encryption_method_name,
    };
    use rdpcheck_core::wire::mcs::McsProblem;
    use rdpcheck_real_servers::{
        FreeRdpShadow, NotStarted, SecurityLayer, Server, ShadowSecurity, Xrdp, required,
    };

    use crate::client::connect;

    /// The name of the row, the server, what is offered, and what the answer must be.
    struct Row {
        name: &'static str,
        start: fn() -> Result<Server, NotStarted>,
        offer: Option<SecurityProtocol>,
        holds: fn(Result<ServerData, McsProblem>),
    }

    const ROWS: [Row; 5] = [
        Row {
            name: "xrdp without TLS",
            start: || Xrdp::new(SecurityLayer::Rdp).start(),
            offer: Some(SecurityProtocol::empty()),
            holds: xrdp_encrypts,
        },
        Row {
            name: "xrdp with TLS",
            start: || Xrdp::new(SecurityLayer::Negotiate).start(),
            offer: Some(SecurityProtocol::SSL),
            holds: tls_does_it,
        },
        Row {
            name: "xrdp that insists on TLS, asked without",
            start: || Xrdp::new(SecurityLayer::Tls).start(),
            offer: None,
            holds: is_a_disconnect,
        },
        Row {
            name: "FreeRDP without TLS",
            start: || FreeRdpShadow::new(ShadowSecurity::Rdp).start(),
            offer: Some(SecurityProtocol::empty()),
            holds: nothing_is_encrypted,
        },
        Row {
            name: "FreeRDP with TLS",
            start: || FreeRdpShadow::new(ShadowSecurity::Tls).start(),
            offer: Some(SecurityProtocol::SSL),
            holds: tls_does_it,
        },
    ];

    fn xrdp_encrypts(answer: Result<ServerData, McsProblem>) {
        let data = answer.unwrap();
        assert_eq!(core_version_name(data.core_version), Some("5.0 to 8.1"));
        assert_eq!(encryption_method_name(data.encryption_method), Some("128-bit RC4"));
        assert_eq!(encryption_level_name(data.encryption_level), Some("high"));
        assert_eq!((data.client_requested_protocols, data.server_random_length), (Some(0), 32));
        let certificate = data.certificate.unwrap();
        assert_eq!(certificate.kind, CertificateKind::Proprietary);
        assert!(certificate.key_bits.is_some_and(|bits| bits >= 512), "{certificate:?}");
    }

    fn tls_does_it(answer: Result<ServerData, McsProblem>) {
        let data = answer.unwrap();
        assert_eq!(data.client_requested_protocols, Some(1));
        is_bare(&data);
    }

    /// FreeRDP's shadow server neither encrypts nor says why.
    fn nothing_is_encrypted(answer: Result<ServerData, McsProblem>) {
        let data = answer.unwrap();
        assert_eq!(data.client_requested_protocols, Some(0));
        is_bare(&data);
    }

    fn is_bare(data: &ServerData) {
        assert!(core_version_name(data.core_version).is_some(), "{data:?}");
        assert_eq!((data.encryption_method, data.encryption_level, data.server_random_length), (0, 0, 0));
        assert_eq!((data.certificate, data.io_channel), (None, Some(1003)));
    }

    fn is_a_disconnect(answer: Result<ServerData, McsProblem>) {
        assert_eq!(answer, Err(McsProblem::Disconnected { reason: 3 }));
    }

    pub(crate) fn main() -> ExitCode {
        let (mut passed, mut skipped, mut failed) = (0, 0, 0);
        for row in &ROWS {
            let server = match (row.start)() {
                Ok(server) => server,
                Err(NotStarted::Unavailable { reason, .. }) if !required() => {
                    println!("SKIPPED {}: {reason}", row.name);
                    skipped += 1;
                    continue;
                }
                Err(error) => {
                    println!("FAILED {}: {error}", row.name);
                    failed += 1;
                    continue;
                }
            };
            let address = server.address();
            match catch_unwind(|| (row.holds)(connect(address, row.offer))) {
                Ok(()) => {
                    println!("ok {}", row.name);
                    passed += 1;
                }
                Err(_) => {
                    println!("FAILED {}\n{}", row.name, server.log_text());
                    failed += 1;
                }
            }
        }
        println!("connect responses: {passed} passed, {skipped} skipped, {failed} failed");
        if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

#[cfg(unix)]
fn main() -> ExitCode {
    rows::main()
}

#[cfg(not(unix))]
#[expect(clippy::print_stdout, reason = "a test says plainly that it did not run")]
fn main() -> ExitCode {
    println!("SKIPPED every real server: they come from a Unix system's packages");
    if std::env::var_os("RDPCHECK_REQUIRE_REAL_SERVERS").is_some_and(|value| value == "1") {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
