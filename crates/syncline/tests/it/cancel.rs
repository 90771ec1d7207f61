//! A call that is given up leaves everything as it was before it or as it is after it.

use super::api::Api;
use super::support::{PATIENCE, device, flush, get, online, post, within};
use super::{Comment, Post, schema};
use std::future::{Future, poll_fn};
use std::path::Path;
use std::pin::{Pin, pin};
use std::task::Poll;
use syncline::{Change, DataStore, Durability, Error};
use tempfile::tempdir;

/// Polls at most `polls` times, always when the future asked for it, and gives up right after the last.
pub(crate) async fn give_up<T>(future: impl Future<Output = T>, polls: u32) -> Option<T> {
    let (mut future, mut polled) = (pin!(future), 0);
    poll_fn(|context| {
        if polled == polls {
            return Poll::Ready(None);
        }
        polled += 1;
        match future.as_mut().poll(context) {
            Poll::Pending if polled == polls => Poll::Ready(None),
            poll => poll.map(Some),
        }
    })
    .await
}

/// A write is handed over in order, so whatever was handed over before has been done when this returns.
async fn barrier(store: &DataStore) {
    store.delete_by_id::<Post>("nothing").await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_or_delete_that_is_given_up_was_done_or_not() {
    let files = tempdir().unwrap();
    let store = device(files.path(), "a").open().await.unwrap();
    let (mut done, mut undone) = (0, 0);
    for round in 0..300 {
        let new = post("new");
        let id = new.id.clone();
        let finished = give_up(store.save(new).into_future(), round % 4).await.is_some();
        barrier(&store).await;
        let found = store.get::<Post>(&*id).await.unwrap();
        let queued =
            store.outbox().list().unwrap().iter().filter(|entry| entry.key.to_string().contains(&id)).count();
        assert_eq!(queued, usize::from(found.is_some()), "row and mutation, or neither");
        assert!(found.is_some() || !finished);
        *if found.is_some() { &mut done } else { &mut undone } += 1;
        if let Some(found) = found {
            give_up(store.delete(found).into_future(), round % 3).await;
            barrier(&store).await;
            let found = store.get::<Post>(&*id).await.unwrap();
            let queued = store
                .outbox()
                .list()
                .unwrap()
                .iter()
                .filter(|entry| entry.key.to_string().contains(&id))
                .count();
            assert_eq!(queued, usize::from(found.is_some()), "an unsent create and its delete cancel");
        }
    }
    assert!(done > 0 && undone > 0, "{done} {undone}");
}

/// Everything the file holds but ids and times, which differ from one run to the next.
fn dump(file: &Path) -> Vec<String> {
    let file = rusqlite::Connection::open(file).unwrap();
    let mut lines = Vec::new();
    for (name, sql) in [
        ("post", "SELECT id, title, content, rating, _version FROM Post ORDER BY id"),
        ("comment", "SELECT id, content, postCommentsId, _version FROM Comment ORDER BY id"),
        (
            "entry",
            "SELECT model, key, op, shape, patch, base_version, grp IS NULL, state, head, ready FROM _outbox ORDER BY seq",
        ),
        (
            "link",
            "SELECT o.model, o.key, p.model, p.key FROM _parent AS p LEFT JOIN _outbox AS o USING (seq) ORDER BY p.seq",
        ),
        ("server", "SELECT model, key FROM _server ORDER BY model, key"),
        ("absence", "SELECT model, key, kind FROM _absence ORDER BY model, key"),
        ("generation", "SELECT value FROM _meta WHERE name = 'generation'"),
    ] {
        let mut statement = file.prepare(sql).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<_> =
                (0..columns).map(|place| row.get::<_, rusqlite::types::Value>(place).unwrap()).collect();
            lines.push(format!("{name} {values:?}"));
        }
    }
    lines
}

fn post_called(id: &str) -> Post {
    Post { id: id.to_owned(), rating: Some(1), ..post(id) }
}

fn comment_of(id: &str, post: &str) -> Comment {
    Comment { id: id.to_owned(), post_comments_id: Some(post.to_owned()), ..Comment::new("comment") }
}

/// Two posts, one of which has comments.
async fn furnished(file: &Path) -> DataStore {
    let store = DataStore::builder(schema()).path(file).durability(Durability::Relaxed).open().await.unwrap();
    for id in ["p1", "p2"] {
        store.save(post_called(id)).await.unwrap();
    }
    for id in ["c1", "c2"] {
        store.save(comment_of(id, "p1")).await.unwrap();
    }
    store
}

type Call = Pin<Box<dyn Future<Output = Result<(), Error>>>>;

type Named = (&'static str, fn(DataStore) -> Call);

/// Every call that may write, and some that only read, on a furnished store.
const CALLS: [Named; 13] = [
    ("a create", |store| Box::pin(async move { store.save(post_called("p3")).await.map(drop) })),
    ("an update", |store| {
        Box::pin(async move {
            let read = get(&store, "p1").await;
            store.save(Post { content: Some("new".to_owned()), ..read }).await.map(drop)
        })
    }),
    ("a conditional update", |store| {
        Box::pin(async move {
            let read = get(&store, "p1").await;
            store.save(Post { rating: Some(2), ..read }).when(Post::RATING.eq(1)).await.map(drop)
        })
    }),
    ("a delete with children", |store| {
        Box::pin(async move { store.delete_by_id::<Post>("p1").await.map(drop) })
    }),
    ("a conditional delete", |store| {
        Box::pin(async move { store.delete_by_id::<Post>("p1").when(Post::RATING.eq(1)).await.map(drop) })
    }),
    ("a delete of many", |store| {
        Box::pin(async move { store.delete_where::<Post>(Post::RATING.eq(1)).await.map(drop) })
    }),
    ("a transaction", |store| {
        Box::pin(async move {
            let run = store.transaction(|tx| async move {
                let read = tx.get::<Post>("p1").await?;
                let content = read.map(|post| post.title);
                tx.save(Post { content, ..post_called("p4") }).await?;
                tx.save(comment_of("c4", "p4")).await?;
                tx.delete_by_id::<Post>("p2").await?;
                Ok::<_, Error>(())
            });
            run.await.map(drop)
        })
    }),
    ("a clear", |store| Box::pin(async move { store.clear().await })),
    ("a get", |store| Box::pin(async move { store.get::<Post>("p1").await.map(drop) })),
    ("a query", |store| {
        Box::pin(async move { store.query::<Post>().sort(Post::TITLE.desc()).await.map(drop) })
    }),
    ("a count", |store| Box::pin(async move { store.query::<Post>().count().await.map(drop) })),
    ("an observed query", |store| {
        Box::pin(async move {
            let mut live = store.observe_query::<Post>().stream()?;
            assert_eq!(live.next().await.map(|snapshot| snapshot.items.len()), Some(2));
            Ok(())
        })
    }),
    ("a change", |store| {
        Box::pin(async move {
            let mut changes = store.observe::<Post>()?;
            store.save(post_called("p5")).await?;
            assert!(matches!(changes.next().await, Some(Change::Created { .. })));
            Ok(())
        })
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_given_up_after_any_poll_was_done_or_not() {
    let files = tempdir().unwrap();
    for (number, (name, call)) in CALLS.into_iter().enumerate() {
        let file = |polls: &str| files.path().join(format!("{number} {polls}"));
        let whole = furnished(&file("whole")).await;
        let before = dump(&file("whole"));
        call(whole.clone()).await.unwrap();
        let after = dump(&file("whole"));
        drop(whole);
        let mut done = false;
        for polls in 0..100 {
            let file = file(&polls.to_string());
            let store = furnished(&file).await;
            assert_eq!(dump(&file), before, "{name}");
            let finished = give_up(call(store.clone()), polls).await;
            barrier(&store).await;
            let found = dump(&file);
            assert!(found == before || found == after, "{name}, {polls} polls: {found:#?}");
            assert!(finished.is_none() || found == after, "{name}: it was done");
            let saved = store.save(post_called("works")).await.unwrap().into_inner();
            assert_eq!(get(&store, "works").await, saved, "{name}, {polls} polls: the store goes on");
            done = finished.is_some();
            if done {
                finished.unwrap().unwrap();
                break;
            }
        }
        assert!(done, "{name} has not ended after 100 polls");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_other_call_may_be_given_up_too() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    for polls in 0..12 {
        // An open that is given up may still have the file for a moment; the next one has another.
        let name = format!("given up {polls}");
        drop(give_up(device(files.path(), &name).api(api.line.api()).open(), polls).await);
        let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
        give_up(a.start(), polls).await;
        let saved = a.save(post("kept")).await.unwrap();
        give_up(a.flush(PATIENCE), polls).await;
        give_up(saved.synced(), polls).await;
        give_up(a.query::<Post>().into_future(), polls).await;
        give_up(a.delete_where::<Post>(Post::TITLE.eq("nothing")).into_future(), polls).await;
        let mut live = a.observe_query::<Post>().stream().unwrap();
        give_up(live.next(), polls).await;
        give_up(a.query::<Post>().count().into_future(), polls).await;
        give_up(a.stop(), polls).await;
        give_up(a.start(), polls).await;
        give_up(a.clear(), polls).await;
        within("clear", a.clear()).await.unwrap();
        assert_eq!(a.pending_count().unwrap(), 0);
        within("start", a.start()).await.unwrap();
        let saved = a.save(post("sent")).await.unwrap().into_inner();
        flush(&a).await;
        assert_eq!(get(&a, &saved.id).await.title, "sent");
    }
    let a = online(files.path(), "a", api.line.api()).await;
    assert!(a.query::<Post>().count().await.unwrap() >= 12);
}
