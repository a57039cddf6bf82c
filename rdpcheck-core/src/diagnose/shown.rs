//! How far a connection had come when a client showed a code.

use crate::code::ClientError;
use crate::evidence::Stage;

/// The moment at which a Windows client shows a code.
///
/// From the tables of `IMsTscAxEvents::OnDisconnected` and `ExtendedDisconnectReasonCode`, and the texts that
/// `GetErrorDescription` gives for codes that are not in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moment {
    /// A user or program ended the session: no fault.
    Ended,
    /// It concerns the client alone: memory, smart card, a policy of its own.
    Client,
    /// The gateway in between refused.
    Gateway,
    /// The name was not resolved.
    Name,
    /// TCP did not connect.
    Connect,
    /// An answer did not come in time, at whichever stage.
    TimeOut,
    /// TCP stood, and an answer did not come in time.
    Request,
    /// TCP stood, and the connection was closed before a session existed.
    Closed,
    /// The host insists on network level authentication, and the client cannot do it.
    Nla,
    /// The host answered X.224, and encryption failed.
    Encryption,
    /// TLS stood, and the client did not take the certificate.
    Certificate,
    /// TLS stood, and the logon failed.
    Logon,
    /// The host took the connection and said itself why it ended it, or licensing failed.
    Told,
    /// A session existed and was lost.
    Lost,
    /// The client does not say what failed, nor when.
    Unnamed,
}

/// How far a connection comes, for comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    Name,
    Tcp,
    Request,
    Tls,
    Certificate,
    Logon,
    Session,
}

impl Reach {
    /// Where a connection stops that fails at this stage.
    pub(super) fn of(stage: Stage) -> Self {
        match stage {
            Stage::Resolve => Self::Name,
            Stage::Connect => Self::Tcp,
            Stage::Negotiate => Self::Request,
            Stage::Certificate => Self::Certificate,
            Stage::Credssp => Self::Logon,
            _ => Self::Tls,
        }
    }
}

impl Moment {
    /// The moment of a code; `None` where no authoritative meaning is known.
    pub(super) fn of(shown: ClientError) -> Option<Self> {
        // With other error codes these extended codes say nothing: the host was not heard.
        let by_host = match (shown.code, shown.extended) {
            (0x3 | 0x904, Some(8)) => Some(Self::Encryption),
            (0x3 | 0x904, Some(9)) => Some(Self::Told),
            (0x3 | 0x904, Some(10)) => Some(Self::Logon),
            (0x3 | 0x904, Some(5)) => Some(Self::Told),
            (0x3 | 0x904, Some(0x100..=0x10B)) => Some(Self::Told),
            _ => None,
        };
        if by_host.is_some() {
            return by_host;
        }
        Some(match shown.code {
            0x3 if matches!(shown.extended, Some(1 | 2 | 11 | 12)) => Self::Ended,
            // 0x0 no information, 0x1 and 0x2 by a user, 0x107 and 0xB08 at a normal close.
            0x0..=0x2 | 0x107 | 0xB08 => Self::Ended,
            0x3 | 0x708 | 0x808 | 0x908 | 0xE08 => Self::Told,
            // The host's graphics, and RemoteApp.
            0x112F | 0x2507 | 0x2604 | 0x200_0001 | 0x200_0002 => Self::Told,
            0xB04 | 0xD06 => Self::Unnamed,
            0x104 | 0x208 | 0x508 | 0x604 => Self::Name,
            0x204 => Self::Connect,
            0x108 => Self::TimeOut,
            0x704 => Self::Request,
            0x904 if shown.extended == Some(0) => Self::Lost,
            0x904 => Self::Closed,
            0x304 | 0x404 => Self::Lost,
            0xB09 => Self::Nla,
            0x406 | 0x506 | 0x606 | 0x706 | 0x906 | 0xA06 | 0xB06 | 0xC06 | 0xE06 => Self::Encryption,
            0x907 | 0x1B07 => Self::Certificate,
            0x807 | 0xA07 | 0xB07 | 0xC07 | 0xD07 | 0xE07 | 0xF07 | 0x1007 | 0x1107 | 0x1207 | 0x1307
            | 0x1407 | 0x1607 | 0x1707 | 0x1807 | 0x1C07 | 0x1D07 | 0x2107 | 0x2207 | 0xD09 | 0xE09
            | 0xF08 => Self::Logon,
            // Memory, address, timer, name, and the smart card before anything is sent.
            0x106 | 0x206 | 0x306 | 0x308 | 0x408 | 0x608 | 0x804 | 0xC08 | 0x10A | 0x20A | 0x30A | 0x40A
            | 0x1008 => Self::Client,
            0x300_0001..=0x300_0050 => Self::Gateway,
            _ => return None,
        })
    }

    /// How far a connection must come for a client to show it; `None` where that says nothing.
    pub(super) fn reach(self) -> Option<Reach> {
        Some(match self {
            Self::Ended | Self::Client | Self::Gateway | Self::Unnamed => return None,
            Self::Name => Reach::Name,
            Self::Connect | Self::TimeOut => Reach::Tcp,
            Self::Request | Self::Closed | Self::Nla => Reach::Request,
            Self::Encryption => Reach::Tls,
            Self::Certificate => Reach::Certificate,
            Self::Logon => Reach::Logon,
            Self::Told | Self::Lost => Reach::Session,
        })
    }

    /// What happened, as a clause.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Ended => "a user or program ended the session, or nothing more is known",
            Self::Client => "something on the client itself failed",
            Self::Gateway => "a Remote Desktop gateway refused or failed",
            Self::Name => "the client could not resolve the name",
            Self::Connect => "TCP did not connect",
            Self::TimeOut => "an answer did not come in time",
            Self::Request => "TCP connected, and an answer did not come in time",
            Self::Closed => "TCP connected, and the connection was closed before a session existed",
            Self::Nla => {
                "the host was reached and insists on network level authentication, which the client could not do"
            }
            Self::Encryption => "the host was reached, and no encryption came about",
            Self::Certificate => "TLS stood, and the client did not take the certificate",
            Self::Logon => "CredSSP was reached, and the logon failed",
            Self::Told => "the host took the connection and then ended it for a reason of its own",
            Self::Lost => "a session existed and was lost",
            Self::Unnamed => "something that the client does not name went wrong",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::Table;
    use crate::diagnose::Cause;

    #[test]
    fn every_code_that_is_known_has_its_moment() {
        let unplaced: Vec<String> = [Table::Disconnect, Table::Shown, Table::Gateway]
            .into_iter()
            .flat_map(Table::entries)
            .filter(|entry| Moment::of(ClientError::new(entry.number(), None)).is_none())
            .map(|entry| format!("{} {}", entry.hex(), entry.meaning()))
            .collect();
        assert_eq!(unplaced, Vec::<String>::new());
    }

    #[test]
    fn every_pair_of_the_catalogue_has_its_moment() {
        for cause in Cause::ALL {
            for shown in cause.shows() {
                assert!(Moment::of(shown).is_some(), "{cause}: {shown}");
            }
        }
    }

    #[test]
    fn primary_and_extended_are_not_mixed_up() {
        assert_eq!(Moment::of(ClientError::new(260, None)), Some(Moment::Name));
        assert_eq!(Moment::of(ClientError::new(3, Some(260))), Some(Moment::Told));
        assert_eq!(Moment::of(ClientError::new(7, None)), None);
        assert_eq!(Moment::of(ClientError::new(0x12345, None)), None);
        // 516 read as hexadecimal.
        assert_eq!(Moment::of(ClientError::new(0x516, None)), None);
    }
}
