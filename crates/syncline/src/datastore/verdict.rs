//! What the cloud says of a mutation, for those who wait for it.

use super::DataStore;
use crate::dynamic::Item;
use crate::rests::Rests;
use crate::shape::Shape;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use syncline_core::record::Rejection;
use syncline_core::{Key, Versioned};
use syncline_store::Stored;
use tokio::sync::{Notify, watch};

/// The cloud's word on a mutation. The [guide](crate::guide::syncing#verdicts) says what to do after each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict<M = Item> {
    /// It was applied.
    Applied {
        /// The server's record as the answer has it; `None` if that is a tombstone. Fields that somebody else had changed
        /// may differ from what was saved.
        record: Option<M>,
        /// The record's version, or the tombstone's.
        version: i64,
    },
    /// Nothing of it was left to apply: a newer record already says it, or a later mutation undid it or took its place.
    Superseded,
    /// It met a change by somebody else, which stays, and nothing of it was left to apply;
    /// [`DataStore::conflicts`](crate::DataStore::conflicts) lists what it wanted.
    Conflict {
        /// The server's record as this device knows it; `None` if it is deleted, or not wanted here.
        record: Option<M>,
    },
    /// Its condition did not hold at the cloud; the server's record shows again.
    ConditionFailed {
        /// The server's record as the answer has it; `None` if it is deleted.
        record: Option<M>,
    },
    /// It was refused for good. It is parked, or dropped if the application wants that ([`OnRejected`](crate::OnRejected)).
    Rejected(Rejection),
    /// It was removed from the outbox by hand ([`Outbox::discard`](crate::Outbox::discard)).
    Discarded,
    /// The store was cleared ([`DataStore::clear`](crate::DataStore::clear)), and it is gone with everything else.
    Cleared,
    /// The store was closed. The mutation is in the outbox, and is sent after the next open.
    Closed,
    /// There was nothing to send.
    NothingToSend,
}

impl<M> Verdict<M> {
    /// The version that the server's record has by the mutation, if it was applied.
    pub fn version(&self) -> Option<i64> {
        match self {
            Verdict::Applied { version, .. } => Some(*version),
            _ => None,
        }
    }

    /// The same with another kind of record.
    fn map<N>(self, read: impl FnOnce(Option<M>) -> Option<N>) -> Verdict<N> {
        match self {
            Verdict::Applied { record, version } => Verdict::Applied { record: read(record), version },
            Verdict::Conflict { record } => Verdict::Conflict { record: read(record) },
            Verdict::ConditionFailed { record } => Verdict::ConditionFailed { record: read(record) },
            Verdict::Superseded => Verdict::Superseded,
            Verdict::Rejected(rejection) => Verdict::Rejected(rejection),
            Verdict::Discarded => Verdict::Discarded,
            Verdict::Cleared => Verdict::Cleared,
            Verdict::Closed => Verdict::Closed,
            Verdict::NothingToSend => Verdict::NothingToSend,
        }
    }
}

/// A verdict with the record as it came.
pub(crate) type RawVerdict = Verdict<Versioned>;

/// A mutation whose verdict may be waited for.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    verdict: OnceLock<RawVerdict>,
    told: Notify,
    rests: Arc<Rests>,
}

impl Pending {
    fn tell(&self, verdict: RawVerdict) {
        // There is one verdict, and it stays.
        if self.verdict.set(verdict).is_ok() {
            self.told.notify_waiters();
        }
    }

    async fn heard(&self) -> RawVerdict {
        let told = self.told.notified();
        if let Some(verdict) = self.verdict.get() {
            return verdict.clone();
        }
        let _waiter = self.rests.wait();
        told.await;
        self.verdict.get().cloned().unwrap_or(Verdict::Closed)
    }
}

/// The other end of a wait.
pub(crate) type Waiting = Arc<Pending>;

/// Waits for the cloud's word; without a mutation there was nothing to send.
pub(super) async fn heard(waiting: Option<Waiting>) -> RawVerdict {
    match waiting {
        Some(pending) => pending.heard().await,
        None => Verdict::NothingToSend,
    }
}

/// What a handle waits with for the word on its mutation. It keeps the store open.
#[derive(Debug)]
pub(super) struct Wait<M> {
    pub(super) store: DataStore,
    pub(super) shape: Shape<M>,
    pub(super) key: Key,
    /// `None`: there is nothing to send.
    pub(super) waiting: Option<Waiting>,
}

impl<M> Wait<M> {
    /// The cloud's word, with the server's record.
    pub(super) async fn heard(self) -> Verdict<M> {
        let verdict = match heard(self.waiting.clone()).await {
            // It was settled by a record that came by itself, and is stored.
            Verdict::Conflict { record: None } => Verdict::Conflict { record: self.known() },
            verdict => verdict,
        };
        verdict.map(|row| self.read(row?))
    }

    /// The server's record as this device knows it.
    fn known(&self) -> Option<Versioned> {
        let local = self.store.shared.readers.with(|reader| reader.local(self.shape.model.id, &self.key));
        local.ok()?.server.live().cloned()
    }

    fn read(&self, row: Versioned) -> Option<M> {
        if row.meta.deleted {
            return None;
        }
        let read = self.shape.owned(Stored { record: row.record, version: Some(row.meta.version) });
        // The store takes no record that does not fit the schema, so this is about a type of another schema.
        read.inspect_err(|error| tracing::error!(%error, "the server's record does not fit its type")).ok()
    }
}

/// Who waits for which mutation. A mutation is known here from its commit to its verdict.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    waiting: Mutex<Mutations>,
    /// Changes with each mutation that is added and with each verdict, whether or not somebody waits for it: the outbox may
    /// have become longer or shorter.
    told: watch::Sender<()>,
    /// What rests until somebody waits for it.
    pub(crate) rests: Arc<Rests>,
}

#[derive(Debug, Default)]
struct Mutations {
    pending: HashMap<String, Waiting>,
    /// How many there may be before those that nobody waits for go.
    enough: usize,
}

/// Below this many, nobody looks which mutations are still waited for.
const FEW: usize = 128;

impl Mutations {
    /// Those that nobody waits for any more go, now and then, so that the map does not grow without bound.
    fn tidy(&mut self) {
        if self.pending.len() >= self.enough.max(FEW) {
            self.pending.retain(|_, pending| Arc::strong_count(pending) > 1);
            self.enough = self.pending.len() * 2;
        }
    }

    fn tell_all(&mut self, verdict: &RawVerdict) {
        self.pending.drain().for_each(|(_, pending)| pending.tell(verdict.clone()));
    }
}

impl Drop for Mutations {
    /// The store is gone; nobody will tell more.
    fn drop(&mut self) {
        self.tell_all(&Verdict::Closed);
    }
}

impl Verdicts {
    fn lock(&self) -> MutexGuard<'_, Mutations> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for `mutation`. Called on the writer's thread right after the commit, so before it can be sent.
    pub(crate) fn expect(&self, mutation: &str) -> Waiting {
        let mut waiting = self.lock();
        if let Some(known) = waiting.pending.get(mutation) {
            return Arc::clone(known);
        }
        waiting.tidy();
        let pending = Waiting::new(Pending { rests: Arc::clone(&self.rests), ..Pending::default() });
        waiting.pending.insert(mutation.to_owned(), Arc::clone(&pending));
        drop(waiting);
        self.told.send_replace(());
        pending
    }

    /// Whether somebody waits for `mutation`, and so wants the record that its verdict comes with.
    pub(crate) fn is_awaited(&self, mutation: &str) -> bool {
        self.lock().pending.get(mutation).is_some_and(|pending| Arc::strong_count(pending) > 1)
    }

    /// Tells the verdict of `mutation`.
    pub(crate) fn tell(&self, mutation: &str, verdict: RawVerdict) {
        if let Some(pending) = self.lock().pending.remove(mutation) {
            pending.tell(verdict);
        }
        self.told.send_replace(());
    }

    /// Changes with each mutation that is added and each verdict from now on.
    pub(crate) fn listen(&self) -> watch::Receiver<()> {
        self.told.subscribe()
    }

    /// A mutation goes on under a fresh id.
    pub(crate) fn rename(&self, mutation: &str, fresh: &str) {
        let mut waiting = self.lock();
        if let Some(known) = waiting.pending.remove(mutation)
            && let Some(other) = waiting.pending.insert(fresh.to_owned(), known)
        {
            other.tell(Verdict::Superseded);
        }
    }

    /// The outbox was emptied.
    pub(crate) fn forget_all(&self) {
        self.lock().tell_all(&Verdict::Cleared);
        self.told.send_replace(());
    }

    /// The store is closed.
    pub(crate) fn end(&self) {
        self.lock().tell_all(&Verdict::Closed);
        self.told.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_verdict_is_heard_whenever_one_asks() {
        type Step = fn(&Verdicts);
        fn applied(version: i64) -> RawVerdict {
            Verdict::Applied { record: None, version }
        }
        let cases: [(&str, Step, RawVerdict); 6] = [
            ("told", |verdicts| verdicts.tell("m", applied(2)), applied(2)),
            (
                "told twice",
                |verdicts| (2..4).for_each(|version| verdicts.tell("m", applied(version))),
                applied(2),
            ),
            (
                "renamed",
                |verdicts| {
                    verdicts.rename("m", "n");
                    verdicts.tell("m", Verdict::Superseded);
                    verdicts.tell("n", applied(3));
                },
                applied(3),
            ),
            ("emptied", Verdicts::forget_all, Verdict::Cleared),
            ("of a store that is closed", Verdicts::end, Verdict::Closed),
            ("of a store that is gone", |_| {}, Verdict::Closed),
        ];
        for (case, step, verdict) in cases {
            let verdicts = Verdicts::default();
            let (first, second) = (verdicts.expect("m"), verdicts.expect("m"));
            let tell = async {
                step(&verdicts);
                drop(verdicts);
            };
            // The one who waits is asked first.
            let (early, ()) = tokio::join!(biased; heard(Some(first)), tell);
            assert_eq!(early, verdict, "{case}, heard by one who waits");
            assert_eq!(heard(Some(second)).await, verdict, "{case}, heard by one who asks later");
        }
        assert_eq!(heard(None).await, Verdict::NothingToSend);
    }

    #[test]
    fn what_nobody_waits_for_is_forgotten() {
        let verdicts = Verdicts::default();
        let kept: Vec<Waiting> = (0..200).map(|number| verdicts.expect(&format!("kept {number}"))).collect();
        (0..10_000).for_each(|number| drop(verdicts.expect(&number.to_string())));
        assert!(verdicts.lock().pending.len() <= 2 * kept.len());
        verdicts.tell("kept 7", Verdict::Superseded);
        assert_eq!(kept[7].verdict.get(), Some(&Verdict::Superseded));
    }
}
