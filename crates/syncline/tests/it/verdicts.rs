//! What `synced` says, and that it always says something.

use super::Post;
use super::api::Api;
use super::line::Act;
use super::support::{PATIENCE, device, flush, get, online, post, ready, scenarios, until, within};
use std::time::Duration;
use syncline::record::RejectionClass;
use syncline::{HubEvent, Verdict};
use tempfile::tempdir;

scenarios! {
    each_word_brings_its_record_or_its_reason,
    the_cloud_applies,
    a_condition_fails_at_the_cloud_and_the_servers_record_shows_again,
    a_delete_before_anything_was_sent_ends_the_create_and_the_flush,
    a_page_that_says_it_already_supersedes_and_ends_the_flush,
    a_refusal_parks_the_mutation_with_its_reason_and_stops_no_other,
    one_that_the_server_never_answers_well_stops_no_other,
    one_that_never_gets_an_outcome_stops_no_other,
}

const FORBIDDEN: &str = r#"{"data":{"m0":null},"errors":[{"path":["m0"],"errorType":"Unauthorized",
    "message":"Not Authorized to access createPost on type Mutation"}]}"#;

/// A verdict in short, with what it brings.
fn told(verdict: Verdict<Post>) -> String {
    let shown = |record: Option<Post>| match record {
        Some(post) => format!("{} {}", post.title, post.rating.unwrap_or(0)),
        None => "no record".to_owned(),
    };
    match verdict {
        Verdict::Applied { record, version } => format!("applied as {version}: {}", shown(record)),
        Verdict::Conflict { record } => format!("conflict: {}", shown(record)),
        Verdict::ConditionFailed { record } => format!("condition failed: {}", shown(record)),
        Verdict::Rejected(why) => {
            let forbidden = why.class == RejectionClass::Forbidden;
            format!("rejected: {forbidden} {:?} {}", why.error_type, why.message)
        }
        other => format!("{other:?}"),
    }
}

async fn each_word_brings_its_record_or_its_reason(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let mut words: Vec<(&str, String)> = Vec::new();
    let mut say = |case, verdict| words.push((case, told(verdict)));

    let made = a.save(post("made")).await.unwrap();
    let id = made.id.clone();
    say("applied", within("applied", made.synced()).await);
    for title in ["condition", "conflict"] {
        a.save(Post { id: title.to_owned(), rating: Some(1), ..post("old") }).await.unwrap();
    }
    flush(&a).await;
    drop(online(files.path(), "b", api.line.api()).await);
    // A new process does not know yet what the server speaks, and asks before it claims anything.
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    b.stop().await.unwrap();

    // Somebody else changes each of these, while B changes them as well.
    a.save(Post { rating: Some(9), ..get(&a, &id).await }).await.unwrap();
    for id in ["condition", "conflict"] {
        a.save(Post { title: "theirs".to_owned(), ..get(&a, id).await }).await.unwrap();
    }
    flush(&a).await;
    let merged = b.save(Post { title: "merged".to_owned(), ..get(&b, &id).await }).await.unwrap();
    let mine = Post { rating: Some(2), ..get(&b, "condition").await };
    let condition = b.save(mine).when(Post::TITLE.eq("old")).await.unwrap();
    let conflict = b.save(Post { title: "mine".to_owned(), ..get(&b, "conflict").await }).await.unwrap();
    let undone = b.save(post("undone")).await.unwrap();
    let deleted = b.delete_by_id::<Post>(&*undone.id).await.unwrap().unwrap();
    say("superseded", within("undone", undone.synced()).await);
    say("nothing to send", within("never sent", deleted.synced()).await);
    // A sync comes before anything is sent.
    api.line.handle(|request| if request.is_probe() { Act::Hold } else { Act::Forward });
    b.start().await.unwrap();
    say("conflict", within("conflict", conflict.synced()).await);
    api.line.handle(|_| Act::Forward);
    api.line.release();
    say("merged", within("merged", merged.synced()).await);
    say("condition failed", within("condition", condition.synced()).await);
    let deleted = b.delete_by_id::<Post>("conflict").await.unwrap().unwrap();
    say("deleted", within("deleted", deleted.synced()).await);

    api.line.handle(|request| match request.is_mutation() && request.body().contains("poison") {
        true => Act::Answer(200, "", FORBIDDEN.to_owned()),
        false => Act::Forward,
    });
    let poison = a.save(post("poison")).await.unwrap();
    let poisoned = poison.id.clone();
    say("rejected", within("rejected", poison.synced()).await);
    let behind = a.save(Post { rating: Some(5), ..get(&a, &poisoned).await }).await.unwrap();
    a.outbox().discard(&a.outbox().parked().unwrap()[0].id).await.unwrap();
    say("discarded", within("discarded", behind.synced()).await);

    a.stop().await.unwrap();
    let lost = a.save(post("lost")).await.unwrap();
    a.clear().await.unwrap();
    say("cleared", within("cleared", lost.synced()).await);
    b.stop().await.unwrap();
    let waits = b.save(post("waits")).await.unwrap();
    b.close().await;
    say("closed", within("closed", waits.synced()).await);

    let rejected =
        "rejected: true Some(\"Unauthorized\") Not Authorized to access createPost on type Mutation";
    let expected = [
        ("applied", "applied as 1: made 0"),
        ("superseded", "Superseded"),
        ("nothing to send", "NothingToSend"),
        ("conflict", "conflict: theirs 1"),
        ("merged", "applied as 3: merged 9"),
        ("condition failed", "condition failed: theirs 1"),
        ("deleted", "applied as 3: no record"),
        ("rejected", rejected),
        ("discarded", "Discarded"),
        ("cleared", "Cleared"),
        ("closed", "Closed"),
    ];
    assert_eq!(words, expected.map(|(case, word)| (case, word.to_owned())));
}

async fn the_cloud_applies(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let saved = a.save(post("x")).await.unwrap();
    let mut edited: Post = (*saved).clone();
    assert_eq!(within("created", saved.synced()).await.version(), Some(1));
    edited.title = "y".to_owned();
    let saved = a.save(edited).await.unwrap();
    let read: Post = (*saved).clone();
    assert_eq!(within("updated", saved.synced()).await.version(), Some(2));
    let same = a.save(get(&a, &read.id).await).await.unwrap();
    assert_eq!(within("unchanged", same.synced()).await, Verdict::NothingToSend);
    let deleted = a.delete(read).await.unwrap().unwrap();
    assert_eq!(within("deleted", deleted.synced()).await.version(), Some(3));
}

async fn a_condition_fails_at_the_cloud_and_the_servers_record_shows_again(api: Api) {
    let files = tempdir().unwrap();
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
    assert!(matches!(within("the verdict", verdict).await, Verdict::ConditionFailed { record: Some(_) }));
    let failed = |event: &HubEvent| matches!(event, HubEvent::ConditionalSaveFailed { .. });
    within("the event", events.wait_for(failed)).await.unwrap();
    let shown = get(&b, &saved.id).await;
    assert_eq!((shown.title.as_str(), shown.rating), ("x", Some(9)));
    assert_eq!(b.pending_count().unwrap(), 0);
}

async fn a_delete_before_anything_was_sent_ends_the_create_and_the_flush(api: Api) {
    let files = tempdir().unwrap();
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

async fn a_page_that_says_it_already_supersedes_and_ends_the_flush(api: Api) {
    let files = tempdir().unwrap();
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

async fn a_refusal_parks_the_mutation_with_its_reason_and_stops_no_other(api: Api) {
    let files = tempdir().unwrap();
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
    assert!(
        matches!(&verdict, Verdict::Rejected(why) if why.to_string().contains("no poison")),
        "{verdict:?}"
    );
    for other in others {
        assert_eq!(within("another", other.unwrap().synced()).await.version(), Some(1));
    }
    flush(&a).await;
    assert_eq!(a.pending_count().unwrap(), 1, "it waits, visible");
    assert_eq!(get(&a, &id).await.title, "poison", "and what was written stays");
    drop(events.next());
    a.clear().await.unwrap();
    assert_eq!(a.pending_count().unwrap(), 0);
}

async fn one_that_the_server_never_answers_well_stops_no_other(api: Api) {
    let files = tempdir().unwrap();
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
    assert_eq!(verdict.await.version(), Some(1));
    assert_eq!(a.pending_count().unwrap(), 1, "it waits");
    api.line.handle(|_| Act::Forward);
    assert_eq!(within("it is tried again", poison.synced()).await.version(), Some(1));
}

async fn one_that_never_gets_an_outcome_stops_no_other(api: Api) {
    let files = tempdir().unwrap();
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
        assert_eq!(within("another", saved.synced()).await.version(), Some(1));
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
    assert_eq!(within("another", other.synced()).await.version(), Some(1));
    assert_eq!(a.pending_count().unwrap(), 3, "they wait, visible");
}
