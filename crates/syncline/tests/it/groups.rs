//! Transactions and the cloud: applied as a whole where the server can, in their order where it cannot (SYNC 2.5).

use super::api::Api;
use super::http::Request;
use super::line::Act;
use super::support::{PATIENCE, device, flush, get, online, post, ready, until, within};
use super::{Comment, Post};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use syncline::{Committed, DataStore, Error, GroupVerdict, Predicate};
use tempfile::tempdir;

/// Three posts and a comment on the first, made in one transaction.
async fn made(store: &DataStore, title: &str) -> Committed<Vec<Post>> {
    let made = store.transaction(|tx| async move {
        let mut made = Vec::new();
        for number in 0..3 {
            made.push(tx.save(post(&format!("{title} {number}"))).await?);
        }
        let of = Some(made[0].id.clone());
        tx.save(Comment { post_comments_id: of, ..Comment::new("c") }).await?;
        Ok::<_, Error>(made)
    });
    made.await.unwrap()
}

/// Adds to the ratings of posts, in one transaction.
async fn added(store: &DataStore, posts: &[(&str, i32)]) -> Committed<()> {
    let added = store.transaction(|tx| async move {
        for (id, number) in posts {
            let mut post = tx.get::<Post>(*id).await?.unwrap();
            post.rating = post.rating.map(|rating| rating + number);
            tx.save(post).await?;
        }
        Ok::<_, Error>(())
    });
    added.await.unwrap()
}

async fn rated(store: &DataStore, id: &str, rating: i32) {
    store.save(Post { id: id.to_owned(), rating: Some(rating), ..post(id) }).await.unwrap();
}

/// Somebody else writes past all devices.
async fn elsewhere(api: &Api, id: &str, version: i64, fields: &str) {
    let mutation = format!(
        "mutation {{ updatePost(input: {{ id: \"{id}\", {fields}, _version: {version} }}) {{ id _version }} }}"
    );
    api.ask(&mutation).await;
}

/// The `extensions.syncline` of every mutation that was sent.
fn extensions(sent: &[Request]) -> Vec<Value> {
    let bodies = sent.iter().map(|request| serde_json::from_str::<Value>(request.body()).unwrap());
    bodies.map(|body| body["extensions"]["syncline"].clone()).collect()
}

/// An answer of two mutations, of which one failed and the other was undone with it.
fn undone(failed: &str, errors: &[(&str, &str)]) -> String {
    let errors: Vec<Value> = errors
        .iter()
        .map(|(alias, kind)| json!({ "message": failed, "errorType": kind, "path": [alias] }))
        .collect();
    json!({ "data": { "m0": null, "m1": null }, "errors": errors }).to_string()
}

#[tokio::test]
async fn a_group_is_one_request_to_a_server_that_can() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let sent: Arc<Mutex<Vec<Request>>> = Arc::default();
    let seen = Arc::clone(&sent);
    // The first answer is lost: what is sent again is the same.
    api.line.handle(move |request| {
        if !request.is_mutation() {
            return Act::Forward;
        }
        let mut seen = seen.lock().unwrap();
        seen.push(request.clone());
        if seen.len() == 1 { Act::LoseAnswer } else { Act::Forward }
    });
    let done = made(&a, "whole").await;
    let posts = done.value.clone();
    assert_eq!(within("the verdict", done.synced()).await, GroupVerdict::Applied { mutations: 4 });
    until("B has it", &b, &posts[2].id, |post| post.is_some()).await;
    let sent = sent.lock().unwrap().clone();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0].body(), sent[1].body(), "verbatim, under the same ids");
    for extension in extensions(&sent) {
        assert_eq!(extension["atomic"], true);
        assert_eq!(extension["mutations"].as_object().unwrap().len(), 4);
    }
    for made in &posts {
        assert_eq!(api.post(&made.id).await["_version"], 1, "applied once");
    }
}

#[tokio::test]
async fn plain_appsync_gets_a_group_in_order_and_says_one_word() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let done = made(&a, "applied").await;
    let posts = done.value.clone();
    assert_eq!(within("the verdict", done.synced()).await, GroupVerdict::Applied { mutations: 4 });
    assert_eq!(api.line.count(Request::is_mutation), 4, "one after the other");
    until("B has it", &b, &posts[2].id, |post| post.is_some()).await;
    assert_eq!(get(&b, &posts[0].id).await.title, "applied 0");

    // The third mutation is refused: what is before it is applied, what is behind it is parked with it.
    let mut mutations = 0;
    let seen: Arc<Mutex<Vec<usize>>> = Arc::default();
    let count = Arc::clone(&seen);
    api.line.handle(move |request| {
        if request.is_mutation() {
            mutations += 1;
            count.lock().unwrap().push(mutations);
            if mutations == 3 {
                let body = r#"{"data":{"m0":null},"errors":[{"message":"no","errorType":"Unauthorized","path":["m0"]}]}"#;
                return Act::Answer(200, "", body.to_owned());
            }
        }
        Act::Forward
    });
    let done = made(&a, "refused").await;
    let posts = done.value.clone();
    let verdict = within("the verdict", done.synced()).await;
    let GroupVerdict::Parked { model, key, applied, .. } = &verdict else { panic!("{verdict:?}") };
    assert_eq!((model.as_str(), key.to_string(), *applied), ("Post", posts[2].id.clone(), 2));
    flush(&a).await;
    let parked = a.outbox().list().unwrap();
    assert_eq!(parked.iter().filter(|entry| entry.is_parked()).count(), 2, "{parked:?}");
    assert_eq!(seen.lock().unwrap().len(), 3, "nothing behind it was sent");
    for (number, there) in [(0, true), (1, true), (2, false)] {
        assert_eq!(!api.post(&posts[number].id).await.is_null(), there, "{number}");
    }
}

/// What the server says of a group that it did not apply, and what becomes of it: nothing is ever there by half.
#[tokio::test]
async fn what_fails_is_parked_or_sent_again_as_a_whole() {
    let aborted = "TransactionAborted";
    // Name, answers to the first requests, the reason with which it is parked (none: it is applied), requests.
    let cases: [(&str, Vec<Act>, Option<&str>, usize); 6] = [
        (
            "the second is refused",
            vec![Act::Answer(200, "", undone("never", &[("m0", aborted), ("m1", "Unauthorized")]))],
            Some("never"),
            1,
        ),
        (
            "the first is refused",
            vec![Act::Answer(200, "", undone("never", &[("m0", "Unauthorized"), ("m1", aborted)]))],
            Some("never"),
            1,
        ),
        (
            "the request is refused",
            vec![Act::Answer(
                400,
                "",
                r#"{"errors":[{"message":"never","errorType":"BadRequestException"}]}"#.to_owned(),
            )],
            Some("never"),
            1,
        ),
        (
            "one is throttled",
            vec![Act::Answer(200, "", undone("later", &[("m0", aborted), ("m1", "ThrottlingException")]))],
            None,
            2,
        ),
        ("nobody is well", vec![Act::Answer(503, "", String::new()), Act::Cut], None, 3),
        ("an answer is lost", vec![Act::LoseAnswer], None, 2),
    ];
    for (name, answers, reason, requests) in cases {
        let (api, files) = (Api::start().await, tempdir().unwrap());
        let a = online(files.path(), "a", api.line.api()).await;
        rated(&a, "from", 10).await;
        rated(&a, "to", 0).await;
        flush(&a).await;
        let mut answers = answers.into_iter();
        let sent: Arc<Mutex<Vec<Request>>> = Arc::default();
        let seen = Arc::clone(&sent);
        api.line.handle(move |request| {
            if !request.is_mutation() {
                return Act::Forward;
            }
            seen.lock().unwrap().push(request.clone());
            answers.next().unwrap_or(Act::Forward)
        });
        let moved = added(&a, &[("from", -3), ("to", 3)]).await;
        let verdict = within(name, moved.synced()).await;
        let there = (api.post("from").await["rating"].clone(), api.post("to").await["rating"].clone());
        match reason {
            Some(reason) => {
                let told = matches!(&verdict, GroupVerdict::Parked { applied: 0, reason: said, .. }
                    if said.contains(reason));
                assert!(told, "{name}: {verdict:?}");
                assert_eq!(there, (10.into(), 0.into()), "{name}");
                let outbox = a.outbox().list().unwrap();
                assert!(
                    outbox.len() == 2 && outbox.iter().all(|entry| entry.is_parked()),
                    "{name}: {outbox:?}"
                );
                // A person tries again: it goes as a whole again.
                a.outbox().retry(&outbox[1].id).await.unwrap();
                a.flush(PATIENCE).await.unwrap();
            }
            None => assert_eq!(verdict, GroupVerdict::Applied { mutations: 2 }, "{name}"),
        }
        let there = (api.post("from").await["rating"].clone(), api.post("to").await["rating"].clone());
        assert_eq!(there, (7.into(), 3.into()), "{name}");
        let sent = sent.lock().unwrap().clone();
        assert_eq!(sent.len(), requests + usize::from(reason.is_some()), "{name}");
        assert!(extensions(&sent).iter().all(|extension| extension["atomic"] == true), "{name}");
        assert_eq!(api.post("from").await["_version"], 2, "{name}: applied once");
    }
}

/// A − 10, B + 10, and somebody else has changed A: B must not get what A did not give (SYNC 2.5).
#[tokio::test]
async fn a_conflict_in_one_parks_all() {
    for (fields, parks) in [("rating: 5", true), ("content: \"theirs\"", false)] {
        let (api, files) = (Api::start().await, tempdir().unwrap());
        let b = online(files.path(), "b", api.line.api()).await;
        rated(&b, "first", 10).await;
        rated(&b, "second", 0).await;
        flush(&b).await;
        // Whether the device learns of it from a page, a frame or the server's refusal is up to chance.
        b.stop().await.unwrap();
        let moved = added(&b, &[("first", -1), ("second", 1)]).await;
        elsewhere(&api, "second", 1, fields).await;
        let (verdict, ()) = tokio::join!(moved.synced(), ready(&b));
        if parks {
            assert!(matches!(verdict, GroupVerdict::Parked { applied: 0, .. }), "{verdict:?}");
            let there = (api.post("first").await["rating"].clone(), b.outbox().list().unwrap().len());
            assert_eq!(there, (10.into(), 2), "half of it must never be applied");
            assert_eq!(get(&b, "second").await.rating, Some(5), "the server's value shows");
            assert_eq!(b.conflicts(10).unwrap().len(), 1);
        } else {
            assert_eq!(verdict, GroupVerdict::Applied { mutations: 2 });
            assert_eq!(api.post("first").await["rating"], 9);
            assert_eq!(api.post("second").await["content"], "theirs", "another field is merged");
        }
        b.flush(PATIENCE).await.unwrap();
    }
}

/// The condition of a member holds here and not at the cloud: it is dropped, and nothing of the others is applied.
#[tokio::test]
async fn a_condition_that_fails_at_the_cloud_undoes_the_group() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    rated(&a, "first", 10).await;
    rated(&a, "second", 0).await;
    flush(&a).await;
    a.stop().await.unwrap();
    elsewhere(&api, "second", 1, "title: \"closed\"").await;
    let moved = a
        .transaction(|tx| async move {
            let first = tx.get::<Post>("first").await?.unwrap();
            let second = tx.get::<Post>("second").await?.unwrap();
            tx.save(Post { rating: Some(9), ..first }).await?;
            let open: Predicate = Post::TITLE.eq("second");
            tx.save(Post { rating: Some(1), ..second }).when(open).await?;
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    // The device is not told before it sends.
    api.line.handle(|request| if request.is_sync("Posts") { Act::Hold } else { Act::Forward });
    a.start().await.unwrap();
    let verdict = within("the verdict", moved.synced()).await;
    assert!(
        matches!(
            verdict,
            GroupVerdict::ConditionFailed { applied: 0, .. } | GroupVerdict::Parked { applied: 0, .. }
        ),
        "{verdict:?}"
    );
    assert_eq!(api.post("first").await["rating"], 10);
    assert_eq!(api.post("second").await["rating"], 0);
    let outbox = a.outbox().list().unwrap();
    assert!(outbox.len() == 1 && outbox[0].is_parked(), "{outbox:?}");
    api.line.release();
}

#[tokio::test]
async fn a_group_that_is_too_large_is_refused() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let many = |store: &DataStore| {
        let store = store.clone();
        async move {
            store
                .transaction(|tx| async move {
                    for number in 0..101 {
                        tx.save(post(&number.to_string())).await?;
                    }
                    Ok::<_, Error>(())
                })
                .await
        }
    };
    let a = online(files.path(), "a", api.line.api()).await;
    let refused = many(&a).await.unwrap_err();
    let told = matches!(refused, Error::TransactionTooLarge { mutations: 101, most: 100 });
    assert!(told && refused.to_string().contains("101") && refused.to_string().contains("100"), "{refused}");
    assert_eq!(
        (a.outbox().list().unwrap().len(), super::support::ids(&a).await.len()),
        (0, 0),
        "nothing is written"
    );

    // A device that does not know the server yet keeps it, and sends no part of it.
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    b.stop().await.unwrap();
    let done = many(&b).await.unwrap();
    b.start().await.unwrap();
    let verdict = within("the verdict", done.synced()).await;
    let told = matches!(&verdict, GroupVerdict::Parked { applied: 0, reason, .. }
        if reason.contains("101") && reason.contains("100"));
    assert!(told, "{verdict:?}");
    assert!(b.outbox().list().unwrap().iter().all(|entry| entry.is_parked()));
    assert_eq!(api.line.count(Request::is_mutation), 0);
    // Others are not held up by it.
    let other = b.save(post("other")).await.unwrap();
    assert_eq!(within("another one", other.synced()).await.version(), Some(1));

    // Plain AppSync has no such limit, and no such promise.
    let plain = Api::with(false).await;
    let c = online(files.path(), "c", plain.line.api()).await;
    let done = many(&c).await.unwrap();
    assert_eq!(within("in order", done.synced()).await, GroupVerdict::Applied { mutations: 101 });
}
