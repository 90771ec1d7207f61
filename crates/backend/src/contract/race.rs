//! Writers and a syncing client at once: no change is ever missed (I5, SYNC 3.1).

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use syncline_core::faults::Rule;

use super::Harness;
use super::device::Device;
use super::faults::with_broken;
use super::random::Random;
use super::world::{START, World, everything};
use crate::ManualClock;

/// Bursts of writes, each followed by a comparison.
const ROUNDS: usize = 300;
/// The store is opened anew after so many rounds.
const RESTART: usize = 25;
/// How far the clock goes on from round to round, in ms: a store that is ahead of it after a restart, or after a step
/// forward, is soon behind it again.
const ROUND_MS: i64 = 200;
/// Threads that write.
const WRITERS: u64 = 3;
/// Writes of each in a round.
const WRITES: usize = 3;
/// Records they write.
const RECORDS: usize = 8;

/// A client that syncs while others write, the clock steps and the store restarts has everything in the end of every
/// round, though it only ever asks for what changed since its last `startedAt`.
pub fn no_change_is_missed<H: Harness>() {
    assert_eq!(missed::<H>(ROUNDS), 0);
}

/// The same test, with a `startedAt` that is ahead of its snapshot.
pub fn a_dishonest_started_at_is_noticed<H: Harness>() {
    if let Some(missed) = with_broken(Rule::StartedAt, || missed::<H>(20)) {
        assert!(missed > 0, "the broken rule was not noticed");
    }
}

/// How many records the client lacks, summed over the rounds.
fn missed<H: Harness>(rounds: usize) -> usize {
    let mut world = World::<H>::new();
    let mut random = Random(31);
    let (mut device, mut last_sync, mut missing) = (Device::default(), None, 0);
    for round in 0..rounds {
        let now = START + round as i64 * ROUND_MS;
        if round % RESTART == RESTART - 1 {
            world.clock.set(now + random.between(-5_000, 500));
            world.reopen();
        }
        burst(&world, now, random.next(), &mut device, &mut last_sync);
        last_sync = sync(&world, last_sync, &mut device, 3);
        let (all, _) = world.sync_all("Post", None, 1_000);
        missing += device.missing(&all);
    }
    missing
}

/// Writers in threads of their own, the client in this one.
fn burst<H: Harness>(
    world: &World<H>,
    now: i64,
    seed: u64,
    device: &mut Device,
    last_sync: &mut Option<i64>,
) {
    let store = Shared { backend: world.backend(), schema: &world.schema, clock: &world.clock };
    let writing = AtomicBool::new(true);
    thread::scope(|scope| {
        let store = &store;
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| scope.spawn(move || store.write(now, seed ^ (writer << 32)))).collect();
        let writing = &writing;
        scope.spawn(move || {
            writers.into_iter().for_each(|writer| assert!(writer.join().is_ok()));
            writing.store(false, Ordering::SeqCst);
        });
        let mut limit = 1;
        while writing.load(Ordering::SeqCst) {
            *last_sync = sync(world, *last_sync, device, limit);
            limit = limit % 4 + 1;
        }
    });
}

/// One sync with all its pages.
fn sync<H: Harness>(
    world: &World<H>,
    last_sync: Option<i64>,
    device: &mut Device,
    limit: usize,
) -> Option<i64> {
    let sync = world.first("Post", last_sync, limit);
    let page = world.sync(&everything(), &sync);
    let started_at = page.started_at;
    device.fold(&world.rest(&everything(), &sync, page));
    Some(started_at)
}

/// What the writers share.
struct Shared<'a> {
    backend: &'a dyn crate::Backend,
    schema: &'a syncline_core::Schema,
    clock: &'a ManualClock,
}

impl Shared<'_> {
    fn write(&self, now: i64, seed: u64) {
        let mut random = Random(seed);
        let Some(model) = self.schema.by_name("Post") else { return };
        for _ in 0..WRITES {
            if random.once_in(2) {
                self.clock.set(now + random.between(-20, ROUND_MS));
            }
            let writes = (0..=random.below(2)).map(|_| {
                let id = format!("p{}", random.below(RECORDS));
                let mut record = syncline_core::Record::empty(model.fields.len());
                record[model.key[0]] = id.as_str().into();
                let decision = match random.once_in(5) {
                    true => crate::Decision::Delete,
                    false => crate::Decision::Write(record),
                };
                let mutation = crate::Mutation {
                    model: model.id,
                    key: syncline_core::Key::id(id),
                    op: syncline_core::record::MutationOp::Update,
                    id: None,
                    base_version: None,
                    session: None,
                };
                crate::Write { mutation, decide: super::world::always(decision) }
            });
            super::world::done(super::block_on(self.backend.apply(writes.collect(), false)));
        }
    }
}
