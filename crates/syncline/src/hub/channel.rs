//! The hub: what happens inside, told to whoever listens.

use std::sync::{Arc, Mutex, PoisonError};
use syncline_core::Key;
use syncline_core::record::Conflict;
use tokio::sync::broadcast;

/// How many events a slow listener may be behind before it misses some.
const BACKLOG: usize = 1024;

/// An event, with the name that it has on the DataStore channel of Amplify's hub. The
/// [guide](crate::guide::syncing#what-happens) says in which order they come.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum HubEvent {
    /// Whether the server answers.
    NetworkStatus {
        /// Whether it does.
        active: bool,
    },
    /// Every model is subscribed to, or cannot be.
    SubscriptionsEstablished,
    /// The first syncs begin.
    SyncQueriesStarted {
        /// The models' names.
        models: Vec<String>,
    },
    /// A model is in sync.
    ModelSynced {
        /// The model's name.
        model: String,
        /// Whether everything was fetched (a base sync) or what changed (a delta sync).
        base: bool,
        /// Records that were not there.
        added: u64,
        /// Records that changed.
        updated: u64,
        /// Records that went.
        deleted: u64,
    },
    /// A model cannot be synced for now; the others go on.
    ModelDegraded {
        /// The model's name.
        model: String,
        /// Why, and what may help.
        reason: String,
    },
    /// Every model is synced or degraded.
    SyncQueriesReady,
    /// Every model is synced or degraded, and sending has started.
    Ready,
    /// Whether the outbox is empty.
    OutboxStatus {
        /// Whether it is.
        is_empty: bool,
    },
    /// A mutation waits to be sent.
    OutboxMutationEnqueued {
        /// The model's name.
        model: String,
        /// The record.
        key: Key,
        /// The mutation's id.
        mutation: String,
    },
    /// The cloud has applied a mutation.
    OutboxMutationProcessed {
        /// The model's name.
        model: String,
        /// The record.
        key: Key,
        /// The mutation's id.
        mutation: String,
        /// The record's version now.
        version: i64,
    },
    /// The cloud refused a mutation for good; it is parked.
    OutboxMutationFailed {
        /// The model's name.
        model: String,
        /// The record.
        key: Key,
        /// The mutation's id.
        mutation: String,
        /// Why.
        reason: String,
    },
    /// A condition did not hold at the cloud; the server's record shows again.
    ConditionalSaveFailed {
        /// The model's name.
        model: String,
        /// The record.
        key: Key,
        /// The mutation's id.
        mutation: String,
    },
    /// Two sides changed the same thing; how it was settled.
    ConflictDetected(Arc<Conflict>),
}

/// Tells events to listeners. It never waits for them: who is more than 1,024 events behind misses the oldest.
#[derive(Clone, Debug)]
pub struct Hub {
    sender: broadcast::Sender<HubEvent>,
    /// What stands in the way of sync, from the events so far: for errors to whoever did not listen.
    trouble: Arc<Mutex<Option<String>>>,
}

impl Hub {
    pub(crate) fn new() -> Hub {
        Hub { sender: broadcast::Sender::new(BACKLOG), trouble: Arc::default() }
    }

    pub(crate) fn tell(&self, event: HubEvent) {
        match &event {
            HubEvent::NetworkStatus { active: false } => {
                self.set_trouble(Some("the server cannot be reached".to_owned()));
            }
            HubEvent::ModelDegraded { model, reason } => {
                self.set_trouble(Some(format!("{model} does not sync: {reason}")));
            }
            HubEvent::NetworkStatus { active: true }
            | HubEvent::ModelSynced { .. }
            | HubEvent::OutboxMutationProcessed { .. } => self.set_trouble(None),
            _ => {}
        }
        // Nobody listening is no error.
        let _ = self.sender.send(event);
    }

    /// Like [`Hub::tell`], for an event that says nothing about trouble: it is only made if somebody listens.
    pub(crate) fn tell_with(&self, event: impl FnOnce() -> HubEvent) {
        if self.sender.receiver_count() > 0 {
            self.tell(event());
        }
    }

    fn set_trouble(&self, trouble: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// What stands in the way of sync, if anything does.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Listens from now on.
    #[must_use]
    pub fn listen(&self) -> HubEvents {
        HubEvents { receiver: self.sender.subscribe() }
    }
}

/// The events a listener receives.
#[derive(Debug)]
pub struct HubEvents {
    receiver: broadcast::Receiver<HubEvent>,
}

impl HubEvents {
    /// The next event; `None` once the store is gone. Cancelling loses nothing.
    pub async fn next(&mut self) -> Option<HubEvent> {
        loop {
            match self.receiver.recv().await {
                Ok(event) => return Some(event),
                Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }

    /// The next event that `wanted` accepts; `None` once the store is gone.
    pub async fn wait_for(&mut self, mut wanted: impl FnMut(&HubEvent) -> bool) -> Option<HubEvent> {
        loop {
            let event = self.next().await?;
            if wanted(&event) {
                return Some(event);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trouble_is_known_until_it_is_over() {
        let hub = Hub::new();
        assert_eq!(hub.trouble(), None);
        let degraded = |reason: &str| HubEvent::ModelDegraded { model: "Post".into(), reason: reason.into() };
        for (event, trouble) in [
            (HubEvent::NetworkStatus { active: false }, Some("the server cannot be reached")),
            (HubEvent::OutboxStatus { is_empty: false }, Some("the server cannot be reached")),
            (HubEvent::NetworkStatus { active: true }, None),
            (degraded("wrong key"), Some("Post does not sync: wrong key")),
            (HubEvent::SyncQueriesReady, Some("Post does not sync: wrong key")),
            (
                HubEvent::ModelSynced { model: "Post".into(), base: true, added: 0, updated: 0, deleted: 0 },
                None,
            ),
        ] {
            hub.tell(event);
            assert_eq!(hub.trouble().as_deref(), trouble);
        }
    }
}
