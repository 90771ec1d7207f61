//! Programs that have to be on the machine.

use std::path::Path;
use std::process::{Command, Stdio};

/// What `program` prints with `args`, trimmed; `None` if it is not there or fails.
pub(crate) fn output(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program).args(args).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a command; whether it passed.
///
/// # Errors
/// It could not be started.
pub(crate) fn passes(command: &mut Command) -> Result<bool, String> {
    let status = command.status();
    let name = Path::new(command.get_program()).display();
    status.map(|status| status.success()).map_err(|e| format!("`{name}` did not start: {e}"))
}

/// Installs a package of Debian and its relatives, where this may be done without asking: as root, which is to say
/// in a container. Whether it was.
pub(crate) fn apt_install(package: &str) -> bool {
    if output("id", &["-u"]).as_deref() != Some("0") || output("apt-get", &["--version"]).is_none() {
        return false;
    }
    println!("installing {package} with apt-get");
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        passes(command.args(["-qq", "-y"]).args(args).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update"]) == Ok(true) && apt(&["install", package]) == Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_none_and_an_error() {
        assert_eq!(output("no-such-program", &[]), None);
        let error = passes(&mut Command::new("no-such-program")).unwrap_err();
        assert!(error.contains("`no-such-program`"), "{error}");
        assert!(output("cargo", &["--version"]).unwrap().starts_with("cargo "));
        assert_eq!(passes(Command::new("cargo").arg("no-such-command").stderr(Stdio::null())), Ok(false));
    }
}
