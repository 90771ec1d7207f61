//! Whether a file is ours, without touching it.

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;

use rusqlite::Connection;
use syncline_backend::BackendError;

use super::{APPLICATION_ID, FORMAT, OLDEST, beside, refused};
use crate::error::fault;

/// The length of the header of an SQLite file (<https://www.sqlite.org/fileformat.html>).
const HEADER: usize = 100;

/// Files up to this size, in bytes, are checked whole when they are opened. Damage in a larger one is found by the
/// statement that meets it.
const CHECKED_WHOLE: u64 = 16 * 1024 * 1024;

/// What is at the path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// No file, or an empty one.
    Nothing,
    /// A store of ours, as far as its header tells.
    Ours,
}

/// Looks at the header of the file at `path`.
///
/// # Errors
/// [`BackendError::Unusable`] if it is not one of ours, or cut off.
pub(crate) fn inspect(path: &Path) -> Result<Found, BackendError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(unreadable(path, &error)),
    };
    let metadata = file.metadata().map_err(|error| unreadable(path, &error))?;
    if !metadata.is_file() {
        return Err(refused(path, "it is not a file", "name another one"));
    }
    if metadata.len() == 0 {
        return Ok(Found::Nothing);
    }
    let mut header = Vec::with_capacity(HEADER);
    let taken = file.by_ref().take(HEADER as u64).read_to_end(&mut header);
    taken.map_err(|error| unreadable(path, &error))?;
    let way_out = "name another file; this one is left as it is";
    if !header.starts_with(b"SQLite format 3\0") || header.len() < HEADER {
        return Err(refused(path, "it is not an SQLite file", way_out));
    }
    if number(&header, 68) != APPLICATION_ID.cast_unsigned() {
        return Err(refused(path, "it is not the store of a Syncline server", way_out));
    }
    let page = match number(&header, 16) >> 16 {
        1 => 65_536,
        size => u64::from(size),
    };
    // The count of pages is only right if it was written with the last change; and while a WAL is there, pages may be
    // in it.
    let counted = number(&header, 24) == number(&header, 92);
    let in_wal = beside(path, "-wal").metadata().is_ok_and(|wal| wal.len() > 0);
    if counted && !in_wal && metadata.len() < page * u64::from(number(&header, 28)) {
        return Err(refused(path, "it is damaged: its end is missing", RESTORE));
    }
    Ok(Found::Ours)
}

const RESTORE: &str = "restore it from a backup, or move it away to start with an empty store";

fn unreadable(path: &Path, error: &std::io::Error) -> BackendError {
    refused(path, &format!("it cannot be read: {error}"), "check the rights on it")
}

/// The big-endian number at `offset`; 0 beyond the end.
fn number(header: &[u8], offset: usize) -> u32 {
    let bytes = header.get(offset..offset + 4).and_then(|bytes| bytes.try_into().ok());
    bytes.map_or(0, u32::from_be_bytes)
}

/// The file's format: the present one, or one that can be brought to it.
///
/// # Errors
/// [`BackendError::Unusable`] with both formats, if it is from a newer version or there is no such format.
pub(crate) fn check_format(conn: &Connection, path: &Path) -> Result<i32, BackendError> {
    let format: i32 = conn.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(fault)?;
    match format {
        OLDEST..=FORMAT => Ok(format),
        newer if newer > FORMAT => {
            let wrong = format!("it is from a newer version (format {newer}, this one knows {FORMAT})");
            Err(refused(path, &wrong, "open it with that version"))
        }
        _ => Err(refused(path, &format!("it is damaged: there is no format {format}"), RESTORE)),
    }
}

/// Checks a small file whole.
///
/// # Errors
/// [`BackendError::Unusable`] with what is damaged.
pub(crate) fn check_size(conn: &Connection, path: &Path) -> Result<(), BackendError> {
    if path.metadata().is_ok_and(|file| file.len() > CHECKED_WHOLE) {
        return Ok(());
    }
    let found: String = conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(fault)?;
    if found == "ok" { Ok(()) } else { Err(refused(path, &format!("it is damaged: {found}"), RESTORE)) }
}
