//! Why a command did not do what it was asked to.

use std::fmt;
use std::io::Write;

/// What went wrong, and the way out. It ends the command with exit code 1.
#[derive(Debug)]
pub(crate) struct Failure {
    what: String,
    help: Option<String>,
}

impl Failure {
    /// What went wrong, without a dot at the end, and what to do.
    pub(crate) fn new(what: impl Into<String>, help: impl Into<String>) -> Failure {
        Failure { what: what.into(), help: Some(help.into()) }
    }

    /// What went wrong, where the message says what to do itself or nothing can be done.
    pub(crate) fn plain(what: impl Into<String>) -> Failure {
        Failure { what: what.into(), help: None }
    }

    /// Prints it on stderr.
    pub(crate) fn print(&self) {
        // Nobody reads stderr: there is nobody to tell.
        let _ = writeln!(std::io::stderr(), "{self}");
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.what)?;
        match &self.help {
            Some(help) => write!(f, "\nhelp: {help}"),
            None => Ok(()),
        }
    }
}

/// Output that cannot be written, for instance into a pipe that is closed or onto a full disk.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Failure {
        Failure::new(format!("the output cannot be written: {error}"), "check where stdout goes to")
    }
}
