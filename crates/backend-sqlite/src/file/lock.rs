//! One process per file: the store's time and its group commit live in one process (SYNC 3.1).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use syncline_backend::BackendError;

use super::{beside, refused};

/// Holds the file until it is dropped. The lock is on a file of its own: SQLite's locks on the store would be lost with
/// the first other handle on it that is closed.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock of the store at `path`, which need not exist yet.
    ///
    /// # Errors
    /// [`BackendError::Unusable`] if another store holds it, with the holder's process id.
    pub(crate) fn take(path: &Path) -> Result<Lock, BackendError> {
        let own = beside(path, "-lock");
        let failed = |error: std::io::Error| {
            let way_out = "check the rights on its directory";
            refused(path, &format!("its lock {} cannot be taken: {error}", own.display()), way_out)
        };
        let mut options = OpenOptions::new();
        let mut file =
            options.read(true).write(true).create(true).truncate(false).open(&own).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // Only for the message; a holder that has not written its id yet is still a holder.
                let _ = file.read_to_string(&mut holder);
                let holder = if holder.trim().is_empty() { "another process" } else { holder.trim() };
                return Err(refused(path, &format!("{holder} has it open"), "stop it, or name another file"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        let written = file.set_len(0).and_then(|()| file.rewind());
        let written = written.and_then(|()| write!(file, "process {}", std::process::id()));
        written.map_err(failed)?;
        Ok(Lock { _file: file })
    }
}
