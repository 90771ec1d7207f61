//! What can go wrong, what to do about it, and whether a retry can help.

use crate::dynamic::ItemError;
use crate::model::ModelError;
use std::fmt;
use syncline_core::predicate::PredicateError;
use syncline_store::StoreError;

/// Anything that an operation of the [`DataStore`](crate::DataStore) may fail with. The [guide](crate::guide::errors) says
/// what to do about each.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The local file could not be opened, read or written, or what was to be written is refused: a value that does not
    /// fit its field, a record that the server has deleted. The message says what to do.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A predicate does not fit its model.
    #[error("the predicate does not fit {model}: {source}")]
    Predicate {
        /// The model.
        model: String,
        /// What does not fit.
        source: Box<PredicateError>,
    },
    /// A stored record does not fit the Rust model.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// An item does not have, or not accept, what was asked of it.
    #[error(transparent)]
    Item(#[from] ItemError),
    /// The model is not part of the schema the store was opened with.
    #[error("the schema has no model {0}: open the store with the schema() that declares it")]
    UnknownModel(String),
    /// A condition did not hold on the local record; nothing was written.
    #[error("the condition does not hold for {model} {key}: read the record again and decide anew")]
    ConditionFailed {
        /// The model.
        model: String,
        /// The record's key.
        key: String,
    },
    /// A record that a transaction had read, saved or deleted was changed by somebody else before its end. Nothing was
    /// written.
    #[error("{model} {key} was changed while the transaction ran: run it again, from its first read")]
    TransactionConflict {
        /// The model.
        model: String,
        /// The record's key.
        key: String,
    },
    /// A transaction has more mutations than the server applies as a whole or not at all. Nothing was written. Where the
    /// device does not know yet what the server takes, the transaction is written, and parked when it turns out.
    #[error(
        "the transaction has {mutations} mutations, and the server applies {most} at once: make several transactions of it"
    )]
    TransactionTooLarge {
        /// Its mutations, one for each record, and those of records that are deleted with others.
        mutations: usize,
        /// The most that the server takes.
        most: usize,
    },
    /// A transaction's handle was used after its end.
    #[error("the transaction is over: use its handle inside of its closure only")]
    TransactionOver,
    /// The configuration cannot be used.
    #[error("{0}")]
    Config(String),
    /// The operation needs a server, and none is configured.
    #[error("no API is configured: give the builder an api(…) to sync, or do without this call")]
    NoApi,
    /// The store was closed.
    #[error("the store is closed: open it again")]
    Closed,
    /// It did not happen in time; what was written stays and is sent later.
    #[error("not done in time: {0}")]
    Timeout(String),
}

impl Error {
    /// Whether the same call may succeed later without any change.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Error::Store(error) => error.is_retryable(),
            Error::Timeout(_) | Error::TransactionConflict { .. } => true,
            _ => false,
        }
    }
}

/// What a person can read comes first: this is what a program shows whose `main` returns the error. Then what a
/// developer may want to know besides.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)?;
        match self {
            Error::Store(error) => write!(f, " [Store({error:?})]"),
            Error::Predicate { source, .. } => write!(f, " [Predicate({source:?})]"),
            Error::Model(error) => write!(f, " [Model({error:?})]"),
            Error::Item(error) => write!(f, " [Item({error:?})]"),
            // The text says it all.
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_main_shows_of_an_error_says_what_to_do() {
        for error in [
            Error::NoApi,
            Error::Closed,
            Error::UnknownModel("Post".to_owned()),
            Error::Config("the endpoint is no URL".to_owned()),
            Error::ConditionFailed { model: "Post".to_owned(), key: "a".to_owned() },
            Error::Store(StoreError::TransactionLost),
        ] {
            assert!(format!("{error:?}").starts_with(&error.to_string()), "{error:?}");
        }
        assert!(format!("{:?}", Error::Store(StoreError::TransactionLost)).contains("TransactionLost"));
    }
}
