//! Why a check could not be carried out.

use std::sync::Arc;

/// The check could not be carried out.
///
/// A host that refuses, resets or stays silent is *not* an error: that is what a [`Report`](crate::Report) describes.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The caller asked for the check to stop.
    #[error("the check was cancelled")]
    Cancelled,

    /// An option is outside its range.
    #[error("invalid {option}: {value}; allowed: {allowed}")]
    InvalidOptions {
        /// Name of the option, as the setter is called.
        option: &'static str,
        /// The value that was given.
        value: String,
        /// The allowed range in words.
        allowed: &'static str,
    },

    /// The target cannot be understood.
    #[error("invalid target {value:?}: {problem}; allowed: {allowed}")]
    InvalidTarget {
        /// The target as given.
        value: String,
        /// What is wrong with it.
        problem: String,
        /// The forms that are understood.
        allowed: &'static str,
    },

    /// This machine lacks what the check needs (file descriptors, memory, threads).
    #[error("this machine cannot carry out the check: {operation}: {source}")]
    Resource {
        /// What was being done.
        operation: &'static str,
        /// The operating system's error.
        source: Arc<std::io::Error>,
    },

    /// A stored report cannot be read.
    #[error("invalid report: {problem}")]
    InvalidReport {
        /// What is wrong with it, with the place where that is known.
        problem: String,
    },

    /// A defect of rdpcheck itself.
    #[error("internal error: {what}; please report this")]
    Bug {
        /// What went wrong.
        what: String,
    },
}

impl Error {
    /// A stable code for this kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Cancelled => "cancelled",
            Self::InvalidOptions { .. } => "invalid-options",
            Self::InvalidTarget { .. } => "invalid-target",
            Self::Resource { .. } => "resource",
            Self::InvalidReport { .. } => "invalid-report",
            Self::Bug { .. } => "bug",
        }
    }

    #[cfg(feature = "probe")]
    pub(crate) fn resource(operation: &'static str, source: std::io::Error) -> Self {
        Self::Resource { operation, source: Arc::new(source) }
    }
}

impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Resource { operation: a, source: x }, Self::Resource { operation: b, source: y }) => {
                a == b && x.kind() == y.kind() && x.raw_os_error() == y.raw_os_error()
            }
            _ => self.code() == other.code() && self.to_string() == other.to_string(),
        }
    }
}
