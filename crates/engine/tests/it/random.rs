//! A world that answers late, twice, wrongly or not at all, from a seed: nothing is asked for twice at once, and when
//! the world calms down everything is in sync: nothing that was missed stays missed (I5), and nothing that was put aside is
//! forgotten (I2).

use std::collections::{BTreeMap, BTreeSet};
use syncline_core::ModelId;
use syncline_engine::{
    Action, Counts, Effect, Engine, Event, Failure, Input, ModelPlan, PageId, Start, Timer,
};

/// Marsaglia's xorshift64*: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

struct World {
    engine: Engine,
    random: Random,
    /// Effects that were not answered yet.
    open: Vec<Effect>,
    timers: BTreeMap<Timer, u64>,
    /// Batches that were claimed, and whether they may hold entries in doubt.
    claimed: BTreeMap<u32, bool>,
    /// Batches of this run of which it is known what became of them.
    landed: BTreeSet<u32>,
    /// What each sync of this run asks for.
    chains: BTreeMap<(ModelId, u32), Chain>,
    /// Mutations are put aside.
    aside: bool,
    missing: BTreeMap<ModelId, Missing>,
    /// Counts what happens.
    now: u64,
    calm: bool,
}

/// The pages of a sync.
#[derive(Clone, Copy, Debug)]
struct Chain {
    /// When the first of them was answered, which may have been in an earlier sync that this one resumes.
    since: u64,
    resumes: bool,
    last: u32,
}

/// What a device may lack of a model.
#[derive(Debug, Default)]
struct Missing {
    /// Its frames arrive.
    live: bool,
    /// When frames of it were last lost.
    lost: u64,
    /// What had changed by then is here.
    known: u64,
    /// When the interrupted sync began of which pages are stored.
    progress: Option<u64>,
    /// The number of its last sync.
    sync: u32,
}

impl World {
    fn new(seed: u64) -> World {
        World {
            engine: Engine::new(0),
            random: Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            open: Vec::new(),
            timers: BTreeMap::new(),
            claimed: BTreeMap::new(),
            landed: BTreeSet::new(),
            chains: BTreeMap::new(),
            aside: false,
            missing: (0..4).map(|model| (ModelId(model), Missing::default())).collect(),
            now: 1,
            calm: false,
        }
    }

    fn missing(&mut self, model: ModelId) -> &mut Missing {
        self.missing.entry(model).or_default()
    }

    /// Takes note of what happens, as far as the engine takes note of it.
    fn note(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::SocketLost(_) => self.missing.values_mut().for_each(|model| {
                (model.live, model.lost) = (false, now);
            }),
            Event::Subscribed(model) => {
                let model = self.missing(model);
                (model.live, model.lost) = (true, now);
            }
            Event::Gap(model) => self.missing(model).lost = now,
            Event::PageApplied { page, .. } => {
                let Some(chain) = self.chains.get(&(page.model, page.sync)).copied() else { return };
                let model = self.missing(page.model);
                if model.sync != page.sync {
                    return;
                }
                if page.page < chain.last {
                    model.progress = Some(chain.since);
                } else {
                    model.progress = None;
                    model.known = model.known.max(chain.since);
                }
            }
            Event::BatchUnsure { batch, .. } => self.aside |= self.awaits(batch),
            Event::Timer(Timer::Doubts) => self.aside = false,
            _ => {}
        }
    }

    /// Whether this batch has not landed.
    fn awaits(&self, batch: u32) -> bool {
        batch > 0 && !self.landed.contains(&batch)
    }

    fn happen(&mut self, run: u64, event: Event) {
        self.now += 1;
        if run == self.engine.run() && self.engine.is_running() {
            self.note(event);
            if let Event::BatchUnsure { batch, .. }
            | Event::BatchFailed { batch, .. }
            | Event::BatchSettled { batch, .. }
            | Event::NothingToSend { batch } = event
            {
                self.landed.insert(batch);
            }
        }
        self.input(Input::Event { run, event });
    }

    fn input(&mut self, input: Input) {
        let random = self.random.next();
        if matches!(input, Input::Stop | Input::Wake) {
            self.aside = false;
        }
        for effect in self.engine.step(input, random) {
            match effect.action {
                Action::ResetCursor { model, .. } => self.missing(model).progress = None,
                Action::SetTimer { timer, delay_ms } => {
                    assert!(delay_ms <= 400_000, "a bounded delay, not {delay_ms}");
                    self.timers.insert(timer, effect.run);
                }
                Action::Publish(_) => {}
                Action::CloseSocket => self.timers.clear(),
                _ => self.ask(effect),
            }
        }
        let rings = self.timers.get(&Timer::Doubts) == Some(&self.engine.run());
        assert!(!self.aside || rings, "what is put aside has its time: {self:?}");
    }

    fn ask(&mut self, effect: Effect) {
        if let Action::Fetch { page, .. } = effect.action {
            self.missing(page.model).sync = page.sync;
        }
        if let Action::Send { resend, skip, .. } = effect.action {
            self.aside |= skip;
            let under_way = self.open.iter().filter(|open| open.run == effect.run).filter_map(|open| {
                let Action::Send { batch, resend, .. } = open.action else { return None };
                Some(self.claimed.get(&batch).copied().unwrap_or(resend))
            });
            let in_doubt: Vec<bool> = under_way.collect();
            assert!(in_doubt.len() < 3 && !in_doubt.contains(&true), "{effect:?} beside {in_doubt:?}");
            assert!(!resend || in_doubt.is_empty(), "what is under way is not in doubt: {effect:?}");
        }
        let twice = self.open.iter().any(|open| match (&open.action, &effect.action) {
            _ if open.run != effect.run => false,
            (Action::OpenSocket, Action::OpenSocket) => true,
            (a, b) => a == b && !matches!(a, Action::Subscribe(_)),
        });
        assert!(!twice, "{effect:?} is asked for twice at once");
        self.open.push(effect);
    }

    fn start(&mut self) {
        if !self.engine.is_running() {
            self.claimed.clear();
            self.landed.clear();
            self.chains.clear();
            let now = self.now;
            self.missing.values_mut().for_each(|model| (model.live, model.lost) = (false, now));
        }
        self.input(Input::Start(Start {
            models: (0..4)
                .map(|model| ModelPlan {
                    model: ModelId(model),
                    parents: (0..model).filter(|parent| parent % 2 == model % 2).map(ModelId).collect(),
                })
                .collect(),
            max_batch: 10,
            max_page: 100,
            safety_ms: Some(1_000),
        }));
    }

    fn failure(&mut self) -> Failure {
        match self.random.below(8) {
            0 => Failure::Auth,
            1 => Failure::Refused,
            2 => Failure::TooLarge,
            3 => Failure::Timeout,
            4 => Failure::Transient { retry_after_ms: Some(self.random.next() % 10_000) },
            _ => Failure::Transient { retry_after_ms: None },
        }
    }

    fn answer(&mut self, effect: &Effect) -> Event {
        let fails = !self.calm && self.random.below(4) == 0;
        let failure = self.failure();
        match effect.action {
            Action::OpenSocket if fails => Event::SocketLost(failure),
            Action::OpenSocket => Event::SocketOpened,
            Action::Subscribe(model) if fails => Event::SubscriptionFailed(model, failure),
            Action::Subscribe(model) => Event::Subscribed(model),
            Action::Fetch { page, .. } if fails && self.random.below(3) == 0 => {
                Event::CursorRefused { page, scope_changed: self.random.below(2) == 0 }
            }
            Action::Fetch { page, .. } | Action::Apply(page) if fails => {
                Event::PageFailed { page, failure, answered: self.random.below(2) == 0 }
            }
            Action::Fetch { page, .. } => self.arrive(effect.run, page),
            Action::Apply(page) => Event::PageApplied { page, counts: Counts::default() },
            Action::Send { batch, .. } if fails && self.random.below(2) == 0 => {
                Event::BatchUnsure { batch, failure }
            }
            Action::Send { batch, max, .. } if fails => {
                Event::BatchFailed { batch, size: max, failure, answered: false }
            }
            Action::Send { batch, .. } if self.random.below(2) == 0 => Event::NothingToSend { batch },
            Action::Send { batch, .. } => Event::BatchSettled { batch, unsent: 0 },
            _ => unreachable!("{effect:?} is not asked of the world"),
        }
    }

    fn arrive(&mut self, run: u64, page: PageId) -> Event {
        if run == self.engine.run() && page.page == 0 && !self.chains.contains_key(&(page.model, page.sync)) {
            let last = self.random.below(4) as u32;
            let progress = self.missing(page.model).progress;
            let chain = Chain { since: progress.unwrap_or(self.now), resumes: progress.is_some(), last };
            self.chains.insert((page.model, page.sync), chain);
        }
        let more = self.chains.get(&(page.model, page.sync)).is_some_and(|chain| page.page < chain.last);
        Event::PageArrived { page, more, base: self.random.below(2) == 0 }
    }

    /// What the device's side says by itself after an event: that what was missed since an interrupted sync is not in the
    /// pages of the one that resumes it.
    fn follows(&self, event: Event) -> Option<Event> {
        let Event::PageArrived { page, .. } = event else { return None };
        let resumes = self.chains.get(&(page.model, page.sync)).is_some_and(|chain| chain.resumes);
        (resumes && page.page == 0).then_some(Event::Gap(page.model))
    }

    fn disturb(&mut self) {
        match self.random.below(40) {
            0 => self.input(Input::Stop),
            1..3 => self.start(),
            3..8 => self.input(Input::OutboxGrew),
            8 => self.input(Input::Wake),
            12 => {
                let run = self.engine.run();
                self.happen(run, Event::Resting);
            }
            9..12 => {
                let model = ModelId(self.random.below(4));
                let event = if self.random.below(2) == 0 {
                    Event::Gap(model)
                } else {
                    // The socket is one thing: what is asked of it is answered by its loss.
                    self.open
                        .retain(|effect| !matches!(effect.action, Action::OpenSocket | Action::Subscribe(_)));
                    Event::SocketLost(self.failure())
                };
                let run = self.engine.run();
                self.happen(run, event);
            }
            _ => {}
        }
    }

    /// Answers one open effect, or rings one timer. False: there is nothing to do.
    fn go_on(&mut self) -> bool {
        // The safety timers ring for ever: once calm, they ring only when nothing else is left to do.
        if !self.open.is_empty() && (self.calm || self.timers.is_empty() || self.random.below(4) > 0) {
            let place = self.random.below(self.open.len());
            if let Action::Send { batch, resend, .. } = self.open[place].action
                && self.random.below(2) == 0
                && !self.claimed.contains_key(&batch)
            {
                let (full, in_doubt) = (self.random.below(2) == 0, resend && self.random.below(2) == 0);
                let run = self.open[place].run;
                if run == self.engine.run() {
                    self.claimed.insert(batch, in_doubt);
                }
                self.happen(run, Event::BatchClaimed { batch, full, in_doubt });
                return true;
            }
            let effect = self.open.swap_remove(place);
            let event = self.answer(&effect);
            if !self.calm && self.random.below(8) == 0 {
                self.happen(effect.run, event);
            }
            self.happen(effect.run, event);
            if let Some(event) = self.follows(event) {
                self.happen(effect.run, event);
            }
            return true;
        }
        let timers: Vec<Timer> = self.timers.keys().copied().collect();
        if timers.is_empty() {
            return false;
        }
        let timer = timers[self.random.below(timers.len())];
        let run = self.timers.remove(&timer).unwrap_or_default();
        self.happen(run, Event::Timer(timer));
        true
    }
}

#[test]
fn whatever_the_world_does_the_engine_stays_sane_and_comes_to_rest() {
    for seed in 0..2_000 {
        let mut world = World::new(seed);
        world.start();
        for _ in 0..200 {
            world.disturb();
            world.go_on();
        }
        world.calm = true;
        world.start();
        for _ in 0..400 {
            world.go_on();
            if world.engine.unsynced().is_empty() && world.open.is_empty() {
                break;
            }
        }
        assert!(world.engine.is_running());
        assert_eq!(world.engine.unsynced(), [], "seed {seed} does not come to rest: {world:?}");
        for (model, missing) in &world.missing {
            let complete = !missing.live || missing.known >= missing.lost;
            assert!(complete, "seed {seed}: {model:?} lacks what it missed: {missing:?} of {world:?}");
        }
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}, open {:?}, timers {:?}", self.engine, self.open, self.timers)
    }
}
