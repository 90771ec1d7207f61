//! What `synced` says, and that it always says something.

use super::Post;
use super::api::Api;
use super::line::Act;
use super::support::{PATIENCE, device, flush, get, online, post, ready, until, within};
use std::time::Duration;
use syncline::{HubEvent, Verdict};
use tempfile::tempdir;

#[tokio::test]
async fn the_cloud_applies() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let saved = a.save(post("x")).await.unwrap();
    let mut edited: Post = (*saved).clone();
    assert_eq!(within("created", saved.synced()).await, Verdict::Applied { version: 1 });
    edited.title = "y".to_owned();
    let saved = a.save(edited).await.unwrap();
    let read: Post = (*saved).clone();
    assert_eq!(within("updated", saved.synced()).await, Verdict::Applied { version: 2 });
    let same = a.save(get(&a, &read.id).await).await.unwrap();
    assert_eq!(within("unchanged", same.synced()).await, Verdict::NothingToSend);
    let deleted = a.delete(read).await.unwrap().unwrap();
    assert_eq!(within("deleted", deleted.synced()).await, Verdict::Applied { version: 3 });
}

#[tokio::test]
async fn a_condition_fails_at_the_cloud_and_the_servers_record_shows_again() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let saved = a.save(Post { rating: Some(1), ..post("x") }).await.unwrap().into_inner();
    until("B has it", &b, &saved.id, |post| post.is_some()).await;
    flush(&a).await;
    b.stop().await.unwrap();
    let mut theirs = get(&a, &saved.id).await;
    theirs.rating = Some(9);
    a.save(theirs).await.unwrap();
    flush(&a).await;
    let mut mine = get(&b, &saved.id).await;
    mine.title = "only if 1".to_owned();
    let verdict = b.save(mine).when(Post::RATING.eq(1)).await.unwrap().synced();
    let mut events = b.hub().listen();
    ready(&b).await;
    assert_eq!(within("the verdict", verdict).await, Verdict::ConditionFailed);
    let failed = |event: &HubEvent| matches!(event, HubEvent::ConditionalSaveFailed { .. });
    within("the event", events.wait_for(failed)).await.unwrap();
    let shown = get(&b, &saved.id).await;
    assert_eq!((shown.title.as_str(), shown.rating), ("x", Some(9)));
    assert_eq!(b.pending_count().unwrap(), 0);
}

#[tokio::test]
async fn a_delete_before_anything_was_sent_ends_the_create_and_the_flush() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    a.stop().await.unwrap();
    let saved = a.save(post("never sent")).await.unwrap();
    let id = saved.id.clone();
    let (flushed, ()) = tokio::join!(a.flush(PATIENCE), async {
        let deleted = a.delete_by_id::<Post>(&id).await.unwrap().unwrap();
        assert_eq!(within("the delete", deleted.synced()).await, Verdict::NothingToSend);
    });
    flushed.unwrap();
    assert_eq!(within("the create", saved.synced()).await, Verdict::Superseded);
}

#[tokio::test]
async fn a_page_that_says_it_already_supersedes_and_ends_the_flush() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let saved = a.save(post("x")).await.unwrap().into_inner();
    flush(&a).await;
    drop(online(files.path(), "b", api.line.api()).await);
    // A new process does not know yet what the server speaks, and asks before it claims anything.
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    b.stop().await.unwrap();
    for store in [&a, &b] {
        let mut edited = get(store, &saved.id).await;
        edited.title = "both say so".to_owned();
        store.save(edited).await.unwrap();
    }
    flush(&a).await;
    let mut again = get(&b, &saved.id).await;
    again.title = "both say so".to_owned();
    let verdict = b.save(Post { rating: None, ..again }).await.unwrap();
    api.line.handle(|request| if request.is_probe() { Act::Hold } else { Act::Forward });
    let mut events = b.hub().listen();
    b.start().await.unwrap();
    let (flushed, synced) = tokio::join!(
        b.flush(PATIENCE),
        within("the sync", events.wait_for(|event| matches!(event, HubEvent::ModelSynced { .. })))
    );
    flushed.unwrap();
    assert!(synced.is_some());
    assert_eq!(b.pending_count().unwrap(), 0);
    assert_eq!(within("no wait is left over", verdict.synced()).await, Verdict::NothingToSend);
    api.line.release();
}

#[tokio::test]
async fn a_refusal_parks_the_mutation_with_its_reason_and_stops_no_other() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    api.line.handle(|request| {
        if request.is_mutation() && request.body().contains("poison") {
            let error = r#"{"data":null,"errors":[{"errorType":"ValidationError","message":"no poison"}]}"#;
            return Act::Answer(200, "", error.to_owned());
        }
        Act::Forward
    });
    let poison = a.save(post("poison")).await.unwrap();
    let saves = ["b", "c", "d", "e"].map(|title| a.save(post(title)).into_future());
    let others = futures_util::future::join_all(saves).await;
    let mut events = a.hub().listen();
    let id = poison.id.clone();
    let verdict = within("the refusal", poison.synced()).await;
    assert!(matches!(&verdict, Verdict::Rejected { reason } if reason.contains("no poison")), "{verdict:?}");
    for other in others {
        assert_eq!(within("another", other.unwrap().synced()).await, Verdict::Applied { version: 1 });
    }
    flush(&a).await;
    assert_eq!(a.pending_count().unwrap(), 1, "it waits, visible");
    assert_eq!(get(&a, &id).await.title, "poison", "and what was written stays");
    drop(events.next());
    a.clear().await.unwrap();
    assert_eq!(a.pending_count().unwrap(), 0);
}

#[tokio::test]
async fn one_that_the_server_never_answers_well_stops_no_other() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let poisoned =
        |request: &super::http::Request| request.is_mutation() && request.body().contains("poison");
    api.line.handle(move |request| {
        if poisoned(request) { Act::Answer(502, "", "bad gateway".to_owned()) } else { Act::Forward }
    });
    let poison = a.save(post("poison")).await.unwrap();
    // Both go in one document or one after the other: alone it comes in the end.
    let other = a.save(post("other")).await.unwrap();
    // Somebody who does not like to wait.
    let impatient = async {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        loop {
            ticks.tick().await;
            a.sync_now();
        }
    };
    let verdict = within("another", async {
        tokio::select! {
            verdict = other.synced() => verdict,
            () = impatient => unreachable!("it never ends"),
        }
    });
    assert_eq!(verdict.await, Verdict::Applied { version: 1 });
    assert_eq!(a.pending_count().unwrap(), 1, "it waits");
    api.line.handle(|_| Act::Forward);
    assert_eq!(within("it is tried again", poison.synced()).await, Verdict::Applied { version: 1 });
}

#[tokio::test]
async fn one_that_never_gets_an_outcome_stops_no_other() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    api.line.handle(|request| {
        if request.is_mutation() && request.body().contains("poison") && !request.body().contains("m1:") {
            let error = r#"{"data":{"m0":null},"errors":[{"path":["m0"],"errorType":"InternalFailure","message":"?"}]}"#;
            return Act::Answer(200, "", error.to_owned());
        }
        Act::Forward
    });
    let poison = a.save(post("poison")).await.unwrap().into_inner();
    for tries in 1..4 {
        api.line.wait_for("the poison is sent", tries, |request| request.body().contains("poison")).await;
        let saved = a.save(post(&tries.to_string())).await.unwrap();
        assert_eq!(within("another", saved.synced()).await, Verdict::Applied { version: 1 });
    }
    let tries = api.line.count(|request| request.is_mutation() && request.body().contains("poison"));
    assert!((1..10).contains(&tries), "it is tried again, and not all the time: {tries}");
    assert_eq!(a.pending_count().unwrap(), 1, "it waits");
    api.line.handle(|_| Act::Forward);
    a.sync_now();
    flush(&a).await;
    assert_eq!(api.post(&poison.id).await["_version"], 1);
}

#[tokio::test]
async fn a_flush_does_not_wait_for_what_waits_for_a_person() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    api.line.handle(|request| {
        if request.is_mutation() && request.body().contains("poison") {
            let error = r#"{"data":null,"errors":[{"errorType":"ValidationError","message":"no poison"}]}"#;
            return Act::Answer(200, "", error.to_owned());
        }
        Act::Forward
    });
    let poison = a.save(post("poison")).await.unwrap().into_inner();
    flush(&a).await;
    let id = poison.id.clone();
    a.save(super::Post { rating: Some(1), ..poison }).await.unwrap();
    a.save(super::Comment { post_comments_id: Some(id), ..super::Comment::new("waits too") }).await.unwrap();
    let other = a.save(post("other")).await.unwrap();
    flush(&a).await;
    assert_eq!(within("another", other.synced()).await, Verdict::Applied { version: 1 });
    assert_eq!(a.pending_count().unwrap(), 3, "they wait, visible");
}
