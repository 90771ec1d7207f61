//! What a driver brings to its tests.

use std::sync::Arc;

use syncline_core::Schema;

use crate::{Backend, Clock};

/// How the suite opens a driver's stores.
pub trait Harness: Sized {
    /// A new, empty store.
    fn open(schema: Arc<Schema>, clock: Arc<dyn Clock>) -> Self;

    /// The same store as after a restart of the process. One that does not outlive its process gives itself back.
    #[must_use]
    fn reopen(self) -> Self;

    /// The store.
    fn backend(&self) -> &dyn Backend;
}
