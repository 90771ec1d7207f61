//! What a read may see.

use syncline_core::Record;
use syncline_core::predicate::Filter;

/// The records a read may see and wants to see: the caller's rights AND the request's filter (SYNC 3.5).
#[derive(Clone, Debug)]
pub struct Scope {
    /// What `@auth` lets the caller read.
    pub auth: Filter,
    /// What the request asks for.
    pub request: Filter,
}

impl Scope {
    /// Of what `auth` allows, what `request` selects.
    #[must_use]
    pub fn new(auth: Filter, request: Filter) -> Scope {
        Scope { auth, request }
    }

    /// Whether the scope selects this record.
    #[must_use]
    pub fn selects(&self, record: &Record, deleted: bool) -> bool {
        self.auth.matches(record, deleted) && self.request.matches(record, deleted)
    }

    /// Both, as one filter.
    #[must_use]
    pub fn filter(&self) -> Filter {
        self.auth.clone().and(self.request.clone())
    }
}
