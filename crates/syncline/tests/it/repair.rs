//! What a person sees of the outbox and does about it: states, counts, retries, discards.

use super::api::Api;
use super::line::Act;
use super::support::{device, flush, get, online, post, scenarios, within};
use super::{Comment, Post};
use syncline::{Change, DataStore, Error, StoreError, SyncState, Verdict};
use tempfile::tempdir;

scenarios! {
    a_record_says_how_far_it_is,
    a_parked_mutation_is_sent_once_more,
    a_discarded_mutation_goes_with_what_stands_on_it,
    a_parked_mutation_is_mended_and_goes_out_under_a_new_id,
    a_mutation_that_was_not_sent_is_mended_without_generated_types,
    what_has_been_sent_cannot_be_taken_back,
    the_number_of_what_waits_is_told_whenever_it_changes,
}

/// Refuses every mutation whose text holds "poison".
fn refuse_poison(api: &Api) {
    api.line.handle(|request| {
        if request.is_mutation() && request.body().contains("poison") {
            let error = r#"{"data":null,"errors":[{"errorType":"ValidationError","message":"no poison"}]}"#;
            return Act::Answer(200, "", error.to_owned());
        }
        Act::Forward
    });
}

fn states(store: &DataStore, post: &Post) -> SyncState {
    let by_id = store.sync_state_by_id::<Post>(&post.id).unwrap();
    assert_eq!(store.sync_state(post).unwrap(), by_id);
    assert_eq!(store.model("Post").unwrap().sync_state(&post.id).unwrap(), by_id);
    by_id
}

async fn a_record_says_how_far_it_is(api: Api) {
    let files = tempdir().unwrap();
    refuse_poison(&api);
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    a.stop().await.unwrap();
    assert_eq!(states(&a, &post("nowhere")), SyncState::Unknown);
    let saved = a.save(post("x")).await.unwrap().into_inner();
    assert_eq!(states(&a, &saved), SyncState::Pending { mutations: 1, sending: false });
    a.start().await.unwrap();
    flush(&a).await;
    assert_eq!(states(&a, &saved), SyncState::Synced { version: 1 });
    let edited = Post { title: "poison".to_owned(), ..get(&a, &saved.id).await };
    let refused = a.save(edited).await.unwrap();
    let mutation = a.outbox().list().unwrap().remove(0).id;
    assert!(matches!(within("a refusal", refused.synced()).await, Verdict::Rejected { .. }));
    let SyncState::Rejected { mutation: parked, reason } = states(&a, &saved) else { panic!("it is parked") };
    assert_eq!((parked, reason.contains("no poison")), (mutation, true));
    a.outbox().discard(&a.outbox().parked().unwrap()[0].id).await.unwrap();
    assert_eq!(states(&a, &saved), SyncState::Synced { version: 1 });
    let deleted = a.delete_by_id::<Post>(&saved.id).await.unwrap().unwrap();
    assert_eq!(within("a delete", deleted.synced()).await.version(), Some(2));
    assert_eq!(states(&a, &saved), SyncState::Deleted { version: 2 });
}

async fn a_parked_mutation_is_sent_once_more(api: Api) {
    let files = tempdir().unwrap();
    refuse_poison(&api);
    let a = online(files.path(), "a", api.line.api()).await;
    let saved = a.save(post("poison")).await.unwrap();
    let id = saved.id.clone();
    let child = Comment { post_comments_id: Some(id.clone()), ..Comment::new("waits for its post") };
    assert!(matches!(within("a refusal", saved.synced()).await, Verdict::Rejected { .. }));
    let child = a.save(child).await.unwrap();
    let first = a.outbox().parked().unwrap().remove(0).id;
    // Still refused: parked again, under another id.
    let again = a.outbox().retry(&first).await.unwrap();
    let second = again.mutation().to_owned();
    assert!(matches!(within("again", again.synced()).await, Verdict::Rejected { .. }));
    assert!(first != second && a.outbox().get(&first).unwrap().is_none());
    let error = a.outbox().retry(&first).await.unwrap_err();
    assert!(matches!(error, Error::Store(StoreError::NotParked { .. })), "{error}");
    // The server thinks better of it.
    api.line.handle(|_| Act::Forward);
    let third = a.outbox().retry(&second).await.unwrap();
    assert_eq!(within("applied", third.synced()).await.version(), Some(1));
    assert_eq!(within("what waited for it", child.synced()).await.version(), Some(1));
    assert_eq!(api.post(&id).await["title"], "poison");
    assert_eq!(a.outbox().list().unwrap(), []);
}

async fn a_discarded_mutation_goes_with_what_stands_on_it(api: Api) {
    let files = tempdir().unwrap();
    refuse_poison(&api);
    let a = online(files.path(), "a", api.line.api()).await;
    let kept = a.save(post("kept")).await.unwrap().into_inner();
    flush(&a).await;
    let mut changes = a.observe::<Post>().unwrap();
    let saved = a.save(post("poison")).await.unwrap();
    let id = saved.id.clone();
    assert!(matches!(within("a refusal", saved.synced()).await, Verdict::Rejected { .. }));
    let later = a.save(Post { rating: Some(5), ..get(&a, &id).await }).await.unwrap();
    let edited = Post { title: "poison too".to_owned(), rating: Some(7), ..get(&a, &kept.id).await };
    let edited = a.save(edited).await.unwrap();
    assert!(matches!(within("a refusal", edited.synced()).await, Verdict::Rejected { .. }));
    let parked = a.outbox().parked().unwrap();
    assert_eq!(parked.len(), 2);
    for entry in &parked {
        a.outbox().discard(&entry.id).await.unwrap();
        assert!(a.outbox().discard(&entry.id).await.is_err(), "once");
    }
    assert_eq!(within("what stood on the create", later.synced()).await, Verdict::Discarded);
    assert_eq!(a.get::<Post>(&id).await.unwrap(), None);
    let shown = get(&a, &kept.id).await;
    assert_eq!((shown.title.as_str(), shown.rating), ("kept", None), "the server's record shows again");
    assert_eq!(a.outbox().list().unwrap(), []);
    // Observers saw it come and go.
    let gone = async {
        loop {
            match changes.next().await {
                Some(Change::Deleted { item, .. }) if item.id == id => return,
                Some(_) => {}
                None => panic!("the store is open"),
            }
        }
    };
    within("it goes", gone).await;
}

async fn a_parked_mutation_is_mended_and_goes_out_under_a_new_id(api: Api) {
    let files = tempdir().unwrap();
    refuse_poison(&api);
    let a = online(files.path(), "a", api.line.api()).await;
    let saved = a.save(post("poison")).await.unwrap();
    let id = saved.id.clone();
    assert!(matches!(within("a refusal", saved.synced()).await, Verdict::Rejected { .. }));
    let later = a.save(Post { rating: Some(5), ..get(&a, &id).await }).await.unwrap();
    let first = a.outbox().parked().unwrap().remove(0).id;
    let other = a.outbox().edit::<Comment>(&first, |_| {}).await.unwrap_err();
    assert!(other.to_string().contains("Post"), "{other}");
    let null = |item: &mut syncline::Item| item.set("title", syncline::Value::Null).map(drop);
    let invalid = a.outbox().edit_item(&first, null).await.unwrap_err();
    assert!(!invalid.is_retryable(), "{invalid}");
    assert_eq!(a.outbox().parked().unwrap()[0].id, first, "nothing has changed");
    let mended = a.outbox().edit::<Post>(&first, |post| post.title = "cure".to_owned()).await.unwrap();
    assert!(mended.mutations() == [mended.mutation()] && mended.mutation() != first);
    assert_eq!(within("the create", mended.synced()).await.version(), Some(1));
    assert_eq!(within("what stood on it", later.synced()).await.version(), Some(2));
    let held = api.post(&id).await;
    assert_eq!((&held["title"], &held["rating"]), (&"cure".into(), &5.into()));
    assert_eq!(a.outbox().list().unwrap(), []);
}

async fn a_mutation_that_was_not_sent_is_mended_without_generated_types(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let kept = a.save(post("kept")).await.unwrap().into_inner();
    flush(&a).await;
    a.stop().await.unwrap();
    let saved = a.save(Post { title: "hasty".to_owned(), ..get(&a, &kept.id).await }).await.unwrap();
    let waiting = a.outbox().list().unwrap().remove(0).id;
    let change = |item: &mut syncline::Item| item.set("title", "considered").map(drop);
    let mended = a.outbox().edit_item(&waiting, change).await.unwrap();
    assert_eq!(get(&a, &kept.id).await.title, "considered");
    let gone = a.outbox().edit_item(&waiting, change).await.unwrap_err();
    assert!(matches!(gone, Error::Store(StoreError::NotParked { .. })), "{gone}");
    a.start().await.unwrap();
    assert_eq!(within("who saved it", saved.synced()).await.version(), Some(2));
    assert_eq!(within("who mended it", mended.synced()).await.version(), Some(2));
    assert_eq!(api.post(&kept.id).await["title"], "considered");
    // One that is on its way cannot be mended.
    api.line.handle(|request| if request.is_mutation() { Act::Hold } else { Act::Forward });
    let saved = a.save(post("held back")).await.unwrap();
    api.line.wait_for("it is sent", 1, |request| request.body().contains("held back")).await;
    let sent = a.outbox().list().unwrap().remove(0).id;
    let refused = a.outbox().edit::<Post>(&sent, |post| post.title.clear()).await.unwrap_err();
    assert!(refused.to_string().contains("outcome is unknown"), "{refused}");
    api.line.release();
    assert_eq!(within("applied", saved.synced()).await.version(), Some(1));
}

async fn what_has_been_sent_cannot_be_taken_back(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    api.line.handle(|request| if request.is_mutation() { Act::Hold } else { Act::Forward });
    let saved = a.save(post("x")).await.unwrap();
    api.line.wait_for("it is sent", 1, |request| request.is_mutation()).await;
    let entry = a.outbox().list().unwrap().remove(0);
    for error in
        [a.outbox().discard(&entry.id).await.unwrap_err(), a.outbox().retry(&entry.id).await.unwrap_err()]
    {
        assert!(error.to_string().contains("outcome is unknown"), "{error}");
    }
    assert_eq!(states(&a, &saved), SyncState::Pending { mutations: 1, sending: true });
    api.line.release();
    assert_eq!(within("applied", saved.synced()).await.version(), Some(1));
}

async fn the_number_of_what_waits_is_told_whenever_it_changes(api: Api) {
    let files = tempdir().unwrap();
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    a.stop().await.unwrap();
    let mut counts = a.pending_counts();
    let mut next = async || within("a count", counts.next()).await.map(Result::unwrap);
    assert_eq!(next().await, Some(0));
    let saved = a.save(post("x")).await.unwrap().into_inner();
    assert_eq!(next().await, Some(1));
    // Becomes part of the first: nothing new waits.
    a.save(Post { rating: Some(1), ..saved }).await.unwrap();
    a.save(post("y")).await.unwrap();
    assert_eq!(next().await, Some(2));
    a.start().await.unwrap();
    flush(&a).await;
    assert_eq!(next().await, Some(0));
    drop(a);
    assert_eq!(next().await, None, "it does not keep the store open");
}
