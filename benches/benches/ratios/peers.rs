//! Other programs against the same hosts in the same run, where they are installed.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::sample::median;
use crate::sweep::Swept;
use crate::table::Table;
use crate::{Outcome, Size};

/// Sweeps with nmap, and one TLS handshake with openssl.
pub(crate) fn measure(size: Size, swept: Swept, table: &mut Table) -> Outcome<()> {
    let ports: Vec<String> = swept.hosts.iter().map(|host| host.port().to_string()).collect();
    // Both are told not to look whether a host is up, which it is, nor for its name.
    for (script, count, bar) in
        [("rdp-ntlm-info", ports.len(), 5.0), ("rdp-enum-encryption", size.hosts_for_slow_peer, 50.0)]
    {
        let what = format!("sweep / nmap's {script}, hosts per second");
        let Some(version) = version("nmap", "--version") else {
            table.skipped(&what, "nmap is not installed");
            continue;
        };
        let list = ports.get(..count).unwrap_or_default().join(",");
        let script = format!("+{script}");
        let mut nmap = Command::new("nmap");
        nmap.args(["-n", "-Pn", "-T5", "-p", &list, "--script", &script, "127.0.0.1"]);
        let time = time(&mut nmap)?;
        let rate = f64::from(u32::try_from(count)?) / time.as_secs_f64();
        table.figure(&format!("{version} {script}, {count} hosts"), &format!("{rate:.1} hosts/s"));
        table.at_least(&what, swept.hosts_per_second / rate, bar, "");
    }
    let what = "openssl s_client, one TLS handshake, its process included";
    let (Some(host), Some(_)) = (swept.hosts.first(), version("openssl", "version")) else {
        table.skipped(what, "openssl is not installed");
        return Ok(());
    };
    let mut times = Vec::new();
    for _ in 0..size.few {
        let mut openssl = Command::new("openssl");
        openssl.args(["s_client", "-connect", &host.address().to_string()]);
        times.push(time(&mut openssl)?);
    }
    table.figure(what, &format!("{:.1} ms", median(times)));
    Ok(())
}

fn version(program: &str, option: &str) -> Option<String> {
    let output = Command::new(program).arg(option).stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let words: Vec<&str> = text.split_whitespace().take(3).collect();
    let [name, .., number] = words.as_slice() else {
        return None;
    };
    Some(format!("{} {number}", name.to_lowercase()))
}

fn time(command: &mut Command) -> Outcome<Duration> {
    let begun = Instant::now();
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if !status.success() {
        return Err(format!("{} ended with {status}", command.get_program().display()).into());
    }
    Ok(begun.elapsed())
}
