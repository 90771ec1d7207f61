//! A new file appears at its path only when it is complete: a crash leaves no half-made store behind.

use std::fs::File;
use std::path::Path;

use syncline_backend::BackendError;

use super::{APPLICATION_ID, FORMAT, beside, refused};
use crate::error::fault;
use crate::table::Layout;
use crate::{connection, install};

/// Creates the store at `path`, where there is nothing or an empty file.
///
/// # Errors
/// A fault of the store.
pub(crate) fn create(path: &Path, layout: &Layout, epoch: &str) -> Result<(), BackendError> {
    let new = beside(path, "-new");
    let failed = |error: std::io::Error| {
        refused(path, &format!("it cannot be created: {error}"), "check the rights on its directory")
    };
    // What a crash left of an earlier try.
    for suffix in ["", "-journal", "-wal", "-shm"] {
        match std::fs::remove_file(beside(&new, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    let mut conn = connection::creator(&new).map_err(fault)?;
    conn.pragma_update(None, "application_id", APPLICATION_ID).map_err(fault)?;
    conn.pragma_update(None, "user_version", FORMAT).map_err(fault)?;
    install::install(&mut conn, layout, epoch)?;
    conn.pragma_update(None, "journal_mode", "WAL").map_err(fault)?;
    // The last connection writes the WAL back and takes it away.
    conn.close().map_err(|(_, error)| fault(error))?;
    File::open(&new).and_then(|file| file.sync_all()).map_err(failed)?;
    std::fs::rename(&new, path).map_err(failed)?;
    sync_directory(path).map_err(failed)
}

/// Makes the rename durable, where directories can be synced.
fn sync_directory(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(directory) if cfg!(unix) => File::open(directory)?.sync_all(),
        _ => Ok(()),
    }
}
