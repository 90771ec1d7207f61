//! Against a server without the extension: what plain AppSync is.

use super::Post;
use super::api::Api;
use super::line::Act;
use super::support::{device, flush, get, online, post, until, within};
use serde_json::json;
use syncline::record::ConflictKind;
use syncline::{AppSync, Verdict};
use tempfile::tempdir;

#[tokio::test]
async fn two_devices_sync() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let saved = a.save(post("plain")).await.unwrap().into_inner();
    until("B has it", &b, &saved.id, |post| post.is_some()).await;
    assert_eq!(api.line.count(|request| request.body().contains("extensions")), 0, "no word of ours is said");
    let mut edited = get(&b, &saved.id).await;
    edited.title = "from B".to_owned();
    b.save(edited).await.unwrap();
    until("A has it", &a, &saved.id, |post| post.is_some_and(|post| post.title == "from B")).await;
}

/// The next answer to such a mutation does not come.
fn lose_one(api: &Api, field: &'static str) {
    let mut lose = true;
    api.line.handle(move |request| {
        let lost = request.is_mutation() && request.body().contains(field) && std::mem::take(&mut lose);
        if lost { Act::LoseAnswer } else { Act::Forward }
    });
}

#[tokio::test]
async fn a_lost_answer_is_looked_up_and_never_sent_again_blind() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    for (step, field) in [(1, "createPost"), (2, "updatePost"), (3, "deletePost")] {
        let id = format!("record-{step}");
        if step > 1 {
            a.save(Post { id: id.clone(), ..post("before") }).await.unwrap();
            flush(&a).await;
        }
        lose_one(&api, field);
        let verdict = match step {
            1 => a.save(Post { id: id.clone(), ..post("x") }).await.unwrap().synced().await,
            2 => {
                let mut edited = get(&a, &id).await;
                edited.title = "after".to_owned();
                within(field, a.save(edited).await.unwrap().synced()).await
            }
            _ => within(field, a.delete_by_id::<Post>(&id).await.unwrap().unwrap().synced()).await,
        };
        let version = if step == 1 { 1 } else { 2 };
        assert_eq!(verdict.version(), Some(version), "{field}");
        assert_eq!(api.post(&id).await["_version"], version, "{field} was applied once");
        let sent = |request: &super::http::Request| {
            request.is_mutation() && request.body().contains(field) && request.body().contains(&id)
        };
        assert_eq!(api.line.count(sent), 1, "{field} was sent once");
    }
}

/// SYNC 2.2. → A list update that is sent again appends twice; a conditional save that is sent again fails its own
/// condition, and what was written would be undone.
#[tokio::test]
async fn what_must_not_be_applied_twice_is_not() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let tags = |tags: &[&str]| Some(tags.iter().map(|tag| Some((*tag).to_owned())).collect());
    for id in ["plain", "conditional"] {
        let before = Post { id: id.to_owned(), rating: Some(1), tags: tags(&["a"]), ..post("before") };
        a.save(before).await.unwrap();
        flush(&a).await;
        lose_one(&api, "updatePost");
        let edited = Post { rating: Some(2), tags: tags(&["a", "b"]), ..get(&a, id).await };
        let saved = match id {
            "conditional" => a.save(edited).when(Post::RATING.eq(1)).await.unwrap(),
            _ => a.save(edited).await.unwrap(),
        };
        assert_eq!(within(id, saved.synced()).await.version(), Some(2), "{id}");
        let query = format!("{{ getPost(id: \"{id}\") {{ tags rating _version }} }}");
        let expected = json!({ "tags": ["a", "b"], "rating": 2, "_version": 2 });
        assert_eq!(api.ask(&query).await["getPost"], expected, "{id}");
        let here = get(&a, id).await;
        assert_eq!((here.tags, here.rating), (tags(&["a", "b"]), Some(2)), "{id}: nothing is undone here");
    }
    let sent =
        |request: &super::http::Request| request.is_mutation() && request.body().contains("updatePost");
    assert_eq!(api.line.count(sent), 2, "each once");
    assert_eq!(a.conflicts(10).unwrap(), []);
}

/// Somebody else writes before the look: what became of the own change nobody can tell, so it counts as a conflict.
#[tokio::test]
async fn what_nobody_can_tell_is_settled_as_a_conflict_and_listed() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    a.save(Post { id: "p".to_owned(), ..post("before") }).await.unwrap();
    flush(&a).await;
    let mut lose = true;
    api.line.handle(move |request| match request.is_mutation() {
        true if std::mem::take(&mut lose) => Act::LoseAnswer,
        false if request.body().contains("getPost") => Act::Hold,
        _ => Act::Forward,
    });
    let mine = a.save(Post { title: "mine".to_owned(), ..get(&a, "p").await }).await.unwrap();
    api.line.wait_for("the look", 1, |request| request.body().contains("getPost")).await;
    api.ask("mutation { updatePost(input: { id: \"p\", title: \"theirs\", _version: 2 }) { id } }").await;
    api.line.release();
    within("a verdict", mine.synced()).await;
    flush(&a).await;
    assert_eq!(api.post("p").await["title"], "theirs");
    until("it shows", &a, "p", |post| post.is_some_and(|post| post.title == "theirs")).await;
    let listed: Vec<_> = a.conflicts(10).unwrap().into_iter().map(|listed| listed.kind.clone()).collect();
    assert_eq!(listed.len(), 2, "{listed:?}");
    assert!(listed.contains(&ConflictKind::Ambiguous), "{listed:?}");
    assert!(listed.iter().any(|kind| matches!(kind, ConflictKind::Field { .. })), "{listed:?}");
}

#[tokio::test]
async fn a_key_that_a_deleted_record_holds_is_taken() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let saved = a.save(post("first life")).await.unwrap().into_inner();
    flush(&a).await;
    a.delete_by_id::<Post>(&saved.id).await.unwrap();
    flush(&a).await;
    // A device that has never heard of it.
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    b.stop().await.unwrap();
    let again = b.save(Post { id: saved.id.clone(), ..post("second life") }).await.unwrap();
    api.line.handle(|request| if request.is_sync("Posts") { Act::Hold } else { Act::Forward });
    b.start().await.unwrap();
    let verdict = within("the verdict", again.synced()).await;
    assert!(matches!(&verdict, Verdict::Rejected(why) if why.to_string().contains("IdTaken")), "{verdict:?}");
    assert_eq!(get(&b, &saved.id).await.title, "second life", "what was written stays visible");
    assert_eq!(b.outbox().list().unwrap().len(), 1);
}

#[test]
fn a_configuration_says_what_is_wrong_with_it() {
    let files = tempdir().unwrap();
    let path = files.path().join("amplify_outputs.json");
    let missing = AppSync::from_file(&path).unwrap_err().to_string();
    assert!(missing.contains("amplify_outputs.json") && missing.contains("cannot be read"), "{missing}");
    for (text, expected) in [
        ("", "amplify_outputs.json"),
        ("{}", "amplify_outputs.json"),
        (
            r#"{"version":"1","data":{"url":"https://example.org/graphql","aws_region":"eu-west-1",
                "default_authorization_type":"AMAZON_COGNITO_USER_POOLS"}}"#,
            "API_KEY",
        ),
    ] {
        std::fs::write(&path, text).unwrap();
        let error = AppSync::from_file(&path).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    }
    let good = r#"{"version":"1","data":{"url":"https://example.org/graphql","aws_region":"eu-west-1",
        "default_authorization_type":"API_KEY","api_key":"da2-secret"}}"#;
    std::fs::write(&path, good).unwrap();
    let api = AppSync::from_file(&path).unwrap();
    assert!(!format!("{api:?}").contains("da2-secret"));
}
