//! Devices, and bounded waits.

use super::{Post, PostStatus, schema};
use std::path::Path;
use std::time::Duration;
use syncline::{AppSync, DataStore, DataStoreBuilder, Durability, HubEvent};

/// Nothing here takes that long; a test that would hang fails instead.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

pub(crate) async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(PATIENCE, future).await {
        Ok(done) => done,
        Err(_) => panic!("not in time: {what}"),
    }
}

/// A device's file. The tests count on order and atomicity; how the disk keeps them is the store's own test.
pub(crate) fn device(directory: &Path, name: &str) -> DataStoreBuilder {
    DataStore::builder(schema()).path(directory.join(name)).durability(Durability::Relaxed)
}

/// A device that is in sync.
pub(crate) async fn online(directory: &Path, name: &str, api: AppSync) -> DataStore {
    let store = device(directory, name).api(api).open().await.unwrap();
    ready(&store).await;
    store
}

/// Starts to sync and waits until everything is in sync.
pub(crate) async fn ready(store: &DataStore) {
    let mut events = store.hub().listen();
    store.start().await.unwrap();
    // What had started before may have been ready before anybody listened.
    let mut models = store.schema().models().iter();
    if models.all(|model| store.model(&model.name).unwrap().is_synced()) {
        return;
    }
    within("ready", events.wait_for(|event| *event == HubEvent::Ready)).await.unwrap();
}

pub(crate) async fn flush(store: &DataStore) {
    if let Err(error) = store.flush(PATIENCE).await {
        let mut waiting = store.outbox().list().unwrap();
        waiting.truncate(5);
        panic!("{error}; {} wait: {waiting:?}", store.pending_count().unwrap());
    }
}

pub(crate) fn post(title: &str) -> Post {
    Post::new(title, PostStatus::Active)
}

pub(crate) async fn get(store: &DataStore, id: &str) -> Post {
    store.get::<Post>(id).await.unwrap().unwrap()
}

/// Waits until the device holds what `wanted` accepts; looked at again after every change.
pub(crate) async fn until(what: &str, store: &DataStore, id: &str, wanted: impl Fn(Option<&Post>) -> bool) {
    // Observed before it is looked at, so that no change falls between.
    let mut changes = store.observe::<Post>().unwrap();
    within(what, async {
        while !wanted(store.get::<Post>(id).await.unwrap().as_ref()) {
            changes.next().await.unwrap();
        }
    })
    .await;
}

pub(crate) async fn ids(store: &DataStore) -> Vec<String> {
    store.query::<Post>().await.unwrap().into_iter().map(|post| post.id).collect()
}

/// Each of these functions of an [`Api`](super::api::Api) is a test twice: with a Syncline server, and with what plain
/// AppSync is. A schema other than the blog's stands before them.
macro_rules! scenarios {
    ($schema:path: $($scenario:ident),+ $(,)?) => {
        mod with_syncline {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $scenario() {
                super::$scenario(crate::api::Api::serving($schema(), true).await).await;
            })+
        }
        mod with_appsync {
            $(#[tokio::test(flavor = "multi_thread")]
            async fn $scenario() {
                super::$scenario(crate::api::Api::serving($schema(), false).await).await;
            })+
        }
    };
    ($($scenario:ident),+ $(,)?) => {
        crate::support::scenarios! { crate::schema: $($scenario),+ }
    };
}
pub(crate) use scenarios;
