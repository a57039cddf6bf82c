//! The shell commands of remedies, run on copies of the files that they change.
#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rdpcheck_core::Cause;
use rdpcheck_core::diagnose::{Remedy, Shell};

/// As it is installed, in short.
const INSTALLED: &str = "[Globals]\nini_version=1\nport=3389\n#tls_ciphers=HIGH\nsecurity_layer=negotiate\ncertificate=\nkey_file=\nssl_protocols=TLSv1.2, TLSv1.3\n\n[Xorg]\nport=-1\n";
/// With other values, spaces and capitals.
const EDITED: &str = "; by hand\n[globals]\n Port = tcp://:3390\nSecurity_Layer =rdp\nssl_protocols=TLSv1\ntls_ciphers = RC4\ncertificate=/a.pem\nkey_file = /b.pem\ncrypt_level=low\n[Xorg]\n; port=7\nport=5910\nsecurity_layer=kept\n";
/// With nothing but defaults, and no line end at its end.
const BARE: &str = "[Logging]\nLogLevel=INFO\n[Globals]\n[Xvnc]\nport=5900";

/// The remedies that edit `xrdp.ini`, and what it says afterwards.
const XRDP_INI: &[(&str, &[(&str, &str)])] = &[
    ("move-xrdp-to-port", &[("port", "PORT")]),
    ("xrdp-negotiates-security", &[("security_layer", "negotiate")]),
    (
        "xrdp-new-certificate",
        &[("certificate", "ETC/rdpcheck-cert.pem"), ("key_file", "ETC/rdpcheck-key.pem")],
    ),
    ("xrdp-tls-ciphers", &[("tls_ciphers", "HIGH")]),
    ("xrdp-tls-versions", &[("ssl_protocols", "TLSv1.2, TLSv1.3")]),
];

fn for_sh() -> BTreeMap<String, Remedy> {
    let all = Cause::ALL.iter().flat_map(|cause| cause.remedies());
    all.filter(|remedy| remedy.shell == Some(Shell::Sh)).map(|remedy| (remedy.code.clone(), remedy)).collect()
}

/// Runs a script on the files in a folder. What would touch more than these does nothing.
fn run(script: &str, folder: &Path) -> Output {
    let path = folder.to_str().expect("a path in UTF-8");
    let script = script.replace("/etc/xrdp", path).replace("~/", &format!("{path}/"));
    let harmless: String = ["systemctl", "openssl", "chgrp", "chmod"]
        .iter()
        .map(|program| format!("{program}() {{ :; }}\n"))
        .collect();
    Command::new("sh").arg("-c").arg(harmless + &script).output().expect("sh runs")
}

fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("what an earlier run left is removed");
    }
    fs::create_dir_all(&folder).expect("a folder is made");
    folder
}

/// The lines of the section `[Globals]`, and all others.
fn globals(text: &str) -> (Vec<&str>, Vec<&str>) {
    let mut inside = false;
    text.lines().partition(|line| {
        let header = line.starts_with('[');
        inside = if header { line.eq_ignore_ascii_case("[globals]") } else { inside };
        inside && !header
    })
}

#[test]
fn every_script_is_valid() {
    for (code, remedy) in for_sh() {
        let needs_file = |undo: &String| undo.contains("/rdpcheck-") || undo.contains(".before-");
        for script in remedy.command.iter().chain(remedy.undo.iter().filter(|undo| needs_file(undo))) {
            let output = Command::new("sh").args(["-n", "-c", script]).output().expect("sh runs");
            assert!(output.status.success(), "{code}: {script}\n{output:?}");
        }
    }
}

#[test]
fn xrdp_is_set_and_put_back_byte_for_byte() {
    let remedies = for_sh();
    let edits = remedies.values().filter(|remedy| {
        remedy.command.as_ref().is_some_and(|command| command.contains("/etc/xrdp/xrdp.ini"))
    });
    let edits: Vec<&str> = edits.map(|remedy| remedy.code.as_str()).collect();
    assert_eq!(edits, XRDP_INI.iter().map(|(code, _)| *code).collect::<Vec<_>>());
    for (code, values) in XRDP_INI {
        let remedy = &remedies[*code];
        let (command, undo) = (remedy.command.as_ref().expect(code), remedy.undo.as_ref().expect(code));
        for before in [INSTALLED, EDITED, BARE] {
            let folder = folder(code);
            let file = folder.join("xrdp.ini");
            fs::write(&file, before).expect("the file is written");
            let read = || fs::read_to_string(&file).expect("the file is read");
            assert!(run(command, &folder).status.success(), "{code}");

            let after = read();
            let (inside, outside) = globals(&after);
            assert_eq!(outside, globals(before).1, "{code} leaves other sections alone");
            for (key, value) in *values {
                let value = value.replace("ETC", folder.to_str().expect("a path in UTF-8"));
                let set: Vec<&str> = inside
                    .iter()
                    .filter_map(|line| line.split_once('='))
                    .filter(|(name, _)| name.trim().eq_ignore_ascii_case(key))
                    .map(|(_, value)| value)
                    .collect();
                assert_eq!(set, [value], "{code}: {after}");
            }

            // A second run would save what the first one changed.
            let again = run(command, &folder);
            assert!(!again.status.success(), "{code}");
            assert!(String::from_utf8_lossy(&again.stderr).contains("undo the earlier run first"), "{code}");
            assert_eq!(read(), after, "{code}");
            assert!(run(undo, &folder).status.success(), "{code}");
            assert_eq!(read(), before, "{code}");
            assert_eq!(fs::read_dir(&folder).expect("the folder is read").count(), 1, "{code} leaves files");
        }
    }
}

#[test]
fn sessions_of_xrdp_are_set_and_put_back() {
    let remedy = for_sh().remove("raise-xrdp-session-limit").expect("the remedy");
    let folder = folder("raise-xrdp-session-limit");
    let file = folder.join("sesman.ini");
    let before = "[Sessions]\n;; MaxSessions - maximum number\n maxsessions = 7\nKillDisconnected=false\n";
    fs::write(&file, before).expect("the file is written");
    assert!(run(remedy.command.as_ref().expect("a command"), &folder).status.success());
    let after = fs::read_to_string(&file).expect("the file is read");
    assert_eq!(after, before.replace(" maxsessions = 7", "MaxSessions=LIMIT"));
    assert!(run(remedy.undo.as_ref().expect("an undo"), &folder).status.success());
    assert_eq!(fs::read_to_string(&file).expect("the file is read"), before);
}
