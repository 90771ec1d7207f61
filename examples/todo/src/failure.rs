//! What went wrong, and what to do next.

use std::fmt;
use std::io::ErrorKind;
use syncline::Error;

/// Why something was not done.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    next: Option<String>,
    /// Whether whoever reads the output has gone, and with them the wish to know.
    pub(crate) unread: bool,
}

impl Failure {
    /// What went wrong, without a dot at the end, and the next step.
    pub(crate) fn new(what: impl Into<String>, next: impl Into<String>) -> Failure {
        Failure { what: what.into(), next: Some(next.into()), unread: false }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        self.next.iter().try_for_each(|next| write!(f, "\nnext: {next}"))
    }
}

/// The store's errors say what to do themselves.
impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure { what: error.to_string(), next: None, unread: false }
    }
}

/// Output that cannot be written.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        let unread = error.kind() == ErrorKind::BrokenPipe;
        let what = format!("the output cannot be written: {error}");
        Failure { unread, ..Failure::new(what, "check where it goes to") }
    }
}
