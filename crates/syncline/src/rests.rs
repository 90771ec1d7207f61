//! Records that rest between two mutations, because they are edited faster than they are sent.

use std::sync::{Mutex, MutexGuard, PoisonError};
use syncline_core::{Key, ModelId};
use tokio::sync::Notify;

/// The records that rest. Whoever waits for the cloud's word ends that, so that it only slows what nobody waits for.
#[derive(Debug, Default)]
pub(crate) struct Rests {
    records: Mutex<Vec<(ModelId, Key)>>,
    hurried: Notify,
}

impl Rests {
    fn records(&self) -> MutexGuard<'_, Vec<(ModelId, Key)>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn put(&self, records: impl IntoIterator<Item = (ModelId, Key)>) {
        self.records().extend(records);
    }

    pub(crate) fn all(&self) -> Vec<(ModelId, Key)> {
        self.records().clone()
    }

    pub(crate) fn clear(&self) {
        self.records().clear();
    }

    /// Somebody waits for what may rest.
    pub(crate) fn hurry(&self) {
        if !self.records().is_empty() {
            self.hurried.notify_one();
        }
    }

    /// Waits until somebody does.
    pub(crate) async fn hurried(&self) {
        self.hurried.notified().await;
    }
}
