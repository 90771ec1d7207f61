//! What has to be true at the end: every write that was acknowledged since the last clear.

use super::super::Post;
use super::super::support::within;
use super::Random;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard};
use syncline::DataStore;

/// What is known of a record.
#[derive(Clone, Debug, Default)]
struct Known {
    /// The ratings that it may have: the last one that was acknowledged, and those of calls that were given up since.
    ratings: Vec<i32>,
}

#[derive(Debug, Default)]
struct Page {
    known: BTreeMap<String, Known>,
    /// Clears that have begun, and those of them that may not have ended.
    clears: u64,
    clearing: u64,
    numbers: i32,
}

#[derive(Debug, Default)]
pub(super) struct Book(Mutex<Page>);

/// When a write began.
#[derive(Clone, Copy, Debug)]
pub(super) struct Begun(Option<u64>);

impl Book {
    fn page(&self) -> MutexGuard<'_, Page> {
        self.0.lock().unwrap()
    }

    pub(super) fn number(&self) -> i32 {
        let mut page = self.page();
        page.numbers += 1;
        page.numbers
    }

    pub(super) fn begin(&self) -> Begun {
        let page = self.page();
        Begun((page.clearing == 0).then_some(page.clears))
    }

    /// Everything that was acknowledged so far may go.
    pub(super) fn clear_begins(&self) {
        let mut page = self.page();
        page.clears += 1;
        page.clearing += 1;
        page.known.clear();
    }

    pub(super) fn clear_ends(&self) {
        self.page().clearing -= 1;
    }

    /// Takes a record out of the book, so that nobody else works on it.
    pub(super) fn take(&self, random: &mut Random) -> Option<(String, Vec<i32>)> {
        let mut page = self.page();
        let ids: Vec<String> = page.known.keys().cloned().collect();
        let id = random.pick(&ids)?.clone();
        let known = page.known.remove(&id)?;
        Some((id, known.ratings))
    }

    /// Takes out the record with this key for good, if nobody works on it.
    pub(super) fn forget(&self, key: &str) -> bool {
        let mut page = self.page();
        let id = page.known.keys().find(|id| key.contains(&**id)).cloned();
        id.is_some_and(|id| page.known.remove(&id).is_some())
    }

    /// A record that somebody else may write other fields of.
    pub(super) fn any(&self, random: &mut Random) -> Option<String> {
        let ids: Vec<String> = self.page().known.keys().cloned().collect();
        random.pick(&ids).cloned()
    }

    /// Puts a record in, or back: it exists, with one of these ratings, unless a clear came between.
    pub(super) fn put(&self, begun: Begun, id: String, ratings: Vec<i32>) {
        let mut page = self.page();
        if begun.0 == Some(page.clears) && page.clearing == 0 {
            page.known.insert(id, Known { ratings });
        }
    }

    /// That everything is at the server, or waits here; and that the device shows what the server has.
    pub(super) async fn check(&self, store: &DataStore, witness: &DataStore) {
        let outbox = store.outbox().list().unwrap();
        let waits = |id: &str| outbox.iter().any(|entry| entry.key.to_string().contains(id));
        let known = self.page().known.clone();
        println!("{} records are known, {} mutations are parked", known.len(), outbox.len());
        let conflicts = store.conflicts(10_000).unwrap();
        for (id, Known { ratings }) in known {
            // What was settled against this device is listed.
            let listed: Vec<_> =
                conflicts.iter().filter(|logged| format!("{logged:?}").contains(&id)).collect();
            match witness.get::<Post>(&*id).await.unwrap() {
                _ if waits(&id) => {}
                Some(post) if ratings.contains(&post.rating.unwrap_or(0)) => {}
                found => panic!(
                    "{id} is lost: {ratings:?} here, {found:?} there, {:?}, {:?}, {listed:?}",
                    store.get::<Post>(&*id).await,
                    store.sync_state_by_id::<Post>(&*id)
                ),
            }
        }
        let mut changes = store.observe::<Post>().unwrap();
        within("the device shows what the server has", async {
            loop {
                let (here, there) = (all(store, &waits).await, all(witness, &waits).await);
                if here == there {
                    return;
                }
                println!("{} differ", here.symmetric_difference(&there).count());
                changes.next().await.unwrap();
            }
        })
        .await;
    }
}

async fn all(store: &DataStore, waits: &impl Fn(&str) -> bool) -> BTreeSet<(String, String, Option<i32>)> {
    let posts = store.query::<Post>().await.unwrap().into_iter();
    posts.filter(|post| !waits(&post.id)).map(|post| (post.id, post.title, post.rating)).collect()
}
