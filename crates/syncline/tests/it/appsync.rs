//! Against a server without the extension: what plain AppSync is.

use super::Post;
use super::api::Api;
use super::line::Act;
use super::support::{device, flush, get, online, post, until, within};
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
        let mut lose = true;
        api.line.handle(move |request| {
            let lost = request.is_mutation() && request.body().contains(field) && std::mem::take(&mut lose);
            if lost { Act::LoseAnswer } else { Act::Forward }
        });
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
