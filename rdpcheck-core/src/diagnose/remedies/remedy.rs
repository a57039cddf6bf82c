use std::fmt;

use serde::{Deserialize, Serialize};

use crate::diagnose::Product;

/// Something that can be done about a cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Remedy {
    /// Stable kebab-case code. The same remedy has the same code under every cause. Empty in a report of a
    /// version that had none.
    #[serde(default)]
    pub code: String,
    /// What it does, and what words in capitals in the command stand for.
    pub action: String,
    /// Where it is done.
    pub place: RemedyPlace,
    /// The product of the host that it is for; null for any.
    pub peer: Option<Product>,
    /// Whether it mends the fault or only isolates it.
    pub kind: RemedyKind,
    /// What the command is written for; null without a command.
    pub shell: Option<Shell>,
    /// The exact command, of one line; null when there is none. Capitals such as `HOST` stand for what was not known.
    pub command: Option<String>,
    /// How it is undone, as a command for the same shell or in words; null when there is nothing to undo or no way to.
    pub undo: Option<String>,
    /// Why there is nothing to undo, or no way to; null when `undo` is there.
    pub no_undo: Option<String>,
    /// What it may cost.
    pub risk: String,
    /// What is restarted by it, or must be restarted for it to take effect, and what that interrupts; null when nothing.
    pub restart: Option<String>,
    /// Where it comes from.
    #[serde(default)]
    pub source: String,
}

impl Remedy {
    /// Where and how a person gets there, in words: a host that cannot be reached by Remote Desktop needs another way in.
    #[must_use]
    pub fn whereabouts(&self) -> &'static str {
        match (self.place, self.shell) {
            (RemedyPlace::Host, Some(Shell::Cmd | Shell::PowerShell)) => {
                "on the host (its console or remote PowerShell, as administrator)"
            }
            (RemedyPlace::Host, Some(Shell::Sh)) => "on the host (its console or SSH)",
            (RemedyPlace::Host, None) => "on the host",
            (RemedyPlace::Client, _) => "on the client",
            (RemedyPlace::Directory, _) => "in the directory",
            (RemedyPlace::Network, _) => "on the network",
        }
    }

    /// The product that this remedy is for, in words; `None` when it is for any.
    #[must_use]
    pub fn peer_name(&self) -> Option<&'static str> {
        self.peer.map(|peer| match peer {
            Product::Freerdp => "FreeRDP",
            Product::GnomeRemoteDesktop => "gnome-remote-desktop",
            Product::Ironrdp => "IronRDP",
            Product::Other | Product::Unknown => "another product",
            Product::Weston => "weston",
            Product::Windows => "Windows",
            Product::Xrdp => "xrdp",
        })
    }
}

/// Advice that is often given for a cause and harms or is of no use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct NotOffered {
    /// What is advised.
    pub advice: String,
    /// Why it is not offered.
    pub reason: String,
    /// Where that comes from.
    pub source: String,
}

/// What a command is written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Shell {
    /// The command prompt of Windows.
    Cmd,
    /// Windows PowerShell.
    PowerShell,
    /// A POSIX shell.
    Sh,
}

impl Shell {
    /// Every shell.
    pub const ALL: &'static [Self] = &[Self::Cmd, Self::PowerShell, Self::Sh];

    /// Stable code of this shell, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Cmd => "cmd",
            Self::PowerShell => "powershell",
            Self::Sh => "sh",
        }
    }
}

impl fmt::Display for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// Where a remedy is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RemedyPlace {
    /// On the computer that connects.
    Client,
    /// In the directory (Active Directory, Entra ID).
    Directory,
    /// On the computer that is connected to.
    Host,
    /// On a device between them.
    Network,
}

impl RemedyPlace {
    /// Every place.
    pub const ALL: &'static [Self] = &[Self::Client, Self::Directory, Self::Host, Self::Network];

    /// Stable code of this place, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Directory => "directory",
            Self::Host => "host",
            Self::Network => "network",
        }
    }
}

/// Whether a remedy mends the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RemedyKind {
    /// It mends the fault.
    Fix,
    /// It shows whether the fault is there, and is undone afterwards.
    Isolation,
}

impl RemedyKind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::Fix, Self::Isolation];

    /// Stable code of this kind, as in JSON.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Fix => "fix",
            Self::Isolation => "isolation",
        }
    }
}
