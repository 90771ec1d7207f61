//! Where relations are read.

use super::Model;
use crate::{DataStore, Error, Query};
use std::future::Future;
use syncline_core::{Key, Predicate};

/// Something that records are read from, as the relations of generated models do: a [`DataStore`].
#[diagnostic::on_unimplemented(
    message = "records cannot be read from a `{Self}`",
    label = "expected a store, as in `&store`"
)]
pub trait Source: Send + Sync {
    /// A query of this source that has not run.
    type Query<M: Model>;

    /// The record with this key.
    fn find<M: Model>(&self, key: Key) -> impl Future<Output = Result<Option<M>, Error>> + Send;

    /// The records that satisfy `filter`, to be filtered, sorted and paged further.
    fn select<M: Model>(&self, filter: Predicate) -> Self::Query<M>;
}

impl Source for DataStore {
    type Query<M: Model> = Query<M>;

    async fn find<M: Model>(&self, key: Key) -> Result<Option<M>, Error> {
        self.get(key).await
    }

    fn select<M: Model>(&self, filter: Predicate) -> Query<M> {
        self.query().filter(filter)
    }
}

/// A reference to a source is as good as the source.
impl<S: Source> Source for &S {
    type Query<M: Model> = S::Query<M>;

    fn find<M: Model>(&self, key: Key) -> impl Future<Output = Result<Option<M>, Error>> + Send {
        (**self).find(key)
    }

    fn select<M: Model>(&self, filter: Predicate) -> S::Query<M> {
        (**self).select(filter)
    }
}
