//! The state and the one function that changes it.

use crate::models::Models;
use crate::sender::Sender;
use crate::socket::Socket;
use crate::{Action, Effect, Event, Failure, Input, Notice, Start, Timer};
use syncline_core::ModelId;
use syncline_core::faults::{Rule, is_broken};

/// How long a server may take to say that subscriptions run, in ms; then the models are synced without.
const SUBSCRIPTIONS_MS: u64 = 15_000;

/// The state of the flow. One engine lives as long as its store; its runs come and go.
#[derive(Debug)]
pub struct Engine {
    run: u64,
    running: Option<Running>,
}

/// The state of a run.
#[derive(Debug)]
struct Running {
    socket: Socket,
    models: Models,
    sender: Sender,
    /// What the application was last told of the network.
    active: Option<bool>,
    told_ready: bool,
}

/// Where effects are collected, with the randomness of this step.
#[derive(Debug)]
pub(crate) struct Out {
    pub(crate) random: u64,
    actions: Vec<Action>,
}

impl Out {
    pub(crate) fn push(&mut self, action: Action) {
        self.actions.push(action);
    }

    pub(crate) fn tell(&mut self, notice: Notice) {
        self.actions.push(Action::Publish(notice));
    }
}

impl Engine {
    /// An engine at rest. `run` must be above the number of any earlier run whose effects may still be under way.
    #[must_use]
    pub fn new(run: u64) -> Engine {
        Engine { run, running: None }
    }

    /// The number of the current run.
    #[must_use]
    pub fn run(&self) -> u64 {
        self.run
    }

    /// Whether it has been started and not stopped.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Takes what happened and says what to do, in that order. `random` is any number; it spreads retries.
    pub fn step(&mut self, input: Input, random: u64) -> Vec<Effect> {
        let mut out = Out { random, actions: Vec::new() };
        match input {
            Input::Start(start) => self.start(start, &mut out),
            Input::Stop => self.stop(&mut out),
            Input::OutboxGrew => {
                if let Some(running) = &mut self.running {
                    running.sender.grew(&mut out);
                }
            }
            Input::Wake => {
                if let Some(running) = &mut self.running {
                    running.wake(&mut out);
                }
            }
            Input::Event { run, event } => {
                if let Some(running) = &mut self.running
                    && (run == self.run || is_broken(Rule::RunNumbers))
                {
                    running.event(event, &mut out);
                }
            }
        }
        let run = self.run;
        out.actions.into_iter().map(|action| Effect { run, action }).collect()
    }

    fn start(&mut self, start: Start, out: &mut Out) {
        if self.running.is_some() {
            return;
        }
        self.run += 1;
        let mut running = Running {
            socket: Socket::default(),
            models: Models::new(start.models, start.max_page, start.safety_ms),
            sender: Sender::new(start.max_batch),
            active: None,
            told_ready: false,
        };
        running.socket.open(out);
        self.running = Some(running);
    }

    fn stop(&mut self, out: &mut Out) {
        if self.running.take().is_some() {
            out.push(Action::CloseSocket);
        }
    }
}

impl Running {
    fn event(&mut self, event: Event, out: &mut Out) {
        match event {
            Event::SocketOpened => {
                let recovered = self.socket.opened();
                self.answered(recovered, out);
                out.push(Action::SetTimer { timer: Timer::Subscriptions, delay_ms: SUBSCRIPTIONS_MS });
                for model in self.models.ids() {
                    self.models.subscribing(model);
                    out.push(Action::Subscribe(model));
                }
                self.after_subscriptions(out);
            }
            Event::SocketLost(failure) => {
                // Whether the server answers is for requests to say, which follow at once; but before the first of them a
                // socket that does not open is all that is known.
                if self.active.is_none() || !failure.is_transient() {
                    self.unanswered(failure, out);
                }
                self.socket.lost(failure, out);
                // Without a socket the device still syncs: once now, and again with each attempt to reconnect.
                self.models.socket_lost();
                self.models.begin(out);
            }
            Event::NoSocket => self.models.begin(out),
            Event::Subscribed(model) => {
                self.models.subscribed(model, true);
                self.after_subscriptions(out);
            }
            Event::SubscriptionFailed(model, _) => {
                self.models.subscribed(model, false);
                self.after_subscriptions(out);
            }
            Event::Gap(model) => {
                self.models.gap(model);
                self.models.begin(out);
            }
            Event::ServerSays { max_page, sequenced } => self.models.server_says(max_page, sequenced),
            Event::PageArrived { page, more, base } => {
                let recovered = self.models.is_heard_again(page);
                self.answered(recovered, out);
                self.models.arrived(page, more, base, out);
            }
            Event::PageApplied { page, counts } => {
                self.models.applied(page, counts, self.socket.is_open(), out);
            }
            Event::PageFailed { page, failure, answered } => {
                self.unanswered(failure, out);
                self.models.failed(page, failure, answered, self.socket.is_open(), out);
                if self.models.are_long_unanswered() {
                    self.sender.online(out);
                }
            }
            Event::CursorRefused { page, scope_changed } => {
                self.models.refused(page, scope_changed, self.socket.is_open(), out);
            }
            Event::BatchClaimed { batch, full, in_doubt } => self.sender.claimed(batch, full, in_doubt, out),
            Event::NothingToSend { batch } => self.sender.idle(batch, out),
            Event::BatchSettled { batch, unsent } => {
                let recovered = self.sender.is_heard_again(batch);
                self.answered(recovered, out);
                self.sender.settled(batch, unsent, out);
            }
            Event::Resting => self.sender.rest(out),
            Event::BatchUnsure { batch, failure } => {
                let recovered = self.sender.is_heard_again(batch);
                self.answered(recovered, out);
                self.sender.unsure(batch, failure, out);
            }
            Event::BatchFailed { batch, size, failure, answered } => {
                self.unanswered(failure, out);
                self.sender.failed(batch, size, failure, answered, out);
            }
            Event::Timer(timer) => self.rang(timer, out),
        }
        self.tell_ready(out);
    }

    fn rang(&mut self, timer: Timer, out: &mut Out) {
        match timer {
            Timer::Socket => self.socket.retry(out),
            Timer::Steady => self.socket.steady(),
            Timer::Subscriptions => {
                self.models.subscriptions_overdue();
                self.after_subscriptions(out);
            }
            Timer::Model(model) => self.models.retry(model, out),
            Timer::Sender => self.sender.retry(out),
            Timer::Doubts => self.sender.resend(out),
            Timer::Rest => self.sender.rested(out),
        }
    }

    fn wake(&mut self, out: &mut Out) {
        self.socket.retry(out);
        for model in self.models.ids() {
            self.models.gap(model);
        }
        self.models.wake(out);
        self.sender.retry(out);
        self.sender.rested(out);
        self.sender.resend(out);
    }

    /// Once every model is subscribed to (or cannot be), what was missed while they were not is fetched.
    fn after_subscriptions(&mut self, out: &mut Out) {
        if self.socket.is_open() && self.models.all_subscribed() {
            if self.socket.establish(out) {
                out.tell(Notice::SubscriptionsEstablished);
            }
            self.models.begin(out);
        }
    }

    /// The server answered: sending starts with its first answer. If what was answered had got no answer before
    /// (`recovered`), the network is back, and what else waits for it is tried at once. An answer alone says nothing of
    /// the kind: where HTTP works and sockets do not, each page would open the socket whose loss asks for the next page.
    fn answered(&mut self, recovered: bool, out: &mut Out) {
        self.tell_active(true, out);
        self.sender.online(out);
        if recovered {
            self.socket.retry(out);
            self.models.wake(out);
            self.sender.recovered(out);
        }
    }

    /// There was no good answer. One that refuses is an answer all the same, but others may have a better one: sending
    /// begins when each has had its turn, and at last without any, for what nobody may read can still be written (I7).
    fn unanswered(&mut self, failure: Failure, out: &mut Out) {
        self.tell_active(!failure.is_transient(), out);
    }

    fn tell_active(&mut self, active: bool, out: &mut Out) {
        if self.active != Some(active) {
            self.active = Some(active);
            out.tell(Notice::NetworkStatus { active });
        }
    }

    fn tell_ready(&mut self, out: &mut Out) {
        let synced = self.models.tell_ready(out);
        if synced {
            self.sender.online(out);
            self.sender.others_are_ready(out);
        }
        if synced && self.sender.started() && !self.told_ready {
            self.told_ready = true;
            out.tell(Notice::Ready);
        }
    }
}

/// For tests and diagnostics: which models wait for what.
impl Engine {
    /// The models that are neither synced nor degraded.
    #[must_use]
    pub fn unsynced(&self) -> Vec<ModelId> {
        self.running.as_ref().map_or_else(Vec::new, |running| running.models.unsynced())
    }
}
