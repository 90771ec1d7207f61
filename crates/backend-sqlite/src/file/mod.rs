//! The store's file: who holds it, whether it is ours, and how it comes to be.

mod create;
mod inspect;
mod lock;

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use syncline_backend::BackendError;

pub(crate) use create::create;
pub(crate) use inspect::{Found, check_format, check_size, inspect};
pub(crate) use lock::Lock;

/// Marks a file as the store of a Syncline server: "SynB".
pub(crate) const APPLICATION_ID: i32 = 0x5379_6e42;

/// The format of the tables. A file with a higher one is from a newer version.
pub(crate) const FORMAT: i32 = 2;

/// The oldest format that can be brought to the present one.
pub(crate) const OLDEST: i32 = 1;

/// The path with all links resolved, so that two ways to the file are one store.
///
/// # Errors
/// [`BackendError::Unusable`] if its directory does not exist.
pub(crate) fn resolve(path: &Path) -> Result<PathBuf, BackendError> {
    if let Ok(resolved) = path.canonicalize() {
        return Ok(resolved);
    }
    let directory = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    let name = path.file_name().ok_or_else(|| refused(path, "it names no file", "name one"))?;
    match directory.canonicalize() {
        Ok(directory) => Ok(directory.join(name)),
        Err(error) => Err(refused(path, &format!("its directory cannot be opened: {error}"), "create it")),
    }
}

/// The path of a file that lies beside the store.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// What is wrong with the file, and the way out.
fn refused(path: &Path, wrong: &str, way_out: &str) -> BackendError {
    BackendError::Unusable(format!("{}: {wrong}; {way_out}", path.display()))
}
