//! What the cloud says of a mutation, for those who wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::{Notify, watch};

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
    /// Nothing of it was left to apply: a newer record already says it, or a later mutation undid it or took its place.
    Superseded,
    /// It met a change by somebody else, which stays, and nothing of it was left to apply;
    /// [`DataStore::conflicts`](crate::DataStore::conflicts) lists what it wanted.
    Conflict,
    /// Its condition did not hold at the cloud; the server's record shows again.
    ConditionFailed,
    /// It was refused for good. It is parked, or dropped if the application wants that ([`OnRejected`](crate::OnRejected)).
    Rejected {
        /// Why.
        reason: String,
    },
    /// It was removed from the outbox by hand ([`Outbox::discard`](crate::Outbox::discard)).
    Discarded,
    /// The store was cleared ([`DataStore::clear`](crate::DataStore::clear)), and it is gone with everything else.
    Cleared,
    /// The store was closed. The mutation is in the outbox, and is sent after the next open.
    Closed,
    /// There was nothing to send.
    NothingToSend,
}

/// A mutation whose verdict may be waited for.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    verdict: OnceLock<Verdict>,
    told: Notify,
}

impl Pending {
    fn tell(&self, verdict: Verdict) {
        // There is one verdict, and it stays.
        if self.verdict.set(verdict).is_ok() {
            self.told.notify_waiters();
        }
    }

    async fn heard(&self) -> Verdict {
        let told = self.told.notified();
        if let Some(verdict) = self.verdict.get() {
            return verdict.clone();
        }
        told.await;
        self.verdict.get().cloned().unwrap_or(Verdict::Closed)
    }
}

/// The other end of a wait.
pub(crate) type Waiting = Arc<Pending>;

/// Waits for the cloud's word; without a mutation there was nothing to send.
pub(super) async fn heard(waiting: Option<Waiting>) -> Verdict {
    match waiting {
        Some(pending) => pending.heard().await,
        None => Verdict::NothingToSend,
    }
}

/// Who waits for which mutation. A mutation is known here from its commit to its verdict.
#[derive(Debug, Default)]
pub(crate) struct Verdicts {
    waiting: Mutex<Mutations>,
    /// Changes with each mutation that is added and with each verdict, whether or not somebody waits for it: the outbox may
    /// have become longer or shorter.
    told: watch::Sender<()>,
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

    fn tell_all(&mut self, verdict: &Verdict) {
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
        let pending = Waiting::default();
        waiting.pending.insert(mutation.to_owned(), Arc::clone(&pending));
        drop(waiting);
        self.told.send_replace(());
        pending
    }

    /// Tells the verdict of `mutation`.
    pub(crate) fn tell(&self, mutation: &str, verdict: Verdict) {
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
        let applied = |version| Verdict::Applied { version };
        let cases: [(&str, Step, Verdict); 6] = [
            ("told", |verdicts| verdicts.tell("m", Verdict::Applied { version: 2 }), applied(2)),
            (
                "told twice",
                |verdicts| (2..4).for_each(|version| verdicts.tell("m", Verdict::Applied { version })),
                applied(2),
            ),
            (
                "renamed",
                |verdicts| {
                    verdicts.rename("m", "n");
                    verdicts.tell("m", Verdict::Superseded);
                    verdicts.tell("n", Verdict::Applied { version: 3 });
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
