//! Writers and syncing clients at once: no change is ever missed (I5, SYNC 3.1).

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use syncline_core::faults::Rule;

use super::Harness;
use super::client::{Answered, Client, RECORDS, key, model, record};
use super::faults::with_broken;
use super::random::Random;
use super::world::{START, World, always, done};
use crate::{Applied, Backend, Decision, ManualClock};

/// Rounds of the suite: a round is one sync of one client. A driver with threads runs more of them by itself.
const ROUNDS: usize = 1_200;
/// The store is opened anew after so many rounds.
const RESTART: usize = 300;
/// Threads that write.
const WRITERS: u64 = 3;
/// Threads that sync, each a client of its own.
const CLIENTS: u64 = 3;
/// How far the clock goes on in a round, in ms: a store that is ahead of it after a restart, or after a step forward, is
/// soon behind it again.
const ROUND_MS: i64 = 20;

/// Clients that sync while others write, the clock steps and the store restarts hold, at the end of every sync, what had
/// been answered before it began and has not changed since, though they only ever ask for what changed since the
/// `startedAt` of the first page of their last one. When nobody writes, they hold everything.
pub fn no_change_is_missed<H: Harness>() {
    assert_eq!(missed::<H>(ROUNDS, None), 0);
}

/// The same test, with a `startedAt` that is ahead of its snapshot.
pub fn a_dishonest_started_at_is_noticed<H: Harness>() {
    if with_broken(Rule::StartedAt, || ()).is_some() {
        assert!(missed::<H>(RESTART, Some(Rule::StartedAt)) > 0, "the broken rule was not noticed");
    }
}

/// How many changes the clients lacked after a sync that should have brought them, over so many rounds with `broken`
/// switched off.
#[must_use]
pub fn missed<H: Harness>(rounds: usize, broken: Option<Rule>) -> usize {
    let mut world = World::<H>::new();
    let mut random = Random(31);
    let answered = Answered::default();
    let mut clients: Vec<Client> = (0..CLIENTS).map(Client::new).collect();
    for end in (RESTART..rounds + RESTART).step_by(RESTART) {
        run(&world, &answered, &mut clients, random.next(), end, broken);
        world.clock.set(now(&answered) + random.between(-5_000, 500));
        world.reopen();
        // Now everybody is at rest.
        for client in &mut clients {
            client.catch_up(world.backend(), &answered);
        }
    }
    clients.iter().map(|client| client.missed).sum()
}

/// What the time is about, in ms: it goes on with the rounds.
fn now(answered: &Answered) -> i64 {
    START + answered.rounds() as i64 * ROUND_MS
}

/// Writers and clients in threads of their own, until there were so many rounds.
fn run<H: Harness>(
    world: &World<H>,
    answered: &Answered,
    clients: &mut [Client],
    seed: u64,
    rounds: usize,
    broken: Option<Rule>,
) {
    let (backend, clock) = (world.backend(), &*world.clock);
    let (writing, failed) = (AtomicBool::new(true), AtomicBool::new(false));
    thread::scope(|scope| {
        let (writing, failed) = (&writing, &failed);
        for writer in 0..WRITERS {
            let mut random = Random(seed ^ (writer << 32));
            scope.spawn(move || {
                let _alarm = Alarm(failed);
                while writing.load(Ordering::SeqCst) {
                    write(backend, clock, answered, &mut random);
                }
            });
        }
        let syncing: Vec<_> = clients
            .iter_mut()
            .map(|client| {
                scope.spawn(move || {
                    let mut sync = || {
                        while answered.rounds() < rounds && !failed.load(Ordering::SeqCst) {
                            // A sync for which nobody has written races with nobody.
                            if client.is_due(answered) {
                                client.page(backend, answered);
                            } else {
                                thread::yield_now();
                            }
                        }
                    };
                    // Rules are switched off for a thread.
                    match broken {
                        Some(rule) => drop(with_broken(rule, sync)),
                        None => sync(),
                    }
                })
            })
            .collect();
        let fine: Vec<bool> = syncing.into_iter().map(|client| client.join().is_ok()).collect();
        writing.store(false, Ordering::SeqCst);
        assert!(fine.iter().all(|fine| *fine), "a client has failed");
    });
}

/// Tells the clients of a writer that fails, so that none waits for it.
struct Alarm<'a>(&'a AtomicBool);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        self.0.fetch_or(thread::panicking(), Ordering::SeqCst);
    }
}

/// A batch of up to three writes, at another time now and then.
fn write(backend: &dyn Backend, clock: &ManualClock, answered: &Answered, random: &mut Random) {
    if random.once_in(2) {
        clock.set(now(answered) + random.between(-30, 10 * ROUND_MS));
    }
    let schema = backend.schema();
    let places: Vec<_> = (0..=random.below(3)).map(|_| (random.below(3), random.below(RECORDS))).collect();
    let writes = places.iter().map(|&(number, place)| {
        let model = model(&schema, number);
        let decision = match random.once_in(5) {
            true => Decision::Delete,
            false => Decision::Write(record(model, place)),
        };
        let mutation = crate::Mutation {
            model: model.id,
            key: key(model, place),
            op: syncline_core::record::MutationOp::Update,
            id: None,
            base_version: None,
            session: None,
            origin: None,
        };
        crate::Write { mutation, decide: always(decision) }
    });
    let answers = done(super::block_on(backend.apply(writes.collect(), false)));
    for (answer, (model, place)) in answers.iter().zip(places) {
        if let Applied::Written(row) = answer {
            answered.version(model, place, row.meta.version);
        }
    }
}
