//! Two devices and a server, as long as nothing breaks.

use super::api::Api;
use super::support::{flush, get, ids, online, post, ready, scenarios, until, within};
use super::{Comment, Post};
use futures_util::future::join_all;
use syncline::HubEvent;
use tempfile::tempdir;

scenarios! {
    what_one_device_does_another_sees_at_once,
    a_save_keeps_what_changed_elsewhere_since_the_model_was_read,
    rapid_updates_end_with_the_last_value_everywhere,
    offline_edits_of_different_fields_are_merged,
    a_conflict_in_one_field_is_settled_and_listed,
    a_base_sync_comes_in_pages_parents_first_and_a_restart_moves_only_what_changed,
}

async fn what_one_device_does_another_sees_at_once(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let saved = a.save(post("Hello")).await.unwrap().into_inner();
    until("B sees the create", &b, &saved.id, |post| post.is_some_and(|post| post.title == "Hello")).await;
    let mut theirs = get(&b, &saved.id).await;
    theirs.title = "Hello from B".to_owned();
    b.save(theirs).await.unwrap();
    until("A sees the update", &a, &saved.id, |post| post.is_some_and(|post| post.title == "Hello from B"))
        .await;
    a.delete_by_id::<Post>(&saved.id).await.unwrap();
    until("B sees the delete", &b, &saved.id, |post| post.is_none()).await;
    assert_eq!(api.post(&saved.id).await["_deleted"], true);
}

async fn a_save_keeps_what_changed_elsewhere_since_the_model_was_read(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let saved = a.save(post("title")).await.unwrap().into_inner();
    flush(&a).await;
    let mut read = get(&a, &saved.id).await;
    until("B has it", &b, &saved.id, |post| post.is_some()).await;
    let mut theirs = get(&b, &saved.id).await;
    theirs.rating = Some(9);
    b.save(theirs).await.unwrap();
    until("A has B's rating", &a, &saved.id, |post| post.is_some_and(|post| post.rating == Some(9))).await;
    assert_eq!(read.rating, None, "read before");
    read.title = "new title".to_owned();
    let kept = a.save(read).await.unwrap();
    assert_eq!((kept.title.as_str(), kept.rating), ("new title", Some(9)));
    flush(&a).await;
    let server = api.post(&saved.id).await;
    assert_eq!((&server["title"], &server["rating"]), (&"new title".into(), &9.into()));
}

async fn rapid_updates_end_with_the_last_value_everywhere(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let mut last = a.save(post("0")).await.unwrap().into_inner();
    let id = last.id.clone();
    for number in 1..=200 {
        last.title = number.to_string();
        last.rating = Some(number);
        last = a.save(last).await.unwrap().into_inner();
        assert_eq!(get(&a, &id).await.title, number.to_string(), "never an older value");
    }
    flush(&a).await;
    assert_eq!(
        (get(&a, &id).await.title.as_str(), api.post(&id).await["rating"].as_i64()),
        ("200", Some(200))
    );
    until("B has the last", &b, &id, |post| post.is_some_and(|post| post.rating == Some(200))).await;
    assert_eq!(a.conflicts(10).unwrap(), []);
}

async fn offline_edits_of_different_fields_are_merged(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let saved = a.save(post("both")).await.unwrap().into_inner();
    until("B has it", &b, &saved.id, |post| post.is_some()).await;
    flush(&a).await;
    api.line.cut();
    let mut mine = get(&a, &saved.id).await;
    mine.title = "A's title".to_owned();
    a.save(mine).await.unwrap();
    let mut theirs = get(&b, &saved.id).await;
    theirs.rating = Some(4);
    b.save(theirs).await.unwrap();
    assert_eq!((a.pending_count().unwrap(), b.pending_count().unwrap()), (1, 1));
    api.line.mend(api.address());
    let merged =
        |post: Option<&Post>| post.is_some_and(|post| post.title == "A's title" && post.rating == Some(4));
    tokio::join!(until("A merges", &a, &saved.id, merged), until("B merges", &b, &saved.id, merged));
    flush(&a).await;
    flush(&b).await;
    let server = api.post(&saved.id).await;
    assert_eq!((server["title"].as_str(), server["rating"].as_i64()), (Some("A's title"), Some(4)));
}

async fn a_conflict_in_one_field_is_settled_and_listed(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let saved = a.save(post("both")).await.unwrap().into_inner();
    until("B has it", &b, &saved.id, |post| post.is_some()).await;
    flush(&a).await;
    b.stop().await.unwrap();
    for (device, title) in [(&a, "first"), (&b, "second")] {
        let mut edited = get(device, &saved.id).await;
        edited.title = title.to_owned();
        device.save(edited).await.unwrap();
    }
    flush(&a).await;
    ready(&b).await;
    flush(&b).await;
    until("B takes A's", &b, &saved.id, |post| post.is_some_and(|post| post.title == "first")).await;
    assert_eq!(api.post(&saved.id).await["title"], "first");
    let conflicts = b.conflicts(10).unwrap();
    assert_eq!(conflicts.len(), 1, "{conflicts:?}");
}

async fn a_base_sync_comes_in_pages_parents_first_and_a_restart_moves_only_what_changed(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let large = Some("x".repeat(5_000));
    let large = |number: usize| Post { content: large.clone(), ..post(&number.to_string()) };
    let posts = join_all((0..2_100).map(|number| a.save(large(number)).into_future())).await;
    let parents: Vec<String> = posts.into_iter().map(|post| post.unwrap().into_inner().id).collect();
    let comments = parents.iter().take(900).map(|parent| {
        let comment = Comment { post_comments_id: Some(parent.clone()), ..Comment::new("Good") };
        a.save(comment).into_future()
    });
    assert!(join_all(comments).await.iter().all(Result::is_ok));
    flush(&a).await;

    let b = super::support::device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let mut events = b.hub().listen();
    let pages = || api.line.count(|request| request.is_sync("Posts"));
    let before = pages();
    b.start().await.unwrap();
    let mut order = Vec::new();
    within("ready", async {
        loop {
            match events.next().await.unwrap() {
                HubEvent::ModelSynced { model, is_full_sync: true, added, .. } => order.push((model, added)),
                HubEvent::Ready => return,
                _ => {}
            }
        }
    })
    .await;
    assert_eq!(order, [("Post".to_owned(), 2_100), ("Comment".to_owned(), 900)]);
    // The server bounds a page by its records and its bytes.
    assert!(pages() - before >= 3, "{} pages", pages() - before);
    assert_eq!(b.query::<Post>().count().await.unwrap(), 2_100);
    assert_eq!(b.query::<Comment>().count().await.unwrap(), 900);
    drop(b);

    let mut edited = get(&a, &parents[7]).await;
    edited.rating = Some(1);
    a.save(edited).await.unwrap();
    a.delete_by_id::<Post>(&parents[2_000]).await.unwrap();
    flush(&a).await;
    let b = super::support::device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let mut events = b.hub().listen();
    let before = pages();
    b.start().await.unwrap();
    let posts = |event: &HubEvent| matches!(event, HubEvent::ModelSynced { model, .. } if model == "Post");
    let synced = within("delta", events.wait_for(posts)).await.unwrap();
    assert!(
        matches!(synced, HubEvent::ModelSynced { is_delta_sync: true, added: 0, updated: 1, deleted: 1, .. }),
        "{synced:?}"
    );
    assert_eq!(pages() - before, 1);
    assert_eq!(ids(&b).await, ids(&a).await);
}

#[tokio::test]
async fn a_device_that_was_away_for_longer_than_tombstones_are_kept_drops_what_is_gone() {
    let (mut api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", api.line.api()).await;
    let mut saved = Vec::new();
    for title in ["stays", "changes", "goes"] {
        saved.push(a.save(post(title)).await.unwrap().into_inner());
    }
    for one in &saved {
        until("B has it", &b, &one.id, |post| post.is_some()).await;
    }
    flush(&a).await;
    a.stop().await.unwrap();
    b.delete_by_id::<Post>(&saved[2].id).await.unwrap();
    let mut theirs = get(&b, &saved[1].id).await;
    theirs.title = "changed".to_owned();
    b.save(theirs).await.unwrap();
    flush(&b).await;
    api.tombstones_ms = 0;
    api.restart().await;
    within("the tombstone goes", async {
        // A sync carries the server's own time on.
        while api.ask("{ syncPosts { items { id } } }").await["syncPosts"]["items"].as_array().unwrap().len()
            > 2
        {}
    })
    .await;
    ready(&a).await;
    let mut titles: Vec<String> =
        a.query::<Post>().await.unwrap().into_iter().map(|post| post.title).collect();
    titles.sort();
    assert_eq!(titles, ["changed", "stays"]);
    assert_eq!(ids(&b).await.len(), 2);
}
