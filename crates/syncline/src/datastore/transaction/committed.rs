//! What a transaction leaves its caller with.

use crate::datastore::verdict::heard;
use crate::datastore::{DataStore, Verdict, Waiting};
use syncline_core::Key;

/// One mutation of a group: the name of its model, its record, and who says what became of it.
pub(super) type Member = (String, Key, Waiting);

/// A transaction that has been written: it is on the disk, and on its way to the cloud. Like a handle it keeps the store
/// open; taking its value lets go of it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Committed<R> {
    /// What the closure returned.
    pub value: R,
    members: Vec<Member>,
    _store: DataStore,
}

/// The cloud's word on a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GroupVerdict {
    /// Every mutation was applied, as far as there was anything left of it to apply.
    Applied {
        /// How many were applied.
        mutations: usize,
    },
    /// One of its mutations was refused for good or met a conflict. It is parked, and so is everything of the transaction
    /// that was not applied yet; this is the first of them.
    Parked {
        /// The model of the record that it was about.
        model: String,
        /// The record.
        key: Key,
        /// Why; if it was another one that was refused, which one, and why that was.
        reason: String,
        /// How many mutations before it had been applied: none by a server that applies them as a whole, but AppSync gets
        /// them one by one, in their order.
        applied: usize,
    },
    /// The condition of one of its mutations did not hold at the cloud. That one is dropped, and those behind it are
    /// parked.
    ConditionFailed {
        /// The model of the record that it was about.
        model: String,
        /// The record.
        key: Key,
        /// How many mutations before it had been applied.
        applied: usize,
    },
    /// It was removed from the outbox by hand.
    Discarded,
    /// The store was cleared, and it is gone with everything else.
    Cleared,
    /// The store was closed. What was not sent is in the outbox, and is sent after the next open.
    Closed,
    /// There was nothing to send.
    NothingToSend,
}

impl<R> Committed<R> {
    pub(super) fn new(value: R, members: Vec<Member>, store: DataStore) -> Committed<R> {
        Committed { value, members, _store: store }
    }

    /// What the closure returned.
    pub fn into_inner(self) -> R {
        self.value
    }

    /// Waits for the cloud's word on the transaction: for that on all of its mutations, or on the first that is not
    /// applied. Offline it waits until the device is online again. The store stays open meanwhile.
    pub async fn synced(self) -> GroupVerdict {
        let Committed { members, _store, .. } = self;
        if members.is_empty() {
            return GroupVerdict::NothingToSend;
        }
        let mut applied = 0;
        for (model, key, waiting) in members {
            match heard(Some(waiting)).await {
                Verdict::Applied { .. } => applied += 1,
                Verdict::Superseded | Verdict::Conflict { .. } | Verdict::NothingToSend => {}
                Verdict::ConditionFailed { .. } => {
                    return GroupVerdict::ConditionFailed { model, key, applied };
                }
                Verdict::Rejected(why) => {
                    return GroupVerdict::Parked { model, key, reason: why.to_string(), applied };
                }
                Verdict::Discarded => return GroupVerdict::Discarded,
                Verdict::Cleared => return GroupVerdict::Cleared,
                Verdict::Closed => return GroupVerdict::Closed,
            }
        }
        GroupVerdict::Applied { mutations: applied }
    }
}
