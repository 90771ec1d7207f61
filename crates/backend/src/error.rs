//! What can go wrong below the boundary.

/// A fault of the store, never of the request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BackendError {
    /// It may go away by itself: the server answers 503 with `Retry-After`, and the client keeps the mutation.
    #[error("the store is busy or out of reach: {0}")]
    Transient(String),
    /// The store holds something it should not, or its file is not one of ours.
    #[error("the store cannot be used: {0}")]
    Unusable(String),
    /// Another schema than the stored one, and the step between them is not a safe one.
    #[error("the stored schema does not fit: {0}")]
    Schema(String),
    /// A request that does not fit the stored schema: another index, or a value of another kind than its field.
    #[error("the request does not fit the schema: {0}")]
    Misfit(String),
    /// A cursor that this store did not hand out.
    #[error("the page token does not fit this query: {0}")]
    Cursor(String),
}

impl BackendError {
    /// Whether the same call may succeed later.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, BackendError::Transient(_))
    }
}
