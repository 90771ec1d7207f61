//! Everything at once, each call given up anywhere, on a line that breaks: nothing hangs, nothing is left behind, and no
//! write that was acknowledged is lost.
//!
//! `SYNCLINE_TEST_SEED` repeats the choices of a run that failed; which task is faster is the machine's.

mod book;
mod device;
mod leaks;
mod weather;

use super::api::Api;
use super::support::{online, within};
use book::Book;
use device::Device;
use leaks::Leaks;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use syncline::AppSync;
use tempfile::tempdir;
use tokio::task::JoinSet;

const STEPS: usize = 10_000;
const TASKS: u64 = 8;
/// How long the outbox may take to be sent when the line is mended.
const END: Duration = Duration::from_secs(120);

/// Numbers that look random, from a seed.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn of(seed: u64, part: u64) -> Random {
        Random(seed ^ part.wrapping_mul(0xA076_1D64_78BD_642F))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// Below `bound`.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(super) fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let place = self.below(all.len().max(1) as u64);
        all.get(usize::try_from(place).unwrap())
    }
}

/// The steps that have been taken by all.
#[derive(Debug, Default)]
pub(super) struct Steps(AtomicUsize);

impl Steps {
    fn taken(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }

    fn next(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) < STEPS
    }
}

const CHILD: &str = "SYNCLINE_STORM_CHILD";

/// In a process of its own, so that what it leaves behind can be counted.
#[test]
fn ten_thousand_steps_at_once() {
    let seed = std::env::var("SYNCLINE_TEST_SEED").ok().map_or(20_261_122, |seed| seed.parse().unwrap());
    if std::env::var_os(CHILD).is_some() {
        return alone(seed);
    }
    let mut child = Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", "storm::ten_thousand_steps_at_once", "--nocapture", "--test-threads=1"]);
    let done = child.env(CHILD, "1").env("SYNCLINE_TEST_SEED", seed.to_string()).output().unwrap();
    let (out, error) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    println!("{out}");
    assert!(done.status.success(), "seed {seed}:\n{out}\n{error}");
}

fn alone(seed: u64) {
    println!("seed {seed}");
    let runtime =
        || tokio::runtime::Builder::new_multi_thread().worker_threads(3).enable_all().build().unwrap();
    // What a process has once and for all.
    drop(runtime());
    let leaks = Leaks::before();
    let runtime = runtime();
    runtime.block_on(storm(seed));
    drop(runtime);
    leaks.check();
}

async fn storm(seed: u64) {
    let (mut api, files) = (Api::start().await, tempdir().unwrap());
    let direct = AppSync::api_key(format!("http://{}/graphql", api.address()), "key");
    let book = Arc::new(Book::default());
    let steps = Arc::new(Steps::default());
    let a = Arc::new(Device::open(files.path(), "a", api.line.api(), Arc::clone(&book)).await);
    let b = online(files.path(), "b", direct.clone()).await;
    weather::begin(&api, seed);
    let mut tasks = JoinSet::new();
    for task in 0..TASKS {
        let (a, steps) = (Arc::clone(&a), Arc::clone(&steps));
        let mut random = Random::of(seed, task);
        tasks.spawn(async move {
            while steps.next() {
                a.step(&mut random, &steps).await;
            }
        });
    }
    let others = device::other(&b, &book, &steps, Random::of(seed, 100));
    let weather = weather::changes(&api, &steps, Random::of(seed, 101));
    tokio::join!(tasks.join_all(), others, weather);
    weather::end(&api);

    let store = a.store();
    store.start().await.unwrap();
    store.sync_now();
    if let Err(error) = store.flush(END).await {
        panic!("{error}: {:#?}", store.outbox().list().unwrap());
    }
    b.flush(END).await.unwrap();
    let witness = online(files.path(), "witness", direct).await;
    book.check(&store, &witness).await;
    println!("{}", a.summary());
    for store in [&store, &b, &witness] {
        within("close", store.close()).await;
    }
    leaks::no_file_is_open_in(files.path());
    drop((store, b, witness, a));
    api.stop().await;
    drop(api);
    leaks::no_task_is_left().await;
}
