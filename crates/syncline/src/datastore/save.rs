//! Saving.

use super::verdict::heard;
use super::{DataStore, Verdict, Waiting};
use crate::model::Origin;
use crate::shape::Shape;
use crate::{Error, id};
use std::future::{Future, IntoFuture};
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use syncline_core::record::ReadAs;
use syncline_core::{Key, Predicate, Record};
use syncline_store::{StoreError, Stored};

/// A save that has not begun: `.await` it, maybe after [`Save::when`].
#[derive(Debug)]
#[must_use = "a save happens when it is awaited"]
pub struct Save<M> {
    store: DataStore,
    shape: Result<Shape<M>, Error>,
    value: Record,
    origin: Origin,
    condition: Option<Predicate>,
}

impl<M: Send + 'static> Save<M> {
    pub(crate) fn new(
        store: DataStore,
        shape: Result<Shape<M>, Error>,
        value: Record,
        origin: Origin,
    ) -> Save<M> {
        Save { store, shape, value, origin, condition: None }
    }

    /// Only if the stored record satisfies `condition`: it is checked on the local record first, and again at the
    /// cloud before the change is applied there.
    pub fn when(mut self, condition: Predicate) -> Save<M> {
        self.condition = Some(match self.condition {
            Some(earlier) => earlier.and(condition),
            None => condition,
        });
        self
    }

    async fn run(self) -> Result<Saved<M>, Error> {
        let Save { store, shape, value, origin, condition } = self;
        let shape = shape?;
        let ir = Arc::clone(&shape.model);
        store.start_quietly();
        let mutation = id::new_id();
        let key = Key::of(&ir, &value);
        let announcer = store.shared.announcer.clone();
        let (told, waiting) = std::sync::mpsc::sync_channel(1);
        let done = {
            let (ir, key, model) = (Arc::clone(&ir), key.clone(), ir.id);
            store
                .shared
                .writer
                .run_checked(
                    move |tx| {
                        let read_as =
                            origin.record().map(|record| ReadAs { record, version: origin.version() });
                        tx.save(syncline_store::Save {
                            model,
                            value: &value,
                            read_as,
                            condition: condition.as_ref(),
                            mutation,
                        })
                    },
                    move |done| {
                        let (mutation, ended) = (done.mutation.as_deref(), done.ended.as_deref());
                        let _ = told.send(announcer.enqueued(&ir.name, key, mutation, ended));
                    },
                )
                .await
        };
        let done = done.map_err(|error| named(error, &ir.name, &key))?;
        let stored = Stored { record: done.record, version: done.version };
        Ok(Saved { model: shape.stored(&stored)?, verdict: waiting.try_recv().ok().flatten(), _store: store })
    }
}

/// Gives a failed condition the name of the record it was about.
pub(super) fn named(error: Error, model: &str, key: &Key) -> Error {
    match error {
        Error::Store(StoreError::ConditionFailed { .. }) => {
            Error::ConditionFailed { model: model.to_owned(), key: key.to_string() }
        }
        Error::Store(StoreError::InvalidPredicate { model, source }) => Error::Predicate { model, source },
        other => other,
    }
}

impl<M: Send + 'static> IntoFuture for Save<M> {
    type Output = Result<Saved<M>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.run())
    }
}

/// A model as it was saved: it is on the disk, and on its way to the cloud. Like a handle it keeps the store open;
/// [`Saved::into_inner`] lets go of it.
#[derive(Debug)]
pub struct Saved<M> {
    model: M,
    verdict: Option<Waiting>,
    _store: DataStore,
}

impl<M> Saved<M> {
    /// The model. Edit and save it to go on from here.
    pub fn into_inner(self) -> M {
        self.model
    }

    /// Waits for the cloud's word on this save. Offline it waits until the device is online again; behind a refused one
    /// of the same record, until that is settled. The store stays open meanwhile.
    pub async fn synced(self) -> Verdict {
        heard(self.verdict).await
    }
}

impl<M> Deref for Saved<M> {
    type Target = M;
    fn deref(&self) -> &M {
        &self.model
    }
}
