//! How mutations of an outdated version are settled, model by model.

use std::collections::BTreeMap;
use std::sync::Arc;
use syncline_backend::BoxFuture;

/// How version conflicts are settled.
#[derive(Clone, Debug, Default)]
pub struct Conflicts {
    /// For models that `models` does not name.
    pub default: Strategy,
    /// For single models, by their names.
    pub models: BTreeMap<String, Strategy>,
}

impl Conflicts {
    /// The same for all models.
    #[must_use]
    pub fn all(strategy: Strategy) -> Conflicts {
        Conflicts { default: strategy, models: BTreeMap::new() }
    }
}

/// What is done with an update or delete whose `_version` is not the record's. A create never meets a version: it
/// fails where there is a record already.
#[derive(Clone, Debug, Default)]
pub enum Strategy {
    /// What changed since the version that the client knew decides: fields that only one side changed keep that side's
    /// value, the others are settled by their `@merge` policies (SYNC 1.6). A delete is refused.
    #[default]
    Automerge,
    /// AppSync's `AUTOMERGE` to the letter: the record's values stay, lists are appended, maps are joined. A delete is
    /// refused.
    AutomergeAppsync,
    /// Refused, with the record as it is: AppSync's `OPTIMISTIC_CONCURRENCY`.
    Optimistic,
    /// A handler decides: AppSync's `LAMBDA`. It is asked outside the transaction; in an atomic document the mutation
    /// is refused instead.
    Lambda(Arc<dyn ConflictHandler>),
}

/// Decides about conflicts. Handed in, so that the service opens no socket.
pub trait ConflictHandler: Send + Sync + std::fmt::Debug {
    /// Answers a request: both are JSON, in the form that AppSync has given its conflict handlers. It must come to an
    /// end by itself.
    fn ask(&self, request: String) -> BoxFuture<'_, Result<Vec<u8>, HandlerError>>;
}

/// Why a handler did not answer. The text is for the log; the client is told which of the two it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HandlerError {
    /// Not in time.
    #[error("it did not answer within {0} ms")]
    Timeout(u64),
    /// In another way.
    #[error("{0}")]
    Failed(String),
}
