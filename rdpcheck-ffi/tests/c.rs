//! The library as C and C++ programs see it: compiled, linked and run against a host of the lab.
#![cfg(unix)]
#![expect(
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "helpers of tests fail by panic and say what is skipped"
)]

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rdpcheck_lab::{LabHost, Scenario};

const WARNINGS: &[&str] = &["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Werror"];

/// What the static library needs besides itself (`rustc --print native-static-libs`).
const NATIVE: &[&str] = if cfg!(target_os = "linux") {
    &["-pthread", "-ldl", "-lm", "-lrt", "-lutil"]
} else {
    &["-pthread", "-framework", "CoreFoundation", "-framework", "Security"]
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Link {
    Shared,
    Static,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Where cargo puts the library that this test was built with.
fn library_folder() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_path_buf()
}

fn shared_library() -> PathBuf {
    library_folder().join(format!("{}rdpcheck{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX))
}

/// Whether a tool is there. A test without its tool says so by name.
fn installed(tool: &str, test: &str) -> bool {
    let found = Command::new(tool).arg("--version").output().is_ok();
    if !found {
        eprintln!("skipped: {test}: {tool} is not installed");
    }
    found
}

fn run(command: &mut Command) -> Output {
    command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn succeed(command: &mut Command) -> String {
    let output = run(command);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(
        output.status.success(),
        "{command:?}: {}\n{}{}",
        output.status,
        text(&output.stdout),
        text(&output.stderr)
    );
    text(&output.stdout)
}

/// Compiles a program; `None` when there is no compiler.
fn compile(source: &str, standard: &str, link: Link, more: &[&str], test: &str) -> Option<PathBuf> {
    let compiler = if source.ends_with(".cpp") { "c++" } else { "cc" };
    if !installed(compiler, test) {
        return None;
    }
    let name = source.replace(['/', '.'], "-");
    let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{name}-{standard}-{link:?}"));
    let folder = library_folder();
    let mut command = Command::new(compiler);
    command
        .arg(format!("-std={standard}"))
        .args(WARNINGS)
        .args(["-g", "-O1"])
        .args(more)
        .arg("-I")
        .arg(root().join("include"))
        .arg(root().join(source))
        .arg("-o")
        .arg(&program);
    match link {
        Link::Shared => {
            let mut path = OsStr::new("-Wl,-rpath,").to_owned();
            path.push(&folder);
            command.arg(shared_library()).arg(path);
        }
        Link::Static => {
            command.arg(folder.join("librdpcheck.a"));
        }
    }
    succeed(command.args(NATIVE));
    Some(program)
}

fn scenario(name: &str) -> LabHost {
    let path = root().join("tests/scenarios").join(name);
    LabHost::start(&Scenario::from_file(path).unwrap()).unwrap()
}

/// A host that is well, and one that is not.
fn hosts() -> [(LabHost, &'static str); 2] {
    [(scenario("windows-nla.toml"), "healthy"), (scenario("xrdp-key-unusable.toml"), "failing")]
}

/// How a program is run that is going to see a host with this headline, or "" for none.
type Runner = dyn Fn(&Path, &str) -> Command;

/// Runs the test programs, one after the other, on both hosts; the one with threads on the healthy one.
fn run_programs(standard: &str, link: Link, more: &[&str], test: &str, runner: &Runner) {
    let Some(abi) = compile("tests/c/abi.c", standard, link, more, test) else {
        return;
    };
    succeed(&mut runner(&abi, ""));
    let host = compile("tests/c/host.c", standard, link, more, test).unwrap();
    let threads = compile("tests/c/threads.c", standard, link, more, test).unwrap();
    for (lab, headline) in hosts() {
        let target = lab.address().to_string();
        succeed(runner(&host, headline).args([&target, headline]));
        if headline == "healthy" {
            succeed(runner(&threads, headline).arg(&target));
        }
    }
}

fn plain(program: &Path, _: &str) -> Command {
    Command::new(program)
}

#[test]
fn the_header_compiles_as_every_standard() {
    for (source, standard) in [
        ("tests/c/header.c", "c99"),
        ("tests/c/header.c", "c11"),
        ("tests/c/header.c", "c17"),
        ("tests/c/header.cpp", "c++17"),
    ] {
        if let Some(program) = compile(source, standard, Link::Shared, &[], "header") {
            succeed(&mut Command::new(program));
        }
    }
}

#[test]
fn c99_with_the_shared_library() {
    run_programs("c99", Link::Shared, &[], "c99", &plain);
}

#[test]
fn c11_with_the_static_library() {
    run_programs("c11", Link::Static, &[], "c11", &plain);
}

#[test]
#[cfg(target_os = "linux")]
fn under_address_sanitizer() {
    const TEST: &str = "under_address_sanitizer";
    const FLAGS: &[&str] = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    let sanitized = |program: &Path, _: &str| {
        let mut command = Command::new(program);
        command.env("ASAN_OPTIONS", "detect_leaks=1:detect_stack_use_after_return=1");
        command
    };
    if !installed("cc", TEST) {
        return;
    }
    let probe = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sanitizer-probe");
    let built = run(Command::new("cc")
        .args(FLAGS)
        .arg("-I")
        .arg(root().join("include"))
        .arg(root().join("tests/c/header.c"))
        .arg("-o")
        .arg(probe));
    if !built.status.success() {
        eprintln!("skipped: {TEST}: cc has no AddressSanitizer");
        return;
    }
    let Some(misuse) = compile("tests/c/misuse.c", "c11", Link::Static, FLAGS, TEST) else {
        return;
    };
    for (deed, name) in [
        ("use-after-free", "AddressSanitizer: heap-use-after-free"),
        ("leak", "LeakSanitizer: detected memory leaks"),
    ] {
        let output = run(sanitized(&misuse, "").arg(deed));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && said.contains(name), "not on: {name}: {said}");
    }
    run_programs("c11", Link::Static, FLAGS, TEST, &sanitized);
}

#[test]
#[cfg(target_os = "linux")]
fn under_valgrind() {
    const TEST: &str = "under_valgrind";
    if !installed("valgrind", TEST) {
        return;
    }
    let watched = |program: &Path, headline: &str| {
        // The AES-GCM of ring works on key tables that it fills in part, which valgrind takes for an error.
        let with_tls = headline == "healthy";
        let mut command = Command::new("valgrind");
        command
            .args(["--quiet", "--error-exitcode=9", "--leak-check=full"])
            // "Possible" would count the handle that the standard library keeps of the main thread.
            .args(["--errors-for-leak-kinds=definite,indirect", "--show-leak-kinds=definite,indirect"])
            .arg(format!("--undef-value-errors={}", if with_tls { "no" } else { "yes" }))
            .arg(program);
        command
    };
    let Some(misuse) = compile("tests/c/misuse.c", "c11", Link::Shared, &[], TEST) else {
        return;
    };
    for deed in ["use-after-free", "leak"] {
        let output = run(watched(&misuse, "").arg(deed));
        assert_eq!(output.status.code(), Some(9), "valgrind does not see a {deed}");
    }
    run_programs("c11", Link::Shared, &[], TEST, &watched);
}

#[test]
#[cfg(target_os = "linux")]
fn loaded_and_unloaded_time_after_time() {
    if let Some(program) = compile("tests/c/unload.c", "c11", Link::Shared, &[], "unload") {
        let lab = scenario("windows-nla.toml");
        let target = lab.address().to_string();
        // It finds the functions by itself.
        succeed(Command::new(program).arg(shared_library()).arg(&target));
    }
}

#[test]
fn the_example_check_prints_and_exits() {
    let Some(check) = compile("examples/c/check.c", "c99", Link::Shared, &[], "check") else {
        return;
    };
    for (lab, headline) in hosts() {
        let target = lab.address().to_string();
        let output = run(Command::new(&check)
            .args(["--json", "--client-error", "0x904/7", "--depth", "quick", "--deadline=9.5"])
            .args(["--server-name", "pc.example", "--address-family", "ipv4", "--resolve-timeout", "1"])
            .args(["--connect-timeout", "1", "--negotiate-timeout", "1.5", "--tls-timeout", "2"])
            .args(["--credssp-timeout", "2", "--expiry-threshold-days", "0"])
            .args(["--probe-name", "monitoring", "--wake-on-lan=52-54-00-ab-cd-ef", &target]));
        assert_eq!(output.status.code(), Some(i32::from(headline != "healthy")));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["headline"], headline);
        assert_eq!(report["depth"], "quick");
        assert_eq!(report["client_error"]["extended"], 7);
        assert_eq!(report["expiry_threshold_days"], 0);
        assert_eq!(report["target"]["name_sent"], "pc.example");
        let log = lab.log();
        let request = log.first().and_then(|connection| connection.request.as_ref()).unwrap();
        assert_eq!(request.cookie.as_deref(), Some("Cookie: mstshash=monitoring"));
        let output = run(Command::new(&check).arg(&target));
        let screen = String::from_utf8(output.stdout).unwrap();
        assert!(screen.starts_with(&headline.to_uppercase()), "{screen}");
    }
    for (arguments, said) in [
        (&[][..], "no host is given"),
        (&["--deadline", "0", "h"], "invalid --deadline: \"0\""),
        (&["--deadline", "0.05", "h"], "invalid deadline: 0.05 s; allowed: 0.1 to 600 seconds"),
        (&["--depth=full", "h"], "allowed: quick, standard, deep"),
        (&["--client-error", "0x904/", "h"], "allowed: CODE or CODE/EXTENDED"),
        (&["--client-error", "4294967296", "h"], "allowed: CODE or CODE/EXTENDED"),
        (
            &["--probe-name", "a b", "h"],
            "invalid probe_name: a b; allowed: 1 to 64 printable ASCII characters",
        ),
        (&["--wake-on-lan=00:11", "h"], "invalid wake_on_lan: 00:11; allowed: aa:bb:cc:dd:ee:ff, "),
        (&["--nonsense", "h"], "unknown option: --nonsense"),
        (&["a", "b"], "more than one host: b"),
        (&["host:0"], "port \"0\" is not a number from 1 to 65535"),
        (&["--", "-h"], "is not a label of a host name"),
    ] {
        let output = run(Command::new(&check).args(arguments));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(said), "{arguments:?}: {errors}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn the_example_embed_detect_detects() {
    let Some(detect) = compile("examples/c/embed_detect.c", "c99", Link::Shared, &[], "detect") else {
        return;
    };
    for (lab, headline) in hosts() {
        let output = run(Command::new(&detect).arg(lab.address().to_string()));
        let found = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(i32::from(headline != "healthy")), "{found}");
        assert_eq!(found.contains(": 0x904/0x7: listener-key-unusable: "), headline != "healthy");
    }
    assert_eq!(run(Command::new(&detect).arg("a b")).status.code(), Some(3));
}

#[test]
fn the_example_explain_explains() {
    let Some(explain) = compile("examples/c/explain.c", "c99", Link::Shared, &[], "explain") else {
        return;
    };
    let dialog =
        "This computer can't connect to the remote computer.\n\nError code: 0x904\nExtended error code: 0x7";
    for (arguments, status, said) in [
        (&["0x904", "0x7"][..], 0, "0x904"),
        (&["2308"], 0, "0x904"),
        (&[dialog], 0, "0x904"),
        (&["0x904", "0xabcd"], 1, "0xABCD"),
        (&["0xABCDEF01"], 1, "0xABCDEF01"),
    ] {
        let output = run(Command::new(&explain).args(arguments));
        let screen = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(status), "{arguments:?}: {screen}");
        assert!(screen.contains(said), "{arguments:?}: {screen}");
    }
    let output = run(Command::new(&explain).args(["--json", "0x904", "0x7"]));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["shown"]["code"], &json["shown"]["extended"]), (&0x904.into(), &7.into()));
    for (arguments, said) in [
        (&[][..], "usage: explain"),
        (&["--json"], "usage: explain"),
        (&["1", "2", "3"], "usage: explain"),
        (&["no code"], "invalid client_error"),
        (&["0x904", "seven"], "invalid client_error"),
    ] {
        let output = run(Command::new(&explain).args(arguments));
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {errors}");
        assert!(errors.contains(said) && output.stdout.is_empty(), "{arguments:?}: {errors}");
    }
}

/// A reset that meets the client while it writes must not end a program that leaves SIGPIPE as it is.
#[test]
fn no_host_ends_the_program_by_a_signal() {
    let Some(check) = compile("examples/c/check.c", "c99", Link::Shared, &[], "signal") else {
        return;
    };
    for name in [
        "closes-at-accept.toml",
        "resets-at-accept.toml",
        "tls-reset-always.toml",
        "credssp-reset.toml",
        "not-rdp-flood.toml",
    ] {
        let lab = scenario(name);
        let output = run(Command::new(&check).arg("--depth=quick").arg(lab.address().to_string()));
        assert_eq!(output.status.code(), Some(1), "{name}: {}", output.status);
    }
}

/// Every name that the library exports is in the header and in `abi/symbols.txt`, and the other way round.
#[test]
#[cfg(target_os = "linux")]
fn exported_names_are_those_on_record() {
    if !installed("nm", "exported_names_are_those_on_record") {
        return;
    }
    let listed = succeed(Command::new("nm").args(["-D", "--defined-only"]).arg(shared_library()));
    let mut exported: Vec<&str> = listed.lines().filter_map(|line| line.split_whitespace().last()).collect();
    exported.sort_unstable();
    let foreign: Vec<_> = exported.iter().filter(|name| !name.starts_with("rdpcheck_")).collect();
    assert!(foreign.is_empty(), "exported without being ours: {foreign:?}");
    let recorded = std::fs::read_to_string(root().join("abi/symbols.txt")).unwrap();
    assert_eq!(
        recorded.lines().collect::<Vec<_>>(),
        exported,
        "if a name was added on purpose, add it to abi/symbols.txt"
    );
    let header = std::fs::read_to_string(root().join("include/rdpcheck.h")).unwrap();
    for name in exported {
        assert!(header.contains(&format!("{name}(")), "{name} is not in the header");
    }
}
