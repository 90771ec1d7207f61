//! Saving.

use super::verdict::Wait;
use super::{DataStore, Verdict};
use crate::model::Origin;
use crate::shape::{Shape, unshown};
use crate::{Error, id};
use std::future::{Future, IntoFuture};
use std::ops::Deref;
use std::pin::Pin;
use std::sync::Arc;
use syncline_core::record::ReadAs;
use syncline_core::{Key, ModelId, Predicate, Record};
use syncline_store::{NewSave, SaveDone, StoreError, Stored, Tx};

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
        let value = unshown(&ir, value, origin.record());
        let key = Key::of(&ir, &value);
        let mut write = if origin.record().is_none() && condition.is_none() {
            // Whatever needs no file is done here, where it keeps nobody else waiting.
            Write::New(store.shared.checker.check_new(ir.id, value, mutation)?)
        } else {
            Write::Other { model: ir.id, value, origin, condition, mutation }
        };
        let announcer = store.shared.announcer.clone();
        // What was made here comes back to be freed here.
        let save = move |tx: &mut Tx<'_>| write.run(tx).map(|done| (done, write));
        let announce = move |(done, write): (SaveDone, Write)| {
            let waiting = announcer.enqueued(done.mutation.as_deref(), &done.ended);
            announcer.conflicts(&done.conflicts);
            (done, waiting, (write, ir, key))
        };
        let done = store.shared.writer.run_checked(save, announce).await;
        let (done, waiting, (_, _, key)) = done.map_err(named)?;
        let model = shape.owned(Stored { record: done.record, version: done.version })?;
        Ok(Saved { model, wait: Wait { store, shape, key, waiting } })
    }
}

/// What the writer's thread has to do.
enum Write {
    New(NewSave),
    Other { model: ModelId, value: Record, origin: Origin, condition: Option<Predicate>, mutation: String },
}

impl Write {
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<SaveDone, StoreError> {
        match self {
            Write::New(new) => tx.save_new(new),
            Write::Other { model, value, origin, condition, mutation } => {
                let read_as = origin.record().map(|record| ReadAs { record, version: origin.version() });
                let (condition, mutation) = (condition.as_ref(), std::mem::take(mutation));
                tx.save(syncline_store::Save { model: *model, value, read_as, condition, mutation })
            }
        }
    }
}

/// Makes errors of the application of those that the store has for them.
pub(super) fn named(error: Error) -> Error {
    match error {
        Error::Store(StoreError::ConditionFailed { model, key }) => Error::ConditionFailed { model, key },
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
    wait: Wait<M>,
}

impl<M> Saved<M> {
    /// The model. Edit and save it to go on from here.
    pub fn into_inner(self) -> M {
        self.model
    }

    /// Waits for the cloud's word on this save, which comes with the server's record or the reason. Offline it waits until the device is online again; behind a refused one
    /// of the same record, until that is settled. The store stays open meanwhile.
    pub async fn synced(self) -> Verdict<M> {
        self.wait.heard().await
    }
}

impl<M> Deref for Saved<M> {
    type Target = M;
    fn deref(&self) -> &M {
        &self.model
    }
}
