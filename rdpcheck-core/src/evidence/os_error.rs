use std::fmt;

use serde::{Deserialize, Serialize};

use super::{ByWhom, DnsProblem};

/// The operating systems whose error numbers are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Os {
    /// Linux, including Android.
    Linux,
    /// macOS and its relatives.
    MacOs,
    /// Windows (Winsock).
    Windows,
}

impl Os {
    /// The system that this was compiled for.
    #[must_use]
    pub fn here() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_vendor = "apple") {
            Self::MacOs
        } else {
            Self::Linux
        }
    }
}

/// An error of the operating system.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct OsError {
    /// Its number on the system where the check ran.
    pub code: i32,
    /// Its symbol; null when it is not one that is known here.
    pub name: Option<String>,
}

impl OsError {
    /// The error with this number on this system.
    #[must_use]
    pub fn new(code: i32) -> Self {
        Self { code, name: error_name(Os::here(), code).map(str::to_owned) }
    }
}

impl fmt::Display for OsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} ({})", self.code),
            None => write!(f, "operating system error {}", self.code),
        }
    }
}

/// What an operating system's error says about the way to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ConnectFailure {
    /// RST to the SYN, or ICMP port unreachable.
    Refused,
    /// RST on a connection, or this machine ended it.
    Reset,
    /// This machine lacks something: descriptors, buffers, ports.
    Resource,
    /// No answer.
    TimedOut,
    /// No route, no neighbour, or forbidden.
    Unreachable(ByWhom),
}

type Row = (ConnectFailure, &'static str, i32, i32, i32);

/// Linux from `asm-generic/errno.h`, macOS from `sys/errno.h`, Windows from `winsock2.h`; 0 where there is none.
const TABLE: &[Row] = {
    use ConnectFailure::{Refused, Reset, Resource, TimedOut, Unreachable};
    &[
        (Unreachable(ByWhom::LocalPolicy), "EPERM", 1, 1, 0),
        (Unreachable(ByWhom::LocalPolicy), "EACCES", 13, 13, 10013),
        (Resource, "ENOMEM", 12, 12, 8),
        (Resource, "ENFILE", 23, 23, 0),
        (Resource, "EMFILE", 24, 24, 10024),
        (Reset, "EPIPE", 32, 32, 0),
        (Resource, "EADDRINUSE", 98, 48, 10048),
        (Unreachable(ByWhom::NetworkUnreachable), "EADDRNOTAVAIL", 99, 49, 10049),
        (Unreachable(ByWhom::NetworkUnreachable), "EAFNOSUPPORT", 97, 47, 10047),
        (Unreachable(ByWhom::NetworkUnreachable), "ENETDOWN", 100, 50, 10050),
        (Unreachable(ByWhom::NetworkUnreachable), "ENETUNREACH", 101, 51, 10051),
        (Reset, "ENETRESET", 102, 52, 10052),
        (Reset, "ECONNABORTED", 103, 53, 10053),
        (Reset, "ECONNRESET", 104, 54, 10054),
        (Resource, "ENOBUFS", 105, 55, 10055),
        (Reset, "ESHUTDOWN", 108, 58, 10058),
        (TimedOut, "ETIMEDOUT", 110, 60, 10060),
        (Refused, "ECONNREFUSED", 111, 61, 10061),
        (Unreachable(ByWhom::HostUnreachable), "EHOSTDOWN", 112, 64, 10064),
        (Unreachable(ByWhom::HostUnreachable), "EHOSTUNREACH", 113, 65, 10065),
    ]
};

fn row(os: Os, code: i32) -> Option<&'static Row> {
    TABLE.iter().find(|(_, _, linux, macos, windows)| {
        let number = match os {
            Os::Linux => *linux,
            Os::MacOs => *macos,
            Os::Windows => *windows,
        };
        number == code && number != 0
    })
}

/// What this error number of this system says; `None` for a number that is not about the way to a host.
#[must_use]
pub fn classify(os: Os, code: i32) -> Option<ConnectFailure> {
    row(os, code).map(|(failure, ..)| *failure)
}

/// The symbol of this error number on this system: errno names, with the prefix `WSA` on Windows.
#[must_use]
pub fn error_name(os: Os, code: i32) -> Option<&'static str> {
    match (os, code) {
        (Os::Windows, 8) => Some("WSA_NOT_ENOUGH_MEMORY"),
        (Os::Windows, 10013) => Some("WSAEACCES"),
        (Os::Windows, 10024) => Some("WSAEMFILE"),
        (Os::Windows, 10047) => Some("WSAEAFNOSUPPORT"),
        (Os::Windows, 10048) => Some("WSAEADDRINUSE"),
        (Os::Windows, 10049) => Some("WSAEADDRNOTAVAIL"),
        (Os::Windows, 10050) => Some("WSAENETDOWN"),
        (Os::Windows, 10051) => Some("WSAENETUNREACH"),
        (Os::Windows, 10052) => Some("WSAENETRESET"),
        (Os::Windows, 10053) => Some("WSAECONNABORTED"),
        (Os::Windows, 10054) => Some("WSAECONNRESET"),
        (Os::Windows, 10055) => Some("WSAENOBUFS"),
        (Os::Windows, 10058) => Some("WSAESHUTDOWN"),
        (Os::Windows, 10060) => Some("WSAETIMEDOUT"),
        (Os::Windows, 10061) => Some("WSAECONNREFUSED"),
        (Os::Windows, 10064) => Some("WSAEHOSTDOWN"),
        (Os::Windows, 10065) => Some("WSAEHOSTUNREACH"),
        _ => row(os, code).map(|(_, name, ..)| *name),
    }
}

/// What an error of `getaddrinfo` says; `None` for one that is this machine's own trouble (memory, a bad call).
///
/// glibc's `netdb.h`, macOS' `netdb.h` and Winsock's `WSAHOST_NOT_FOUND` to `WSANO_DATA`.
#[must_use]
pub fn classify_lookup(os: Os, code: i32) -> Option<DnsProblem> {
    lookup_row(os, code).map(|(_, problem, _)| *problem)
}

/// The symbol of an error of `getaddrinfo` on this system.
#[must_use]
pub fn lookup_error_name(os: Os, code: i32) -> Option<&'static str> {
    lookup_row(os, code).map(|(.., name)| *name)
}

fn lookup_row(os: Os, code: i32) -> Option<&'static (i32, DnsProblem, &'static str)> {
    use DnsProblem::{NoAddress, NoSuchName, ResolverFailed, TemporaryFailure};
    let table: &'static [(i32, DnsProblem, &'static str)] = match os {
        Os::Linux => &[
            (-2, NoSuchName, "EAI_NONAME"),
            (-3, TemporaryFailure, "EAI_AGAIN"),
            (-4, ResolverFailed, "EAI_FAIL"),
            (-5, NoAddress, "EAI_NODATA"),
            (-9, NoAddress, "EAI_ADDRFAMILY"),
        ],
        Os::MacOs => &[
            (8, NoSuchName, "EAI_NONAME"),
            (2, TemporaryFailure, "EAI_AGAIN"),
            (4, ResolverFailed, "EAI_FAIL"),
            (7, NoAddress, "EAI_NODATA"),
            (1, NoAddress, "EAI_ADDRFAMILY"),
        ],
        Os::Windows => &[
            (11001, NoSuchName, "WSAHOST_NOT_FOUND"),
            (11002, TemporaryFailure, "WSATRY_AGAIN"),
            (11003, ResolverFailed, "WSANO_RECOVERY"),
            (11004, NoAddress, "WSANO_DATA"),
        ],
    };
    table.iter().find(|(number, ..)| *number == code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_table_for_three_systems() {
        use ConnectFailure::{Refused, Reset, Resource, TimedOut, Unreachable};
        for (expected, linux, macos, windows) in [
            (Refused, 111, 61, 10061),
            (Reset, 104, 54, 10054),
            (Reset, 103, 53, 10053),
            (TimedOut, 110, 60, 10060),
            (Unreachable(ByWhom::HostUnreachable), 113, 65, 10065),
            (Unreachable(ByWhom::NetworkUnreachable), 101, 51, 10051),
            (Unreachable(ByWhom::LocalPolicy), 13, 13, 10013),
            (Resource, 24, 24, 10024),
            (Resource, 105, 55, 10055),
        ] {
            assert_eq!(classify(Os::Linux, linux), Some(expected));
            assert_eq!(classify(Os::MacOs, macos), Some(expected));
            assert_eq!(classify(Os::Windows, windows), Some(expected));
        }
        for os in [Os::Linux, Os::MacOs, Os::Windows] {
            assert_eq!(classify(os, 0), None);
            assert_eq!(classify(os, 99999), None);
        }
        // The same number means different things on different systems.
        assert_eq!(classify(Os::MacOs, 111), None);
        assert_eq!(classify(Os::Linux, 61), None);
    }

    #[test]
    fn every_row_has_its_name() {
        for (_, name, linux, macos, windows) in TABLE {
            assert_eq!(error_name(Os::Linux, *linux), Some(*name));
            assert_eq!(error_name(Os::MacOs, *macos), Some(*name));
            if *windows >= 10000 {
                assert_eq!(error_name(Os::Windows, *windows), Some(format!("WSA{name}").as_str()));
            }
        }
    }

    #[test]
    fn lookup_errors_of_three_systems() {
        use DnsProblem::{NoSuchName, ResolverFailed, TemporaryFailure};
        for (expected, linux, macos, windows) in
            [(NoSuchName, -2, 8, 11001), (TemporaryFailure, -3, 2, 11002), (ResolverFailed, -4, 4, 11003)]
        {
            assert_eq!(classify_lookup(Os::Linux, linux), Some(expected));
            assert_eq!(classify_lookup(Os::MacOs, macos), Some(expected));
            assert_eq!(classify_lookup(Os::Windows, windows), Some(expected));
        }
        assert_eq!(lookup_error_name(Os::Linux, -2), Some("EAI_NONAME"));
        assert_eq!(lookup_error_name(Os::Windows, 11001), Some("WSAHOST_NOT_FOUND"));
        assert_eq!(classify_lookup(Os::Linux, -10), None, "EAI_MEMORY is this machine's own");
    }

    #[cfg(all(unix, feature = "probe"))]
    #[test]
    fn the_table_agrees_with_this_system() {
        for (name, code) in [
            ("ECONNREFUSED", libc::ECONNREFUSED),
            ("ECONNRESET", libc::ECONNRESET),
            ("ECONNABORTED", libc::ECONNABORTED),
            ("EHOSTUNREACH", libc::EHOSTUNREACH),
            ("EHOSTDOWN", libc::EHOSTDOWN),
            ("ENETUNREACH", libc::ENETUNREACH),
            ("ENETDOWN", libc::ENETDOWN),
            ("ETIMEDOUT", libc::ETIMEDOUT),
            ("EADDRNOTAVAIL", libc::EADDRNOTAVAIL),
            ("EADDRINUSE", libc::EADDRINUSE),
            ("EAFNOSUPPORT", libc::EAFNOSUPPORT),
            ("EPERM", libc::EPERM),
            ("EACCES", libc::EACCES),
            ("EMFILE", libc::EMFILE),
            ("ENFILE", libc::ENFILE),
            ("ENOMEM", libc::ENOMEM),
            ("ENOBUFS", libc::ENOBUFS),
            ("EPIPE", libc::EPIPE),
            ("ESHUTDOWN", libc::ESHUTDOWN),
            ("ENETRESET", libc::ENETRESET),
        ] {
            assert_eq!(error_name(Os::here(), code), Some(name));
        }
    }
}
