//! Observing a part of the records, and the results of queries, while a device syncs.

use super::api::Api;
use super::support::{device, flush, get, online, post, scenarios, within};
use super::{Comment, Post};
use futures_util::FutureExt;
use futures_util::future::join_all;
use std::collections::HashMap;
use std::sync::Arc;
use syncline::{Change, DataStore, Error, LiveQuery, Snapshot};
use tempfile::tempdir;

scenarios! {
    a_live_query_grows_with_the_first_sync_in_few_snapshots,
    what_is_saved_here_shows_at_once_though_the_model_is_not_in_sync,
}

async fn next(live: &mut LiveQuery<Post>) -> Snapshot<Post> {
    within("a snapshot", live.next()).await.unwrap()
}

fn titles(snapshot: &Snapshot<Post>) -> String {
    snapshot.items.iter().map(|post| post.title.as_str()).collect::<Vec<_>>().join(" ")
}

/// Reads until a snapshot is `wanted`.
async fn until(live: &mut LiveQuery<Post>, wanted: impl Fn(&Snapshot<Post>) -> bool) -> Snapshot<Post> {
    loop {
        let snapshot = next(live).await;
        if wanted(&snapshot) {
            return snapshot;
        }
    }
}

#[tokio::test]
async fn a_filter_tells_of_what_comes_to_match_and_of_what_ceases_to() {
    let store = DataStore::builder(super::schema()).open().await.unwrap();
    let mut good = store.observe::<Post>().unwrap().filter(Post::RATING.gt(3)).unwrap();
    let mut one = store.observe_by_id::<Post>("one").unwrap();
    let save = async |id: &str, rating| {
        let known = store.get::<Post>(id).await.unwrap();
        let known = known.unwrap_or_else(|| Post { id: id.to_owned(), ..post("title") });
        store.save(Post { rating, ..known }).await.unwrap();
    };
    save("one", Some(1)).await;
    save("one", Some(5)).await;
    save("two", Some(4)).await;
    save("two", None).await;
    save("two", Some(2)).await;
    store.delete_by_id::<Post>("one").await.unwrap();
    let shown = |change: Change<Post>| {
        let rating = |post: &Post| post.rating.map_or("-".to_owned(), |rating| rating.to_string());
        match change {
            Change::Created { item, .. } => format!("{} new {}", item.id, rating(&item)),
            Change::Updated { before, item, .. } => {
                format!("{} {}>{}", item.id, rating(&before), rating(&item))
            }
            Change::Deleted { item, .. } => format!("{} gone {}", item.id, rating(&item)),
            other => format!("{other:?}"),
        }
    };
    let mut told = Vec::new();
    while let Some(change) = good.next().now_or_never() {
        told.push(shown(change.unwrap()));
    }
    assert_eq!(told, ["one 1>5", "two new 4", "two 4>-", "one gone 5"]);
    let mut told = Vec::new();
    while let Some(change) = one.next().now_or_never() {
        told.push(shown(change.unwrap()));
    }
    assert_eq!(told, ["one new 1", "one 1>5", "one gone 5"]);
    store.clear().await.unwrap();
    assert_eq!(within("word of the end", good.next()).await, Some(Change::Cleared));
    let misfit = store.observe::<Comment>().unwrap().filter(Post::RATING.gt(3)).unwrap_err();
    assert!(matches!(misfit, Error::Predicate { .. }), "{misfit}");
    let misfit = store.observe_query::<Comment>().sort(Post::RATING.asc()).stream().unwrap_err();
    assert!(misfit.to_string().contains("rating"), "{misfit}");
}

#[tokio::test]
async fn who_does_not_read_is_told_how_much_was_missed() {
    let store = DataStore::builder(super::schema()).open().await.unwrap();
    let mut changes = store.observe::<Comment>().unwrap();
    for round in 0..21 {
        let saves = (0..500).map(|_| store.save(Comment::new(round.to_string())).into_future());
        assert!(join_all(saves).await.iter().all(Result::is_ok));
    }
    let Some(Some(Change::Missed { count })) = changes.next().now_or_never() else {
        panic!("nothing was missed")
    };
    let mut rest = 0;
    while let Some(change) = changes.next().now_or_never() {
        assert!(matches!(change, Some(Change::Created { .. })));
        rest += 1;
    }
    assert!(count > 0 && count + rest == 10_500, "{count} {rest}");
}

async fn a_live_query_grows_with_the_first_sync_in_few_snapshots(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    for round in 0..5 {
        let saves = (0..500)
            .map(|number| a.save(Post { rating: Some(round), ..post(&number.to_string()) }).into_future());
        assert!(join_all(saves).await.iter().all(Result::is_ok));
    }
    flush(&a).await;

    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let mut live =
        b.observe_query::<Post>().sort(Post::RATING.desc()).sort(Post::TITLE.asc()).stream().unwrap();
    let first = next(&mut live).await;
    assert!(!first.is_synced && first.items.is_empty(), "the first snapshot does not wait for the cloud");
    let mut sizes = Vec::new();
    let began = tokio::time::Instant::now();
    let last = loop {
        let snapshot = next(&mut live).await;
        sizes.push(snapshot.items.len());
        if snapshot.is_synced {
            break snapshot;
        }
    };
    // One for each 1,000, one for every two seconds that it took, and the last.
    let most = 5 + began.elapsed().as_secs() / 2;
    assert!(sizes.is_sorted() && sizes.last() == Some(&2_500), "{sizes:?}");
    assert!(sizes.len() as u64 <= most, "{sizes:?}, at most {most}");
    let expected = b.query::<Post>().sort(Post::RATING.desc()).sort(Post::TITLE.asc()).await.unwrap();
    assert!(last.items.iter().map(|post| &**post).eq(&expected));

    // A sync that goes on reads where it goes on.
    within("the other model", b.synced::<Comment>()).await.unwrap();
    let reads = b.reads();
    let mut edited = get(&a, &last.items[7].id).await;
    edited.rating = Some(9);
    a.save(edited.clone()).await.unwrap();
    let snapshot = next(&mut live).await;
    assert_eq!(snapshot.items[0].id, edited.id);
    let own = b.save(Post { rating: Some(10), ..post("own") }).await.unwrap().into_inner();
    let snapshot = until(&mut live, |snapshot| snapshot.items[0].id == own.id).await;
    assert_eq!((snapshot.items.len(), b.reads()), (2_501, reads), "nothing was queried");
    flush(&b).await;
    b.stop().await.unwrap();
    assert!(!until(&mut live, |snapshot| !snapshot.is_synced).await.items.is_empty());
    b.clear().await.unwrap();
    assert!(next(&mut live).await.items.is_empty());
    b.start().await.unwrap();
    assert_eq!(until(&mut live, |snapshot| snapshot.is_synced).await.items.len(), 2_501);
}

async fn what_is_saved_here_shows_at_once_though_the_model_is_not_in_sync(api: Api) {
    let files = tempdir().unwrap();
    api.line.cut();
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    let mut live = a
        .observe_query::<Post>()
        .filter(Post::RATING.ge(1))
        .sort(Post::TITLE.asc())
        .limit(2)
        .stream()
        .unwrap();
    assert_eq!(titles(&next(&mut live).await), "");
    let begin = tokio::time::Instant::now();
    let mut saved = Vec::new();
    for (title, expected) in [("c", "c"), ("b", "b c"), ("a", "a b")] {
        saved.push(a.save(Post { rating: Some(1), ..post(title) }).await.unwrap().into_inner());
        let snapshot = next(&mut live).await;
        assert_eq!((titles(&snapshot).as_str(), snapshot.is_synced), (expected, false));
    }
    a.save(post("without a rating")).await.unwrap();
    assert!(live.next().now_or_never().is_none());
    a.delete(saved.pop().unwrap()).await.unwrap();
    assert_eq!(titles(&next(&mut live).await), "b c", "the next one moves up");
    // What is gathered takes two seconds for each of the four.
    assert!(begin.elapsed() < std::time::Duration::from_secs(8), "nothing was gathered");
    drop(a);
    assert!(within("the end", live.next()).await.is_none() && live.error().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_live_query_that_begins_while_others_write_has_no_gap_and_never_goes_back() {
    let (store, files) = (DataStore::builder(super::schema()), tempdir().unwrap());
    let store =
        store.path(files.path().join("a")).durability(syncline::Durability::Relaxed).open().await.unwrap();
    let mut posts = Vec::new();
    for number in 0..8 {
        posts.push(
            store.save(Post { rating: Some(0), ..post(&number.to_string()) }).await.unwrap().into_inner(),
        );
    }
    const EDITS: i32 = 60;
    let write = join_all(posts.into_iter().map(|mut post| {
        let store = &store;
        async move {
            for rating in 1..=EDITS {
                post.rating = Some(rating);
                post = store.save(post).await.unwrap().into_inner();
            }
        }
    }));
    let read = join_all((0..6).map(|reader| {
        let store = &store;
        async move {
            for _ in 0..reader * 5 {
                tokio::task::yield_now().await;
            }
            let mut live = store.observe_query::<Post>().filter(Post::RATING.ge(0)).stream().unwrap();
            let mut seen: HashMap<String, i32> = HashMap::new();
            loop {
                let snapshot = next(&mut live).await;
                assert_eq!(snapshot.items.len(), 8);
                for post in &snapshot.items {
                    let now = post.rating.unwrap();
                    let before = seen.insert(post.id.clone(), now);
                    assert!(before.is_none_or(|before| before <= now), "{before:?} and then {now}");
                }
                if seen.values().all(|rating| *rating == EDITS) {
                    return Arc::clone(&snapshot.items[0]);
                }
            }
        }
    }));
    let (_, found) = tokio::join!(write, read);
    assert_eq!(found.len(), 6);
}
