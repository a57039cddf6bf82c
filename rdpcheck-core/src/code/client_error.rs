use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::pasted;
use crate::Error;

/// What a Windows client shows: an error code and, mostly, an extended error code.
///
/// The two are different tables: 260 is "DNS lookup failed" as a code and "hardware id mismatch" as an extended code
/// (`IMsTscAxEvents::OnDisconnected`, `ExtendedDisconnectReasonCode`).
///
/// ```
/// use rdpcheck_core::ClientError;
///
/// let shown: ClientError = "0x904/0x7".parse()?;
/// assert_eq!(shown, ClientError::new(2308, Some(7)));
/// assert_eq!(shown.to_string(), "0x904/0x7");
/// # Ok::<(), rdpcheck_core::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClientError {
    /// The error code, for instance 2308 (0x904, socket closed).
    pub code: u32,
    /// The extended error code, for instance 7.
    pub extended: Option<u32>,
}

impl ClientError {
    /// The pair that a client shows before a session exists when the other side closes the socket.
    pub const SOCKET_CLOSED: Self = Self::new(0x904, Some(7));

    /// The pair of a code and its extended code.
    #[must_use]
    pub const fn new(code: u32, extended: Option<u32>) -> Self {
        Self { code, extended }
    }

    /// Whether `self`, as shown, fits `other`: equal codes, and equal extended codes where both are known.
    #[must_use]
    pub fn fits(self, other: Self) -> bool {
        self.code == other.code
            && match (self.extended, other.extended) {
                (Some(a), Some(b)) => a == b,
                _ => true,
            }
    }
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "0x{:X}", self.code)?;
        match self.extended {
            Some(extended) => write!(f, "/0x{extended:X}"),
            None => Ok(()),
        }
    }
}

impl FromStr for ClientError {
    type Err = Error;

    /// Reads `CODE` or `CODE/EXTENDED`, each decimal or hexadecimal with `0x`, and what people paste: the client's dialog
    /// in any layout and most languages, event 1026 of the client as text or XML, log lines with a symbol
    /// (`ERRINFO_...`, `disconnectReason...`). At most 64 KiB.
    ///
    /// A decimal number counts only after words that make it a code, so ports, addresses, times and ids do not. A symbol
    /// of the server's error info without an error code stands for error code 3, "disconnected by the server".
    ///
    /// # Errors
    ///
    /// [`Error::InvalidOptions`] when there is no code, or when there are two different ones, which are then named.
    fn from_str(text: &str) -> Result<Self, Error> {
        pasted::read(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_bases() {
        for text in ["0x904/0x7", "2308/7", "0X904/7", " 0x904 / 7 "] {
            assert_eq!(text.parse(), Ok(ClientError::SOCKET_CLOSED), "{text}");
        }
        assert_eq!("516".parse(), Ok(ClientError::new(0x204, None)));
        for text in [
            "",
            "0x",
            "-1",
            "+7",
            "0x904/",
            "/7",
            "904h",
            "4294967296",
            "1/2/3",
            "0x-4",
            "0x904/seven",
            "0x904 / x7",
            "nine/7",
        ] {
            assert!(text.parse::<ClientError>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_unknown_extended_code_fits_any() {
        let shown = ClientError::new(0x904, None);
        assert!(shown.fits(ClientError::SOCKET_CLOSED) && ClientError::SOCKET_CLOSED.fits(shown));
        assert!(!ClientError::new(0x904, Some(0)).fits(ClientError::SOCKET_CLOSED));
        assert!(!ClientError::new(0x204, None).fits(ClientError::SOCKET_CLOSED));
    }
}
