//! Saving in a transaction.

use super::state::{Inner, Length};
use crate::model::Origin;
use crate::shape::{Shape, unshown};
use crate::{Error, id};
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use syncline_core::record::ReadAs;
use syncline_core::{Predicate, Record};

/// A save in a transaction that has not begun: `.await` it, maybe after [`TxSave::when`].
#[derive(Debug)]
#[must_use = "a save happens when it is awaited"]
pub struct TxSave<M> {
    inner: Arc<Inner>,
    shape: Result<Shape<M>, Error>,
    value: Record,
    origin: Origin,
    condition: Option<Predicate>,
}

impl<M: Send + 'static> TxSave<M> {
    pub(super) fn new(
        inner: Arc<Inner>,
        shape: Result<Shape<M>, Error>,
        value: Record,
        origin: Origin,
    ) -> TxSave<M> {
        TxSave { inner, shape, value, origin, condition: None }
    }

    /// Only if the record satisfies `condition`: it is checked now, when the transaction is written, and at the cloud.
    pub fn when(mut self, condition: Predicate) -> TxSave<M> {
        self.condition = Some(match self.condition {
            Some(earlier) => earlier.and(condition),
            None => condition,
        });
        self
    }

    async fn run(self) -> Result<M, Error> {
        let TxSave { inner, shape, value, origin, condition } = self;
        let shape = shape?;
        let model = shape.model.id;
        let mutation = id::new_id();
        let value = unshown(&shape.model, value, origin.record());
        let save = inner.run(Length::Short, move |group, reads| {
            let read_as = origin.record().map(|record| ReadAs { record, version: origin.version() });
            let condition = condition.as_ref();
            group.save(reads, syncline_store::Save { model, value: &value, read_as, condition, mutation })
        });
        shape.owned(save.await?)
    }
}

impl<M: Send + 'static> IntoFuture for TxSave<M> {
    type Output = Result<M, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}
