//! Judges in Python: a virtual environment from `requirements.txt`, then pytest.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::install::once;
use super::stamp::Stamp;
use super::tool::{apt_install, output, passes};

const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };
/// What makes a virtual environment; Debian has it in a package of its own.
const NEEDED: &str = "import ensurepip, venv";

/// Runs the tests in `folder`; whether they passed.
///
/// # Errors
/// Python is not there, or something could not be started.
pub(crate) fn run(folder: &Path, args: &[String], (name, value): (&str, &Path)) -> Result<bool, String> {
    let version = output(PYTHON, &["--version"])
        .ok_or_else(|| "Python is not there: install Python 3.11 or later, with venv".to_owned())?;
    if output(PYTHON, &["-c", NEEDED]).is_none() && !apt_install("python3-venv") {
        let help = "install it (Debian and Ubuntu: apt-get install python3-venv)";
        return Err(format!("Python's module venv is not there: {help}"));
    }
    let venv = folder.join(".venv");
    let requirements = folder.join("requirements.txt");
    // A virtual environment knows its own place and does not survive a move.
    let stamp = Stamp::of(&[requirements], &[&version, &venv.to_string_lossy()]);
    if !once(&venv, stamp, || install(folder, &venv))? {
        return Ok(false);
    }
    let mut command = Command::new(python_of(&venv));
    command.current_dir(folder).args(["-m", "pytest"]).args(args).env(name, value);
    passes(&mut command)
}

fn install(folder: &Path, venv: &Path) -> Result<bool, String> {
    let mut make = Command::new(PYTHON);
    // From nothing: what the requirements no longer name shall not be importable.
    if !passes(make.args(["-m", "venv", "--clear"]).arg(venv))? {
        return Ok(false);
    }
    let pip = |args: &[&str]| {
        let mut command = Command::new(python_of(venv));
        command.current_dir(folder).args(["-m", "pip", "--disable-pip-version-check"]).args(args);
        passes(&mut command)
    };
    // The file names every package; that nothing is missing from it is checked, not resolved.
    Ok(pip(&["install", "--quiet", "--no-deps", "--requirement", "requirements.txt"])? && pip(&["check"])?)
}

fn python_of(venv: &Path) -> PathBuf {
    if cfg!(windows) { venv.join("Scripts").join("python.exe") } else { venv.join("bin").join("python") }
}
