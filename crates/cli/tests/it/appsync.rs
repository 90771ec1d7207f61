//! What devices do through `syncline dev` as a process: with the extension, and with `--pure-appsync`, where no answer and no
//! event of the server says a word of it.

use crate::client::device;
use crate::client::todo::Todo;
use crate::process::{Dev, PATIENCE, file};
use crate::proxy::Proxy;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syncline::record::Resolution;
use syncline::{Change, Changes, DataStore, GroupVerdict, HubEvent, Transaction, Verdict};

#[test]
fn without_the_extension_nothing_is_said_of_it() {
    assert_eq!(extensions_said(&["--pure-appsync"]), 0);
}

#[test]
fn with_it_the_same_is_done() {
    assert!(extensions_said(&[]) > 0);
}

/// Goes through the story, and returns how often the server has spoken of the extension.
fn extensions_said(flags: &'static [&'static str]) -> usize {
    let directory = tempfile::tempdir().unwrap();
    let mut scene = Scene {
        flags,
        schema: file(directory.path(), "schema.graphql", include_str!("todo.graphql")),
        data: directory.path().join("server"),
        proxy: Proxy::recording(),
        server: None,
    };
    tokio::runtime::Runtime::new().unwrap().block_on(story(&mut scene, directory.path()));
    let proxy = &scene.proxy;
    assert!(proxy.count("\"createTodo\"") + proxy.count("\"m0\"") > 0, "answers are kept");
    assert!(proxy.count("\"onUpdateTodo\"") > 0, "and events are");
    proxy.count("extensions")
}

struct Scene {
    flags: &'static [&'static str],
    schema: PathBuf,
    data: PathBuf,
    proxy: Proxy,
    server: Option<Dev>,
}

impl Scene {
    /// Starts the server, on what it had. Returns where it can be found, whichever it is, and its key.
    fn serve(&mut self) -> (String, String) {
        let server = Dev::start_with(&self.schema, &self.data, self.flags);
        let found = (self.proxy.serve(Some(&server.endpoint)), server.key.clone());
        self.server = Some(server);
        found
    }

    /// Takes the server away.
    fn cut(&mut self) {
        self.proxy.serve(None);
        if let Some(server) = self.server.take() {
            server.process.kill();
        }
    }
}

async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("not in time: {what}"))
}

async fn ready(store: &DataStore) {
    let mut events = store.hub().listen();
    store.start().await.unwrap();
    within("ready", events.wait_for(|event| *event == HubEvent::Ready)).await.unwrap();
}

async fn get(store: &DataStore, id: &str) -> Todo {
    store.get::<Todo>(id).await.unwrap().unwrap()
}

/// Waits until a device has been told of a change that `wanted` accepts.
async fn told(what: &str, changes: &mut Changes<Todo>, wanted: impl Fn(&Change<Todo>) -> bool) {
    within(what, async { while !changes.next().await.is_some_and(|change| wanted(&change)) {} }).await;
}

fn titled(title: &str) -> impl Fn(&Change<Todo>) -> bool {
    move |change| change.item().is_some_and(|todo| todo.title == title)
}

async fn all(store: &DataStore) -> BTreeMap<String, (String, Option<i32>)> {
    let todos = store.query::<Todo>().await.unwrap();
    todos.into_iter().map(|todo| (todo.id, (todo.title, todo.stage))).collect()
}

async fn story(scene: &mut Scene, directory: &Path) {
    let (endpoint, key) = scene.serve();
    let open = async |name: &str| device(&directory.join(name), &endpoint, &key).open().await.unwrap();
    let (a, b) = (open("a.db").await, open("b.db").await);
    ready(&a).await;
    ready(&b).await;
    let mut seen = b.observe::<Todo>().unwrap();

    // A save and an update, seen by the other device.
    let saved = a.save(Todo { stage: Some(1), ..Todo::new("saved") }).await.unwrap();
    let id = saved.id.clone();
    assert_eq!(within("the save", saved.synced()).await.version(), Some(1));
    told("the save", &mut seen, titled("saved")).await;
    let edited = a.save(Todo { title: "edited".to_owned(), ..get(&a, &id).await }).await.unwrap();
    assert_eq!(within("the update", edited.synced()).await.version(), Some(2));
    told("the update", &mut seen, titled("edited")).await;

    // A condition that holds here and not there.
    b.stop().await.unwrap();
    let other = a.save(Todo { stage: Some(2), ..get(&a, &id).await }).await.unwrap();
    within("the other's", other.synced()).await;
    let late = Todo { title: "late".to_owned(), ..get(&b, &id).await };
    let late = b.save(late).when(Todo::STAGE.eq(1)).await.unwrap();
    ready(&b).await;
    let verdict = within("the condition", late.synced()).await;
    assert!(matches!(verdict, Verdict::ConditionFailed { .. }), "{verdict:?}");

    // A conflict: of what both have changed the server's stays, of what one has changed that.
    b.stop().await.unwrap();
    let theirs = a.save(Todo { title: "A".to_owned(), ..get(&a, &id).await }).await.unwrap();
    within("A's", theirs.synced()).await;
    b.save(Todo { title: "B".to_owned(), stage: Some(7), ..get(&b, &id).await }).await.unwrap();
    ready(&b).await;
    b.flush(PATIENCE).await.unwrap();
    let settled = get(&b, &id).await;
    assert_eq!((settled.title.as_str(), settled.stage), ("A", Some(7)));
    assert_eq!(b.conflicts(1).unwrap()[0].resolution, Resolution::Remote);

    // A transaction.
    let run = |tx: Transaction| async move {
        tx.save(Todo::new("together, 1")).await?;
        tx.save(Todo::new("together, 2")).await.map(drop)
    };
    let committed = a.transaction(run).await.map_err(|error: syncline::Error| error).unwrap();
    let verdict = within("the transaction", committed.synced()).await;
    assert_eq!(verdict, GroupVerdict::Applied { mutations: 2 });
    told("all of the transaction", &mut seen, titled("together, 2")).await;

    // A delete.
    let deleted = a.delete_by_id::<Todo>(&id).await.unwrap().unwrap();
    assert!(within("the delete", deleted.synced()).await.version().is_some());
    let is_it = |change: &Change<Todo>| matches!(change, Change::Deleted { item, .. } if item.id == id);
    told("the delete", &mut seen, is_it).await;

    // Writes without a server, and what becomes of them once there is one again.
    let mut events = a.hub().listen();
    scene.cut();
    within("it is noticed", events.wait_for(|event| *event == HubEvent::NetworkStatus { active: false }))
        .await;
    for number in 0..60 {
        a.save(Todo { stage: Some(number), ..Todo::new("offline") }).await.unwrap();
    }
    assert_eq!(a.pending_count().unwrap(), 60);
    assert_eq!(scene.serve().1, key);
    a.flush(PATIENCE).await.unwrap();
    let c = open("c.db").await;
    ready(&c).await;
    let (on_a, on_c) = (all(&a).await, all(&c).await);
    assert_eq!((on_a.len(), &on_a), (62, &on_c));
    within("B has caught up", async {
        while all(&b).await != on_a {
            seen.next().await.unwrap();
        }
    })
    .await;
    for store in [a, b, c] {
        assert_eq!(store.pending_count().unwrap(), 0);
        store.close().await;
    }
}
