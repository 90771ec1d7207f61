//! Server and client are killed with SIGKILL, again and again (I2): nothing that was acknowledged is missing, and
//! nothing was applied twice.

use crate::client::todo::Todo;
use crate::client::{CREATED, Random, Step, Told, UPDATED, device, program};
use crate::graphql::Graphql;
use crate::process::{Dev, PATIENCE, Process, file};
use crate::proxy::Proxy;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syncline::{Changes, DataStore, HubEvent};

/// Where the numbers come from, unless the variable names another seed, which makes another story.
const SEED: (&str, u64) = ("SYNCLINE_TEST_SEED", 20_261_122);

/// What runs, and what has been acknowledged.
struct Scene {
    /// The server's flags.
    flags: &'static [&'static str],
    schema: PathBuf,
    data: PathBuf,
    device: PathBuf,
    proxy: Proxy,
    errors: PathBuf,
    random: Random,
    /// The last step of each record that was acknowledged.
    acknowledged: BTreeMap<String, Step>,
    processed: usize,
}

impl Scene {
    fn server(&self) -> Dev {
        let mut server = Dev::start_with(&self.schema, &self.data, self.flags);
        server.endpoint = self.proxy.serve(Some(&server.endpoint));
        server
    }

    fn client(&mut self, server: &Dev) -> Process {
        let seed = self.random.below(usize::MAX) as u64;
        Process::start(program(&self.device, &server.endpoint, &server.key, seed), &self.errors)
    }

    fn note(&mut self, line: &str) -> Option<Told> {
        let told = Told::read(line)?;
        match &told {
            Told::Acknowledged(step, id) => {
                let known = self.acknowledged.entry(id.clone()).or_insert(*step);
                *known = (*known).max(*step);
            }
            Told::Processed => self.processed += 1,
        }
        Some(told)
    }

    /// Lets the client get on until `count` lines that `wanted` accepts have come.
    fn get_on(&mut self, client: &Process, count: usize, wanted: impl Fn(&Told) -> bool) {
        let mut seen = 0;
        while seen < count {
            let Some(line) = client.line() else {
                panic!("the client ended: {}", std::fs::read_to_string(&self.errors).unwrap_or_default());
            };
            seen += usize::from(self.note(&line).is_some_and(|told| wanted(&told)));
        }
    }
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_applied_twice() {
    eprintln!("{}", story(&[], 50));
}

/// A server that remembers no mutations: what became of one is found out by a look (SYNC 2.2).
#[test]
fn nor_is_it_with_plain_appsync() {
    eprintln!("{}", story(&["--pure-appsync"], 25));
}

/// Kills something `kills` times, and then looks at what is there. Returns what happened, in a line.
fn story(flags: &'static [&'static str], kills: usize) -> String {
    let (variable, usual) = SEED;
    let seed = std::env::var(variable).map_or(usual, |seed| seed.parse().unwrap());
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name);
    let mut scene = Scene {
        flags,
        schema: file(directory.path(), "schema.graphql", include_str!("todo.graphql")),
        data: at("server"),
        device: at("device.db"),
        proxy: Proxy::start(),
        errors: at("client.stderr"),
        random: Random(seed),
        acknowledged: BTreeMap::new(),
        processed: 0,
    };
    let mut server = scene.server();
    // Another device, which only watches and stays alive.
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let watching = device(&at("watcher.db"), &server.endpoint, &server.key);
    let watcher = runtime.block_on(async { watching.open().await.unwrap() });
    let changes = runtime.block_on(async { watcher.observe::<Todo>().unwrap() });
    let mut client = scene.client(&server);
    for _ in 0..kills {
        // After some acknowledged writes, or after some that the server has applied: both at any moment of what goes on.
        if scene.random.below(2) == 0 {
            let count = 1 + scene.random.below(30);
            scene.get_on(&client, count, |told| matches!(told, Told::Acknowledged(..)));
        } else {
            let count = 1 + scene.random.below(30);
            scene.get_on(&client, count, |told| *told == Told::Processed);
        }
        if scene.random.below(2) == 0 {
            server.process.kill();
            scene.proxy.serve(None);
            server = scene.server();
        } else {
            for line in client.kill() {
                scene.note(&line);
            }
            client = scene.client(&server);
        }
    }
    for line in client.kill() {
        scene.note(&line);
    }
    let counts = (scene.acknowledged.len(), scene.processed);
    runtime.block_on(async {
        let live = check(&scene, &server, &at("fresh.db")).await;
        converges(&watcher, changes, &live).await;
    });
    format!(
        "seed {seed}: {kills} kills, {} records acknowledged, {} mutations applied in sight",
        counts.0, counts.1
    )
}

/// What a record is after its last step: its stage, its version, whether it is deleted.
fn after(step: Step) -> (i32, i64, bool) {
    match step {
        Step::Created => (CREATED, 1, false),
        Step::Updated => (UPDATED, 2, false),
        Step::Deleted => (UPDATED, 3, true),
    }
}

/// Lets everything settle, and compares what was acknowledged with the device's file, the server and a new device.
/// Returns the records that are not deleted, with their stages.
async fn check(scene: &Scene, server: &Dev, fresh: &Path) -> BTreeMap<String, i32> {
    let open = async |path: &Path| device(path, &server.endpoint, &server.key).open().await.unwrap();
    let device = open(&scene.device).await;
    device.start().await.unwrap();
    device.flush(PATIENCE).await.unwrap();
    assert_eq!(device.pending_count().unwrap(), 0, "something is parked: {:?}", device.outbox().list());
    assert_eq!(device.conflicts(10).unwrap(), [], "nobody else has written");

    let document = "query All($nextToken: String) { syncTodos(limit: 1000, nextToken: $nextToken) { \
                    items { id stage _version _deleted } nextToken } }";
    let mut held = BTreeMap::new();
    for item in Graphql::of(server).items("syncTodos", document).await {
        let (stage, version) = (item["stage"].as_i64().unwrap(), item["_version"].as_i64().unwrap());
        let deleted = item["_deleted"].as_bool().unwrap_or(false);
        held.insert(
            item["id"].as_str().unwrap().to_owned(),
            (i32::try_from(stage).unwrap(), version, deleted),
        );
    }

    // Each record has gone through its steps, and each step was applied once.
    let steps = [Step::Created, Step::Updated, Step::Deleted];
    for (id, held) in &held {
        assert!(
            steps.iter().any(|step| after(*step) == *held),
            "{id}: {held:?} is no result of the steps, each once"
        );
    }
    for (id, step) in &scene.acknowledged {
        let reached: Vec<_> = steps.iter().filter(|later| *later >= step).map(|step| after(*step)).collect();
        let held = held.get(id);
        assert!(
            held.is_some_and(|held| reached.contains(held)),
            "{id}: {step:?} was acknowledged, there is {held:?}"
        );
    }

    // The device, and one that has never been there, hold what the server holds.
    let live: BTreeMap<String, i32> = held
        .iter()
        .filter(|(_, (_, _, deleted))| !deleted)
        .map(|(id, (stage, _, _))| (id.clone(), *stage))
        .collect();
    assert_eq!(records(&device).await, live, "the device and the server");
    let fresh = open(fresh).await;
    let mut events = fresh.hub().listen();
    fresh.start().await.unwrap();
    let ready = events.wait_for(|event| *event == HubEvent::Ready);
    tokio::time::timeout(PATIENCE, ready).await.unwrap().unwrap();
    assert_eq!(records(&fresh).await, live, "a new device and the server");
    live
}

/// Waits until the device that watched holds these records: whatever its socket missed, it fetches (I5).
async fn converges(watcher: &DataStore, mut changes: Changes<Todo>, live: &BTreeMap<String, i32>) {
    loop {
        let records = records(watcher).await;
        if records == *live {
            return;
        }
        if tokio::time::timeout(PATIENCE, changes.next()).await.is_err() {
            assert_eq!(records, *live, "the device that watched, and the server");
        }
    }
}

/// The records of a device, with their stages.
async fn records(store: &DataStore) -> BTreeMap<String, i32> {
    let todos = store.query::<Todo>().await.unwrap();
    todos.into_iter().map(|todo| (todo.id, todo.stage.unwrap())).collect()
}
