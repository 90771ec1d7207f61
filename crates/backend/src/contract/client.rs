//! A client that follows `startedAt`, and what it should hold.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use syncline_core::{Key, Model, Record, Schema, Value};

use super::block_on;
use super::random::Random;
use super::world::{done, everything};
use crate::{Backend, Row, Sync};

/// What is written and synced.
const MODELS: [&str; 3] = ["Post", "Comment", "Score"];
/// Records of each model.
pub(super) const RECORDS: usize = 6;

/// The model with this number.
pub(super) fn model(schema: &Schema, number: usize) -> &Model {
    match MODELS.get(number).and_then(|name| schema.by_name(name)) {
        Some(model) => model,
        None => panic!("the schema has no model for the number {number}"),
    }
}

/// A record of `model`: the one at this place.
pub(super) fn record(model: &Model, place: usize) -> Record {
    let mut record = Record::empty(model.fields.len());
    for &field in &model.key {
        record[field] = match model.fields[field].name.as_str() {
            "points" => Value::Int(place as i64),
            name => format!("{name}{place}").into(),
        };
    }
    record
}

/// Its key.
pub(super) fn key(model: &Model, place: usize) -> Key {
    Key::of(model, &record(model, place))
}

type Versions = [i64; RECORDS];

/// What has been answered to writers: the highest version of each record; and how many syncs are complete.
#[derive(Debug, Default)]
pub(super) struct Answered {
    versions: [[AtomicI64; RECORDS]; MODELS.len()],
    writes: AtomicUsize,
    rounds: AtomicUsize,
}

impl Answered {
    /// A write of this record was answered with this version.
    pub(super) fn version(&self, model: usize, place: usize, version: i64) {
        self.versions[model][place].fetch_max(version, Ordering::SeqCst);
        self.writes.fetch_add(1, Ordering::SeqCst);
    }

    pub(super) fn rounds(&self) -> usize {
        self.rounds.load(Ordering::SeqCst)
    }

    fn of(&self, model: usize) -> Versions {
        std::array::from_fn(|place| self.versions[model][place].load(Ordering::SeqCst))
    }
}

/// A sync that is not complete.
#[derive(Debug)]
struct Running {
    model: usize,
    sync: Sync,
    /// The `startedAt` of its first page.
    started_at: i64,
    /// What had been answered when it began.
    expected: Versions,
}

/// A client. It takes one page at a time, so that it can be held up anywhere, also by a restart of the store.
#[derive(Debug)]
pub(super) struct Client {
    random: Random,
    held: [Versions; MODELS.len()],
    last_sync: [Option<i64>; MODELS.len()],
    running: Option<Running>,
    /// How many writes there had been when its last sync began.
    writes: usize,
    /// The records it lacked at the end of a sync, or held in an older version.
    pub(super) missed: usize,
}

impl Client {
    pub(super) fn new(seed: u64) -> Client {
        let (held, last_sync) = ([[0; RECORDS]; MODELS.len()], [None; MODELS.len()]);
        Client { random: Random(seed), held, last_sync, running: None, writes: 0, missed: 0 }
    }

    /// Whether there is something new for it to do.
    pub(super) fn is_due(&self, answered: &Answered) -> bool {
        self.running.is_some() || answered.writes.load(Ordering::SeqCst) > self.writes
    }

    /// Takes the next page of the sync that runs, or the first of a new one.
    pub(super) fn page(&mut self, backend: &dyn Backend, answered: &Answered) {
        let running = self.running.take();
        let number =
            running.as_ref().map_or_else(|| self.random.below(MODELS.len()), |running| running.model);
        self.step(backend, answered, number, running);
    }

    /// Completes the sync that runs, and then one of each model.
    pub(super) fn catch_up(&mut self, backend: &dyn Backend, answered: &Answered) {
        while self.running.is_some() {
            self.page(backend, answered);
        }
        for number in 0..MODELS.len() {
            self.step(backend, answered, number, None);
            while self.running.is_some() {
                self.page(backend, answered);
            }
        }
    }

    fn step(&mut self, backend: &dyn Backend, answered: &Answered, number: usize, running: Option<Running>) {
        let schema = backend.schema();
        let model = model(&schema, number);
        // What was answered is read before the sync begins.
        if running.is_none() {
            self.writes = answered.writes.load(Ordering::SeqCst);
        }
        let expected = answered.of(number);
        let mut sync = match &running {
            Some(running) => running.sync.clone(),
            None => Sync {
                model: model.id,
                last_sync: self.last_sync[number],
                resume: None,
                limit: 1 + self.random.below(4),
                max_bytes: usize::MAX,
                leaves: false,
            },
        };
        let page = done(block_on(backend.sync(&everything(), &sync)));
        for row in &page.rows {
            self.fold(model, number, row);
        }
        let (started_at, expected) = match running {
            Some(running) => (running.started_at, running.expected),
            None => (page.started_at, expected),
        };
        if page.next.is_some() {
            sync.resume = page.next;
            self.running = Some(Running { model: number, sync, started_at, expected });
            return;
        }
        self.last_sync[number] = Some(started_at);
        self.missed += lacking(backend, model, &self.held[number], &expected);
        answered.rounds.fetch_add(1, Ordering::SeqCst);
    }

    /// Keeps the highest version of each record.
    fn fold(&mut self, model: &Model, number: usize, row: &Row) {
        let key = Key::of(model, &row.record);
        if let Some(place) = (0..RECORDS).find(|place| self::key(model, *place) == key) {
            let held = &mut self.held[number][place];
            *held = row.meta.version.max(*held);
        }
    }
}

/// How many records are `held` in an older version than was `expected` of a sync that is complete. One that was changed
/// again while the sync went from page to page is no miss: its change is due in the next one.
fn lacking(backend: &dyn Backend, model: &Model, held: &Versions, expected: &Versions) -> usize {
    let places: Vec<usize> = (0..RECORDS).filter(|place| held[*place] < expected[*place]).collect();
    let keys: Vec<Key> = places.iter().map(|place| key(model, *place)).collect();
    let now = done(block_on(backend.get(&everything(), model.id, &keys)));
    places.iter().zip(now).filter(|(place, row)| version(row.as_ref()) == expected[**place]).count()
}

fn version(row: Option<&Row>) -> i64 {
    row.map_or(0, |row| row.meta.version)
}
