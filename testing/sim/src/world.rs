//! The world: a clock, a network that loses, repeats, delays and reorders, devices that crash, and one server.

use crate::device::{Device, Fetched, Purpose};
use crate::history::{History, ServerLog, SharedLog};
use crate::random::Random;
use crate::server::{Server, Subscriber};
use crate::settings::Settings;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::Path;
use std::sync::Arc;
use syncline_backend::ManualClock;
use syncline_core::{ModelId, Schema};
use syncline_engine::{Effect, Event, Input, Timer};
use syncline_protocol::document::SubscriptionKind;

/// How long a device waits for an answer, in ms.
const PATIENCE_MS: u64 = 35_000;

/// Something under way.
#[derive(Clone, Debug)]
pub enum Message {
    /// A request reaches the server.
    Request {
        /// Who asks.
        from: Address,
        /// Its number.
        number: u64,
        /// The body.
        body: String,
        /// What it is about.
        purpose: Purpose,
    },
    /// An answer, or its absence, reaches a device.
    Answer {
        /// Who asked.
        to: Address,
        /// The request's number.
        number: u64,
        /// What it was about.
        purpose: Purpose,
        /// The body; `None`: time is up.
        body: Option<(u16, Vec<u8>)>,
    },
    /// A device's connection reaches the server, or does not.
    Connect {
        /// Who connects.
        from: Address,
        /// The connection.
        connection: u64,
    },
    /// A connection is open.
    Connected {
        /// Whose.
        to: Address,
        /// The connection.
        connection: u64,
    },
    /// A connection is gone, or was never there.
    Lost {
        /// Whose.
        to: Address,
        /// The connection.
        connection: u64,
    },
    /// A connection should be open by now.
    NotConnected {
        /// Whose.
        to: Address,
        /// The connection.
        connection: u64,
    },
    /// A connection's subscriptions to a model should run by now.
    Impatient {
        /// Whose.
        to: Address,
        /// The connection.
        connection: u64,
        /// The model.
        model: ModelId,
    },
    /// A subscription reaches the server.
    Subscribe {
        /// Who subscribes.
        from: Address,
        /// To what.
        subscriber: Subscriber,
    },
    /// A subscription runs.
    Started {
        /// Whose.
        to: Address,
        /// Which.
        subscriber: Subscriber,
    },
    /// An event reaches a device.
    Frame {
        /// Which subscription.
        subscriber: Subscriber,
        /// The frame.
        text: String,
    },
    /// A timer rings.
    Timer {
        /// Whose.
        to: Address,
        /// Which.
        timer: Timer,
        /// Which setting of it.
        setting: u64,
    },
}

/// A run of a device's engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address {
    /// The device.
    pub device: usize,
    /// How often it had crashed.
    pub incarnation: u64,
    /// The run.
    pub run: u64,
}

struct Scheduled {
    at: u64,
    order: u64,
    message: Message,
}

impl PartialEq for Scheduled {
    fn eq(&self, other: &Scheduled) -> bool {
        (self.at, self.order) == (other.at, other.order)
    }
}
impl Eq for Scheduled {}
impl PartialOrd for Scheduled {
    fn partial_cmp(&self, other: &Scheduled) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Scheduled {
    fn cmp(&self, other: &Scheduled) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

/// Everything.
pub struct World {
    /// What kind of world it is.
    pub settings: Settings,
    /// The schema.
    pub schema: Arc<Schema>,
    /// Chance.
    pub random: Random,
    /// Time, in ms since the world began.
    pub now: u64,
    clock: Arc<ManualClock>,
    /// The devices.
    pub devices: Vec<Device>,
    /// The server.
    pub server: Server,
    /// What happened.
    pub history: History,
    /// What the server committed.
    pub log: SharedLog,
    queue: BinaryHeap<Reverse<Scheduled>>,
    counter: u64,
    /// Whether the world is kind: nothing is lost, nobody crashes.
    pub calm: bool,
    /// Live connections.
    connections: BTreeMap<u64, usize>,
}

/// The epoch of the simulated clock, so that times look like times.
const EPOCH_MS: i64 = 1_800_000_000_000;

impl World {
    /// A new world, with its files in `dir`.
    ///
    /// # Errors
    /// If a store cannot be opened.
    pub fn new(settings: Settings, schema: Arc<Schema>, dir: &Path, verbose: bool) -> Result<World, String> {
        let mut random = Random::new(settings.seed);
        let clock = Arc::new(ManualClock::new(EPOCH_MS));
        let log: SharedLog = Arc::new(ServerLog::default());
        let server =
            Server::start(Arc::clone(&schema), settings.backend, dir, clock.clone(), Arc::clone(&log))?;
        let devices = (0..settings.devices)
            .map(|id| Device::new(id, &schema, dir, Random::new(random.next())))
            .collect::<Result<_, _>>()?;
        Ok(World {
            settings,
            schema,
            random,
            now: 0,
            clock,
            devices,
            server,
            history: History::new(verbose),
            log,
            queue: BinaryHeap::new(),
            counter: 0,
            calm: false,
            connections: BTreeMap::new(),
        })
    }

    /// Who a device is now.
    #[must_use]
    pub fn address(&self, device: usize) -> Address {
        let it = &self.devices[device];
        Address { device, incarnation: it.incarnation, run: it.engine.run() }
    }

    /// Lets the server's clock jump, forwards or back.
    pub fn jump_clock(&mut self, by_ms: i64) {
        use syncline_backend::Clock;
        self.clock.set(self.clock.now_ms() + by_ms);
    }

    fn later(&mut self, delay: u64, message: Message) {
        self.counter += 1;
        let scheduled = Scheduled { at: self.now + delay, order: self.counter, message };
        self.queue.push(Reverse(scheduled));
    }

    fn delay(&mut self) -> u64 {
        let slowest = if self.calm { 2 } else { self.settings.slowest_ms };
        1 + self.random.next() % slowest.max(1)
    }

    /// Sends a message between a device and the server: it may be lost, repeated and late.
    fn send(&mut self, device: usize, message: Message) {
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

    /// Lets the next thing happen; false if nothing will. Messages due after `until` do not count.
    ///
    /// # Errors
    /// If something fails that must not.
    pub fn step(&mut self, until: u64) -> Result<bool, String> {
        match self.queue.peek() {
            Some(Reverse(next)) if next.at <= until => {}
            _ => return Ok(false),
        }
        let Some(Reverse(next)) = self.queue.pop() else { return Ok(false) };
        let passed = next.at.saturating_sub(self.now);
        self.now = next.at;
        self.jump_clock(i64::try_from(passed).unwrap_or(0));
        self.deliver(next.message)?;
        self.deliver_frames()?;
        Ok(true)
    }

    /// Whether anything but timers and time-outs is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.queue.iter().any(|Reverse(scheduled)| {
            !matches!(
                scheduled.message,
                Message::Timer { .. }
                    | Message::Answer { body: None, .. }
                    | Message::NotConnected { .. }
                    | Message::Impatient { .. }
            )
        })
    }

    fn deliver(&mut self, message: Message) -> Result<(), String> {
        match message {
            Message::Request { from, number, body, purpose } => {
                let answer = self.server.answer(&body)?;
                self.send(from.device, Message::Answer { to: from, number, purpose, body: Some(answer) });
                Ok(())
            }
            Message::Answer { to, number, purpose, body } => {
                if !self.is_alive(to) {
                    return Ok(());
                }
                let answered = &mut self.devices[to.device].volatile.answered;
                if body.is_some() {
                    answered.insert(number);
                } else if answered.contains(&number) {
                    return Ok(());
                }
                self.answered(to, purpose, body)
            }
            Message::Connect { from, connection } => {
                self.server.hang_up(from.device, Some(connection));
                self.connections.insert(connection, from.device);
                self.send(from.device, Message::Connected { to: from, connection });
                Ok(())
            }
            Message::Connected { to, connection } => {
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
            Message::Lost { to, connection } => {
                let volatile = &self.devices[to.device].volatile;
                let current = [volatile.connecting, volatile.connection].contains(&Some(connection));
                if !self.is_alive(to) || !current {
                    return Ok(());
                }
                self.hang_up(to.device);
                self.event(
                    to,
                    Event::SocketLost(syncline_engine::Failure::Transient { retry_after_ms: None }),
                )
            }
            Message::NotConnected { to, connection } => {
                if self.devices[to.device].volatile.connecting == Some(connection) {
                    self.deliver(Message::Lost { to, connection })
                } else {
                    Ok(())
                }
            }
            Message::Impatient { to, connection, model } => {
                let volatile = &self.devices[to.device].volatile;
                if volatile.running.get(&model) == Some(&0b111) {
                    return Ok(());
                }
                self.deliver(Message::Lost { to, connection })
            }
            Message::Subscribe { from, subscriber } => {
                if self.connections.get(&subscriber.connection) != Some(&from.device) {
                    return Ok(());
                }
                let (model, kind) = subscriber.subscription;
                let model = self.schema.model(ModelId(model));
                let request =
                    syncline_protocol::exchange::subscription_request(model, SubscriptionKind::ALL[kind]);
                self.server.subscribe(&request, subscriber)?;
                self.send(from.device, Message::Started { to: from, subscriber });
                Ok(())
            }
            Message::Started { to, subscriber } => {
                let volatile = &mut self.devices[to.device].volatile;
                if volatile.connection != Some(subscriber.connection) {
                    return Ok(());
                }
                let model = ModelId(subscriber.subscription.0);
                let running = volatile.running.entry(model).or_default();
                *running |= 1 << subscriber.subscription.1;
                let all = *running == 0b111;
                if all && self.is_alive(to) {
                    self.event(to, Event::Subscribed(model))?;
                }
                Ok(())
            }
            Message::Frame { subscriber, text } => self.frame(subscriber, &text),
            Message::Timer { to, timer, setting } => {
                let current = self.devices[to.device].volatile.timers.get(&timer) == Some(&setting);
                if self.is_alive(to) && current { self.event(to, Event::Timer(timer)) } else { Ok(()) }
            }
        }
    }

    /// Whether a message for this run still finds it: the device has not crashed since, and the run goes on (or nobody
    /// looks at its number).
    fn is_alive(&self, to: Address) -> bool {
        let device = &self.devices[to.device];
        device.incarnation == to.incarnation && device.is_current(to.run) && device.engine.is_running()
    }

    fn deliver_frames(&mut self) -> Result<(), String> {
        for (subscriber, text) in self.server.frames()? {
            self.send(subscriber.device, Message::Frame { subscriber, text });
        }
        Ok(())
    }

    /// Something came of an effect.
    ///
    /// # Errors
    /// If something fails that must not.
    pub fn event(&mut self, to: Address, event: Event) -> Result<(), String> {
        self.input(to.device, Input::Event { run: to.run, event })
    }

    /// Steps a device's engine and carries the effects out, with a chance to crash before each of them.
    ///
    /// # Errors
    /// If something fails that must not.
    pub fn input(&mut self, device: usize, input: Input) -> Result<(), String> {
        let random = self.random.next();
        let effects = self.devices[device].engine.step(input, random);
        let incarnation = self.devices[device].incarnation;
        for effect in effects {
            if self.devices[device].incarnation != incarnation {
                return Ok(());
            }
            if !self.calm && self.random.chance(self.settings.crash) {
                return self.crash(device);
            }
            self.perform(device, effect)?;
        }
        Ok(())
    }

    /// A device's process ends without a word and starts again.
    ///
    /// # Errors
    /// If its file cannot be opened again.
    pub fn crash(&mut self, device: usize) -> Result<(), String> {
        self.history.tell(self.now, || format!("device {device} crashes"));
        self.hang_up(device);
        self.devices[device].crash()?;
        crate::check::whole(self, device)?;
        if self.devices[device].wanted { self.start(device) } else { Ok(()) }
    }

    /// The server's process ends and starts again; every connection is lost.
    ///
    /// # Errors
    /// If its store cannot be opened again.
    pub fn restart_server(&mut self) -> Result<(), String> {
        self.history.tell(self.now, || "the server restarts".to_owned());
        self.server.restart()?;
        for (connection, device) in std::mem::take(&mut self.connections) {
            let to = self.address(device);
            self.later(1, Message::Lost { to, connection });
        }
        Ok(())
    }

    /// A device's connection ends: the server hears of it.
    pub fn hang_up(&mut self, device: usize) {
        self.devices[device].volatile.connection = None;
        self.devices[device].volatile.connecting = None;
        self.server.hang_up(device, None);
        self.connections.retain(|_, owner| *owner != device);
    }

    /// The network goes or comes back.
    ///
    /// # Errors
    /// If something fails that must not.
    pub fn set_online(&mut self, device: usize, online: bool) -> Result<(), String> {
        self.devices[device].online = online;
        self.history
            .tell(self.now, || format!("device {device} is {}", if online { "online" } else { "offline" }));
        if !online && let Some(connection) = self.devices[device].volatile.connection {
            let to = self.address(device);
            self.later(5, Message::Lost { to, connection });
        }
        Ok(())
    }

    /// Starts sync on a device.
    ///
    /// # Errors
    /// If something fails that must not.
    pub fn start(&mut self, device: usize) -> Result<(), String> {
        let it = &mut self.devices[device];
        if it.engine.is_running() {
            return Ok(());
        }
        let generation = it.store()?.reads().generation().map_err(|error| error.to_string())?;
        it.volatile.generation = generation;
        let start = it.start();
        self.input(device, Input::Start(start))
    }

    /// Stops sync on a device.
    ///
    /// # Errors
    /// If something fails that must not.
    pub fn stop(&mut self, device: usize) -> Result<(), String> {
        // A crash on the way starts it again.
        while self.devices[device].engine.is_running() {
            self.input(device, Input::Stop)?;
        }
        self.hang_up(device);
        let volatile = &mut self.devices[device].volatile;
        volatile.timers.clear();
        volatile.pages.clear();
        volatile.chains.clear();
        volatile.accept_equal.clear();
        Ok(())
    }

    /// A request goes out, with a time-out behind it.
    pub(crate) fn request(&mut self, from: Address, body: String, purpose: Purpose) {
        self.counter += 1;
        let number = self.counter;
        self.send(from.device, Message::Request { from, number, body, purpose: purpose.clone() });
        self.later(PATIENCE_MS, Message::Answer { to: from, number, purpose, body: None });
    }

    /// A connection is tried.
    pub(crate) fn connect(&mut self, from: Address) {
        self.counter += 1;
        let connection = self.counter;
        self.devices[from.device].volatile.connecting = Some(connection);
        self.send(from.device, Message::Connect { from, connection });
        // Should the connection or its acceptance get lost, the device notices after a while.
        let patience = if self.devices[from.device].online { 15_000 } else { 3 };
        self.later(patience, Message::NotConnected { to: from, connection });
    }

    /// The three subscriptions of a model are asked for.
    pub(crate) fn subscribe(&mut self, from: Address, model: ModelId) {
        let Some(connection) = self.devices[from.device].volatile.connection else { return };
        for kind in 0..SubscriptionKind::ALL.len() {
            let subscriber = Subscriber { device: from.device, connection, subscription: (model.0, kind) };
            self.send(from.device, Message::Subscribe { from, subscriber });
        }
        // An acknowledgement that does not come within 15 s ends the connection.
        self.later(15_000, Message::Impatient { to: from, connection, model });
    }

    /// A timer is set.
    pub(crate) fn set_timer(&mut self, to: Address, timer: Timer, delay_ms: u64) {
        self.counter += 1;
        let setting = self.counter;
        self.devices[to.device].volatile.timers.insert(timer, setting);
        self.later(delay_ms, Message::Timer { to, timer, setting });
    }

    /// A page that arrived is kept until it is to be stored.
    pub(crate) fn keep(&mut self, device: usize, page: syncline_engine::PageId, fetched: Fetched) {
        let volatile = &mut self.devices[device].volatile;
        volatile.chains.insert(page.model, fetched.sync.clone());
        volatile.pages.insert(page, fetched);
    }

    fn perform(&mut self, device: usize, effect: Effect) -> Result<(), String> {
        crate::runner::perform(self, device, effect)
    }

    fn answered(
        &mut self,
        to: Address,
        purpose: Purpose,
        body: Option<(u16, Vec<u8>)>,
    ) -> Result<(), String> {
        crate::runner::answered(self, to, purpose, body)
    }

    fn frame(&mut self, subscriber: Subscriber, text: &str) -> Result<(), String> {
        crate::runner::frame(self, subscriber, text)
    }
}
