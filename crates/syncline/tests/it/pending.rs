//! What waits to be sent: waiting for it, and counting it.

use super::Post;
use super::api::Api;
use super::line::Act;
use super::support::{PATIENCE, device, flush, online, post, scenarios, within};
use std::time::Duration;
use syncline::{Error, HubEvent, Verdict};
use tempfile::tempdir;

scenarios! {
    a_flush_says_what_stands_in_its_way,
    a_flush_does_not_wait_for_what_is_parked,
    a_flush_ends_with_the_store,
    what_waits_is_counted_until_the_store_is_closed,
}

const REFUSAL: &str = r#"{"data":null,"errors":[{"errorType":"ValidationError","message":"no poison"}]}"#;

fn refuse_poison(api: &Api) {
    api.line.handle(|request| match request.is_mutation() && request.body().contains("poison") {
        true => Act::Answer(200, "", REFUSAL.to_owned()),
        false => Act::Forward,
    });
}

async fn a_flush_says_what_stands_in_its_way(mut api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let mut events = a.hub().listen();
    api.line.cut();
    a.save(post("x")).await.unwrap();
    within("offline", events.wait_for(|event| *event == HubEvent::NetworkStatus { active: false })).await;
    let timeout = a.flush(Duration::from_millis(1)).await.unwrap_err();
    assert!(matches!(&timeout, Error::Timeout(text) if text.contains("cannot be reached")), "{timeout}");
    assert!(timeout.is_retryable(), "{timeout}");
    assert_eq!(a.pending_count().unwrap(), 1, "nothing is lost");
    api.restart().await;
    a.sync_now();
    flush(&a).await;
    assert_eq!(a.pending_count().unwrap(), 0);
    a.flush(Duration::ZERO).await.unwrap();
}

async fn a_flush_does_not_wait_for_what_is_parked(api: Api) {
    let files = tempdir().unwrap();
    refuse_poison(&api);
    let a = online(files.path(), "a", api.line.api()).await;
    let poison = a.save(post("poison")).await.unwrap();
    assert!(matches!(within("the refusal", poison.synced()).await, Verdict::Rejected(_)));
    a.save(post("other")).await.unwrap();
    flush(&a).await;
    assert_eq!((a.pending_count().unwrap(), a.outbox().parked().unwrap().len()), (1, 1));
}

async fn a_flush_ends_with_the_store(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    a.stop().await.unwrap();
    a.save(post("x")).await.unwrap();
    api.line.cut();
    let (flushed, ()) = tokio::join!(biased; a.flush(PATIENCE), a.close());
    assert!(matches!(flushed, Err(Error::Closed)), "{flushed:?}");
    assert!(matches!(a.flush(PATIENCE).await, Err(Error::Closed)));
}

async fn what_waits_is_counted_until_the_store_is_closed(api: Api) {
    let files = tempdir().unwrap();
    refuse_poison(&api);
    let a = online(files.path(), "a", api.line.api()).await;
    let mut counts = a.pending_counts();
    let mut next = async || within("a count", counts.next()).await.map(Result::unwrap);
    assert_eq!(next().await, Some(0));
    a.stop().await.unwrap();
    let first = a.save(post("first")).await.unwrap();
    assert_eq!(next().await, Some(1));
    let edited = Post { title: "the same, edited".to_owned(), ..first.into_inner() };
    a.save(edited).await.unwrap();
    a.save(post("poison")).await.unwrap();
    assert_eq!(next().await, Some(2), "changes of one record are one");
    a.start().await.unwrap();
    while next().await != Some(1) {}
    flush(&a).await;
    let parked = a.outbox().parked().unwrap();
    assert_eq!(parked.len(), 1, "what is parked counts");
    a.outbox().discard(&parked[0].id).await.unwrap();
    assert_eq!(next().await, Some(0));
    a.close().await;
    assert_eq!(next().await, None);
}

#[tokio::test]
async fn without_an_api_nothing_is_flushed_and_everything_counted() {
    let files = tempdir().unwrap();
    let a = device(files.path(), "a").open().await.unwrap();
    a.save(post("x")).await.unwrap();
    assert!(matches!(a.flush(PATIENCE).await, Err(Error::NoApi)));
    let mut counts = a.pending_counts();
    assert_eq!(counts.next().await.unwrap().unwrap(), 1);
    drop(a);
    assert!(counts.next().await.is_none(), "it does not keep the store open");
}
