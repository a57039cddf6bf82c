//! A row of the table of remedies, and how it becomes a remedy.

use super::facts::Facts;
use super::{Remedy, RemedyKind, RemedyPlace, Shell};
use crate::diagnose::Product;

/// What is restarted for a change of the Remote Desktop service.
pub(super) const TERM_SERVICE: &str = "TermService with UmRdpService (Restart-Service TermService -Force), which cuts every Remote Desktop session on the host";
/// What is restarted for a change of xrdp.
pub(super) const XRDP: &str =
    "xrdp, which cuts the connections that it carries; their sessions stay and can be taken up again";
pub(super) const WHOLE_HOST: &str = "the host, which ends everything that runs on it";

/// The listener's key; the value of the same name under Policies wins over it.
pub(super) const LISTENER: &str =
    "HKLM\\SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp";
pub(super) const POLICY: &str = "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows NT\\Terminal Services";

pub(super) struct Row {
    pub(super) code: &'static str,
    action: &'static str,
    pub(super) step: Step,
    risk: &'static str,
    source: &'static str,
    pub(super) peers: Peers,
    pub(super) place: RemedyPlace,
    pub(super) kind: RemedyKind,
    pub(super) restart: Option<&'static str>,
    /// Whether the command stands in the source as it is here.
    printed: bool,
    when: fn(&Facts) -> bool,
}

/// The hosts that a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Peers {
    Any,
    /// Products that run on Linux; their rows begin with "on Linux".
    Linux,
    Only(Product),
}

pub(super) enum Step {
    Words(Undo),
    Command(Shell, &'static str, Undo),
    /// Saves the old state in the file `{saved}`, then changes it.
    Saving {
        shell: Shell,
        /// How the file's name ends.
        ending: &'static str,
        command: &'static str,
        /// What the undo does with the file, which is deleted afterwards.
        undo: &'static str,
    },
    /// Changes values of the Windows registry, with the key saved before.
    Registry {
        /// What is saved.
        key: &'static str,
        changes: &'static [Change],
    },
    /// Sets values in the section `[Globals]` of `/etc/xrdp/xrdp.ini`, and restarts xrdp.
    XrdpIni(&'static [(&'static str, &'static str)]),
}

/// A change of one registry value.
pub(super) enum Change {
    /// Sets a `REG_DWORD`: the key below the saved one (with its backslash, or nothing), the value, the number.
    Set(&'static str, &'static str, u32),
    /// Deletes a value of the saved key.
    Delete(&'static str),
}

pub(super) enum Undo {
    /// With this command, for the same shell.
    Run(&'static str),
    /// In words.
    Do(&'static str),
    /// Not at all, for this reason.
    Not(&'static str),
}

impl Row {
    /// A fix on a host of any product.
    pub(super) const fn new(
        code: &'static str,
        action: &'static str,
        step: Step,
        risk: &'static str,
        source: &'static str,
    ) -> Self {
        Self {
            code,
            action,
            step,
            risk,
            source,
            peers: Peers::Any,
            place: RemedyPlace::Host,
            kind: RemedyKind::Fix,
            restart: None,
            printed: false,
            when: Facts::any,
        }
    }

    pub(super) const fn windows(self) -> Self {
        Self { peers: Peers::Only(Product::Windows), ..self }
    }

    pub(super) const fn linux(self) -> Self {
        Self { peers: Peers::Linux, ..self }
    }

    pub(super) const fn only(self, product: Product) -> Self {
        Self { peers: Peers::Only(product), ..self }
    }

    pub(super) const fn at(self, place: RemedyPlace) -> Self {
        Self { place, ..self }
    }

    pub(super) const fn isolation(self) -> Self {
        Self { kind: RemedyKind::Isolation, ..self }
    }

    pub(super) const fn restarting(self, what: &'static str) -> Self {
        Self { restart: Some(what), ..self }
    }

    pub(super) const fn printed(self) -> Self {
        Self { printed: true, ..self }
    }

    pub(super) const fn when(self, when: fn(&Facts) -> bool) -> Self {
        Self { when, ..self }
    }

    pub(super) fn fits(&self, facts: &Facts) -> bool {
        let product = facts.product;
        let peer = match self.peers {
            Peers::Any => true,
            Peers::Linux => matches!(
                product,
                Product::Freerdp
                    | Product::GnomeRemoteDesktop
                    | Product::Unknown
                    | Product::Weston
                    | Product::Xrdp
            ),
            // gnome-remote-desktop and weston look like FreeRDP from the network.
            Peers::Only(Product::GnomeRemoteDesktop | Product::Weston) if product == Product::Freerdp => true,
            Peers::Only(Product::Windows) => product.may_be_windows(),
            Peers::Only(only) => only == product,
        };
        peer && (self.when)(facts)
    }

    pub(super) fn remedy(&self, facts: &Facts) -> Remedy {
        let fill = |text: &str| self.fill(text, facts);
        let shell = self.shell();
        let command = self.command().map(|command| fill(&command));
        let (undo, no_undo) = match self.undo() {
            Ok(undo) => (Some(fill(&undo)), None),
            Err(reason) => (None, Some(reason.to_owned())),
        };
        let mut action = fill(self.action);
        let commands = [command.as_deref(), undo.as_deref()];
        let open: Vec<String> = PLACEHOLDERS
            .iter()
            .filter(|(word, _)| commands.iter().flatten().any(|command| has_word(command, word)))
            .map(|(word, meaning)| format!("{word} stands for {meaning}"))
            .collect();
        if !open.is_empty() {
            action.push_str(&format!(" ({})", open.join("; ")));
        }
        let composed = if command.is_some() && !self.printed {
            "; the command line is composed from what it says and was not run"
        } else {
            ""
        };
        Remedy {
            code: self.code.to_owned(),
            action,
            place: self.place,
            peer: match self.peers {
                Peers::Only(product) => Some(product),
                Peers::Linux if facts.product != Product::Unknown => Some(facts.product),
                Peers::Any | Peers::Linux => None,
            },
            kind: self.kind,
            shell,
            command,
            undo,
            no_undo,
            risk: self.risk.to_owned(),
            restart: self.restart.map(str::to_owned),
            source: format!("{}{composed}", self.source),
        }
    }

    pub(super) fn shell(&self) -> Option<Shell> {
        match self.step {
            Step::Words(_) => None,
            Step::Command(shell, ..) | Step::Saving { shell, .. } => Some(shell),
            Step::Registry { .. } => Some(Shell::Cmd),
            Step::XrdpIni(_) => Some(Shell::Sh),
        }
    }

    fn command(&self) -> Option<String> {
        match &self.step {
            Step::Words(_) => None,
            Step::Command(_, command, _) => Some((*command).to_owned()),
            Step::Saving { shell, command, .. } => Some(saving(*shell, command)),
            Step::Registry { key, changes } => {
                let mut steps = Vec::new();
                // What every Windows has must be there; of the rest, what is absent is made, so that it can be saved.
                let always_there = key.contains("CurrentControlSet") && !key.contains("SCHANNEL");
                let sets = changes.iter().any(|change| matches!(change, Change::Set(..)));
                if sets && !always_there {
                    steps.push(format!("reg add \"{key}\" /f"));
                }
                steps.push(format!("reg export \"{key}\" {{saved}}"));
                steps.extend(changes.iter().map(|change| match change {
                    Change::Set(below, value, number) => {
                        let number = match i32::try_from(*number) {
                            Ok(number) => number.to_string(),
                            Err(_) => format!("{number:#x}"),
                        };
                        format!("reg add \"{key}{below}\" /v {value} /t REG_DWORD /d {number} /f")
                    }
                    Change::Delete(value) => format!("reg delete \"{key}\" /v {value} /f"),
                }));
                Some(saving(Shell::Cmd, &steps.join(" && ")))
            }
            Step::XrdpIni(values) => {
                let edits: String = values.iter().map(|(key, value)| set_in_globals(key, value)).collect();
                Some(format!(
                    "if [ -e {BEFORE} ]; then echo '{EARLIER_RUN}' >&2; false; else cp -p {XRDP_INI} {BEFORE} && \
                     sed -i{edits} {XRDP_INI} && systemctl restart xrdp; fi"
                ))
            }
        }
    }

    /// How it is undone, or why not.
    fn undo(&self) -> Result<String, &'static str> {
        match &self.step {
            Step::Words(undo) | Step::Command(_, _, undo) => match undo {
                Undo::Run(text) | Undo::Do(text) => Ok((*text).to_owned()),
                Undo::Not(reason) => Err(reason),
            },
            Step::Saving { shell, undo, .. } => Ok(from_saved(*shell, undo)),
            // A value that was not there before is not in the saved file: it goes first.
            Step::Registry { key, changes } => {
                let mut steps: Vec<String> = changes
                    .iter()
                    .filter_map(|change| match change {
                        Change::Set(below, value, _) => {
                            Some(format!("reg delete \"{key}{below}\" /v {value} /f"))
                        }
                        Change::Delete(_) => None,
                    })
                    .collect();
                steps.push("reg import {saved}".to_owned());
                Ok(from_saved(Shell::Cmd, &steps.join(" & ")))
            }
            Step::XrdpIni(_) => Ok(format!("mv {BEFORE} {XRDP_INI} && systemctl restart xrdp")),
        }
    }

    /// The file that the old state is saved in, as it is written in the shell.
    fn saved(&self) -> String {
        match &self.step {
            Step::Saving { shell: Shell::PowerShell, ending, .. } => {
                format!("\"$HOME\\rdpcheck-{}.{ending}\"", self.code)
            }
            Step::Saving { shell: Shell::Sh, ending, .. } => format!("~/rdpcheck-{}.{ending}", self.code),
            Step::Saving { ending, .. } => format!("\"%USERPROFILE%\\rdpcheck-{}.{ending}\"", self.code),
            _ => format!("\"%USERPROFILE%\\rdpcheck-{}.reg\"", self.code),
        }
    }

    /// Puts facts in the place of `{certificates}`, `{code}`, `{host}`, `{mac}`, `{port}`, `{saved}` and `{target}`.
    fn fill(&self, text: &str, facts: &Facts) -> String {
        let host = facts.host.as_deref().unwrap_or("HOST");
        let port = facts.port.map_or_else(|| "PORT".to_owned(), |port| port.to_string());
        let target = if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") };
        let certificates = match &facts.thumbprint {
            Some(thumbprint) => format!("Get-Item 'Cert:\\LocalMachine\\Remote Desktop\\{thumbprint}'"),
            None => "Get-ChildItem 'Cert:\\LocalMachine\\Remote Desktop'".to_owned(),
        };
        text.replace("{saved}", &self.saved())
            .replace("{certificates}", &certificates)
            .replace("{code}", self.code)
            .replace("{host}", host)
            .replace("{mac}", facts.mac.as_deref().unwrap_or("MAC"))
            .replace("{port}", &port)
            .replace("{target}", &target)
    }
}

const XRDP_INI: &str = "/etc/xrdp/xrdp.ini";
const BEFORE: &str = "/etc/xrdp/xrdp.ini.before-{code}";
/// What a command says that finds the old state of an earlier run: saved anew, it would be lost.
const EARLIER_RUN: &str = "undo the earlier run first";

/// A command that saves the old state in a file of the administrator's own folder, which stays when a session ends,
/// and does nothing while the file of an earlier run is there. It stops at the first step that fails.
fn saving(shell: Shell, command: &str) -> String {
    match shell {
        Shell::Cmd => format!("if exist {{saved}} (echo {EARLIER_RUN}) else ({command})"),
        Shell::PowerShell => format!(
            "& {{ $ErrorActionPreference = 'Stop'; if (Test-Path {{saved}}) {{ throw '{EARLIER_RUN}' }}; {command} }}"
        ),
        Shell::Sh => format!("if [ -e {{saved}} ]; then echo '{EARLIER_RUN}' >&2; false; else {command}; fi"),
    }
}

/// An undo that needs the saved file, does nothing without it, and deletes it at its end.
fn from_saved(shell: Shell, undo: &str) -> String {
    match shell {
        Shell::Cmd => format!("if exist {{saved}} ({undo} && del {{saved}})"),
        Shell::PowerShell => format!(
            "if (Test-Path {{saved}}) {{ & {{ $ErrorActionPreference = 'Stop'; {undo}; Remove-Item {{saved}} }} }}"
        ),
        Shell::Sh => format!("if [ -e {{saved}} ]; then {undo} && rm {{saved}}; fi"),
    }
}

/// The options of `sed` that take a key out of the section `[Globals]`, if it is there, and set it anew. Other sections
/// have a `port` of their own.
fn set_in_globals(key: &str, value: &str) -> String {
    format!(
        " -e '/^\\[Globals]/I,/^\\[/{{/^[[:space:]]*{key}[[:space:]]*=/Id}}' -e '/^\\[Globals]/Ia{key}={value}'"
    )
}

/// Words in capitals that commands carry where a fact is not known, and what they stand for.
pub(super) const PLACEHOLDERS: &[(&str, &str)] = &[
    ("ADAPTER", "the name of the network adapter"),
    ("ADDRESS", "the host's address"),
    ("CERTFILE", "a file with the certificate"),
    ("DOMAIN", "the DNS name of the domain"),
    ("FQDN", "the host's full name in its domain"),
    ("HOST", "the name or address that clients use"),
    ("KEYFILE", "a file with its key"),
    ("LIMIT", "the new number of sessions"),
    ("LISTENPORT", "the port on which Remote Desktop listens"),
    ("MAC", "the host's hardware address"),
    ("NEWTHUMBPRINT", "the SHA-1 thumbprint of the new certificate"),
    ("NNNN", "the four digits of the adapter's key"),
    ("OLDMTU", "the MTU that netsh interface ipv4 show subinterfaces printed before"),
    ("PASSWORD", "a password"),
    ("PORT", "the port"),
    ("PROCESS", "the number of the process"),
    ("SESSION", "the number of the session"),
    ("TEMPLATE", "the name of the certificate template"),
    ("USER", "the account"),
];

/// Whether a word stands by itself in a text.
fn has_word(text: &str, word: &str) -> bool {
    text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_')
        .any(|part| part == word)
}
