//! Deleting many records at once.

use super::verdict::Wait;
use super::{DataStore, Verdict, Waiting};
use crate::shape::Shape;
use crate::{Error, id};
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use syncline_core::Predicate;
use syncline_store::{DeleteAllDone, Stored};

/// A delete of many records that has not begun: `.await` it.
#[derive(Debug)]
#[must_use = "a delete happens when it is awaited"]
pub struct DeleteWhere<M> {
    store: DataStore,
    shape: Result<Shape<M>, Error>,
    predicate: Predicate,
}

impl<M: Send + 'static> DeleteWhere<M> {
    pub(crate) fn new(
        store: DataStore,
        shape: Result<Shape<M>, Error>,
        predicate: Predicate,
    ) -> DeleteWhere<M> {
        DeleteWhere { store, shape, predicate }
    }

    async fn run(self) -> Result<DeletedAll<M>, Error> {
        let DeleteWhere { store, shape, predicate } = self;
        let shape = shape?;
        let model = Arc::clone(&shape.model);
        let filter = predicate
            .bind(&model)
            .map_err(|source| Error::Predicate { model: model.name.clone(), source: Box::new(source) })?;
        store.start_quietly();
        let announcer = store.shared.announcer.clone();
        let (told, waiting) = std::sync::mpsc::sync_channel(1);
        let announce = move |done: &DeleteAllDone| {
            let note = |gone: &syncline_store::Gone| announcer.note(gone.mutation.as_deref(), &gone.ended);
            // Nobody waits for what belonged to the records.
            done.cascaded.iter().for_each(|gone| drop(note(gone)));
            let waiting: Vec<Option<Waiting>> = done.items.iter().map(note).collect();
            if !(done.items.is_empty() && done.cascaded.is_empty()) {
                announcer.outbox_grew();
            }
            let _ = told.send(waiting);
        };
        let mutation = id::new_id();
        let delete = move |tx: &mut syncline_store::Tx<'_>| tx.delete_where(model.id, &filter, mutation);
        let done = store.shared.writer.run_then(delete, announce).await?;
        let cascaded = done.cascaded.len();
        let (mut items, mut waits) =
            (Vec::with_capacity(done.items.len()), Vec::with_capacity(done.items.len()));
        for (gone, waiting) in done.items.into_iter().zip(waiting.try_recv().unwrap_or_default()) {
            items.push(shape.owned(Stored { record: gone.record, version: None })?);
            waits.push(Wait { store: store.clone(), shape: shape.clone(), key: gone.key, waiting });
        }
        Ok(DeletedAll { items, cascaded, waits, _store: store })
    }
}

impl<M: Send + 'static> IntoFuture for DeleteWhere<M> {
    type Output = Result<DeletedAll<M>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// Models that were deleted here, and will be at the cloud. Like a handle it keeps the store open;
/// [`DeletedAll::into_inner`] lets go of it.
#[derive(Debug)]
pub struct DeletedAll<M> {
    /// The models as they were, in the order of their keys.
    pub items: Vec<M>,
    cascaded: usize,
    waits: Vec<Wait<M>>,
    _store: DataStore,
}

impl<M> DeletedAll<M> {
    /// The models as they were, in the order of their keys.
    pub fn into_inner(self) -> Vec<M> {
        self.items
    }

    /// How many records of this or other models are gone because they belonged to these.
    #[must_use]
    pub fn cascaded(&self) -> usize {
        self.cascaded
    }

    /// Waits for the cloud's word on each of these deletes, in the same order. Offline it waits until the device is online
    /// again; behind refused mutations of the same records, until those are settled. The store stays open meanwhile.
    pub async fn synced(self) -> Vec<Verdict<M>> {
        let mut verdicts = Vec::with_capacity(self.waits.len());
        for wait in self.waits {
            verdicts.push(wait.heard().await);
        }
        verdicts
    }
}
