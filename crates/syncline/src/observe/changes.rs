//! The changes of a model as a stream.

use super::change::Change;
use super::observers::Receiver;
use super::queue::Told;
use crate::Error;
use crate::shape::Shape;
use futures_core::Stream;
use std::pin::Pin;
use std::task::{Context, Poll};
use syncline_core::Predicate;

/// The changes of one model, in commit order, from the moment [`DataStore::observe`](crate::DataStore::observe) was
/// called.
///
/// Up to 10,000 changes wait until they are read. Beyond that they are dropped, and [`Change::Missed`] says how many: the
/// stream never holds more, and goes on after it.
#[derive(Debug)]
pub struct Changes<M> {
    shape: Shape<M>,
    receiver: Receiver,
}

impl<M> Changes<M> {
    pub(crate) fn new(shape: Shape<M>, receiver: Receiver) -> Changes<M> {
        Changes { shape, receiver }
    }

    /// Only changes of records that satisfy `predicate` before or after the change. So a record that comes to satisfy it
    /// is told as what happened to it, and so is one that ceases to: an update whose `item` does not satisfy it. (The
    /// existing clients look at the record after the change only, and never say that one has left.) It replaces an earlier
    /// filter.
    ///
    /// A predicate that says what the key equals costs nothing when other records change.
    ///
    /// # Errors
    /// If the predicate does not fit the model.
    #[expect(clippy::needless_pass_by_value, reason = "a predicate is handed in as to a query")]
    pub fn filter(mut self, predicate: Predicate) -> Result<Changes<M>, Error> {
        let model = &self.shape.model;
        let filter = predicate
            .bind(model)
            .map_err(|source| Error::Predicate { model: model.name.clone(), source: Box::new(source) })?;
        self.receiver.filter(model, filter);
        Ok(self)
    }

    /// The next change; `None` once the store is gone. Cancelling loses nothing.
    pub async fn next(&mut self) -> Option<Change<M>> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }
}

impl<M> Stream for Changes<M> {
    type Item = Change<M>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Change<M>>> {
        loop {
            let told = match self.receiver.poll(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Ready(Some(told)) => told,
            };
            match told {
                Told::Missed(count) => return Poll::Ready(Some(Change::Missed { count })),
                Told::Cleared => return Poll::Ready(Some(Change::Cleared)),
                Told::Change(change) => match change.shaped(&self.shape) {
                    Some(change) => return Poll::Ready(Some(change)),
                    None => {
                        tracing::warn!(model = self.shape.model.name, key = %change.key, "a change does not fit the model");
                    }
                },
            }
        }
    }
}
