//! Devices, and what they have before a measurement begins.

use std::path::Path;
use std::time::Instant;

use syncline::{AppSync, DataStore, DataStoreBuilder, Durability, HubEvent, HubEvents};

use super::models::{Post, posts, schema};
use super::server::KEY;
use crate::Result;
use crate::sample::Sample;
use crate::server::Server;

/// A device with that file, at the durability that all programs share.
pub(super) fn device(file: &Path) -> DataStoreBuilder {
    DataStore::builder(schema()).path(file).durability(Durability::Full)
}

/// A device that syncs with `server`.
pub(super) fn online(file: &Path, server: &Server) -> DataStoreBuilder {
    device(file).api(AppSync::api_key(server.url.as_str(), KEY))
}

/// Saves the first `count` posts on a device without an API, many at once because it is not measured.
///
/// # Errors
/// The store's.
pub(super) async fn fill(store: &DataStore, count: u32) -> Result<()> {
    let saves = posts(count)?.into_iter().map(|post| store.save(post).into_future());
    for saved in futures_util::future::join_all(saves).await {
        saved?;
    }
    Ok(())
}

/// Waits for an event of the hub.
///
/// # Errors
/// It does not come.
pub(super) async fn wait_for(events: &mut HubEvents, wanted: impl FnMut(&HubEvent) -> bool) -> Result<()> {
    events.wait_for(wanted).await.map(drop).ok_or_else(|| "the store ended early".into())
}

/// Calls `step` for each of `items` and measures each.
///
/// # Errors
/// The first of `step`.
pub(super) async fn each<T>(items: Vec<T>, mut step: impl AsyncFnMut(T) -> Result<()>) -> Result<Sample> {
    let mut each = Vec::with_capacity(items.len());
    let start = Instant::now();
    for item in items {
        let before = Instant::now();
        step(item).await?;
        each.push(before.elapsed());
    }
    Ok(Sample::from_each(each, start.elapsed()))
}

/// Checks how many posts a device holds.
///
/// # Errors
/// Another number than `expected`.
pub(super) async fn holds(store: &DataStore, expected: u32) -> Result<()> {
    match store.query::<Post>().count().await? {
        count if count == u64::from(expected) => Ok(()),
        count => Err(format!("{count} of {expected} posts are on the device").into()),
    }
}
