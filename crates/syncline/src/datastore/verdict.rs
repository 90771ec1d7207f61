//! What the cloud says of a mutation, for those who wait for it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;

/// The cloud's word on a mutation. The [guide](crate::guide::syncing#verdicts) says what to do after each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Verdict {
    /// It was applied; the server's record has this version now. Fields that somebody else had changed may differ from
    /// what was saved.
    Applied {
        /// The record's version.
        version: i64,
    },
    /// Nothing of it was left to apply: a newer record already says it, took precedence, or a later mutation undid it.
    Superseded,
    /// Its condition did not hold at the cloud; the server's record shows again.
    ConditionFailed,
    /// It was refused for good and is parked.
    Rejected {
        /// Why.
        reason: String,
    },
    /// It was removed from the outbox by [`DataStore::clear`](crate::DataStore::clear) or by hand.
    Discarded,
    /// There was nothing to send.
    NothingToSend,
}

/// The other end of a wait.
pub(crate) type Waiting = watch::Receiver<Option<Verdict>>;

/// Waits for the cloud's word; without a mutation there was nothing to send.
pub(super) async fn heard(waiting: Option<Waiting>) -> Verdict {
    let Some(mut waiting) = waiting else { return Verdict::NothingToSend };
    match waiting.wait_for(Option::is_some).await {
        Ok(told) => told.clone().unwrap_or(Verdict::Discarded),
        Err(_) => Verdict::Discarded,
    }
}

/// Who waits for which mutation. A mutation is known here from its commit to its verdict.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    waiting: Mutex<HashMap<String, watch::Sender<Option<Verdict>>>>,
    /// Changes with each verdict, whether or not somebody waits for it: the outbox may have become shorter.
    told: watch::Sender<()>,
}

impl Verdicts {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Sender<Option<Verdict>>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for `mutation`. Called on the writer's thread right after the commit, so before it can be sent.
    pub(crate) fn expect(&self, mutation: &str) -> Waiting {
        let mut waiting = self.lock();
        // Those that nobody waits for any more go, now and then, so that the map does not grow without bound.
        if waiting.len().is_power_of_two() {
            waiting.retain(|_, verdict| verdict.receiver_count() > 0);
        }
        waiting.entry(mutation.to_owned()).or_insert_with(|| watch::Sender::new(None)).subscribe()
    }

    /// Tells the verdict of `mutation`.
    pub(crate) fn tell(&self, mutation: &str, verdict: Verdict) {
        if let Some(waiting) = self.lock().remove(mutation) {
            waiting.send_replace(Some(verdict));
        }
        self.told.send_replace(());
    }

    /// Changes with each verdict from now on.
    pub(crate) fn listen(&self) -> watch::Receiver<()> {
        self.told.subscribe()
    }

    /// A mutation goes on under a fresh id.
    pub(crate) fn rename(&self, mutation: &str, fresh: &str) {
        let mut waiting = self.lock();
        if let Some(known) = waiting.remove(mutation) {
            waiting.insert(fresh.to_owned(), known);
        }
    }

    /// The outbox was emptied.
    pub(crate) fn forget_all(&self) {
        for waiting in std::mem::take(&mut *self.lock()).into_values() {
            waiting.send_replace(Some(Verdict::Discarded));
        }
        self.told.send_replace(());
    }
}
