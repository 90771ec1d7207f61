//! Files that nobody else may read.

use crate::failure::Failure;
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Makes a directory that only its owner can look into, and those around it; one that is there is left as it is.
pub(crate) fn directory(path: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file that only its owner can read. It is written beside and moved: a crash leaves no half of it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let written = || -> std::io::Result<()> {
        let mut draft = path.as_os_str().to_owned();
        draft.push(".new");
        let mut options = OpenOptions::new();
        // What a crash has left there may be somebody else's to read, or a link to somewhere else.
        match std::fs::remove_file(&draft) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        options.write(true).create_new(true);
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

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn nobody_else_can_read_what_is_written() {
        let base = tempfile::tempdir().unwrap();
        let inner = base.path().join("a/b");
        directory(&inner).unwrap();
        directory(&inner).unwrap();
        assert_eq!((mode(&inner), mode(&base.path().join("a"))), (0o700, 0o700));
        let (file, draft, other) = (inner.join("keys"), inner.join("keys.new"), inner.join("other"));
        // Left behind by somebody: open to all, or a link.
        std::fs::write(&draft, "old").unwrap();
        std::fs::set_permissions(&draft, PermissionsExt::from_mode(0o644)).unwrap();
        write(&file, "secret").unwrap();
        assert_eq!(mode(&file), 0o600);
        std::fs::write(&other, "other").unwrap();
        symlink(&other, &draft).unwrap();
        write(&file, "more").unwrap();
        assert_eq!(std::fs::read_to_string(&other).unwrap(), "other");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "more");
        assert!(std::fs::symlink_metadata(&file).unwrap().is_file());
    }
}
