//! The outbox, as a person sees and repairs it.

use super::aftermath::Aftermath;
use super::verdict::heard;
use super::{DataStore, Shared, Verdict, Waiting};
use crate::{Error, id};
use std::sync::{Arc, Weak};
use syncline_core::record::Entry;
use syncline_store::DiscardDone;
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

    /// Sends a parked mutation once more, on the server's record as it is known now. It goes under a new id, since the
    /// server has judged the old one.
    ///
    /// # Errors
    /// If there is no such mutation, or it is not parked: it waits to be sent, or its outcome is not known yet.
    pub async fn retry(&self, mutation: &str) -> Result<Retried, Error> {
        self.store.start_quietly();
        let fresh = id::new_id();
        let (mutation, new) = (mutation.to_owned(), fresh.clone());
        let (told, waiting) = std::sync::mpsc::sync_channel(1);
        let tell = self.telling();
        let news = fresh.clone();
        let announcer = self.store.shared.announcer.clone();
        let done = self.store.shared.writer.run_then(
            move |tx| tx.retry(&mutation, new),
            move |done: &DiscardDone| {
                // Expected first: nothing may be left of it.
                let _ = told.send(announcer.verdicts.expect(&news));
                tell(done);
                announcer.outbox_grew();
            },
        );
        done.await?;
        Ok(Retried { mutation: fresh, verdict: waiting.try_recv().ok(), _store: self.store.clone() })
    }

    /// Drops a parked mutation: the server's record shows again where nothing else waits. What waits on a record whose
    /// create is dropped goes with it.
    ///
    /// # Errors
    /// If there is no such mutation, or it is not parked: one that may have been sent can not be taken back.
    pub async fn discard(&self, mutation: &str) -> Result<(), Error> {
        let tell = self.telling();
        let announcer = self.store.shared.announcer.clone();
        let (dropped, told) = (mutation.to_owned(), mutation.to_owned());
        let done = self.store.shared.writer.run_then(
            move |tx| tx.discard(&dropped),
            move |done| {
                tell(done);
                announcer.verdicts.tell(&told, Verdict::Discarded);
                // What waited behind it may go now.
                announcer.outbox_grew();
            },
        );
        done.await.map(drop)
    }

    /// Tells what a repair did to others.
    fn telling(&self) -> impl Fn(&DiscardDone) + Send + 'static {
        let (schema, announcer) =
            (Arc::clone(&self.store.shared.schema), self.store.shared.announcer.clone());
        move |done| {
            let others = Aftermath { schema: &schema, hub: &announcer.hub, verdicts: &announcer.verdicts };
            others.tell(&done.superseded, &done.conflicts, &done.parked);
        }
    }
}

/// A mutation that is sent once more. Like a handle it keeps the store open.
#[derive(Debug)]
pub struct Retried {
    mutation: String,
    verdict: Option<Waiting>,
    _store: DataStore,
}

impl Retried {
    /// Its new id.
    #[must_use]
    pub fn mutation(&self) -> &str {
        &self.mutation
    }

    /// Waits for the cloud's word on it, as [`Saved::synced`](crate::Saved::synced) does.
    pub async fn synced(self) -> Verdict {
        heard(self.verdict).await
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
                failed => return Some(failed),
            }
            self.changes.changed().await.ok()?;
        }
    }
}
