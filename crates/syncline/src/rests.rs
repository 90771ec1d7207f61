//! Records that rest between two mutations, because they are edited faster than they are sent.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use syncline_core::{Key, ModelId};
use tokio::sync::Notify;

/// The records that rest. None does while somebody waits for the cloud's word, on whatever: what that waits for may stand
/// on an edit that rests. So it only slows what nobody waits for.
#[derive(Debug, Default)]
pub(crate) struct Rests {
    records: Mutex<Vec<(ModelId, Key)>>,
    hurried: Notify,
    waiters: AtomicUsize,
}

/// One who waits, until it is dropped.
#[derive(Debug)]
pub(crate) struct Waiter<'r>(&'r Rests);

impl Drop for Waiter<'_> {
    fn drop(&mut self) {
        self.0.waiters.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Rests {
    fn records(&self) -> MutexGuard<'_, Vec<(ModelId, Key)>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody waits from now on.
    pub(crate) fn wait(&self) -> Waiter<'_> {
        self.waiters.fetch_add(1, Ordering::SeqCst);
        self.hurry();
        Waiter(self)
    }

    pub(crate) fn is_waited(&self) -> bool {
        self.waiters.load(Ordering::SeqCst) > 0
    }

    /// Puts records among those that rest. `tell` tells the engine, which says when they have rested; nobody can take them
    /// away before.
    pub(crate) fn put(&self, records: impl IntoIterator<Item = (ModelId, Key)>, tell: impl FnOnce()) {
        let mut resting = self.records();
        resting.extend(records);
        tell();
        drop(resting);
        // Who began to wait just before has found nothing that rests.
        if self.is_waited() {
            self.hurry();
        }
    }

    pub(crate) fn all(&self) -> Vec<(ModelId, Key)> {
        self.records().clone()
    }

    pub(crate) fn clear(&self) {
        self.records().clear();
    }

    fn hurry(&self) {
        if !self.records().is_empty() {
            self.hurried.notify_one();
        }
    }

    /// Waits until what rests is waited for.
    pub(crate) async fn hurried(&self) {
        self.hurried.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn who_waits_ends_the_rest_whether_they_come_before_or_after_it() {
        let record = || [(ModelId(0), Key::id("p"))];
        for (name, waits_before, waits_after, hurried) in
            [("nobody", false, false, false), ("before", true, false, true), ("after", false, true, true)]
        {
            let rests = Rests::default();
            let before = waits_before.then(|| rests.wait());
            assert!(rests.hurried().now_or_never().is_none(), "{name}: nothing rests");
            let mut told = false;
            rests.put(record(), || told = true);
            assert!(told, "{name}");
            let after = waits_after.then(|| rests.wait());
            assert_eq!(rests.is_waited(), hurried, "{name}");
            assert_eq!(rests.hurried().now_or_never().is_some(), hurried, "{name}");
            assert_eq!(rests.all(), record(), "{name}: until the engine says so");
            drop((before, after));
            assert!(!rests.is_waited(), "{name}");
        }
    }
}
