//! Hands events to the sessions that subscribed to them.
//!
//! A subscription is entered here under the same lock under which the service learns of it, and events are handed out
//! under that lock too: none can arrive between the two, and none before its `start_ack`.

use super::outbox::{End, Outbox, Outgoing};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use syncline_protocol::realtime::ServerFrame;
use syncline_protocol::request::Request;
use syncline_protocol::{ErrorType, GraphqlError};
use syncline_service::{Caller, Frame, Listener, Service, SubscriptionId, Unheard};
use tokio::sync::{Notify, watch};

/// The changes that are turned into frames at once.
const AT_ONCE: usize = 256;

/// A session's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SessionId(u64);

/// What a session says of itself with `connection_init`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Init {
    /// Whether it asks for the extension.
    pub(super) negotiated: bool,
    /// Whose socket it is.
    pub(super) origin: Option<Arc<str>>,
}

impl Init {
    fn listener(&self) -> Listener<'_> {
        match self.negotiated {
            true => Listener::Syncline { origin: self.origin.as_deref() },
            false => Listener::AppSync,
        }
    }
}

/// What a session asks for with `start`.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) caller: Caller,
    pub(super) request: Request,
    pub(super) init: Init,
    /// The bytes of what is planned for it.
    pub(super) planned: usize,
}

/// All sessions and their subscriptions.
#[derive(Debug)]
pub(crate) struct Hub {
    state: Mutex<State>,
    events: Arc<Notify>,
    /// Held while events are handed out: they keep their order, and none comes after the service was let go.
    delivering: tokio::sync::Mutex<()>,
    /// How many sessions there are.
    open: watch::Sender<usize>,
}

#[derive(Debug)]
struct State {
    service: Option<Arc<Service>>,
    sessions: HashMap<SessionId, Session>,
    subscriptions: HashMap<SubscriptionId, (SessionId, Arc<str>)>,
    next: u64,
    stopping: bool,
}

#[derive(Debug)]
struct Session {
    outbox: Outbox,
    started: HashMap<Arc<str>, (SubscriptionId, Wish)>,
    /// The bytes of what they ask for.
    bytes: usize,
}

impl Wish {
    /// The bytes that are kept as long as the subscription runs, if the client calls it `name`.
    fn size(&self, name: &str) -> usize {
        let Request { query, variables, .. } = &self.request;
        name.len() + query.len() + variables.as_str().len() + self.planned
    }
}

impl Hub {
    pub(crate) fn new(service: &Arc<Service>) -> Hub {
        let state = State {
            service: Some(Arc::clone(service)),
            sessions: HashMap::new(),
            subscriptions: HashMap::new(),
            next: 0,
            stopping: false,
        };
        let hub = Hub {
            state: Mutex::new(state),
            events: Arc::default(),
            delivering: Default::default(),
            open: watch::Sender::new(0),
        };
        hub.listen(service);
        hub
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn listen(&self, service: &Service) {
        let events = Arc::clone(&self.events);
        service.on_events(Arc::new(move || events.notify_one()));
    }

    /// Enters a session; `None` if the server stops.
    pub(super) fn join(&self, outbox: Outbox) -> Option<SessionId> {
        let state = &mut *self.state();
        if state.stopping {
            return None;
        }
        state.next += 1;
        let id = SessionId(state.next);
        state.sessions.insert(id, Session { outbox, started: HashMap::new(), bytes: 0 });
        self.open.send_replace(state.sessions.len());
        Some(id)
    }

    /// Removes a session with its subscriptions.
    pub(super) fn leave(&self, id: SessionId) {
        let state = &mut *self.state();
        let Some(session) = state.sessions.remove(&id) else { return };
        for (subscription, _) in session.started.values() {
            state.subscriptions.remove(subscription);
            if let Some(service) = &state.service {
                service.unsubscribe(*subscription);
            }
        }
        self.open.send_replace(state.sessions.len());
    }

    /// Begins the subscription that the client calls `name`, and tells it so; or tells why not.
    pub(super) fn start(&self, id: SessionId, name: &str, wish: Wish) {
        let state = &mut *self.state();
        let Some(session) = state.sessions.get_mut(&id) else { return };
        let refuse = |errors| {
            session.outbox.push(Outgoing::Frame(ServerFrame::Error { id: Some(name.to_owned()), errors }));
        };
        let Some(service) = &state.service else {
            return refuse(vec![GraphqlError::of_type(
                ErrorType::ServiceUnavailable,
                "The API is being replaced.",
            )]);
        };
        if session.started.contains_key(name) {
            let message = format!("A subscription with the id {name} runs already on this connection.");
            return refuse(vec![GraphqlError::of_type(ErrorType::DuplicatedOperation, message)]);
        }
        let most = service.limits().max_subscriptions;
        if session.started.len() >= most {
            let message = format!("Max number of {most} subscriptions reached");
            return refuse(vec![GraphqlError::of_type(ErrorType::MaxSubscriptionsReached, message)]);
        }
        let most = service.limits().max_subscription_bytes;
        if session.bytes.saturating_add(wish.size(name)) > most {
            let message = format!(
                "The subscriptions of a connection may have {most} bytes of ids, documents, their plans and variables."
            );
            return refuse(vec![GraphqlError::of_type(ErrorType::LimitExceeded, message)]);
        }
        match service.subscribe(&wish.caller, &wish.request, wish.init.listener()) {
            Err(errors) => refuse(errors),
            Ok(subscription) => {
                session.bytes += wish.size(name);
                let name: Arc<str> = name.into();
                session.outbox.push(Outgoing::Frame(ServerFrame::StartAck { id: name.to_string() }));
                state.subscriptions.insert(subscription, (id, Arc::clone(&name)));
                session.started.insert(name, (subscription, wish));
            }
        }
    }

    /// Ends the subscription that the client calls `name`. One that does not run is not answered: clients fail on that.
    pub(super) fn stop(&self, id: SessionId, name: &str) {
        let state = &mut *self.state();
        let Some(session) = state.sessions.get_mut(&id) else { return };
        let Some((subscription, wish)) = session.started.remove(name) else { return };
        session.bytes = session.bytes.saturating_sub(wish.size(name));
        state.subscriptions.remove(&subscription);
        if let Some(service) = &state.service {
            service.unsubscribe(subscription);
        }
        session.outbox.push(Outgoing::Frame(ServerFrame::Complete { id: name.to_owned() }));
    }

    /// Hands out events as they come, until the task that runs it ends.
    pub(crate) async fn run(&self) {
        loop {
            self.events.notified().await;
            let _alone = self.delivering.lock().await;
            self.deliver().await;
        }
    }

    /// Hands out what is due.
    async fn deliver(&self) {
        let Some(service) = self.state().service.clone() else { return };
        loop {
            let due = service.due_of(AT_ONCE).await;
            self.hand_out(due.frames, due.lost);
            if !due.more {
                return;
            }
        }
    }

    fn hand_out(&self, frames: Vec<Frame>, lost: bool) {
        if lost {
            self.lose();
        }
        let state = self.state();
        for frame in frames {
            let Some((id, name)) = state.subscriptions.get(&frame.subscription) else { continue };
            if let Some(session) = state.sessions.get(id) {
                session.outbox.push(Outgoing::Event(Arc::clone(name), frame));
            }
        }
    }

    /// Lets go of the service, after everything it had to say was handed out; what it says later is told to `unheard`.
    pub(crate) async fn detach(&self) -> Option<Unheard> {
        let _alone = self.delivering.lock().await;
        self.deliver().await;
        let service = self.state().service.take();
        service.map(|service| service.unheard())
    }

    /// Cuts off whoever listens, so that they sync.
    pub(crate) fn lose(&self) {
        tracing::warn!("events were lost: all subscribers are cut off");
        self.state().sessions.values().for_each(|session| session.outbox.end(End::Lost));
    }

    /// Takes up another service: every subscription is begun anew on it; one that does not fit it ends with an error.
    pub(crate) fn attach(&self, service: &Arc<Service>) {
        let state = &mut *self.state();
        self.listen(service);
        state.service = Some(Arc::clone(service));
        state.subscriptions.clear();
        for (id, session) in &mut state.sessions {
            for (name, (_, wish)) in std::mem::take(&mut session.started) {
                match service.subscribe(&wish.caller, &wish.request, wish.init.listener()) {
                    Ok(subscription) => {
                        state.subscriptions.insert(subscription, (*id, Arc::clone(&name)));
                        session.started.insert(name, (subscription, wish));
                    }
                    Err(errors) => {
                        session.bytes = session.bytes.saturating_sub(wish.size(&name));
                        let id = Some(name.to_string());
                        session.outbox.push(Outgoing::Frame(ServerFrame::Error { id, errors }));
                    }
                }
            }
        }
    }

    /// Tells all sessions to end, and lets no more in.
    pub(crate) fn begin_end(&self) {
        let state = &mut *self.state();
        state.stopping = true;
        state.sessions.values().for_each(|session| session.outbox.end(End::Stopping));
    }

    /// Ends all sessions and lets no more in; returns when the last has left.
    pub(crate) async fn end(&self) {
        let mut open = self.open.subscribe();
        self.begin_end();
        // The sender lives as long as this hub: waiting cannot fail.
        let _ = open.wait_for(|sessions| *sessions == 0).await;
    }
}
