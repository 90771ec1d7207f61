//! Where the files of a measurement lie.

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

/// A fresh folder for one round of one program; it vanishes with the value.
#[derive(Debug)]
pub(crate) struct Place {
    dir: TempDir,
}

impl Place {
    /// # Errors
    /// The folder could not be made.
    pub(crate) fn new(root: &Path) -> Result<Self> {
        Ok(Self { dir: tempfile::Builder::new().prefix("bench-").tempdir_in(root)? })
    }

    /// The folder.
    pub(crate) fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// The file of that name in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }
}
