//! Devices, and what they have before a measurement begins.

use std::path::Path;
use std::time::Instant;

use syncline::{AppSync, DataStore, DataStoreBuilder, Durability, HubEvent, HubEvents, HubKind, Model};

use super::models::{Api, PLAIN, posts};
use super::server::KEY;
use crate::Result;
use crate::place::Place;
use crate::sample::{Sample, warm};

/// The file of the one device in a place.
pub(super) const FILE: &str = "device.db";

/// A device with that file, at the durability that all programs share.
pub(super) fn device(api: &Api, file: &Path) -> DataStoreBuilder {
    DataStore::builder((api.schema)()).path(file).durability(Durability::Full)
}

/// A device that syncs with the server at `url`.
pub(super) fn online(api: &Api, file: &Path, url: &str) -> DataStoreBuilder {
    device(api, file).api(AppSync::api_key(url, KEY))
}

/// A device that is in sync with the server at `url`.
///
/// # Errors
/// The store's.
pub(super) async fn ready(api: &Api, file: &Path, url: &str) -> Result<DataStore> {
    let store = online(api, file, url).open().await?;
    let mut events = store.hub().listen_to(&[HubKind::Ready]);
    store.start().await?;
    wait_for(&mut events, |event| *event == HubEvent::Ready).await?;
    Ok(store)
}

/// Makes a device's file with the first `count` posts, all of which wait in its outbox.
///
/// # Errors
/// The store's.
pub(super) fn filled(place: &Place, count: u32) -> Result<()> {
    let device = device(&PLAIN, &place.file(FILE));
    tokio::runtime::Runtime::new()?.block_on(async { fill(&device.open().await?, count).await })
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

/// Calls `step` for each of `items` and measures the last `count` of them.
///
/// # Errors
/// The first of `step`, or there are not as many items as that and the [`warm`] ones.
pub(super) async fn each<T>(
    count: u32,
    items: Vec<T>,
    mut step: impl AsyncFnMut(T) -> Result<()>,
) -> Result<Sample> {
    if items.len() != usize::try_from(warm(count) + count)? {
        return Err("another number of items than of calls".into());
    }
    let mut items = items.into_iter();
    for item in items.by_ref().take(usize::try_from(warm(count))?) {
        step(item).await?;
    }
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
pub(super) async fn holds<M: Model>(store: &DataStore, expected: u32) -> Result<()> {
    match store.query::<M>().count().await? {
        count if count == u64::from(expected) => Ok(()),
        count => Err(format!("{count} of {expected} posts are on the device").into()),
    }
}
