//! What SQLite's errors mean above the boundary.

use rusqlite::{Error, ErrorCode};
use syncline_backend::BackendError;

/// A fault of the store: the file is damaged, or something that may go away by itself.
pub(crate) fn fault(error: Error) -> BackendError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => BackendError::Unusable(format!(
            "the file is damaged ({error}); restore it from a backup, or move it away to start with an empty store"
        )),
        Some(_) => BackendError::Transient(error.to_string()),
        None => match error {
            // A value of another kind than its column's: somebody else wrote to the file.
            Error::FromSqlConversionFailure(..)
            | Error::IntegralValueOutOfRange(..)
            | Error::Utf8Error(..)
            | Error::InvalidColumnType(..) => BackendError::Unusable(format!(
                "the file holds a value that does not belong there ({error}); restore it from a backup"
            )),
            error => BackendError::Transient(error.to_string()),
        },
    }
}

/// Whether an error is about the values of one mutation and would come again, whatever the store's state.
pub(crate) fn is_about_the_values(error: &Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(ErrorCode::TooBig | ErrorCode::ConstraintViolation | ErrorCode::TypeMismatch)
    )
}

/// The answer of a store that is closed, or was while the call waited.
pub(crate) fn closed() -> BackendError {
    BackendError::Transient("the store is closed".to_owned())
}
