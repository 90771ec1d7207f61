//! A world that answers late, twice, wrongly or not at all, from a seed: nothing is asked for twice at once, and when
//! the world calms down everything is in sync.

use std::collections::BTreeMap;
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
    /// How many pages are left of each model's sync.
    left: BTreeMap<ModelId, u32>,
    calm: bool,
}

impl World {
    fn new(seed: u64) -> World {
        World {
            engine: Engine::new(0),
            random: Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1),
            open: Vec::new(),
            timers: BTreeMap::new(),
            claimed: BTreeMap::new(),
            left: BTreeMap::new(),
            calm: false,
        }
    }

    fn input(&mut self, input: Input) {
        let random = self.random.next();
        for effect in self.engine.step(input, random) {
            match effect.action {
                Action::SetTimer { timer, delay_ms } => {
                    assert!(delay_ms <= 400_000, "a bounded delay, not {delay_ms}");
                    self.timers.insert(timer, effect.run);
                }
                Action::Publish(_) | Action::ResetCursor { .. } => {}
                Action::CloseSocket => self.timers.clear(),
                _ => self.ask(effect),
            }
        }
    }

    fn ask(&mut self, effect: Effect) {
        if let Action::Send { resend, .. } = effect.action {
            let under_way = self.open.iter().filter(|open| open.run == effect.run).filter_map(|open| {
                let Action::Send { batch, resend, .. } = open.action else { return None };
                Some(self.claimed.get(&batch).copied().unwrap_or(resend))
            });
            let in_doubt: Vec<bool> = under_way.collect();
            assert!(in_doubt.len() < 2 && !in_doubt.contains(&true), "{effect:?} beside {in_doubt:?}");
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
            Action::Fetch { page, .. } | Action::Apply(page) if fails => Event::PageFailed { page, failure },
            Action::Fetch { page, .. } => self.arrive(page),
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

    fn arrive(&mut self, page: PageId) -> Event {
        if page.page == 0 {
            let pages = self.random.below(4) as u32;
            self.left.insert(page.model, pages);
        }
        let more = self.left.get(&page.model).is_some_and(|&last| page.page < last);
        Event::PageArrived { page, more, base: self.random.below(2) == 0 }
    }

    fn disturb(&mut self) {
        match self.random.below(40) {
            0 => self.input(Input::Stop),
            1..3 => self.start(),
            3..8 => self.input(Input::OutboxGrew),
            8 => self.input(Input::Wake),
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
                self.input(Input::Event { run, event });
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
                self.input(Input::Event { run, event: Event::BatchClaimed { batch, full, in_doubt } });
                return true;
            }
            let effect = self.open.swap_remove(place);
            let event = self.answer(&effect);
            if !self.calm && self.random.below(8) == 0 {
                self.input(Input::Event { run: effect.run, event });
            }
            self.input(Input::Event { run: effect.run, event });
            return true;
        }
        let timers: Vec<Timer> = self.timers.keys().copied().collect();
        if timers.is_empty() {
            return false;
        }
        let timer = timers[self.random.below(timers.len())];
        let run = self.timers.remove(&timer).unwrap_or_default();
        self.input(Input::Event { run, event: Event::Timer(timer) });
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
    }
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}, open {:?}, timers {:?}", self.engine, self.open, self.timers)
    }
}
