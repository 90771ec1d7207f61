//! Files that nobody else may read.

use crate::failure::Failure;
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

/// Writes a file that only its owner can read. It is written beside and moved: a crash leaves no half of it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = || -> std::io::Result<()> {
        let mut draft = path.as_os_str().to_owned();
        draft.push(".new");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&draft)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&draft, path)?;
        #[cfg(unix)]
        File::open(path.parent().unwrap_or(Path::new(".")))?.sync_all()?;
        Ok(())
    };
    written().map_err(|error| unusable(path, "written", &error))
}

/// A file of the data directory that cannot be used.
pub(crate) fn unusable(path: &Path, done: &str, error: &std::io::Error) -> Failure {
    let help = "check the rights on the data directory, or name another one with --data DIR";
    Failure::new(format!("{} cannot be {done}: {error}", path.display()), help)
}
