//! What goes between the devices and the server, and when it arrives.

use super::{Address, Message, Purpose, World};
use crate::device::Fetched;
use crate::schemas::Names;
use crate::server::{Said, Subscriber};
use syncline_core::ModelId;
use syncline_engine::{Event, Failure, PageId, Timer};
use syncline_protocol::document::SubscriptionKind;
use syncline_protocol::exchange::{live_filter, subscription_request};

/// How long a device waits for an answer, in ms.
const PATIENCE_MS: u64 = 35_000;

/// All of a model's subscriptions, as bits.
const ALL: u8 = 0b111;

impl World {
    fn delay(&mut self) -> u64 {
        let slowest = if self.calm { 2 } else { self.settings.slowest_ms };
        1 + self.random.next() % slowest.max(1)
    }

    /// Lets a handler think for a while.
    pub fn ponder(&mut self, message: Message) {
        let delay = self.delay();
        self.later(delay, message);
    }

    /// Sends a message between a device and the server: it may be lost, repeated and late.
    pub(super) fn send(&mut self, device: usize, message: Message) {
        let cut = !self.devices[device].online;
        let lost = !self.calm && self.random.chance(self.settings.lose);
        let twice = !self.calm && self.random.chance(self.settings.repeat);
        if cut || lost {
            return;
        }
        if twice {
            let delay = self.delay();
            self.later(delay, message.clone());
        }
        let delay = self.delay();
        self.later(delay, message);
    }

    pub(super) fn deliver(&mut self, message: Message) -> Result<(), String> {
        match message {
            Message::Request { from, number, names, body, purpose } => {
                let commits = self.log.commits();
                let names = if self.server.retired { Names::New } else { names };
                let answer = self.server.answer(names, &body)?;
                if let Purpose::Batch { flight, entries } = &purpose
                    && flight.atomic
                {
                    crate::check::at_once(self, commits, entries.len())?;
                }
                let (status, mut answer) = answer;
                if !self.server.shows_all(from.device) {
                    answer = crate::hide::in_answer(&answer)?;
                }
                let body = Some((status, answer));
                self.send(from.device, Message::Answer { to: from, number, purpose, body });
                Ok(())
            }
            Message::Answer { to, number, purpose, body } => {
                let late = self.devices[to.device].volatile.is_answered(number, body.as_ref());
                if late || !self.is_alive(to) {
                    return Ok(());
                }
                crate::runner::answered(self, to, purpose, body)
            }
            Message::Connect { from, connection } => {
                self.server.hang_up(from.device, Some(connection));
                self.connections.insert(connection, from.device);
                self.send(from.device, Message::Connected { to: from, connection });
                Ok(())
            }
            Message::Connected { to, connection } => self.connected(to, connection),
            Message::Lost { to, connection } => self.lost(to, connection),
            Message::NotConnected { to, connection } => {
                let waits = self.devices[to.device].volatile.connecting == Some(connection);
                if waits { self.lost(to, connection) } else { Ok(()) }
            }
            Message::Impatient { to, connection, model } => {
                let runs = self.devices[to.device].volatile.running.get(&model) == Some(&ALL);
                if runs { Ok(()) } else { self.lost(to, connection) }
            }
            Message::Subscribe { from, subscriber, names, request, filtered } => {
                if self.connections.get(&subscriber.connection) != Some(&from.device) {
                    return Ok(());
                }
                let said =
                    self.server.subscribe((names, &request), (subscriber, &from.origin()), filtered)?;
                self.send(from.device, Message::Subscribed { to: from, subscriber, said });
                Ok(())
            }
            Message::Subscribed { to, subscriber, said } => self.subscribed(to, subscriber, said),
            Message::Frame { subscriber, text } => crate::runner::frame(self, subscriber, &text),
            Message::Handler { to, thought } => {
                if self.is_alive(to) {
                    crate::runner::thought(self, to, thought)
                } else {
                    Ok(())
                }
            }
            Message::Timer { to, timer, setting } => {
                let volatile = &mut self.devices[to.device].volatile;
                let current = volatile.timers.get(&timer) == Some(&setting);
                if !current || !self.is_alive(to) {
                    return Ok(());
                }
                if timer == Timer::Doubts {
                    self.devices[to.device].volatile.aside.clear();
                }
                if timer == Timer::Rest {
                    self.devices[to.device].volatile.resting.clear();
                }
                self.event(to, Event::Timer(timer))
            }
        }
    }

    fn connected(&mut self, to: Address, connection: u64) -> Result<(), String> {
        let alive = self.is_alive(to);
        let volatile = &mut self.devices[to.device].volatile;
        if !alive || volatile.connecting != Some(connection) {
            return Ok(());
        }
        volatile.connecting = None;
        volatile.connection = Some(connection);
        volatile.running.clear();
        volatile.last.clear();
        self.event(to, Event::SocketOpened)
    }

    fn lost(&mut self, to: Address, connection: u64) -> Result<(), String> {
        let volatile = &self.devices[to.device].volatile;
        let current = [volatile.connecting, volatile.connection].contains(&Some(connection));
        if !self.is_alive(to) || !current {
            return Ok(());
        }
        self.hang_up(to.device);
        self.event(to, Event::SocketLost(Failure::Transient { retry_after_ms: None }))
    }

    fn subscribed(&mut self, to: Address, subscriber: Subscriber, said: Said) -> Result<(), String> {
        let alive = self.is_alive(to);
        let volatile = &mut self.devices[to.device].volatile;
        if !alive || volatile.connection != Some(subscriber.connection) {
            return Ok(());
        }
        let model = ModelId(subscriber.subscription.0);
        let running = volatile.running.entry(model).or_default();
        match said {
            Said::Runs => {}
            Said::NotFiltered => {
                self.history.count("filters refused");
                self.subscribe_to(to, subscriber, false);
                return Ok(());
            }
            Said::No => {
                *running = ALL;
                return self.event(to, Event::SubscriptionFailed(model, Failure::Refused));
            }
        }
        *running |= 1 << subscriber.subscription.1;
        if *running == ALL { self.event(to, Event::Subscribed(model)) } else { Ok(()) }
    }

    /// Sends what is due to those who subscribed.
    ///
    /// # Errors
    /// If the service waits.
    pub fn deliver_frames(&mut self) -> Result<(), String> {
        for (subscriber, text) in self.server.frames()? {
            self.send(subscriber.device, Message::Frame { subscriber, text });
        }
        Ok(())
    }

    /// A request goes out, with a time-out behind it.
    pub fn request(&mut self, from: Address, body: String, purpose: Purpose) {
        let names = self.devices[from.device].names();
        self.request_by(names, from, body, purpose);
    }

    /// The same for a request that speaks by these names.
    pub fn request_by(&mut self, names: Names, from: Address, body: String, purpose: Purpose) {
        let number = self.count();
        self.send(from.device, Message::Request { from, number, names, body, purpose: purpose.clone() });
        self.later(PATIENCE_MS, Message::Answer { to: from, number, purpose, body: None });
    }

    /// A connection is tried.
    pub fn connect(&mut self, from: Address) {
        let connection = self.count();
        self.devices[from.device].volatile.connecting = Some(connection);
        self.send(from.device, Message::Connect { from, connection });
        // Should the connection or its acceptance get lost, the device notices after a while.
        let patience = if self.devices[from.device].online { 15_000 } else { 3 };
        self.later(patience, Message::NotConnected { to: from, connection });
    }

    /// The three subscriptions of a model are asked for.
    pub fn subscribe(&mut self, from: Address, model: ModelId) {
        let Some(connection) = self.devices[from.device].volatile.connection else { return };
        for kind in 0..SubscriptionKind::ALL.len() {
            let subscriber = Subscriber { device: from.device, connection, subscription: (model.0, kind) };
            self.subscribe_to(from, subscriber, true);
        }
        // An acknowledgement that does not come within 15 s ends the connection.
        self.later(15_000, Message::Impatient { to: from, connection, model });
    }

    fn subscribe_to(&mut self, from: Address, subscriber: Subscriber, filtered: bool) {
        let (model, kind) = subscriber.subscription;
        let (model, kind) = (ModelId(model), SubscriptionKind::ALL[kind]);
        let it = &self.devices[from.device];
        let expression = it.expression(model);
        let filter = live_filter(&expression, kind, !self.settings.plain).filter(|_| filtered);
        let request = subscription_request(&it.model(model), kind, filter);
        let (filtered, names) = (filter.is_some(), it.names());
        self.send(from.device, Message::Subscribe { from, subscriber, names, request, filtered });
    }

    /// A timer is set.
    pub fn set_timer(&mut self, to: Address, timer: Timer, delay_ms: u64) {
        let setting = self.count();
        self.devices[to.device].volatile.timers.insert(timer, setting);
        self.later(delay_ms, Message::Timer { to, timer, setting });
    }

    /// A page that arrived is kept until it is to be stored.
    pub fn keep(&mut self, device: usize, page: PageId, fetched: Fetched) {
        let volatile = &mut self.devices[device].volatile;
        volatile.chains.insert(page.model, fetched.sync.clone());
        volatile.pages.insert(page, fetched);
    }
}
