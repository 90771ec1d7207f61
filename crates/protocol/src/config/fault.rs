//! Configuration files that cannot be used.

/// A configuration file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {problem}")]
pub struct ConfigError {
    /// The file's name, as it was given.
    pub file: String,
    /// What is wrong, and the way out.
    pub(super) problem: Problem,
}

impl ConfigError {
    /// The key that is missing or wrong, as a path such as `data.url`; `None` if the file as a whole is.
    #[must_use]
    pub fn key(&self) -> Option<&str> {
        match &self.problem {
            Problem::Key { key, .. } => Some(key),
            Problem::File(_) => None,
        }
    }
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Problem {
    /// With the file as a whole.
    #[error("{0}")]
    File(String),
    /// With one key.
    #[error("{key}: {what}")]
    Key {
        /// Its path.
        key: String,
        /// What is wrong with it, and the way out.
        what: String,
    },
}

impl Problem {
    pub(super) fn at(key: impl Into<String>, what: impl Into<String>) -> Problem {
        Problem::Key { key: key.into(), what: what.into() }
    }
}
