//! What is old is removed while the server runs, at its start first of all.

use crate::support::{BLOG, ask, post, schema, service, start_with};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use syncline_backend::{
    Allowance, Answer, Applied, Backend, CommitObserver, List, ListPage, ManualClock, MemoryBackend, Purged,
    Retention, Row, Scope, Sync, SyncPage, Write,
};
use syncline_core::{Key, ModelId, Schema};
use syncline_server::ServerConfig;
use tokio::sync::mpsc::{UnboundedSender, unbounded_channel};
use tokio::time::timeout;

/// Tells of each step of a purge.
#[derive(Debug)]
struct Watched(MemoryBackend, UnboundedSender<Purged>);

impl Backend for Watched {
    fn schema(&self) -> Arc<Schema> {
        self.0.schema()
    }
    fn epoch(&self) -> String {
        self.0.epoch()
    }
    fn get<'a>(&'a self, scope: &'a Scope, model: ModelId, keys: &'a [Key]) -> Answer<'a, Vec<Option<Row>>> {
        self.0.get(scope, model, keys)
    }
    fn list<'a>(&'a self, scope: &'a Scope, list: &'a List) -> Answer<'a, ListPage> {
        self.0.list(scope, list)
    }
    fn list_each<'a>(
        &'a self,
        scope: &'a Scope,
        lists: &'a [List],
        most: Allowance,
    ) -> Answer<'a, Vec<ListPage>> {
        self.0.list_each(scope, lists, most)
    }
    fn sync<'a>(&'a self, scope: &'a Scope, sync: &'a Sync) -> Answer<'a, SyncPage> {
        self.0.sync(scope, sync)
    }
    fn apply(&self, writes: Vec<Write>, atomic: bool) -> Answer<'_, Vec<Applied>> {
        self.0.apply(writes, atomic)
    }
    fn purge(&self, now_ms: i64, retention: Retention, most: usize) -> Answer<'_, Purged> {
        Box::pin(async move {
            let purged = self.0.purge(now_ms, retention, most).await?;
            self.1.send(purged).unwrap();
            Ok(purged)
        })
    }
    fn observe(&self, observer: Arc<dyn CommitObserver>) {
        self.0.observe(observer);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_old_goes_while_the_server_runs() {
    let start = 1_700_000_000_000;
    let day = 24 * 60 * 60 * 1_000;
    let clock = Arc::new(ManualClock::new(start));
    let (sender, mut steps) = unbounded_channel();
    let backend = Watched(MemoryBackend::new(schema(BLOG), Arc::clone(&clock) as Arc<_>), sender);
    let config = ServerConfig {
        clock: Arc::clone(&clock) as Arc<_>,
        purge_every: Duration::from_millis(20),
        ..ServerConfig::default()
    };
    let server = start_with(config, service(Arc::new(backend))).await;
    // More than one step removes.
    for place in 0..6 {
        let fields = (0..100).map(|field| {
            let id = format!("p{place}-{field}");
            format!("c{field}: createPost(input: {{ id: \"{id}\", title: \"t\", status: DRAFT }}) {{ id }} d{field}: deletePost(input: {{ id: \"{id}\", _version: 1 }}) {{ id }}")
        });
        let query = format!("mutation {{ {} }}", fields.collect::<Vec<_>>().join(" "));
        assert_eq!(ask(&server, &query, json!({})).await.get("errors"), None);
    }
    clock.set(start + 31 * day);
    post(&server, "the store's own time goes on").await;
    let mut removed = 0;
    timeout(Duration::from_secs(60), async {
        while removed < 600 {
            let step = steps.recv().await.unwrap();
            assert!(step.tombstones <= 500, "{step:?}");
            removed += step.tombstones;
        }
    })
    .await
    .unwrap();
    assert_eq!(removed, 600);
    let answer = ask(&server, "{ syncPosts(limit: 1000) { items { id } } }", json!({})).await;
    assert_eq!(answer["data"]["syncPosts"]["items"].as_array().unwrap().len(), 1);
    server.shutdown().await;
}
