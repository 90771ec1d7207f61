//! What goes wrong in the background, told with where it was, what kind it is and what it is about.

use super::Post;
use super::api::Api;
use super::http::Request;
use super::line::Act;
use super::support::{device, get, online, post, ready, scenarios, until, within};
use syncline::record::MutationOp;
use syncline::{HubEvent, HubEvents, HubKind, SyncError, SyncErrorKind, SyncProcess};
use tempfile::tempdir;

scenarios! {
    each_error_is_told_as_what_it_is,
    an_unreachable_server_is_told_of_the_socket_and_of_each_model,
    a_condition_that_fails_at_the_cloud_is_an_error,
}

/// Waits for an error that `wanted` accepts.
async fn told(what: &str, events: &mut HubEvents, wanted: impl Fn(&SyncError) -> bool) -> SyncError {
    let is_wanted = |event: &HubEvent| matches!(event, HubEvent::SyncError(error) if wanted(error));
    match within(what, events.wait_for(is_wanted)).await {
        Some(HubEvent::SyncError(error)) => error,
        other => panic!("{what}: {other:?}"),
    }
}

fn refusal(error_type: &str) -> Act {
    let text = r#"{"data":null,"errors":[{"errorType":"TYPE","message":"the reason"}]}"#;
    Act::Answer(200, "", text.replace("TYPE", error_type))
}

async fn each_error_is_told_as_what_it_is(api: Api) {
    const BAD: &str = r#"{"data":{"syncPosts":{"items":[{"id":"bad","title":7,"_version":1}],
        "nextToken":null,"startedAt":1}}}"#;
    use {SyncErrorKind as Kind, SyncProcess as Process};
    let of_sync: fn(&Request) -> bool = |request| request.is_sync("Posts");
    let of_mutation: fn(&Request) -> bool = Request::is_mutation;
    let busy = || Act::Answer(503, "", "busy".to_owned());
    let nobody = || Act::Answer(401, "", "{}".to_owned());
    for (name, which, act, process, kind) in [
        ("a busy server", of_sync, busy(), Process::Sync, Kind::Transient),
        ("a page that is refused", of_sync, refusal("ValidationError"), Process::Sync, Kind::Refused),
        ("a model that is forbidden", of_sync, refusal("Unauthorized"), Process::Sync, Kind::Unauthorized),
        ("a key that is not accepted", of_sync, nobody(), Process::Sync, Kind::Unauthorized),
        (
            "a record of another form",
            of_sync,
            Act::Answer(200, "", BAD.to_owned()),
            Process::Sync,
            Kind::BadRecord,
        ),
        ("a mutation at a busy server", of_mutation, busy(), Process::Mutate, Kind::Transient),
        (
            "a mutation that throttling meets",
            of_mutation,
            refusal("ThrottlingException"),
            Process::Mutate,
            Kind::Transient,
        ),
        (
            "a mutation that is refused",
            of_mutation,
            refusal("ValidationError"),
            Process::Mutate,
            Kind::Refused,
        ),
        ("one that is forbidden", of_mutation, refusal("Unauthorized"), Process::Mutate, Kind::Unauthorized),
    ] {
        let files = tempdir().unwrap();
        let a = online(files.path(), "a", api.line.api()).await;
        let mut events = a.hub().listen_to(&[HubKind::SyncError]);
        api.line.handle(move |request| if which(request) { act.clone() } else { Act::Forward });
        a.sync_now();
        let saved = a.save(post(name)).await.unwrap().into_inner();
        let error = told(name, &mut events, |error| error.process == process).await;
        assert_eq!((error.kind, error.model.as_deref()), (kind, Some("Post")), "{name}: {error}");
        let refused = process == Process::Mutate && kind != Kind::Transient;
        let about = error.element.as_ref().map(|element| (element.op(), element.key().to_string()));
        assert_eq!(about, refused.then(|| (MutationOp::Create, saved.id.clone())), "{name}: {error}");
        assert!(error.to_string().contains("Post") && !error.message.is_empty(), "{name}: {error}");
        api.line.handle(|_| Act::Forward);
        a.clear().await.unwrap();
        a.close().await;
    }
}

async fn an_unreachable_server_is_told_of_the_socket_and_of_each_model(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let mut events = a.hub().listen_to(&[HubKind::SyncError]);
    api.line.cut();
    for (process, model) in [
        (SyncProcess::Subscribe, None),
        (SyncProcess::Sync, Some("Post")),
        (SyncProcess::Sync, Some("Comment")),
    ] {
        let is_it = |error: &SyncError| error.process == process && error.model.as_deref() == model;
        // They come in no order.
        let mut others = a.hub().listen_to(&[HubKind::SyncError]);
        a.sync_now();
        let error = tokio::select! {
            error = told("it is told", &mut events, is_it) => error,
            error = told("it is told", &mut others, is_it) => error,
        };
        assert_eq!(error.kind, SyncErrorKind::Transient, "{error}");
    }
}

async fn a_condition_that_fails_at_the_cloud_is_an_error(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let saved = a.save(post("both")).await.unwrap().into_inner();
    until("B has it", &b, &saved.id, |post| post.is_some()).await;
    a.stop().await.unwrap();
    let theirs = b.save(Post { title: "theirs".to_owned(), ..get(&b, &saved.id).await }).await.unwrap();
    within("applied", theirs.synced()).await;
    let mut events = a.hub().listen_to(&[HubKind::SyncError]);
    let mine = Post { rating: Some(1), ..get(&a, &saved.id).await };
    a.save(mine).when(Post::TITLE.eq("both")).await.unwrap();
    ready(&a).await;
    let error = told("the condition", &mut events, |error| error.process == SyncProcess::Mutate).await;
    assert_eq!(error.kind, SyncErrorKind::ConditionFailed, "{error}");
    assert_eq!(error.element.unwrap().op(), MutationOp::Update);
}

/// Whoever did not listen is told by what did not come to be.
#[tokio::test]
async fn a_flush_says_why_the_server_cannot_be_reached_also_before_anything_was_asked_for() {
    let files = tempdir().unwrap();
    let nobody = syncline::AppSync::api_key("http://127.0.0.1:9/graphql", "key");
    let a = device(files.path(), "a").api(nobody).open().await.unwrap();
    let mut events = a.hub().listen_to(&[HubKind::NetworkStatus]);
    a.save(post("waits")).await.unwrap();
    within("it is noticed", events.next()).await.unwrap();
    let error = a.flush(std::time::Duration::ZERO).await.unwrap_err().to_string();
    assert!(
        error.contains("the server cannot be reached: ") && error.contains("onnection refused"),
        "{error}"
    );
}

/// An event is logged in a line, whatever its model is like.
#[tokio::test]
async fn an_event_is_shown_by_what_it_is_about() {
    let (api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let mut events = a.hub().listen_to(&[HubKind::OutboxMutationProcessed]);
    let saved = a.save(post("shown")).await.unwrap();
    let shown = format!("{:?}", within("told", events.next()).await.unwrap());
    for part in ["Post", "Create", "version: 1", "\"shown\"", &saved.id] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert!(shown.len() < 600 && !shown.contains("Names"), "{shown}");
}

/// A device that wants no sockets.
#[tokio::test(flavor = "multi_thread")]
async fn without_subscriptions_no_socket_is_opened_and_what_others_write_comes_by_asking() {
    for extension in [true, false] {
        let (api, files) = (Api::with(extension).await, tempdir().unwrap());
        let (here, past) = (api.line.api(), api.address());
        let a = device(files.path(), "a").api(here).disable_subscriptions().open().await.unwrap();
        ready(&a).await;
        let mine = a.save(post("mine")).await.unwrap().into_inner();
        let other = syncline::AppSync::api_key(format!("http://{past}/graphql"), "key");
        let b = online(files.path(), "b", other).await;
        until("B has it", &b, &mine.id, |post| post.is_some()).await;
        let theirs = b.save(post("theirs")).await.unwrap();
        let id = theirs.id.clone();
        within("applied", theirs.synced()).await;
        a.sync_now();
        until("A has asked for it", &a, &id, |post| post.is_some()).await;
        assert_eq!(api.line.count(Request::is_socket), 0);
    }
}
