//! The device in the storm, and what is done to it.

use super::super::Post;
use super::super::cancel::give_up;
use super::super::support::{device, post, within};
use super::book::Book;
use super::weather::POISON;
use super::{Random, STEPS, Steps};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use syncline::{AppSync, DataStore, Error, HubKind};

/// How long a call is waited for that may wait for ever, such as the next change.
const SHORT: Duration = Duration::from_millis(5);

pub(super) struct Device {
    files: PathBuf,
    name: &'static str,
    api: AppSync,
    book: Arc<Book>,
    store: Mutex<DataStore>,
    /// Held while it is closed and opened again.
    reopening: tokio::sync::Mutex<()>,
    /// How often each kind of step ended as what.
    done: Mutex<BTreeMap<String, u64>>,
}

/// How a call ended that may be given up.
enum End<T> {
    Done(T),
    GivenUp,
}

/// What may be said of a call while others stop, clear and close the store.
fn is_fair(error: &Error) -> bool {
    matches!(
        error,
        Error::Closed | Error::TransactionConflict { .. } | Error::ConditionFailed { .. } | Error::Timeout(_)
    )
}

async fn maybe<T>(random: &mut Random, call: impl Future<Output = T>) -> End<T> {
    let polls = u32::try_from(random.below(10)).unwrap();
    let call = async { tokio::time::timeout(super::super::support::PATIENCE, call).await.expect("it hangs") };
    if random.below(2) == 0 {
        return End::Done(call.await);
    }
    give_up(call, polls).await.map_or(End::GivenUp, End::Done)
}

/// Waits a moment for something that may never come.
async fn glimpse<T>(wait: impl Future<Output = T>) {
    drop(tokio::time::timeout(SHORT, wait).await);
}

impl Device {
    pub(super) async fn open(files: &Path, name: &'static str, api: AppSync, book: Arc<Book>) -> Device {
        let store = device(files, name).api(api.clone()).open().await.unwrap();
        Device {
            files: files.to_owned(),
            name,
            api,
            book,
            store: Mutex::new(store),
            reopening: tokio::sync::Mutex::default(),
            done: Mutex::default(),
        }
    }

    pub(super) fn store(&self) -> DataStore {
        self.store.lock().unwrap().clone()
    }

    pub(super) fn summary(&self) -> String {
        format!("{:?}", self.done.lock().unwrap())
    }

    fn note<T>(&self, what: &str, end: &End<Result<T, Error>>) -> bool {
        let how = match end {
            End::Done(Ok(_)) => "done",
            End::Done(Err(error)) => {
                assert!(is_fair(error), "{what}: {error:?}");
                "refused"
            }
            End::GivenUp => "given up",
        };
        *self.done.lock().unwrap().entry(format!("{what}, {how}")).or_default() += 1;
        how == "done"
    }

    pub(super) async fn step(&self, random: &mut Random, steps: &Steps) {
        if random.below(20) > 0 {
            // Most calls do not meet a closed store.
            drop(self.reopening.lock().await);
        }
        let store = self.store();
        match random.below(100) {
            0..26 => self.create(&store, random).await,
            26..44 => self.update(&store, random).await,
            44..49 => self.delete(&store, random).await,
            49..57 => self.transaction(&store, random).await,
            57..65 => self.read(&store, random).await,
            65..74 => self.watch(&store, random).await,
            74..78 => store.sync_now(),
            78..82 => {
                let end = maybe(random, store.flush(SHORT)).await;
                self.note("flush", &end);
            }
            82..87 => self.repair(&store, random).await,
            87..92 => {
                let end = maybe(random, store.start()).await;
                self.note("start", &end);
            }
            92..95 => {
                let end = maybe(random, store.stop()).await;
                self.note("stop", &end);
            }
            // Not at the end, so that there is something to be lost.
            95 if random.below(4) == 0 && steps.taken() < STEPS / 2 => self.clear(&store, random).await,
            95 | 96 => self.reopen(random).await,
            _ => self.give_an_open_up(random).await,
        }
    }

    async fn create(&self, store: &DataStore, random: &mut Random) {
        let rating = self.book.number();
        let title = if random.below(50) == 0 { POISON } else { "storm" };
        let new = Post { rating: Some(rating), ..post(title) };
        let (id, begun) = (new.id.clone(), self.book.begin());
        let end = maybe(random, store.save(new).into_future()).await;
        if self.note("create", &end) {
            self.book.put(begun, id, vec![rating]);
        }
        if let End::Done(Ok(saved)) = end
            && random.below(4) == 0
        {
            glimpse(saved.synced()).await;
        }
    }

    async fn update(&self, store: &DataStore, random: &mut Random) {
        let begun = self.book.begin();
        let Some((id, mut ratings)) = self.book.take(random) else { return };
        let rating = self.book.number();
        let when = random.below(5) == 0;
        let update = async {
            let Some(mut read) = store.get::<Post>(&*id).await? else { return Ok(None) };
            let before = read.rating;
            read.rating = Some(rating);
            let save = store.save(read);
            let save = if when { save.when(Post::RATING.eq(before.unwrap_or(0))) } else { save };
            save.await.map(Some)
        };
        let end = maybe(random, update).await;
        self.note(if when { "conditional update" } else { "update" }, &end);
        match end {
            // A condition may fail at the cloud later: then it has the rating that the server had.
            End::Done(Ok(Some(_))) if !when => ratings = vec![rating],
            End::Done(Ok(None) | Err(_)) => {}
            End::Done(Ok(Some(_))) | End::GivenUp => ratings.push(rating),
        }
        self.book.put(begun, id, ratings);
    }

    async fn delete(&self, store: &DataStore, random: &mut Random) {
        let Some((id, _)) = self.book.take(random) else { return };
        let end = maybe(random, store.delete_by_id::<Post>(&*id).into_future()).await;
        self.note("delete", &end);
    }

    async fn transaction(&self, store: &DataStore, random: &mut Random) {
        let ratings = [self.book.number(), self.book.number()];
        let new = ratings.map(|rating| Post { rating: Some(rating), ..post("storm, together") });
        let (ids, begun) = (new.clone().map(|post| post.id), self.book.begin());
        let run = store.transaction(|tx| async move {
            for post in new {
                tx.save(post).await?;
            }
            Ok::<_, Error>(())
        });
        let end = maybe(random, run).await;
        if self.note("transaction", &end) {
            for (id, rating) in ids.into_iter().zip(ratings) {
                self.book.put(begun, id, vec![rating]);
            }
        }
    }

    async fn read(&self, store: &DataStore, random: &mut Random) {
        let query = store.query::<Post>().filter(Post::RATING.gt(5)).sort(Post::RATING.desc()).page(0, 20);
        let end = match random.below(3) {
            0 => maybe(random, async { query.await.map(drop) }).await,
            1 => maybe(random, async { store.query::<Post>().count().await.map(drop) }).await,
            _ => End::Done(store.pending_count().map(drop)),
        };
        self.note("read", &end);
    }

    async fn watch(&self, store: &DataStore, random: &mut Random) {
        match random.below(5) {
            0 => {
                let mut changes = store.observe::<Post>().unwrap();
                glimpse(changes.next()).await;
            }
            1 => {
                let mut live =
                    store.observe_query::<Post>().filter(Post::RATING.gt(5)).limit(10).stream().unwrap();
                glimpse(live.next()).await;
            }
            2 => {
                let mut events = store.hub().listen();
                glimpse(events.next()).await;
            }
            3 => {
                let mut events = store.hub().listen_to(&[HubKind::Ready]);
                glimpse(events.next()).await;
            }
            _ => glimpse(store.synced::<Post>()).await,
        }
    }

    async fn repair(&self, store: &DataStore, random: &mut Random) {
        let parked = match store.outbox().parked() {
            Ok(parked) => parked,
            Err(error) => return assert!(is_fair(&error), "{error:?}"),
        };
        let Some(entry) = random.pick(&parked) else { return };
        if random.below(2) == 0 {
            // Only of a record that nobody works on.
            if self.book.forget(&entry.key.to_string()) {
                drop(maybe(random, store.outbox().discard(&entry.id)).await);
            }
        } else {
            // Somebody else may have done so.
            drop(maybe(random, store.outbox().retry(&entry.id)).await);
        }
    }

    async fn clear(&self, store: &DataStore, random: &mut Random) {
        self.book.clear_begins();
        let end = maybe(random, store.clear()).await;
        self.note("clear", &end);
        if matches!(end, End::GivenUp) {
            // It goes on all the same: what is asked for after it has happened after it.
            let _ = within("stop", store.stop()).await;
        }
        self.book.clear_ends();
    }

    async fn reopen(&self, random: &mut Random) {
        let _only = self.reopening.lock().await;
        let store = self.store();
        let end = maybe(random, async {
            store.close().await;
            Ok(())
        })
        .await;
        self.note("close", &end);
        within("close", store.close()).await;
        let opened = device(&self.files, self.name).api(self.api.clone()).open();
        *self.store.lock().unwrap() = within("open", opened).await.unwrap();
    }

    /// Of another file each time: it may be held for a moment.
    async fn give_an_open_up(&self, random: &mut Random) {
        let name = format!("given up {}", self.book.number());
        let opened = device(&self.files, &name).api(self.api.clone()).open();
        let end = maybe(random, opened).await;
        self.note("open", &end);
        if let End::Done(Ok(store)) = end {
            within("close", store.close()).await;
        }
    }
}

/// Another device, which writes other fields of the same records, and records of its own.
pub(super) async fn other(store: &DataStore, book: &Book, steps: &Steps, mut random: Random) {
    let mut last = 0;
    loop {
        // One step of it for twenty of the others.
        while steps.taken() < (last + 20).min(STEPS) {
            tokio::task::yield_now().await;
        }
        if !steps.next() {
            return;
        }
        last = steps.taken();
        if random.below(3) == 0 {
            store.save(post("from B")).await.unwrap();
        } else if let Some(id) = book.any(&mut random)
            && let Some(mut read) = store.get::<Post>(&*id).await.unwrap()
        {
            read.content = Some(format!("B {}", random.next()));
            store.save(read).await.unwrap();
        }
    }
}
