//! Deleting in a transaction.

use super::state::{Inner, Length};
use crate::shape::Shape;
use crate::{Error, id};
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use syncline_core::{Key, Predicate};
use syncline_store::Stored;

type KeyOf = Box<dyn FnOnce(&syncline_core::Model) -> Key + Send>;

/// A delete in a transaction that has not begun: `.await` it, maybe after [`TxDelete::when`].
#[must_use = "a delete happens when it is awaited"]
pub struct TxDelete<M> {
    inner: Arc<Inner>,
    shape: Result<Shape<M>, Error>,
    key: KeyOf,
    condition: Option<Predicate>,
}

impl<M> std::fmt::Debug for TxDelete<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TxDelete").field("condition", &self.condition).finish_non_exhaustive()
    }
}

impl<M: Send + 'static> TxDelete<M> {
    pub(super) fn new(
        inner: Arc<Inner>,
        shape: Result<Shape<M>, Error>,
        key: impl FnOnce(&syncline_core::Model) -> Key + Send + 'static,
    ) -> TxDelete<M> {
        TxDelete { inner, shape, key: Box::new(key), condition: None }
    }

    /// Only if the record satisfies `condition`: it is checked now, when the transaction is written, and at the cloud. It
    /// is on the record itself, not on what belongs to it.
    pub fn when(mut self, condition: Predicate) -> TxDelete<M> {
        self.condition = Some(match self.condition {
            Some(earlier) => earlier.and(condition),
            None => condition,
        });
        self
    }

    async fn run(self) -> Result<Option<M>, Error> {
        let TxDelete { inner, shape, key, condition } = self;
        let shape = shape?;
        let (key, model) = (key(&shape.model), shape.model.id);
        let mutation = id::new_id();
        // It takes what belongs to the record with it, as much as there is.
        let delete = inner.run(Length::Long, move |group, reads| {
            group.delete(reads, model, &key, condition.as_ref(), mutation)
        });
        delete.await?.map(|record| shape.owned(Stored { record, version: None })).transpose()
    }
}

impl<M: Send + 'static> IntoFuture for TxDelete<M> {
    /// `None`: there was no such record.
    type Output = Result<Option<M>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
