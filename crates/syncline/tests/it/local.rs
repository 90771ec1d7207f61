//! Everything that works without an API.

use super::support::{device, get, post, within};
use super::{Comment, Post, PostStatus};
use std::time::Duration;
use syncline::{Change, ChangeSource, DataStore, Error, Key, Predicate, Verdict};
use tempfile::tempdir;

async fn library() -> DataStore {
    let store = DataStore::builder(super::schema()).open().await.unwrap();
    for (title, rating) in [("delta", Some(3)), ("alpha", Some(5)), ("charlie", None), ("bravo", Some(5))] {
        store.save(Post { rating, ..post(title) }).await.unwrap();
    }
    store
}

#[tokio::test]
async fn queries_filter_sort_page_and_count() {
    let store = library().await;
    let titles = |posts: Vec<Post>| posts.into_iter().map(|post| post.title).collect::<Vec<_>>().join(" ");
    for (query, expected) in [
        (store.query::<Post>(), "delta alpha charlie bravo"),
        (store.query().sort(Post::TITLE.asc()), "alpha bravo charlie delta"),
        (store.query().sort(Post::RATING.desc()).sort(Post::TITLE.desc()), "bravo alpha delta charlie"),
        (store.query().filter(Post::RATING.gt(3)).sort(Post::TITLE.asc()), "alpha bravo"),
        (store.query().filter(Post::RATING.gt(3)).filter(Post::TITLE.begins_with("b")), "bravo"),
        (store.query().filter(Post::RATING.eq(5).not()).sort(Post::TITLE.asc()), "charlie delta"),
        (store.query().filter(Post::STATUS.eq(PostStatus::Draft)), ""),
        (store.query().sort(Post::TITLE.asc()).page(1, 3), "delta"),
        (store.query().sort(Post::TITLE.asc()).limit(2), "alpha bravo"),
        (store.query().page(9, 9), ""),
        (store.query().limit(0), ""),
    ] {
        let shown = format!("{query:?}");
        assert_eq!(titles(query.await.unwrap()), expected, "{shown}");
    }
    assert_eq!(store.query::<Post>().count().await.unwrap(), 4);
    assert_eq!(store.query::<Post>().filter(Post::RATING.gt(3)).page(0, 1).count().await.unwrap(), 2);
    assert_eq!(store.query::<Comment>().count().await.unwrap(), 0);
}

#[tokio::test]
async fn a_predicate_of_another_model_is_refused_by_name() {
    let store = library().await;
    for error in [
        store.query::<Comment>().filter(Post::TITLE.eq("x")).await.unwrap_err(),
        store.query::<Comment>().sort(Post::TITLE.asc()).await.unwrap_err(),
        store.query::<Comment>().filter(Post::TITLE.eq("x")).count().await.unwrap_err(),
        store.save(Comment::new("x")).when(Post::TITLE.eq("x")).await.unwrap_err(),
    ] {
        let text = error.to_string();
        assert!(text.contains("Comment") && text.contains("title") && !error.is_retryable(), "{text}");
    }
}

#[tokio::test]
async fn a_save_and_a_delete_may_have_conditions() {
    let store = library().await;
    let mut found = store.query::<Post>().filter(Post::TITLE.eq("alpha")).await.unwrap().remove(0);
    found.content = Some("new".to_owned());
    let refused = store.save(found.clone()).when(Post::RATING.lt(5)).await.unwrap_err();
    assert!(matches!(&refused, Error::ConditionFailed { key, .. } if key.contains(&found.id)), "{refused}");
    assert_eq!(get(&store, &found.id).await.content, None, "nothing was written");
    let saved = store.save(found).when(Post::RATING.ge(5)).when(Post::TITLE.eq("alpha")).await.unwrap();
    assert_eq!(saved.content.as_deref(), Some("new"));
    let id = saved.id.clone();
    let refused = store.delete_by_id::<Post>(&id).when(Post::RATING.lt(5)).await.unwrap_err();
    assert!(matches!(refused, Error::ConditionFailed { .. }), "{refused}");
    let deleted = store.delete(saved.into_inner()).when(Predicate::All).await.unwrap().unwrap();
    assert_eq!(deleted.into_inner().id, id);
    assert!(store.delete_by_id::<Post>(Key::id(&*id)).await.unwrap().is_none(), "there is no such record");
    assert_eq!(store.get::<Post>(&id).await.unwrap(), None);
}

#[tokio::test]
async fn observers_see_every_commit_in_order_with_what_was_before() {
    let store = library().await;
    let mut changes = store.observe::<Post>().unwrap();
    let mut others = store.observe::<Comment>().unwrap();
    let mut saved = store.save(post("one")).await.unwrap().into_inner();
    saved.title = "two".to_owned();
    let saved = store.save(saved).await.unwrap().into_inner();
    store.save(saved.clone()).await.unwrap();
    store.delete(saved.clone()).await.unwrap();
    let change = within("created", changes.next()).await.unwrap();
    assert!(matches!(&change, Change::Created { item, source: ChangeSource::Local } if item.title == "one"));
    let change = within("updated", changes.next()).await.unwrap();
    assert!(
        matches!(&change, Change::Updated { before, item, .. } if before.title == "one" && item.title == "two"),
        "{change:?}"
    );
    let change = within("deleted", changes.next()).await.unwrap();
    assert_eq!(change.item().map(|item| item.title.as_str()), Some("two"));
    assert_eq!(change.source(), Some(ChangeSource::Local));
    assert!(matches!(change, Change::Deleted { .. }), "a save that changes nothing is not told: {change:?}");
    drop(store);
    assert_eq!(within("the end", changes.next()).await, None);
    assert_eq!(within("the end", others.next()).await, None, "another model's changes are not told");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_observes_while_others_write_misses_nothing_after_that() {
    let store = DataStore::builder(super::schema()).open().await.unwrap();
    for round in 0..100 {
        let before = post("before");
        let writes =
            futures_util::future::join_all((0..20).map(|_| store.save(Comment::new("busy")).into_future()));
        let observed = async {
            let mut changes = store.observe::<Post>().unwrap();
            let seen = store.get::<Post>(&before.id).await.unwrap();
            if seen.is_none() {
                within("the save", changes.next()).await.unwrap();
            }
        };
        let (writes, saved, ()) = tokio::join!(writes, store.save(before.clone()).into_future(), observed);
        assert!(saved.is_ok() && writes.iter().all(Result::is_ok), "round {round}");
    }
}

#[tokio::test]
async fn an_api_that_cannot_be_used_is_told_at_once() {
    let url = "http://127.0.0.1:1/graphql";
    for (endpoint, key, part) in [
        ("", "key", "is no URL"),
        ("here", "key", "is no URL"),
        ("localhost:20002/graphql", "key", "must begin with https:// or http://"),
        (url, "", "the API key is empty"),
        (url, "key\n", "such as a line's end or a space"),
        (url, " key", "such as a line's end or a space"),
        (url, "k\u{e9}y", "visible ASCII"),
    ] {
        let api = syncline::AppSync::api_key(endpoint, key);
        let refused = DataStore::builder(super::schema()).api(api).open().await.unwrap_err();
        assert!(matches!(refused, Error::Config(_)) && refused.to_string().contains(part), "{refused}");
    }
    let store =
        DataStore::builder(super::schema()).api(syncline::AppSync::api_key(url, "key")).open().await.unwrap();
    let mut events = store.hub().listen();
    store.save(post("kept")).await.unwrap();
    let offline = |event: &syncline::HubEvent| *event == syncline::HubEvent::NetworkStatus { active: false };
    within("nobody is there", events.wait_for(offline)).await.unwrap();
    let waits = store.flush(Duration::from_millis(1)).await.unwrap_err().to_string();
    assert!(waits.contains("the server cannot be reached"), "{waits}");
}

#[tokio::test]
async fn without_an_api_the_outbox_keeps_what_is_written() {
    let store = library().await;
    assert_eq!(store.pending_count().unwrap(), 4);
    assert_eq!(store.outbox().list().unwrap().len(), 4);
    assert!(matches!(store.start().await.unwrap_err(), Error::NoApi));
    assert!(matches!(store.flush(Duration::ZERO).await.unwrap_err(), Error::NoApi));
    store.stop().await.unwrap();
    store.sync_now();
    let saved = store.save(post("gone")).await.unwrap();
    let wait = saved.synced();
    store.clear().await.unwrap();
    assert_eq!(within("the verdict", wait).await, Verdict::Cleared);
    assert_eq!((store.pending_count().unwrap(), store.query::<Post>().count().await.unwrap()), (0, 0));
    assert_eq!(store.conflicts(10).unwrap(), []);
}

#[tokio::test]
async fn a_value_that_does_not_fit_is_refused_with_its_place() {
    let directory = tempdir().unwrap();
    let store = device(directory.path(), "a").open().await.unwrap();
    for (wrong, place) in [
        (Post { title: "nul\0".to_owned(), ..post("x") }, "Post.title"),
        (Post { views: Some(f64::NAN), ..post("x") }, "Post.views"),
    ] {
        let error = store.save(wrong).await.unwrap_err();
        assert!(error.to_string().contains(place), "{error}");
    }
    assert_eq!((store.pending_count().unwrap(), store.query::<Post>().count().await.unwrap()), (0, 0));
}
