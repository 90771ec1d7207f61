//! What can go wrong, and what to do about it.

use rusqlite::ErrorCode;
use std::io;
use std::path::{Path, PathBuf};
use syncline_core::predicate::PredicateError;

/// An error of the store. Whatever failed has changed nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process, or another store of this process, has the file open.
    #[error("{} is in use by {holder}; close it there, or open another file", path.display())]
    InUse {
        /// The database file.
        path: PathBuf,
        /// Who holds it: what it said of itself when it opened the file.
        holder: String,
    },
    /// The file is something else. It was left untouched.
    #[error("{} is not a Syncline store: {found}; choose another path, or move the file away", path.display())]
    NotOurs {
        /// The file.
        path: PathBuf,
        /// What it is.
        found: String,
    },
    /// The file was written by a newer version. It was left untouched.
    #[error(
        "{} has format {found}, and this version of Syncline knows formats up to {known}; update the application",
        path.display()
    )]
    TooNew {
        /// The file.
        path: PathBuf,
        /// Its format.
        found: i32,
        /// The newest format this version knows.
        known: i32,
    },
    /// The file, or what it holds, is damaged. At opening it is left untouched.
    #[error("{place} is damaged: {reason}; restore it from a backup, or move it away and sync anew")]
    Damaged {
        /// The file, or the part of it.
        place: String,
        /// What is wrong.
        reason: String,
    },
    /// The file was written with another schema, and cannot be brought to this one without losing pending changes. It was
    /// left untouched.
    #[error(
        "{} cannot be brought to the new schema: {}",
        path.display(),
        changes.join("; ")
    )]
    SchemaChanged {
        /// The file.
        path: PathBuf,
        /// What would be lost, and what can be done about it, each in a sentence.
        changes: Vec<String>,
    },
    /// The schema cannot be stored in SQLite.
    #[error("the schema cannot be stored: {0}")]
    UnsupportedSchema(String),
    /// There is no such model in the schema.
    #[error("the schema has no model number {0}; use the schema that the store was opened with")]
    UnknownModel(usize),
    /// A record that does not fit its model.
    #[error("{place}: {reason}")]
    InvalidRecord {
        /// The model and, where it is one field's fault, the field: `Post.rating`.
        place: String,
        /// What is wrong with which value.
        reason: String,
    },
    /// A predicate that does not fit its model.
    #[error("predicate of {model}: {source}")]
    InvalidPredicate {
        /// The model.
        model: String,
        /// What is wrong.
        source: Box<PredicateError>,
    },
    /// The condition of a save or delete does not hold for the stored record.
    #[error("the condition does not hold for {model} {key}; read the record again and decide anew")]
    ConditionFailed {
        /// The model.
        model: String,
        /// The record.
        key: String,
    },
    /// The server deleted the record since it was read.
    #[error("{model} {key} was deleted since it was read; save it as a new record to make it again")]
    RecordDeleted {
        /// The model.
        model: String,
        /// The record.
        key: String,
    },
    /// A record that a transaction read is not what it was any more.
    #[error("{model} {key} was changed while the transaction ran; run it again, from its first read")]
    TransactionConflict {
        /// The model.
        model: String,
        /// The record.
        key: String,
    },
    /// A transaction with more mutations than the server applies at once (SYNC 2.5).
    #[error(
        "the transaction has {mutations} mutations, and the server applies {most} at once (atomicMax): make several of it"
    )]
    TransactionTooLarge {
        /// Its mutations.
        mutations: usize,
        /// The most that the server takes.
        most: usize,
    },
    /// A page that does not continue the sync whose progress is stored.
    #[error("the page does not continue the stored sync of {model}; begin the sync again")]
    StalePage {
        /// The model.
        model: String,
    },
    /// There is no parked mutation of that id.
    #[error("mutation {mutation} is not parked: {found}")]
    NotParked {
        /// Its id.
        mutation: String,
        /// What there is.
        found: &'static str,
    },
    /// A parked mutation that cannot be dropped yet: one that stands on it is on its way, and must not be forgotten
    /// (SYNC 1.2), or one of its transaction is, which must not be left alone (SYNC 2.5).
    #[error(
        "mutation {mutation} cannot be dropped yet: {behind} stands on it, or is of its transaction, and has been sent; try again when its outcome is known"
    )]
    StillInFlight {
        /// Its id.
        mutation: String,
        /// The id of the other.
        behind: String,
    },
    /// The disk is full.
    #[error("the disk is full; make room and try again")]
    DiskFull(#[source] rusqlite::Error),
    /// The file cannot be written.
    #[error("the file is read-only; check its permissions")]
    ReadOnly(#[source] rusqlite::Error),
    /// The operating system failed to read or write a file.
    #[error("{place}: {source}; {}", way_out(source))]
    Io {
        /// The file.
        place: String,
        /// What it said.
        source: io::Error,
    },
    /// SQLite failed to read or write the file.
    #[error("the disk failed: {0}; check it and try again")]
    DiskFailed(#[source] rusqlite::Error),
    /// Somebody else holds a lock on the file.
    #[error("the file is locked by another program; try again")]
    Busy(#[source] rusqlite::Error),
    /// A failure ended the whole transaction; nothing of it was written.
    #[error("the transaction was rolled back after an earlier failure; begin it again")]
    TransactionLost,
    /// The functions were called in an order that makes no sense.
    #[error("{0}")]
    Misuse(&'static str),
    /// Anything else that SQLite says.
    #[error("SQLite: {0}")]
    Sqlite(#[source] rusqlite::Error),
}

/// What to do about an error of the operating system.
fn way_out(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::NotFound => "make its directory first, or name another path",
        _ => "check the disk and its permissions",
    }
}

impl StoreError {
    /// Whether the same call may succeed later without a change to it.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        matches!(
            self,
            StoreError::InUse { .. }
                | StoreError::DiskFull(_)
                | StoreError::DiskFailed(_)
                | StoreError::Io { .. }
                | StoreError::Busy(_)
                | StoreError::TransactionLost
                | StoreError::TransactionConflict { .. }
                | StoreError::StillInFlight { .. }
        )
    }

    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> StoreError {
        let place = path.display().to_string();
        move |source| StoreError::Io { place, source }
    }

    pub(crate) fn damaged(place: impl Into<String>, reason: impl Into<String>) -> StoreError {
        StoreError::Damaged { place: place.into(), reason: reason.into() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => StoreError::DiskFull(error),
            Some(ErrorCode::ReadOnly) => StoreError::ReadOnly(error),
            Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen) => StoreError::DiskFailed(error),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy(error),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                StoreError::damaged("the file", error.to_string())
            }
            _ => StoreError::Sqlite(error),
        }
    }
}
