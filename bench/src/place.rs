//! Where the files of a measurement lie.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::Result;

/// A kind of file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The one that holds the build: syncing costs what the disk costs.
    Disk,
    /// In memory: what remains is the work of the processor.
    Tmpfs,
}

impl Kind {
    /// The folder in which measurements make theirs.
    ///
    /// # Errors
    /// This machine has none.
    pub(crate) fn root(self) -> Result<PathBuf> {
        let root = match self {
            Self::Disk => std::env::current_exe()?.parent().map(Path::to_path_buf).unwrap_or_default(),
            Self::Tmpfs => PathBuf::from("/dev/shm"),
        };
        if root.is_dir() { Ok(root) } else { Err(format!("there is no folder {}", root.display()).into()) }
    }
}

/// The folder of one round.
#[derive(Debug)]
pub(crate) struct Place {
    dir: PathBuf,
}

impl Place {
    pub(crate) fn at(dir: &Path) -> Self {
        Self { dir: dir.to_owned() }
    }

    /// The folder.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// The file of that name in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.join(name)
    }
}

/// A fresh folder; it vanishes with the value.
///
/// # Errors
/// It could not be made.
pub(crate) fn fresh(root: &Path) -> Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("bench-").tempdir_in(root)?)
}

/// A fresh folder with the same files as `from`. They are on the disk when this returns, so that no round pays for
/// them.
///
/// # Errors
/// The file system's.
pub(crate) fn copy(from: &Path, root: &Path) -> Result<TempDir> {
    let to = fresh(root)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let copied = to.path().join(entry.file_name());
        fs::copy(entry.path(), &copied)?;
        File::open(&copied)?.sync_all()?;
    }
    Ok(to)
}

/// The size of a database with what belongs to it, in bytes.
///
/// # Errors
/// There is no such file.
pub(crate) fn database_bytes(file: &Path) -> Result<u64> {
    let mut wal = file.as_os_str().to_owned();
    wal.push("-wal");
    Ok(fs::metadata(file)?.len() + fs::metadata(wal).map_or(0, |wal| wal.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_has_the_files_and_a_database_counts_its_log() {
        let from = tempfile::tempdir().unwrap();
        fs::write(from.path().join("x.db"), "four").unwrap();
        fs::write(from.path().join("x.db-wal"), "three").unwrap();
        let root = tempfile::tempdir().unwrap();
        let to = copy(from.path(), root.path()).unwrap();
        assert_eq!(database_bytes(&Place::at(to.path()).file("x.db")).unwrap(), 9);
        assert!(database_bytes(&to.path().join("none")).is_err());
    }
}
