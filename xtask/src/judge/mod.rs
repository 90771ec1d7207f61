//! Judges: clients that we did not write, driven against the built command `syncline`.
//!
//! A judge is a folder `testing/conformance-<name>` with a `package.json` (Node) or a `requirements.txt` (Python). What it
//! needs is installed into its own folder, and again only when what is asked for has changed.

mod find;
mod install;
mod node;
mod patience;
mod python;
mod stamp;
mod tool;

use std::path::{Path, PathBuf};

pub(crate) use find::{find, named};

use crate::metadata;

/// The environment variable that tells a judge where the command is.
const BINARY: &str = "SYNCLINE_BIN";

/// One package of tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Judge {
    /// The folder's name.
    pub(crate) name: String,
    language: Language,
    /// For its test runner.
    args: Vec<String>,
}

/// What a judge is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Node,
    Python,
}

impl Judge {
    /// The same with these arguments for its test runner.
    pub(crate) fn args(mut self, more: &[String]) -> Self {
        self.args.extend_from_slice(more);
        self
    }

    /// What follows `cargo` on the command line that runs this judge alone.
    pub(crate) fn words(&self) -> Vec<String> {
        let mut words: Vec<_> = ["xtask", "judge", &self.name].map(str::to_owned).into();
        if !self.args.is_empty() {
            words.push("--".to_owned());
            words.extend_from_slice(&self.args);
        }
        words
    }

    /// Installs what is missing and runs the tests; whether they passed.
    ///
    /// # Errors
    /// The command was not built, or a program that is needed is not there.
    pub(crate) fn run(&self, root: &Path) -> Result<bool, String> {
        let binary = binary(root)?;
        let folder = root.join("testing").join(&self.name);
        match self.language {
            Language::Node => node::run(&folder, &self.args, (BINARY, &binary)),
            Language::Python => python::run(&folder, &self.args, (BINARY, &binary)),
        }
    }
}

/// Where `cargo build` put the command.
fn binary(root: &Path) -> Result<PathBuf, String> {
    let name = format!("syncline{}", std::env::consts::EXE_SUFFIX);
    let path = metadata::target_directory(root)?.join("debug").join(name);
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("{} is not there: build it with `cargo build -p syncline-cli`", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_judge_says_how_it_is_run_alone() {
        let judge = Judge { name: "conformance-x".to_owned(), language: Language::Node, args: Vec::new() };
        assert_eq!(judge.words().join(" "), "xtask judge conformance-x");
        let some = ["-k".to_owned(), "one".to_owned()];
        assert_eq!(judge.args(&some).words().join(" "), "xtask judge conformance-x -- -k one");
    }
}
