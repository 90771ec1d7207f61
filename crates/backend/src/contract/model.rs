//! The same calls, chosen at random, on a driver and on the memory backend give the same answers.

use std::sync::Arc;

use syncline_core::model::KeyCondition;
use syncline_core::page::Direction;
use syncline_core::predicate::{Filter, Op};
use syncline_core::{Key, Model, Predicate, Record, Value};

use super::Harness;
use super::random::Random;
use super::world::{START, World, at, home, id};
use super::write::Heard;
use crate::{
    Access, Backend, BackendError, Clock, Decide, Decision, List, MemoryBackend, Mutation, Rejection,
    Retention, Scope, Sync, Write,
};

/// Each seed is a run of its own.
const SEEDS: std::ops::Range<u64> = 1..4;
/// Calls per run.
const CALLS: usize = 1_000;

/// The reference: what a driver must answer.
#[derive(Debug)]
struct Reference(MemoryBackend);

impl Harness for Reference {
    fn open(schema: Arc<syncline_core::Schema>, clock: Arc<dyn Clock>) -> Reference {
        Reference(MemoryBackend::new(schema, clock))
    }

    fn reopen(self) -> Reference {
        self
    }

    fn backend(&self) -> &dyn Backend {
        &self.0
    }
}

/// Writes alone and in batches, with and without ids, bases and sessions; reads of every kind, page after page; clock
/// steps and restarts.
pub fn the_same_as_the_memory_backend<H: Harness>() {
    for seed in SEEDS {
        let mut pair = Pair::<H>::new(seed);
        for call in 0..CALLS {
            pair.call(&format!("seed {seed}, call {call}"));
        }
    }
}

struct Pair<H> {
    real: World<H>,
    reference: World<Reference>,
    heard: [Arc<Heard>; 2],
    random: Random,
    now: i64,
}

impl<H: Harness> Pair<H> {
    fn new(seed: u64) -> Pair<H> {
        let (real, reference) = (World::<H>::new(), World::<Reference>::new());
        let heard = [Arc::new(Heard::default()), Arc::new(Heard::default())];
        real.backend().observe(heard[0].clone());
        reference.backend().observe(heard[1].clone());
        Pair { real, reference, heard, random: Random(seed), now: START }
    }

    fn call(&mut self, call: &str) {
        match self.random.below(20) {
            0..9 => self.apply(call),
            9..11 => self.get(call),
            11..14 => self.list(call),
            14..18 => self.sync(call),
            18 if self.random.once_in(3) => self.purge(call),
            18 => {
                let now = self.now + self.random.between(-50, 100);
                self.set(now);
            }
            _ if self.random.once_in(5) => self.reopen(call),
            _ => {}
        }
    }

    fn set(&mut self, now: i64) {
        self.now = now;
        self.real.clock.set(now);
        self.reference.clock.set(now);
    }

    /// After a restart a store may be ahead of its clock for a while; a write at a later time ends that.
    fn reopen(&mut self, call: &str) {
        self.real.reopen();
        // A store that was not closed still knows the old observer.
        self.heard[0] = Arc::new(Heard::default());
        self.real.backend().observe(self.heard[0].clone());
        self.set(self.now + 60_000);
        let (model, key, set) = ("Post", Key::id("p0"), Vec::new());
        let spec = Spec { model, key, set, action: Action::Set, id: None, base: None, session: None };
        self.apply_specs(call, &[spec], false);
    }

    fn apply(&mut self, call: &str) {
        let count = 1 + self.random.below(4);
        let specs: Vec<Spec> = (0..count).map(|_| self.spec()).collect();
        let atomic = self.random.once_in(3);
        self.apply_specs(call, &specs, atomic);
    }

    fn apply_specs(&mut self, call: &str, specs: &[Spec], atomic: bool) {
        let real = self.real.apply(specs.iter().map(|spec| spec.write(&self.real)).collect(), atomic);
        let expected =
            self.reference.apply(specs.iter().map(|spec| spec.write(&self.reference)).collect(), atomic);
        assert_eq!(real, expected, "{call}: {specs:?}, atomic {atomic}");
        assert_eq!(self.heard[0].take(), self.heard[1].take(), "{call}: what observers heard");
    }

    fn spec(&mut self) -> Spec {
        let random = &mut self.random;
        let model = if random.once_in(4) { "Score" } else { "Post" };
        let action = match random.below(10) {
            0..5 => Action::Set,
            5..7 => Action::Delete,
            7 => Action::Keep,
            8 => Action::Log,
            _ => Action::Reject,
        };
        Spec {
            model,
            key: key(random, model),
            set: values(random, model),
            action,
            id: random.once_in(3).then(|| (*random.pick(&["me", "you"]), random.below(12))),
            base: random.once_in(2).then(|| random.between(-1, 12)),
            session: random.once_in(2).then(|| *random.pick(&["s1", "s2"])),
        }
    }

    fn get(&mut self, call: &str) {
        let model = *self.random.pick(&["Post", "Score"]);
        let keys: Vec<Key> = (0..self.random.below(4)).map(|_| key(&mut self.random, model)).collect();
        let scope = self.scope(model);
        let (real, expected) =
            (self.real.get_in(&scope, model, &keys), self.reference.get_in(&scope, model, &keys));
        assert_eq!(real, expected, "{call}: get {keys:?} in {scope:?}");
    }

    fn list(&mut self, call: &str) {
        let model = *self.random.pick(&["Post", "Score"]);
        let scope = self.scope(model);
        let access = access(&mut self.random, model);
        let direction = *self.random.pick(&[Direction::Ascending, Direction::Descending]);
        let limit = 1 + self.random.below(5);
        let mut list = List { model: self.real.model(model).id, access, direction, after: None, limit };
        loop {
            let real = self.real.list(&scope, &list);
            assert_eq!(real, self.reference.list(&scope, &list), "{call}: {list:?} in {scope:?}");
            match real.next {
                Some(next) => list.after = Some(next),
                None => return,
            }
        }
    }

    fn sync(&mut self, call: &str) {
        let model = *self.random.pick(&["Post", "Score"]);
        let scope = self.scope(model);
        let last_sync = (!self.random.once_in(3)).then(|| self.now - self.random.between(-10, 300));
        let mut sync = self.real.first(model, last_sync, 1 + self.random.below(5));
        if self.random.once_in(2) {
            sync.max_bytes = self.random.below(800);
        }
        sync.leaves = self.random.once_in(2);
        loop {
            let real = self.real.try_sync(&scope, &sync);
            let mut expected = self.reference.try_sync(&scope, &sync);
            if let (Ok(real), Ok(expected)) = (&real, &mut expected) {
                // How it is read is the store's own business.
                expected.read = real.read.clone();
            }
            assert_eq!(real, expected, "{call}: {sync:?} in {scope:?}");
            let real = match real {
                Ok(real) => real,
                // A purge has come between two pages.
                Err(BackendError::Cursor(_)) => return,
                Err(error) => panic!("{call}: {error}"),
            };
            match real.next {
                Some(next) => sync = Sync { resume: Some(next), ..sync },
                None => return,
            }
            match self.random.below(8) {
                0 | 1 => self.apply(call),
                2 => self.purge(call),
                _ => {}
            }
        }
    }

    fn purge(&mut self, call: &str) {
        let mut kept = || self.random.between(0, 400);
        let retention = Retention { tombstones_ms: kept(), changes_ms: kept(), ids_ms: kept() };
        let most = self.random.below(6);
        let real = self.real.purge(retention, most);
        assert_eq!(real, self.reference.purge(retention, most), "{call}: {retention:?}, {most}");
    }

    fn scope(&mut self, model: &str) -> Scope {
        Scope::new(self.filter(model), self.filter(model))
    }

    fn filter(&mut self, model: &str) -> Filter {
        let random = &mut self.random;
        let small = || Value::from(2);
        let term = |field: &str, op| Predicate::compare(field, op);
        let predicate = match (model, random.below(12)) {
            ("Post", 0) => term("rating", Op::Gt(small())),
            ("Post", 1) => term("rating", Op::Eq(small())),
            ("Post", 2) => term("title", Op::BeginsWith("t".to_owned())).and(term("rating", Op::Ne(small()))),
            ("Post", 3) => term("tags", Op::Contains("a".into())).or(term("published", Op::Eq(true.into()))),
            ("Post", 4) => term("views", Op::Le(0.5.into())).not(),
            ("Post", 5) => term("status", Op::In(vec!["OPEN".into(), Value::Null])),
            ("Score", 0) => term("points", Op::Ge(small())),
            ("Score", 1) => term("player", Op::Eq("ann".into())),
            (_, 6) => term("_deleted", Op::Ne(true.into())),
            _ => Predicate::All,
        };
        self.real.filter(model, &predicate)
    }
}

/// A mutation, so that it can be made for either store.
#[derive(Clone, Debug)]
struct Spec {
    model: &'static str,
    key: Key,
    set: Vec<(&'static str, Value)>,
    action: Action,
    id: Option<(&'static str, usize)>,
    base: Option<i64>,
    session: Option<&'static str>,
}

#[derive(Clone, Copy, Debug)]
enum Action {
    /// Writes values over those that are there.
    Set,
    /// Writes down what the decision saw of the change log.
    Log,
    Delete,
    Keep,
    Reject,
}

impl Spec {
    fn write<H: Harness>(&self, world: &World<H>) -> Write {
        let mutation = Mutation {
            id: self.id.map(|(principal, name)| id(principal, &name.to_string())),
            base_version: self.base,
            session: self.session.map(str::to_owned),
            ..world.mutation(self.model, self.key.clone())
        };
        let (spec, model) = (self.clone(), world.model(self.model).clone());
        let decide: Decide = Box::new(move |current| match spec.action {
            Action::Set => {
                Decision::Write(spec.merged(&model, current.row.map(|row| &row.record), &spec.set))
            }
            Action::Log => {
                let field = if spec.model == "Post" { "title" } else { "note" };
                let saw = [(field, Value::from(format!("{:?}", current.since_base)))];
                Decision::Write(spec.merged(&model, current.row.map(|row| &row.record), &saw))
            }
            Action::Delete => Decision::Delete,
            Action::Keep => Decision::Keep,
            Action::Reject => Decision::Reject(Rejection::Conflict),
        });
        Write { mutation, decide }
    }

    fn merged(&self, model: &Model, row: Option<&Record>, set: &[(&str, Value)]) -> Record {
        let mut record = row.cloned().unwrap_or_else(|| Record::empty(model.fields.len()));
        for (&field, value) in model.key.iter().zip(&self.key.0) {
            record[field] = value.clone();
        }
        for (name, value) in set {
            if let Some(field) = model.field(name) {
                record[field] = value.clone();
            }
        }
        record
    }
}

fn key(random: &mut Random, model: &str) -> Key {
    if model == "Post" {
        return Key::id(format!("p{}", random.below(8)));
    }
    let game: Value = (*random.pick(&["Go", "go", "é"])).into();
    Key(vec![game, random.between(-1, 10).into(), (*random.pick(&["ann", "bob"])).into()])
}

fn values(random: &mut Random, model: &str) -> Vec<(&'static str, Value)> {
    if model == "Score" {
        return vec![("note", format!("n{}", random.below(3)).into())];
    }
    let mut all = vec![
        ("title", (*random.pick(&["", "t", "ta", "té", "T"])).into()),
        ("rating", (*random.pick(&[Value::Null, 1.into(), 2.into(), 3.into()])).clone()),
        ("status", (*random.pick(&[Value::Null, "OPEN".into(), "CLOSED".into()])).clone()),
        ("views", (*random.pick(&[Value::Null, 0.5.into(), 1e-9.into(), 7.0.into()])).clone()),
        ("published", (*random.pick(&[Value::Null, true.into(), false.into()])).clone()),
        ("tags", (*random.pick(&[Value::Null, Value::List(vec![]), vec!["a", "b"].into()])).clone()),
        ("scores", (*random.pick(&[Value::Null, Value::List(vec![1.into(), Value::Null])])).clone()),
        ("home", (*random.pick(&[Value::Null, home("a", Value::Null), home("a", at(1.5))])).clone()),
        ("homes", (*random.pick(&[Value::Null, vec![home("b", at(2.0)), Value::Null].into()])).clone()),
    ];
    all.retain(|_| random.once_in(2));
    all
}

fn access(random: &mut Random, model: &str) -> Access {
    let text = |text: &str| vec![Value::from(text)];
    if model == "Score" {
        let sort = match random.below(5) {
            0 => Some(KeyCondition::BeginsWith(vec![1.into()])),
            1 => Some(KeyCondition::Gt(vec![2.into(), "ann".into()])),
            2 => Some(KeyCondition::Between(vec![0.into()], vec![3.into()])),
            _ => None,
        };
        let hash = (*random.pick(&["Go", "go", "é"])).into();
        let mut equal = vec![hash];
        if sort.is_none() && random.once_in(2) {
            equal.push(random.between(0, 3).into());
        }
        return if random.once_in(3) { Access::All } else { Access::Key { equal, sort } };
    }
    let sort = match random.below(5) {
        0 => Some(KeyCondition::BeginsWith(text("t"))),
        1 => Some(KeyCondition::Le(text("ta"))),
        2 => Some(KeyCondition::Eq(text("t"))),
        _ => None,
    };
    match random.below(4) {
        0 => Access::Key { equal: vec![format!("p{}", random.below(8)).into()], sort: None },
        1 => Access::Fields { fields: vec![1, 2], values: vec!["t".into(), 1.into()] },
        2 => Access::All,
        _ => Access::Index { index: 0, equal: vec![random.between(1, 3).into()], sort },
    }
}
