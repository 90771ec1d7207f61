//! A call that is given up leaves everything as it was before it or as it is after it.

use super::Post;
use super::api::Api;
use super::support::{PATIENCE, device, flush, get, online, post, within};
use std::future::Future;
use std::pin::pin;
use std::task::Poll;
use syncline::DataStore;
use tempfile::tempdir;

/// Polls at most `polls` times, giving others their turn between, and then gives up.
async fn give_up<T>(future: impl Future<Output = T>, polls: u32) -> Option<T> {
    let mut future = pin!(future);
    for _ in 0..polls {
        if let Poll::Ready(done) = futures_util::poll!(&mut future) {
            return Some(done);
        }
        tokio::task::yield_now().await;
    }
    None
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
            store.outbox().unwrap().iter().filter(|entry| entry.key.to_string().contains(&id)).count();
        assert_eq!(queued, usize::from(found.is_some()), "row and mutation, or neither");
        assert!(found.is_some() || !finished);
        *if found.is_some() { &mut done } else { &mut undone } += 1;
        if let Some(found) = found {
            give_up(store.delete(found).into_future(), round % 3).await;
            barrier(&store).await;
            let found = store.get::<Post>(&*id).await.unwrap();
            let queued =
                store.outbox().unwrap().iter().filter(|entry| entry.key.to_string().contains(&id)).count();
            assert_eq!(queued, usize::from(found.is_some()), "an unsent create and its delete cancel");
        }
    }
    assert!(done > 0 && undone > 0, "{done} {undone}");
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
