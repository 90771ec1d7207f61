//! How far each model's sync has come, for whoever asks.

use crate::hub::SyncProgress;
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use syncline_core::ModelId;

/// What is known of the models' syncs in this process.
#[derive(Debug, Default)]
pub(crate) struct Statuses(Mutex<HashMap<ModelId, Status>>);

/// What is known of a model's sync.
#[derive(Clone, Debug, Default)]
pub(crate) struct Status {
    /// Whether a sync is under way.
    running: bool,
    done: u64,
    bytes: u64,
    /// Whether the last base sync ended at its cap.
    pub(crate) partial: bool,
    /// Why it cannot be synced for now.
    pub(crate) degraded: Option<String>,
}

impl Status {
    /// How far the sync under way has come.
    pub(crate) fn progress(&self, model: &str) -> Option<SyncProgress> {
        self.running.then(|| self.shown(model, None))
    }

    fn shown(&self, model: &str, total: Option<u64>) -> SyncProgress {
        SyncProgress { model: model.to_owned(), done: self.done, total, bytes: self.bytes }
    }
}

/// A page that was stored.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stored {
    /// Whether it is the first that was asked for, so that bytes count from it.
    pub(super) first: bool,
    /// Records that the sync has brought, with those before it was interrupted.
    pub(super) done: u64,
    /// The bytes of the page.
    pub(super) bytes: u64,
    /// Whether it was the last.
    pub(super) last: bool,
    /// Whether the model is partial.
    pub(super) partial: bool,
}

impl Statuses {
    fn all(&self) -> MutexGuard<'_, HashMap<ModelId, Status>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn of(&self, model: ModelId) -> Status {
        self.all().get(&model).cloned().unwrap_or_default()
    }

    /// A page is stored: how far the sync called `name` has come.
    pub(super) fn stored(&self, model: ModelId, name: &str, page: Stored) -> SyncProgress {
        let mut all = self.all();
        let status = all.entry(model).or_default();
        status.bytes = if page.first { page.bytes } else { status.bytes + page.bytes };
        (status.done, status.running) = (page.done, !page.last);
        if page.last {
            status.partial = page.partial;
        }
        status.shown(name, page.last.then_some(page.done))
    }

    /// Whether the model works; if not, why.
    pub(super) fn works(&self, model: ModelId, degraded: Option<String>) {
        let mut all = self.all();
        let status = all.entry(model).or_default();
        status.running &= degraded.is_none();
        status.degraded = degraded;
    }

    /// Sync has ended.
    pub(super) fn reset(&self) {
        self.all().clear();
    }
}
