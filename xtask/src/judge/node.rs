//! Judges in JavaScript: `npm ci`, then `npm test`.

use std::path::Path;
use std::process::Command;

use super::install::{entries, once};
use super::patience;
use super::stamp::Stamp;
use super::tool::{output, passes};

const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Runs the tests in `folder`; whether they passed.
///
/// # Errors
/// Node is not there, or something could not be started.
pub(crate) fn run(folder: &Path, args: &[String], (name, value): (&str, &Path)) -> Result<bool, String> {
    let missing = || "Node is not there: install Node.js 20 or later, with npm".to_owned();
    let node = output("node", &["--version"]).ok_or_else(missing)?;
    output(NPM, &["--version"]).ok_or_else(missing)?;
    let modules = folder.join("node_modules");
    let files = ["package.json", "package-lock.json", ".npmrc"].map(|file| folder.join(file));
    let installed = once(&modules, Stamp::of(&files, &[&node]), || {
        let mut command = Command::new(NPM);
        command.current_dir(folder).args(["ci", "--no-audit", "--no-fund"]);
        patience::passes(&mut command, || format!("{} packages and scopes so far", entries(&modules)))
    })?;
    if !installed {
        return Ok(false);
    }
    let mut command = Command::new(NPM);
    command.current_dir(folder).args(["test", "--"]).args(args).env(name, value);
    passes(&mut command)
}
