//! What a deep check finds out about TLS, compared with what the server answers to one question at a time.

use std::process::Command;

use rdpcheck_core::evidence::{VersionState, VersionSupport};
use rdpcheck_core::{CheckOptions, Depth, blocking};
use rdpcheck_real_servers::Server;

use super::behaviour::agree;
use super::hello::{Offer, TLS12, TLS13};

/// A survey is cut short at this many connections.
const CONNECTIONS: u32 = 40;

/// TLS 1.0, 1.1, 1.2 and 1.3.
const VERSIONS: [u16; 4] = [0x0301, 0x0302, TLS12, TLS13];

/// Every number that was given to a group that is not reserved (IANA, TLS Supported Groups), and the hybrids.
const GROUPS: [std::ops::RangeInclusive<u16>; 3] = [1..=41, 0x100..=0x104, 0x11eb..=0x11ed];

/// Compares versions, suites and the newest version's groups. Each connection shows one suite, so that of a server that accepts
/// dozens not all are found, and the report says so; `whole` is for one whose suites can all be found.
pub(crate) fn compare(server: &Server, whole: bool) {
    let target = server.address().to_string().parse().unwrap();
    let options = CheckOptions::default().server_name("localhost").depth(Depth::Deep);
    let report = blocking::check(&target, options).unwrap();
    let support = report.stages.tls_support.facts().unwrap();
    assert!(support.connections <= CONNECTIONS, "{}", support.connections);

    for version in VERSIONS {
        let found = support.version(version).unwrap();
        let accepted: Vec<u16> =
            suites(version).into_iter().filter(|suite| takes_suite(server, version, *suite)).collect();
        let state = if accepted.is_empty() { VersionState::Refused } else { VersionState::Accepted };
        assert_eq!(found.state, state, "{version:04x}: {found:?}");
        let numbers = numbers(found);
        if whole || version == TLS13 {
            assert_eq!(found.suites_complete, state == VersionState::Accepted, "{version:04x}");
        }
        if found.suites_complete {
            assert_eq!(numbers, sorted(accepted), "{version:04x}");
        } else {
            assert!(numbers.iter().all(|suite| accepted.contains(suite)), "{version:04x}: {numbers:04x?}");
        }
    }
    let groups = GROUPS.into_iter().flatten().filter(|group| takes_group(server, *group));
    let found = support.groups.iter().map(|group| group.value).collect();
    assert_eq!(sorted(found), sorted(groups.collect()));
    assert!(support.groups_complete);
}

/// Every suite that OpenSSL has a name for and this version can have.
fn suites(version: u16) -> Vec<u16> {
    let listed =
        Command::new("openssl").args(["ciphers", "-V", "ALL:COMPLEMENTOFALL:@SECLEVEL=0"]).output().unwrap();
    // Each line reads `          0xC0,0x30 - ECDHE-RSA-AES256-GCM-SHA384 ...`.
    let text = String::from_utf8(listed.stdout).unwrap();
    let numbers = text.lines().map(|line| {
        let number: String = line
            .split_whitespace()
            .next()
            .unwrap()
            .split(',')
            .filter_map(|byte| byte.strip_prefix("0x"))
            .collect();
        u16::from_str_radix(&number, 16).unwrap()
    });
    let numbers: Vec<u16> = numbers.filter(|suite| (suite >> 8 == 0x13) == (version == TLS13)).collect();
    assert!(!numbers.is_empty());
    numbers
}

fn takes_suite(server: &Server, version: u16, suite: u16) -> bool {
    let offer =
        Offer { newest: version, suites: &[suite], groups: &[0x1d, 0x17, 0x18], share: true, padding: 0 };
    let answer = agree(server).accepts(&offer.hello());
    answer.is_some_and(|answer| (answer.version, answer.suite) == (version, suite))
}

/// Without a share the server asks for one of this group, or takes none.
fn takes_group(server: &Server, group: u16) -> bool {
    let offer =
        Offer { newest: TLS13, suites: &[0x1302, 0x1301], groups: &[group], share: false, padding: 0 };
    agree(server).accepts(&offer.hello()).is_some_and(|answer| answer.version == TLS13)
}

fn numbers(found: &VersionSupport) -> Vec<u16> {
    sorted(found.suites.iter().map(|suite| suite.suite.value).collect())
}

fn sorted(mut numbers: Vec<u16>) -> Vec<u16> {
    numbers.sort_unstable();
    numbers
}
