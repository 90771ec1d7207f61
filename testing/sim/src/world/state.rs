//! What there is, and how time passes.

use super::message::{Address, Message, Purpose, Scheduled};
use crate::device::{Device, Making};
use crate::history::{History, ServerLog, SharedLog};
use crate::random::Random;
use crate::schemas::Schemas;
use crate::server::Server;
use crate::settings::Settings;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::Path;
use std::sync::Arc;
use syncline_backend::{Clock, ManualClock};
use syncline_engine::{Event, Input};

/// The epoch of the simulated clock, so that times look like times.
const EPOCH_MS: i64 = 1_800_000_000_000;

/// Everything.
pub struct World {
    /// What kind of world it is.
    pub settings: Settings,
    /// The schemas that there are.
    pub schemas: Schemas,
    /// Chance.
    pub random: Random,
    /// Time, in ms since the world began.
    pub now: u64,
    pub(super) clock: Arc<ManualClock>,
    /// The devices.
    pub devices: Vec<Device>,
    /// The server.
    pub server: Server,
    /// What happened.
    pub history: History,
    /// What the server committed.
    pub log: SharedLog,
    pub(super) queue: BinaryHeap<Reverse<Scheduled>>,
    pub(super) counter: u64,
    /// Whether the world is kind: nothing is lost, nobody crashes.
    pub calm: bool,
    /// Live connections.
    pub(super) connections: BTreeMap<u64, usize>,
}

impl World {
    /// A new world, with its files in `dir`.
    ///
    /// # Errors
    /// If a store cannot be opened.
    pub fn new(settings: Settings, schemas: &Schemas, dir: &Path, verbose: bool) -> Result<World, String> {
        let mut random = Random::new(settings.seed);
        let clock = Arc::new(ManualClock::new(EPOCH_MS));
        let log: SharedLog = Arc::new(ServerLog::default());
        let server = Server::start(schemas, &settings, dir, clock.clone(), Arc::clone(&log))?;
        let device = |id| {
            let schema = &schemas.device[random.below(2)];
            let random = Random::new(random.next());
            let (plain, batch, page) = (settings.plain, settings.batch, settings.page);
            Device::new(id, Making { schema, dir, random, plain, batch, page })
        };
        let devices = (0..settings.devices).map(device).collect::<Result<_, _>>()?;
        Ok(World {
            settings,
            schemas: schemas.clone(),
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
        self.clock.set(self.clock.now_ms() + by_ms);
    }

    /// Adds a line to the story.
    pub fn tell(&mut self, line: impl FnOnce() -> String) {
        self.history.tell(self.now, line);
    }

    /// A number that no other call returns.
    pub(super) fn count(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    pub(super) fn later(&mut self, delay: u64, message: Message) {
        let order = self.count();
        self.queue.push(Reverse(Scheduled { at: self.now + delay, order, message }));
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
        for device in 0..self.devices.len() {
            if self.devices[device].is_told_of_held() {
                crate::runner::ask_all(self, device)?;
            }
        }
        Ok(true)
    }

    /// Whether anything but timers and time-outs is under way.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        self.queue.iter().any(|Reverse(scheduled)| !scheduled.message.is_time())
    }

    /// Whether a page that this device has asked for is on its way, and, if `delta`, one of what has changed.
    #[must_use]
    pub fn asks_for_page(&self, device: usize, delta: bool) -> bool {
        self.queue.iter().any(|Reverse(scheduled)| match &scheduled.message {
            Message::Answer { to: who, purpose: Purpose::Page { sync, .. }, body: Some(_), .. } => {
                who.device == device && (!delta || !sync.base)
            }
            _ => false,
        })
    }

    /// Whether a message for this run still finds it: the device has not crashed since, and the run goes on (or nobody
    /// looks at its number).
    pub(super) fn is_alive(&self, to: Address) -> bool {
        let device = &self.devices[to.device];
        device.incarnation == to.incarnation && device.is_current(to.run) && device.engine.is_running()
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
            if self.devices[device].incarnation != incarnation || self.may_crash(device)? {
                return Ok(());
            }
            crate::runner::perform(self, device, effect)?;
        }
        Ok(())
    }
}
