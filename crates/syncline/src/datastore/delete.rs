//! Deleting.

use super::save::named;
use super::verdict::Wait;
use super::{DataStore, Verdict};
use crate::shape::Shape;
use crate::{Error, id};
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use syncline_core::{Key, Predicate};
use syncline_store::Stored;

type KeyOf = Box<dyn FnOnce(&syncline_core::Model) -> Key + Send>;

/// A delete that has not begun: `.await` it, maybe after [`Delete::when`].
#[must_use = "a delete happens when it is awaited"]
pub struct Delete<M> {
    store: DataStore,
    shape: Result<Shape<M>, Error>,
    key: KeyOf,
    condition: Option<Predicate>,
}

impl<M> std::fmt::Debug for Delete<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delete").field("condition", &self.condition).finish_non_exhaustive()
    }
}

impl<M: Send + 'static> Delete<M> {
    pub(crate) fn new(
        store: DataStore,
        shape: Result<Shape<M>, Error>,
        key: impl FnOnce(&syncline_core::Model) -> Key + Send + 'static,
    ) -> Delete<M> {
        Delete { store, shape, key: Box::new(key), condition: None }
    }

    /// Only if the stored record satisfies `condition`, here and at the cloud. What belongs to it is not asked.
    pub fn when(mut self, condition: Predicate) -> Delete<M> {
        self.condition = Some(match self.condition {
            Some(earlier) => earlier.and(condition),
            None => condition,
        });
        self
    }

    async fn run(self) -> Result<Option<Deleted<M>>, Error> {
        let Delete { store, shape, key, condition } = self;
        let shape = shape?;
        let (ir, id) = (Arc::clone(&shape.model), shape.model.id);
        store.start_quietly();
        let key = key(&ir);
        let mutation = id::new_id();
        let announcer = store.shared.announcer.clone();
        let (told, waiting) = std::sync::mpsc::sync_channel(1);
        let done = {
            let delete = key.clone();
            store
                .shared
                .writer
                .run_then(
                    move |tx| tx.delete(id, &delete, condition.as_ref(), mutation),
                    move |done| {
                        let Some(done) = done else { return };
                        for gone in &done.cascaded {
                            announcer.note(gone.mutation.as_deref(), &gone.ended);
                        }
                        let waiting = announcer.note(done.mutation.as_deref(), &done.ended);
                        announcer.outbox_grew();
                        let _ = told.send(waiting);
                    },
                )
                .await
        };
        let Some(done) = done.map_err(named)? else { return Ok(None) };
        let model = shape.owned(Stored { record: done.record, version: None })?;
        let waiting = waiting.try_recv().ok().flatten();
        let wait = Wait { store, shape, key, waiting };
        Ok(Some(Deleted { model, cascaded: done.cascaded.len(), wait }))
    }
}

impl<M: Send + 'static> IntoFuture for Delete<M> {
    /// `None`: there was no such record.
    type Output = Result<Option<Deleted<M>>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// A model that was deleted here, and will be at the cloud. Like a handle it keeps the store open;
/// [`Deleted::into_inner`] lets go of it.
#[derive(Debug)]
pub struct Deleted<M> {
    model: M,
    cascaded: usize,
    wait: Wait<M>,
}

impl<M> Deleted<M> {
    /// The model as it was.
    pub fn into_inner(self) -> M {
        self.model
    }

    /// How many records are gone because they belonged to it by has-many or has-one. Each has its own mutation, which is
    /// sent before this one.
    #[must_use]
    pub fn cascaded(&self) -> usize {
        self.cascaded
    }

    /// Waits for the cloud's word on this delete. Offline it waits until the device is online again; behind a refused one
    /// of the same record, until that is settled. The store stays open meanwhile.
    pub async fn synced(self) -> Verdict<M> {
        self.wait.heard().await
    }
}
