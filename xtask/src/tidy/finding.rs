//! One thing to mend.

use std::fmt;

/// Where, what, and the way out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Finding {
    /// The path, relative to the repository.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: usize,
    pub(crate) message: String,
    pub(crate) way_out: String,
}

impl Finding {
    pub(crate) fn new(
        file: &str,
        line: usize,
        message: impl Into<String>,
        way_out: impl Into<String>,
    ) -> Self {
        Self { file: file.to_owned(), line, message: message.into(), way_out: way_out.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}\n    {}", self.file, self.line, self.message, self.way_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_the_place_first() {
        let finding = Finding::new("a/b.rs", 7, "too long", "split it");
        assert_eq!(finding.to_string(), "a/b.rs:7: too long\n    split it");
    }
}
