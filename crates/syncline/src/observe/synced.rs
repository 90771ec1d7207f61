//! Which models are in sync, as `observe_query` says it.

use syncline_core::ModelId;
use tokio::sync::watch;

/// By model: whether its records have been synced since sync was started. It says nothing of the connection.
#[derive(Debug)]
pub(crate) struct Synced(watch::Sender<Vec<bool>>);

impl Synced {
    /// Of `models` models, none of which is.
    pub(crate) fn new(models: usize) -> Synced {
        Synced(watch::Sender::new(vec![false; models]))
    }

    /// The model is in sync.
    pub(crate) fn set(&self, model: ModelId) {
        self.0.send_if_modified(|models| {
            let news = models.get_mut(model.0).filter(|synced| !**synced);
            news.map(|synced| *synced = true).is_some()
        });
    }

    /// Sync has ended: no model is.
    pub(crate) fn reset(&self) {
        self.0.send_if_modified(|models| {
            let any = models.contains(&true);
            models.fill(false);
            any
        });
    }

    /// The store is closed: nothing is known of any model.
    pub(crate) fn end(&self) {
        self.0.send_replace(Vec::new());
    }

    pub(crate) fn watch(&self) -> watch::Receiver<Vec<bool>> {
        self.0.subscribe()
    }
}
