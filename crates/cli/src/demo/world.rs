//! The server, the devices, and whether they agree.

use super::models::{Post, schema};
use super::probe::{Probe, Seen};
use super::trouble::{Trouble, within};
use crate::local_api::{LocalApi, Start};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use syncline::{AppSync, DataStore, DataStoreBuilder, HubEvent, HubKind, StoreError};

/// How long an outbox may take to empty.
const DRAIN: Duration = Duration::from_secs(10);

/// Where everything happens.
#[derive(Debug)]
pub(crate) struct World {
    /// The server as a plain client sees it.
    pub(crate) server: Probe,
    /// The first device.
    pub(crate) a: DataStore,
    /// The second device.
    pub(crate) b: DataStore,
    api: AppSync,
    directory: PathBuf,
}

impl World {
    /// A server that runs, and two devices that have not been online yet.
    pub(crate) async fn new(directory: &Path, start: Start) -> Result<(World, LocalApi), Trouble> {
        let key = start.api_key.clone();
        let local = LocalApi::start(start).await?;
        let api = AppSync::api_key(local.endpoint(), &key);
        let world = World {
            server: Probe::new(&local.endpoint(), &key)?,
            a: device(directory, "a", &api).open().await?,
            b: device(directory, "b", &api).open().await?,
            api,
            directory: directory.to_owned(),
        };
        Ok((world, local))
    }

    /// Closes B: the last handle on its file goes.
    pub(crate) async fn close_b(self) -> Result<Half, Trouble> {
        let World { server, a, b, api, directory } = self;
        b.stop().await?;
        Ok(Half { server, a, api, directory })
    }

    /// A device with a file of its own.
    pub(crate) fn device(&self, name: &str) -> DataStoreBuilder {
        device(&self.directory, name, &self.api)
    }

    /// Checks that both files and the server hold the same posts, and returns how many.
    pub(crate) async fn agree(&self) -> Result<usize, Trouble> {
        let server = self.server.posts().await?;
        for (name, store) in [("A", &self.a), ("B", &self.b)] {
            compare(name, &posts(store).await?, &server)?;
        }
        Ok(server.len())
    }
}

/// The world while B is closed.
#[derive(Debug)]
pub(crate) struct Half {
    server: Probe,
    /// The first device.
    pub(crate) a: DataStore,
    api: AppSync,
    directory: PathBuf,
}

impl Half {
    /// Opens B's file again. The last handle on it was dropped, and its threads may still be ending.
    pub(crate) async fn open_b(self) -> Result<World, Trouble> {
        let Half { server, a, api, directory } = self;
        let mut tries = tokio::time::interval(Duration::from_millis(5));
        let opened = async {
            loop {
                tries.tick().await;
                match device(&directory, "b", &api).open().await {
                    Err(syncline::Error::Store(StoreError::InUse { .. })) => {}
                    other => break Some(other),
                }
            }
        };
        let b = within("the device's file is free again", opened).await??;
        Ok(World { server, a, b, api, directory })
    }
}

fn device(directory: &Path, name: &str, api: &AppSync) -> DataStoreBuilder {
    DataStore::builder(schema()).path(directory.join(format!("device-{name}.db"))).api(api.clone())
}

/// What a device holds in its file.
pub(crate) async fn posts(store: &DataStore) -> Result<BTreeMap<String, Seen>, Trouble> {
    Ok(store.query::<Post>().await?.into_iter().map(|post| (post.id.clone(), seen(&post))).collect())
}

/// One post of a device's file.
pub(crate) async fn post(store: &DataStore, id: &str) -> Result<Post, Trouble> {
    let post = store.get::<Post>(id).await?;
    post.ok_or_else(|| Trouble::wrong(format!("post {id}"), "it is in the device's file", "it is not"))
}

/// A post, without where it was seen.
pub(crate) fn seen(post: &Post) -> Seen {
    Seen { title: post.title.clone(), body: post.body.clone(), rating: post.rating.into() }
}

/// Checks that `device` holds what the server holds; names the first post that differs.
pub(crate) fn compare(
    device: &str,
    found: &BTreeMap<String, Seen>,
    server: &BTreeMap<String, Seen>,
) -> Result<(), Trouble> {
    let shown =
        |seen: Option<&Seen>| seen.map_or_else(|| "no such post".to_owned(), |seen| format!("{seen:?}"));
    let mut ids = server.keys().chain(found.keys());
    match ids.find(|id| server.get(*id) != found.get(*id)) {
        None => Ok(()),
        Some(id) => Err(Trouble::wrong(
            format!("post {id} on {device} and on the server"),
            shown(server.get(id)),
            shown(found.get(id)),
        )),
    }
}

/// What a sync of the posts brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Synced {
    /// Whether everything was fetched, and not only what changed.
    pub(crate) base: bool,
    pub(crate) added: u64,
    pub(crate) updated: u64,
    pub(crate) deleted: u64,
}

/// Brings a device online, and waits until it is in sync and everything it had to send is sent.
pub(crate) async fn go_online(store: &DataStore) -> Result<Synced, Trouble> {
    let mut events = store.hub().listen_to(&[HubKind::ModelSynced, HubKind::Ready]);
    store.start().await?;
    let mut synced = None;
    let ready = async {
        loop {
            match events.next().await? {
                HubEvent::ModelSynced { is_full_sync: base, added, updated, deleted, .. } => {
                    synced.get_or_insert(Synced { base, added, updated, deleted });
                }
                HubEvent::Ready => return Some(()),
                _ => {}
            }
        }
    };
    within("the device is in sync", ready).await?;
    store.flush(DRAIN).await?;
    synced.ok_or_else(|| Trouble::wrong("the sync of the posts", "it is told before ready", "it is not"))
}

/// Waits until `device` holds what `wanted` accepts; it is asked again after every change.
pub(crate) async fn until(
    event: &str,
    store: &DataStore,
    id: &str,
    wanted: impl Fn(Option<&Post>) -> bool,
) -> Result<(), Trouble> {
    // Observed before it is looked at, so that no change falls between.
    let mut changes = store.observe::<Post>()?;
    loop {
        if wanted(store.get::<Post>(id).await?.as_ref()) {
            return Ok(());
        }
        within(event, changes.next()).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_difference_is_named() {
        let posts = |posts: &[(&str, i64)]| -> BTreeMap<String, Seen> {
            let seen = |rating| Seen { title: "A title".to_owned(), body: None, rating };
            posts.iter().map(|&(id, rating)| (id.to_owned(), seen(rating))).collect()
        };
        let server = posts(&[("p1", 1), ("p2", 2)]);
        assert!(compare("A", &server, &server).is_ok());
        for (found, id, expected, shown) in [
            (posts(&[("p1", 1)]), "p2", "rating: 2", "no such post"),
            (posts(&[("p1", 1), ("p2", 3)]), "p2", "rating: 2", "rating: 3"),
            (posts(&[("p1", 1), ("p2", 2), ("p3", 3)]), "p3", "no such post", "rating: 3"),
        ] {
            let Err(Trouble::Wrong(wrong)) = compare("A", &found, &server) else { panic!("they differ") };
            assert!(wrong.what.contains(id), "{}", wrong.what);
            assert!(wrong.expected.contains(expected) && wrong.found.contains(shown), "{wrong:?}");
        }
    }
}
