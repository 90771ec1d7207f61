//! One owner per file.

use crate::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};

/// The lock on a database: a file beside it, `<name>.lock`, locked for as long as this lives. The operating system lets
/// go of it when the process ends, however it ends; the file itself stays.
#[derive(Debug)]
pub(crate) struct FileLock {
    file: File,
}

/// A process that is just being started holds a copy of every open file until it becomes another program: closing ours
/// alone would leave the lock with it for that long, and the next open would be refused.
impl Drop for FileLock {
    fn drop(&mut self) {
        if let Err(error) = self.file.unlock() {
            tracing::warn!(%error, "the lock on the database could not be let go of before it was closed");
        }
    }
}

impl FileLock {
    /// Takes the lock and writes down who has it.
    pub(super) fn take(database: &Path, holder: &str) -> Result<FileLock, StoreError> {
        let path = beside(database, ".lock");
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(StoreError::io(&path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let holder = std::fs::read_to_string(&path).unwrap_or_default();
                let holder = holder.trim();
                let holder = if holder.is_empty() { "another process" } else { holder };
                return Err(StoreError::InUse { path: database.to_owned(), holder: holder.to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(StoreError::io(&path)(error)),
        }
        let written = file
            .set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{holder} (process {})", std::process::id()));
        written.map_err(StoreError::io(&path))?;
        Ok(FileLock { file })
    }
}

/// The path with `ending` added to the file's name.
pub(super) fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
