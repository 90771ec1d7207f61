//! A small program that writes through the client and prints each id once its write is acknowledged: the process that
//! the kill test kills. It is this test binary, started again with a variable set.
//!
//! Every record goes through the same life, one step at a time and each step only after the server has confirmed the
//! one before: created (version 1), updated once (version 2), deleted (version 3). So its version says how often
//! something was applied.

use std::io::Write;
use std::path::Path;
use std::process::Command;
use syncline::{AppSync, DataStore, DataStoreBuilder, HubEvent, HubEvents, Model};
use todo::{Todo, schema};

/// The models.
pub(crate) mod todo {
    syncline::schema!("tests/it/todo.graphql");
}

/// Says what to write to: the file, the endpoint, the key and a seed, each in a line.
const VARIABLE: &str = "SYNCLINE_TEST_CLIENT";

/// What begins a line of this process; the test runner prints lines of its own.
const MARK: &str = "@";

/// Stages of a record, as they are written into it.
pub(crate) const CREATED: i32 = 1;
pub(crate) const UPDATED: i32 = 2;

/// Mutations that may wait before the program waits, too.
const MOST_PENDING: u64 = 40;

/// Something the program was told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// A save or delete is acknowledged: what it did, and to which record.
    Acknowledged(Step, String),
    /// The server has applied a mutation.
    Processed,
}

/// What is done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    Created,
    Updated,
    Deleted,
}

impl Told {
    /// Reads a line; `None` if it is the test runner's.
    pub(crate) fn read(line: &str) -> Option<Told> {
        let (what, id) = line.strip_prefix(MARK)?.split_once(' ')?;
        let acknowledged = |step| Some(Told::Acknowledged(step, id.to_owned()));
        match what {
            "created" => acknowledged(Step::Created),
            "updated" => acknowledged(Step::Updated),
            "deleted" => acknowledged(Step::Deleted),
            "processed" => Some(Told::Processed),
            _ => None,
        }
    }
}

/// The device, as the program and the test open it.
pub(crate) fn device(path: &Path, endpoint: &str, key: &str) -> DataStoreBuilder {
    DataStore::builder(schema()).path(path).api(AppSync::api_key(endpoint, key))
}

/// The program.
pub(crate) fn program(path: &Path, endpoint: &str, key: &str, seed: u64) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "client::runs_in_a_process_of_its_own", "--nocapture"]);
    command.env(VARIABLE, format!("{}\n{endpoint}\n{key}\n{seed}", path.display()));
    command
}

/// Numbers that look random and are the same for the same seed (splitmix64).
#[derive(Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }
}

fn tell(what: &str, id: &str) {
    // The test runner may have begun the line.
    let line = format!("\n{MARK}{what} {id}\n");
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
}

#[test]
fn runs_in_a_process_of_its_own() {
    // As a test it has nothing to do.
    let Ok(told) = std::env::var(VARIABLE) else { return };
    let [path, endpoint, key, seed] = told.lines().collect::<Vec<_>>().try_into().unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = device(Path::new(path), endpoint, key).open().await.unwrap();
        let (processed, waiting) = (store.hub().listen(), store.hub().listen());
        tokio::join!(report(processed), write(&store, waiting, Random(seed.parse().unwrap())));
    });
}

/// Tells what the server has applied.
async fn report(mut events: HubEvents) {
    while let Some(event) = events.next().await {
        if let HubEvent::OutboxMutationProcessed(element) = event {
            tell("processed", &element.key().to_string());
        }
    }
}

/// Writes until it is killed.
async fn write(store: &DataStore, mut events: HubEvents, mut random: Random) {
    loop {
        // Several at once now and then, which then share a commit.
        let together = 1 + random.below(4) * random.below(2);
        let creates = (0..together).map(|_| async {
            let mut todo = Todo::new("A thing to do");
            todo.stage = Some(CREATED);
            let saved = store.save(todo).await.unwrap();
            tell("created", &saved.id);
        });
        futures_util::future::join_all(creates).await;
        if let Some(mut todo) = confirmed(store, CREATED, 1, &mut random).await {
            todo.stage = Some(UPDATED);
            let saved = store.save(todo).await.unwrap();
            tell("updated", &saved.id);
        }
        if random.below(3) == 0
            && let Some(todo) = confirmed(store, UPDATED, 2, &mut random).await
        {
            let id = todo.id.clone();
            if store.delete(todo).await.unwrap().is_some() {
                tell("deleted", &id);
            }
        }
        while store.pending_count().unwrap() > MOST_PENDING {
            events.next().await.unwrap();
        }
    }
}

/// A record at this stage of which the server has confirmed this version.
async fn confirmed(store: &DataStore, stage: i32, version: i64, random: &mut Random) -> Option<Todo> {
    let mut todos = store.query::<Todo>().filter(Todo::STAGE.eq(stage)).await.unwrap();
    todos.retain(|todo| todo.origin().version() == Some(version));
    if todos.is_empty() { None } else { Some(todos.swap_remove(random.below(todos.len()))) }
}
