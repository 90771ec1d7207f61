//! Many edits while one is under way, what travels together, and how large a request becomes.

use super::api::Api;
use super::http::Request;
use super::line::Act;
use super::support::{device, flush, get, online, post, within};
use super::{Comment, Post};
use serde_json::Value;
use std::time::Duration;
use syncline::{DataStore, Verdict};
use tempfile::tempdir;
use tokio::task::JoinSet;
use tokio::time::Instant;

async fn mutations(api: &Api) -> usize {
    api.line.count(Request::is_mutation)
}

/// Lets nothing more through until the line is released.
async fn hold(api: &Api, store: &DataStore, first: Post) {
    api.line.handle(|request| if request.is_mutation() { Act::Hold } else { Act::Forward });
    let before = mutations(api).await;
    store.save(first).await.unwrap();
    api.line.wait_for("the first one", before + 1, Request::is_mutation).await;
}

#[tokio::test]
async fn a_thousand_saves_are_a_handful_of_requests() {
    for extension in [true, false] {
        let (api, files) = (Api::with(extension).await, tempdir().unwrap());
        let a = online(files.path(), "a", api.line.api()).await;
        let mut edited = Post { id: "p".to_owned(), rating: Some(0), ..post("rapid") };
        hold(&api, &a, edited.clone()).await;
        edited = get(&a, "p").await;
        for number in 1..=1_000 {
            edited.rating = Some(number);
            edited = a.save(edited).await.unwrap().into_inner();
        }
        api.line.release();
        flush(&a).await;
        assert_eq!(get(&a, "p").await.rating, Some(1_000), "here, extension {extension}");
        assert_eq!(api.post("p").await["rating"], 1_000, "at the server, extension {extension}");
        let requests = mutations(&api).await;
        assert!(requests <= 4, "{requests} requests, extension {extension}");
        assert_eq!(a.conflicts(10).unwrap(), [], "nobody else was there, extension {extension}");
    }
}

/// Edited during each round trip, a record is sent ever more rarely: so many saves are a handful of requests on a short line
/// too. Who waits for the cloud's word, or flushes, waits for no pause.
#[tokio::test]
async fn a_record_that_is_edited_all_the_time_rests_between_two_mutations_unless_somebody_waits() {
    const ROUNDS: i32 = 16;
    /// Before this many the pauses have grown to the longest.
    const GROWN: usize = 6;
    const LONGEST: Duration = Duration::from_millis(256);
    for (extension, waits) in [(true, ""), (true, "synced"), (true, "flush"), (false, ""), (false, "synced")]
    {
        let name = format!("extension {extension}, {waits}");
        let (api, files) = (Api::with(extension).await, tempdir().unwrap());
        let a = online(files.path(), "a", api.line.api()).await;
        let mut edited = Post { id: "p".to_owned(), rating: Some(0), ..post("rapid") };
        api.line.handle(|request| if request.is_mutation() { Act::Queue } else { Act::Forward });
        edited = a.save(edited).await.unwrap().into_inner();
        let (mut waiting, mut begin, mut took) = (JoinSet::new(), Instant::now(), Vec::new());
        for round in 1..=ROUNDS {
            api.line.wait_for(&name, usize::try_from(round).unwrap(), Request::is_mutation).await;
            took.push(std::mem::replace(&mut begin, Instant::now()).elapsed());
            edited.rating = Some(round);
            let saved = a.save(edited).await.unwrap();
            edited = (*saved).clone();
            match waits {
                "synced" => {
                    drop(waiting.spawn(async move { assert!(saved.synced().await.version().is_some()) }))
                }
                "flush" if round == 1 => {
                    let a = a.clone();
                    waiting.spawn(async move { flush(&a).await });
                }
                _ => {}
            }
            api.line.let_through();
        }
        api.line.handle(|_| Act::Forward);
        api.line.let_through();
        flush(&a).await;
        assert_eq!(get(&a, "p").await.rating, Some(ROUNDS), "{name}");
        assert_eq!(api.post("p").await["rating"], ROUNDS, "{name}");
        waiting.join_all().await;
        let fastest = took[GROWN..].iter().min().unwrap();
        assert_eq!(*fastest >= LONGEST, waits.is_empty(), "{name}: {took:?}");
    }
}

/// Somebody else changes the record while an edit is under way and more are made: those are neither undone by what comes
/// back, nor do they hide what they did not know of.
#[tokio::test]
async fn edits_made_meanwhile_hide_nothing_and_are_not_undone() {
    for extension in [true, false] {
        let (api, files) = (Api::with(extension).await, tempdir().unwrap());
        let a = online(files.path(), "a", api.line.api()).await;
        a.save(Post { id: "p".to_owned(), content: Some("first".to_owned()), ..post("first") })
            .await
            .unwrap();
        flush(&a).await;
        hold(&api, &a, Post { title: "second".to_owned(), ..get(&a, "p").await }).await;
        api.ask("mutation { updatePost(input: { id: \"p\", content: \"theirs\", rating: 7, _version: 1 }) { id } }")
            .await;
        // One field that only this device changes, and one that both do.
        let shown = get(&a, "p").await;
        let base = shown.content.clone();
        let later = Post { title: "third".to_owned(), content: Some("mine".to_owned()), ..shown };
        a.save(later).await.unwrap();
        api.line.release();
        flush(&a).await;
        let there = api.post("p").await;
        let told = format!("extension {extension}, over {base:?}: {there}");
        assert_eq!(there["title"], "third", "{told}");
        assert_eq!(there["rating"], 7, "{told}");
        // What the device knew when it saved decides: its frame may have come before or after.
        let knew = base.as_deref() == Some("theirs");
        assert_eq!(there["content"], if knew { "mine" } else { "theirs" }, "{told}");
        assert_eq!(a.conflicts(10).unwrap().len(), usize::from(!knew), "{told}");
        let here = get(&a, "p").await;
        assert_eq!(
            (here.title.as_str(), here.content.as_deref()),
            ("third", there["content"].as_str()),
            "{told}"
        );
    }
}

/// What waits for a record that is not there yet travels with it where the server stops if that fails, and after it where
/// it does not (SYNC 2.4).
#[tokio::test]
async fn parents_and_children_share_a_request_where_the_server_stops() {
    for (extension, requests) in [(true, 1), (false, 2)] {
        let (api, files) = (Api::with(extension).await, tempdir().unwrap());
        // What the server can do is known.
        let a = online(files.path(), "a", api.line.api()).await;
        a.stop().await.unwrap();
        let parent = a.save(post("parent")).await.unwrap().into_inner();
        let child = Comment { post_comments_id: Some(parent.id.clone()), ..Comment::new("child") };
        let child = a.save(child).await.unwrap();
        a.start().await.unwrap();
        assert_eq!(within("the child", child.synced()).await.version(), Some(1));
        assert_eq!(mutations(&api).await, requests, "extension {extension}");
    }
}

/// The parent is refused: its child was not applied, and waits for it.
#[tokio::test]
async fn a_child_of_what_failed_was_not_applied_and_waits() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    a.stop().await.unwrap();
    let parent = a.save(post("parent")).await.unwrap();
    let of = Some(parent.id.clone());
    let child = a.save(Comment { post_comments_id: of, ..Comment::new("child") }).await.unwrap();
    let mut first = true;
    api.line.handle(move |request| {
        if !(request.is_mutation() && std::mem::take(&mut first)) {
            return Act::Forward;
        }
        let body: Value = serde_json::from_str(request.body()).unwrap();
        assert_eq!(body["extensions"]["syncline"]["stopOnDependency"], true);
        let answer = r#"{"data":{"m0":null,"m1":null},"errors":[
            {"message":"never","errorType":"Unauthorized","path":["m0"]},
            {"message":"not tried","errorType":"DependencyFailed","path":["m1"]}]}"#;
        Act::Answer(200, "", answer.to_owned())
    });
    a.start().await.unwrap();
    let verdict = within("the parent", parent.synced()).await;
    assert!(matches!(verdict, Verdict::Rejected { .. }), "{verdict:?}");
    let outbox = a.outbox().list().unwrap();
    let parked: Vec<bool> = outbox.iter().map(|entry| entry.is_parked()).collect();
    assert_eq!(parked, [true, false], "{outbox:?}");
    a.outbox().retry(&outbox[0].id).await.unwrap();
    assert_eq!(within("the child", child.synced()).await.version(), Some(1));
}

/// A mutation that is nearly as large as a request may be says no more than it must.
#[tokio::test]
async fn a_large_text_can_be_changed() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let content = |letter: &str| Some(letter.repeat(800_000));
    let large = Post { content: content("a"), ..post("large") };
    let made = a.save(large).await.unwrap();
    let id = made.id.clone();
    assert_eq!(within("made", made.synced()).await.version(), Some(1));
    let changed = a.save(Post { content: content("b"), ..get(&a, &id).await }).await.unwrap();
    assert_eq!(within("changed", changed.synced()).await.version(), Some(2));
}

/// Many large records do not make a request that the server refuses for its size.
#[tokio::test]
async fn a_batch_ends_before_it_is_too_large() {
    for extension in [true, false] {
        let (api, files) = (Api::with(extension).await, tempdir().unwrap());
        let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
        a.stop().await.unwrap();
        for number in 0..30 {
            // Each letter takes two bytes where it is quoted.
            let content = Some("\"".repeat(60_000));
            a.save(Post { id: format!("p{number}"), content, ..post("large") }).await.unwrap();
        }
        a.start().await.unwrap();
        flush(&a).await;
        let too_large = api.line.count(|request| request.is_mutation() && request.body().len() > 1 << 20);
        assert_eq!(too_large, 0, "extension {extension}");
        let requests = mutations(&api).await;
        assert!((4..=10).contains(&requests), "{requests} requests, extension {extension}");
        assert_eq!(api.post("p29").await["_version"], 1);
    }
}
