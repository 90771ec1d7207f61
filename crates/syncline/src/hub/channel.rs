//! From whoever knows to whoever listens.

use super::listener::{Listener, bits};
use super::{HubEvent, HubEvents, HubKind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Tells events to listeners, and never waits for them: see [`HubEvents`].
#[derive(Clone, Debug)]
pub struct Hub {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
pub(super) struct Shared {
    /// The kinds that any listener wants, a bit for each: others are not made at all.
    wanted: AtomicU32,
    listeners: Mutex<Listeners>,
    /// What stands in the way of sync, from the events so far: for errors to whoever did not listen.
    trouble: Mutex<Option<String>>,
}

#[derive(Debug, Default)]
struct Listeners {
    all: Vec<Arc<Listener>>,
    ended: bool,
}

impl Shared {
    fn listeners(&self) -> MutexGuard<'_, Listeners> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self, listeners: &Listeners) {
        let wanted = listeners.all.iter().fold(0, |wanted, listener| wanted | listener.wanted);
        self.wanted.store(wanted, Ordering::Release);
    }

    pub(super) fn leave(&self, listener: &Arc<Listener>) {
        let mut listeners = self.listeners();
        listeners.all.retain(|other| !Arc::ptr_eq(other, listener));
        self.count(&listeners);
    }
}

impl Hub {
    pub(crate) fn new() -> Hub {
        Hub { shared: Arc::default() }
    }

    /// Whether anybody wants events of this kind.
    pub(crate) fn wants(&self, kind: HubKind) -> bool {
        self.shared.wanted.load(Ordering::Acquire) & kind.bit() != 0
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
            | HubEvent::OutboxMutationProcessed(_) => self.set_trouble(None),
            _ => {}
        }
        let kind = event.kind();
        if !self.wants(kind) {
            return;
        }
        let listeners = self.shared.listeners();
        let wanting: Vec<_> =
            listeners.all.iter().filter(|listener| listener.wanted & kind.bit() != 0).collect();
        let copies = std::iter::repeat_n(event, wanting.len());
        let waiting: Vec<_> =
            wanting.into_iter().zip(copies).filter_map(|(one, event)| one.put(event)).collect();
        drop(listeners);
        waiting.into_iter().for_each(std::task::Waker::wake);
    }

    /// Like [`Hub::tell`], for an event that costs something to make: it is only made if somebody wants it.
    pub(crate) fn tell_with(&self, kind: HubKind, event: impl FnOnce() -> HubEvent) {
        if self.wants(kind) {
            self.tell(event());
        } else if kind == HubKind::OutboxMutationProcessed {
            self.set_trouble(None);
        }
    }

    /// The store is closed: listeners are told what they have not read yet, and then that it is over.
    pub(crate) fn end(&self) {
        let mut listeners = self.shared.listeners();
        listeners.ended = true;
        let waiting: Vec<_> = listeners.all.iter().filter_map(|listener| listener.end()).collect();
        drop(listeners);
        waiting.into_iter().for_each(std::task::Waker::wake);
    }

    /// Why the server does not answer, as far as that is known.
    pub(crate) fn cannot_reach(&self, reason: &str) {
        if !reason.is_empty() {
            self.set_trouble(Some(format!("the server cannot be reached: {reason}")));
        }
    }

    fn set_trouble(&self, trouble: Option<String>) {
        *self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }

    /// What stands in the way of sync, if anything does.
    pub(crate) fn trouble(&self) -> Option<String> {
        self.shared.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Listens to everything from now on.
    #[must_use]
    pub fn listen(&self) -> HubEvents {
        self.listen_with(u32::MAX)
    }

    /// Listens to these kinds from now on. Events that nobody listens to cost nothing: those with a record, above all
    /// [`SyncReceived`](HubKind::SyncReceived), are made only if somebody does.
    #[must_use]
    pub fn listen_to(&self, kinds: &[HubKind]) -> HubEvents {
        self.listen_with(bits(kinds))
    }

    fn listen_with(&self, wanted: u32) -> HubEvents {
        let mut listeners = self.shared.listeners();
        let listener = Arc::new(Listener::new(wanted, listeners.ended));
        listeners.all.push(Arc::clone(&listener));
        self.shared.count(&listeners);
        drop(listeners);
        HubEvents { listener, hub: Arc::clone(&self.shared) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hub::SyncProgress;
    use futures_util::FutureExt;

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
            (synced(0), None),
        ] {
            hub.tell(event);
            assert_eq!(hub.trouble().as_deref(), trouble);
        }
        hub.tell(degraded("again"));
        hub.tell_with(HubKind::OutboxMutationProcessed, || unreachable!("nobody listens"));
        assert_eq!(hub.trouble(), None);
    }

    fn synced(added: u64) -> HubEvent {
        let model = "Post".to_owned();
        HubEvent::ModelSynced {
            model,
            is_full_sync: true,
            is_delta_sync: false,
            partial: false,
            added,
            updated: 0,
            deleted: 0,
        }
    }

    fn progress(done: u64) -> HubEvent {
        HubEvent::SyncProgress(SyncProgress { model: "Post".to_owned(), done, total: None, bytes: 0 })
    }

    fn read(events: &mut HubEvents) -> Vec<HubEvent> {
        std::iter::from_fn(|| events.next().now_or_never().flatten()).collect()
    }

    #[test]
    fn a_slow_listener_is_told_how_many_it_missed_and_the_many_do_not_push_out_the_few() {
        let hub = Hub::new();
        let (mut all, mut some) = (hub.listen(), hub.listen_to(&[HubKind::Ready]));
        hub.tell(HubEvent::SyncQueriesReady);
        (0..1_100).for_each(|done| hub.tell(progress(done)));
        hub.tell(HubEvent::Ready);
        let mut expected = vec![HubEvent::Missed { count: 76 }, HubEvent::SyncQueriesReady];
        expected.extend((76..1_100).map(progress));
        expected.push(HubEvent::Ready);
        assert_eq!(read(&mut all), expected);
        assert_eq!(read(&mut some), [HubEvent::Ready], "it misses nothing that it did not want");
        (0..1_025).for_each(|added| hub.tell(synced(added)));
        let told = read(&mut all);
        assert_eq!(
            (told.len(), &told[0], &told[1]),
            (1_025, &HubEvent::Missed { count: 1 }, &synced(1)),
            "the oldest goes"
        );
    }

    #[test]
    fn what_nobody_wants_is_not_made_and_the_end_is_told() {
        let hub = Hub::new();
        let mut events = hub.listen_to(&[HubKind::SyncProgress, HubKind::OutboxStatus]);
        assert!(hub.wants(HubKind::OutboxStatus) && !hub.wants(HubKind::SyncReceived));
        hub.tell_with(HubKind::Ready, || unreachable!("nobody wants it"));
        hub.tell(HubEvent::Ready);
        hub.tell_with(HubKind::SyncProgress, || progress(1));
        hub.end();
        assert_eq!(events.next().now_or_never(), Some(Some(progress(1))), "what was told before the end");
        assert_eq!(events.next().now_or_never(), Some(None));
        assert_eq!(hub.listen().next().now_or_never(), Some(None));
        drop(events);
        assert!(!hub.wants(HubKind::OutboxStatus));
    }

    #[test]
    fn names_are_those_of_the_channel() {
        for (event, name) in [
            (HubEvent::NetworkStatus { active: true }, "networkStatus"),
            (HubEvent::SubscriptionsEstablished, "subscriptionsEstablished"),
            (HubEvent::SyncQueriesStarted { models: vec![] }, "syncQueriesStarted"),
            (synced(0), "modelSynced"),
            (HubEvent::SyncQueriesReady, "syncQueriesReady"),
            (HubEvent::Ready, "ready"),
            (HubEvent::OutboxStatus { is_empty: true }, "outboxStatus"),
        ] {
            assert_eq!((event.name(), event.kind().to_string().as_str()), (name, name));
        }
    }
}
