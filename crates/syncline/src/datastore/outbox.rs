//! The outbox, as a person sees and repairs it.

use super::aftermath::Aftermath;
use super::verdict::Wait;
use super::{DataStore, Shared, Verdict};
use crate::dynamic::{Item, ItemError};
use crate::model::Model;
use crate::shape::{Shape, unshown};
use crate::{Error, id};
use std::sync::{Arc, Weak};
use syncline_core::Record;
use syncline_core::record::Entry;
use syncline_store::{Edit, Original, RepairDone, Repaired, StoreError, Tx};
use tokio::sync::watch;

/// The mutations that wait on this device. See the [guide](crate::guide::syncing#the-outbox).
#[derive(Clone, Debug)]
pub struct Outbox {
    store: DataStore,
}

impl DataStore {
    /// The mutations that wait, to be listed, retried and discarded.
    #[must_use]
    pub fn outbox(&self) -> Outbox {
        Outbox { store: self.clone() }
    }

    /// How many mutations wait, parked ones included.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn pending_count(&self) -> Result<u64, Error> {
        self.shared.readers.with(|reader| reader.outbox_len())
    }

    /// The number of mutations that wait, parked ones included: first as it is now, then whenever it has changed. It does
    /// not keep the store open.
    #[must_use]
    pub fn pending_counts(&self) -> PendingCounts {
        let changes = self.shared.announcer.verdicts.listen();
        PendingCounts { shared: Arc::downgrade(&self.shared), changes, last: None }
    }
}

impl Outbox {
    /// All of them, in order, parked ones (those that were refused for good) included.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn list(&self) -> Result<Vec<Entry>, Error> {
        self.store.shared.readers.with(|reader| reader.outbox())
    }

    /// Those that were refused for good and wait for a person, in order.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn parked(&self) -> Result<Vec<Entry>, Error> {
        let mut entries = self.list()?;
        entries.retain(Entry::is_parked);
        Ok(entries)
    }

    /// The one with this id.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn get(&self, mutation: &str) -> Result<Option<Entry>, Error> {
        self.store.shared.readers.with(|reader| reader.entry(mutation))
    }

    /// What the mutation was before the schema changed, if that is not what it is now and matters still: it was sent as it
    /// was, or it is parked because the new schema has no place for some of it.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn original(&self, mutation: &str) -> Result<Option<Original>, Error> {
        self.store.shared.readers.with(|reader| reader.original(mutation))
    }

    /// Sends a parked mutation once more, on the server's record as it is known now. It goes under a new id, since the
    /// server has judged the old one. Of a transaction, everything that is parked goes with it: half of one is not sent.
    ///
    /// # Errors
    /// If there is no such mutation, or it is not parked: it waits to be sent, or its outcome is not known yet.
    pub async fn retry(&self, mutation: &str) -> Result<Retried, Error> {
        self.store.start_quietly();
        let (mutation, fresh) = (mutation.to_owned(), id::new_id());
        let retried = self.resume(move |tx| tx.retry(&mutation, &fresh).map(Some)).await?;
        retried.ok_or(Error::Closed)
    }

    /// Changes a mutation that is parked or was not sent, and sends it under a new id: `change` is given the model as the
    /// mutation leaves it. A parked one is sent once more by this, as [`retry`](Outbox::retry) says. If the mutation changes
    /// meanwhile, `change` is asked again. What is saved anew instead, as an update of the record, waits behind a parked create.
    ///
    /// ```no_run
    /// # syncline::schema!("schema.graphql");
    /// # async fn shorten(store: &syncline::DataStore) -> Result<(), syncline::Error> {
    /// for entry in store.outbox().parked()? {
    ///     store.outbox().edit::<Post>(&entry.id, |post| post.title.truncate(100)).await?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If there is no such mutation, it has been sent and its outcome is not known, it is a delete, or of another model; if
    /// the model does not fit its fields any more.
    pub async fn edit<M: Model>(&self, mutation: &str, change: impl Fn(&mut M)) -> Result<Retried, Error> {
        let shape = self.store.shape::<M>()?;
        let changed = |shown: &mut M| {
            change(shown);
            Ok(shown.to_record())
        };
        self.edit_as(&shape, mutation, &changed).await
    }

    /// As [`edit`](Outbox::edit), without a generated type: `change` is given the item.
    ///
    /// # Errors
    /// As [`edit`](Outbox::edit), and what `change` says.
    pub async fn edit_item(
        &self,
        mutation: &str,
        change: impl Fn(&mut Item) -> Result<(), ItemError>,
    ) -> Result<Retried, Error> {
        let entry = self.get(mutation)?.ok_or_else(|| gone(mutation))?;
        let shape = Shape::new(Arc::clone(self.store.shared.schema.model(entry.model)), Item::read);
        let changed = |shown: &mut Item| {
            change(shown)?;
            Ok(shown.values().clone())
        };
        self.edit_as(&shape, mutation, &changed).await
    }

    async fn edit_as<M>(
        &self,
        shape: &Shape<M>,
        mutation: &str,
        change: &dyn Fn(&mut M) -> Result<Record, Error>,
    ) -> Result<Retried, Error> {
        self.store.start_quietly();
        loop {
            let read = self.store.shared.readers.with(|reader| reader.left_by(mutation))?;
            let Some((entry, shown)) = read else { return Err(gone(mutation)) };
            let found = self.store.shared.schema.model(entry.model);
            if found.id != shape.model.id {
                let (expected, found) = (shape.model.name.clone(), found.name.clone());
                return Err(ItemError::OtherModel { expected, found }.into());
            }
            let value = change(&mut shape.item(&shown, None)?)?;
            let value = unshown(&shape.model, value, Some(&shown));
            let fresh_id = id::new_id();
            let edited = self
                .resume(move |tx| tx.edit(Edit { entry: &entry, shown: &shown, value: &value, fresh_id }));
            if let Some(edited) = edited.await? {
                return Ok(edited);
            }
        }
    }

    /// Hands in a repair after which mutations go on under new ids.
    async fn resume(
        &self,
        repair: impl FnOnce(&mut Tx<'_>) -> Result<Option<RepairDone>, StoreError> + Send + 'static,
    ) -> Result<Option<Retried>, Error> {
        let (told, waiting) = std::sync::mpsc::sync_channel(1);
        let tell = self.telling();
        let announcer = self.store.shared.announcer.clone();
        let done = self.store.shared.writer.run_then(repair, move |done| {
            let Some(done) = done else { return };
            let mut first = None;
            for Repaired { mutation, fresh } in &done.repaired {
                let Some(fresh) = fresh else { continue };
                // Expected first: nothing may be left of it. Who waits for it waits on.
                announcer.verdicts.rename(mutation, fresh);
                let waiting = announcer.verdicts.expect(fresh);
                first.get_or_insert(waiting);
            }
            let _ = told.send(first);
            tell(done);
            announcer.outbox_grew();
        });
        let Some(done) = done.await? else { return Ok(None) };
        let mutations = done.repaired.into_iter().filter_map(|repaired| repaired.fresh).collect();
        let waiting = waiting.try_recv().ok().flatten();
        let model = Arc::clone(self.store.shared.schema.model(done.model));
        let shape = Shape::new(model, Item::read);
        let wait = Wait { store: self.store.clone(), shape, key: done.key, waiting };
        Ok(Some(Retried { mutations, wait }))
    }

    /// Drops a parked mutation: the server's record shows again where nothing else waits. What waits on a record whose
    /// create is dropped goes with it, and of a transaction everything that is parked. Returns the ids of what was
    /// dropped, the mutation itself first.
    ///
    /// # Errors
    /// If there is no such mutation, or it is not parked: one that may have been sent can not be taken back; nor can one on
    /// which another stands that has been sent and has no outcome yet.
    pub async fn discard(&self, mutation: &str) -> Result<Vec<String>, Error> {
        let tell = self.telling();
        let announcer = self.store.shared.announcer.clone();
        let mutation = mutation.to_owned();
        let done = self.store.shared.writer.run_then(
            move |tx| tx.discard(&mutation),
            move |done| {
                tell(done);
                for Repaired { mutation, .. } in &done.repaired {
                    announcer.verdicts.tell(mutation, Verdict::Discarded);
                }
                // What waited behind it may go now.
                announcer.outbox_grew();
            },
        );
        let done = done.await?;
        Ok(done.repaired.into_iter().map(|repaired| repaired.mutation).chain(done.superseded).collect())
    }

    /// Tells what a repair did to others.
    fn telling(&self) -> impl Fn(&RepairDone) + Send + 'static {
        let (schema, announcer) =
            (Arc::clone(&self.store.shared.schema), self.store.shared.announcer.clone());
        move |done| {
            let others = Aftermath { schema: &schema, hub: &announcer.hub, verdicts: &announcer.verdicts };
            others.tell(&done.superseded, &done.conflicts, &done.parked);
        }
    }
}

fn gone(mutation: &str) -> Error {
    let found = "the outbox does not hold it, or it leaves nothing to edit";
    StoreError::NotParked { mutation: mutation.to_owned(), found }.into()
}

/// A mutation that is sent once more. Like a handle it keeps the store open.
#[derive(Debug)]
pub struct Retried {
    mutations: Vec<String>,
    wait: Wait<Item>,
}

impl Retried {
    /// Its new id.
    #[must_use]
    pub fn mutation(&self) -> &str {
        self.mutations.first().map_or("", String::as_str)
    }

    /// The new ids of all that is sent once more: its own, and those of the others of its transaction.
    #[must_use]
    pub fn mutations(&self) -> &[String] {
        &self.mutations
    }

    /// Waits for the cloud's word on it, as [`Saved::synced`](crate::Saved::synced) does. The record is an item, which
    /// [`Item::to_model`] makes a model.
    pub async fn synced(self) -> Verdict {
        self.wait.heard().await
    }
}

/// How many mutations wait, again and again.
#[derive(Debug)]
pub struct PendingCounts {
    shared: Weak<Shared>,
    changes: watch::Receiver<()>,
    last: Option<u64>,
}

impl PendingCounts {
    /// The number, when it is another one than was told last; `None` once the store is closed. Cancelling loses
    /// nothing.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub async fn next(&mut self) -> Option<Result<u64, Error>> {
        loop {
            self.changes.borrow_and_update();
            let count = self.shared.upgrade()?.readers.with(|reader| reader.outbox_len());
            match count {
                Ok(count) if self.last == Some(count) => {}
                Ok(count) => {
                    self.last = Some(count);
                    return Some(Ok(count));
                }
                Err(Error::Closed) => return None,
                failed => return Some(failed),
            }
            self.changes.changed().await.ok()?;
        }
    }
}
