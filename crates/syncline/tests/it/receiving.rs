//! Receiving: how much, how large, what cannot be read, what is lost on the way, and models that fail.

use super::api::Api;
use super::line::Act;
use super::support::{device, flush, get, ids, online, post, ready, scenarios, until, within};
use super::{Comment, Post};
use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;
use syncline::{Change, DataStore, HubEvent, HubKind, OnRestore, SyncProgress};
use tempfile::tempdir;

scenarios! {
    a_model_that_is_refused_is_degraded_with_its_reason_and_the_others_go_on,
    a_date_says_how_long_to_wait,
}

mod newer {
    syncline::schema!("tests/it/newer.graphql");
}

/// Posts that another device made.
async fn posts(api: &Api, files: &Path, count: usize) -> DataStore {
    let a = online(files, "a", api.line.api()).await;
    let saves = (0..count).map(|number| a.save(post(&number.to_string())).into_future());
    assert!(join_all(saves).await.iter().all(Result::is_ok));
    flush(&a).await;
    a
}

/// The value of a number in a request.
fn number(body: &str, name: &str) -> Option<i64> {
    let (_, rest) = body.split_once(&format!("\"{name}\":"))?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

async fn synced(store: &DataStore, model: &str) -> HubEvent {
    let mut events = store.hub().listen();
    store.sync_now();
    let wanted =
        |event: &HubEvent| matches!(event, HubEvent::ModelSynced { model: name, .. } if name == model);
    within("a sync", events.wait_for(wanted)).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_refused_as_too_large_is_asked_for_in_smaller_ones() {
    for extension in [false, true] {
        let (api, files) = (Api::with(extension).await, tempdir().unwrap());
        posts(&api, files.path(), 600).await;
        let before = api.line.count(|request| request.is_sync("Posts"));
        api.line.handle(|request| {
            let limit = number(request.body(), "limit").filter(|_| request.is_sync("Posts"));
            match limit {
                Some(limit) if limit > 200 => Act::Answer(413, "", "too large".to_owned()),
                _ => Act::Forward,
            }
        });
        let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
        ready(&b).await;
        assert_eq!(b.query::<Post>().count().await.unwrap(), 600);
        let asked = api.line.count(|request| request.is_sync("Posts")) - before;
        assert!((5..40).contains(&asked), "{asked} requests");
        assert_eq!(b.sync_status::<Post>().unwrap().degraded, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_sync_ends_at_its_cap_says_so_and_goes_on_with_a_larger_one() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let a = posts(&api, files.path(), 30).await;
    a.save(Comment::new("one")).await.unwrap();
    flush(&a).await;
    let open = async |cap: u64| {
        let builder = device(files.path(), "b").api(api.line.api()).sync_max_records(20);
        let b = builder.sync_max_records_of::<Post>(cap).open().await.unwrap();
        let mut events = b.hub().listen_to(&[HubKind::ModelSynced]);
        b.start().await.unwrap();
        let of_posts =
            |event: &HubEvent| matches!(event, HubEvent::ModelSynced { model, .. } if model == "Post");
        let synced = within("posts", events.wait_for(of_posts)).await.unwrap();
        let HubEvent::ModelSynced { partial, is_full_sync, .. } = synced else { unreachable!() };
        (b, partial, is_full_sync)
    };
    let (b, partial, full) = open(12).await;
    assert_eq!((partial, full, b.query::<Post>().count().await.unwrap()), (true, true, 12));
    assert!(b.sync_status::<Post>().unwrap().partial);
    // What comes later is received as always, and nothing goes.
    let late = a.save(post("late")).await.unwrap().into_inner();
    until("the late one", &b, &late.id, |post| post.is_some()).await;
    flush(&a).await;
    let HubEvent::ModelSynced { partial, is_full_sync, .. } = synced(&b, "Post").await else {
        unreachable!()
    };
    assert_eq!((partial, is_full_sync, b.query::<Post>().count().await.unwrap()), (true, false, 13));
    synced(&b, "Comment").await;
    let status = b.sync_status::<Comment>().unwrap();
    assert_eq!((status.partial, status.synced), (false, true));
    drop(b);
    let (b, partial, full) = open(12).await;
    assert_eq!((partial, full), (true, false), "the same cap goes on from its cursor");
    drop(b);
    let (b, partial, full) = open(1_000).await;
    assert_eq!((partial, full, b.query::<Post>().count().await.unwrap()), (false, true, 31));
    assert!(!b.sync_status::<Post>().unwrap().partial);
}

#[tokio::test]
async fn a_cap_for_a_model_that_is_not_there_is_refused_at_open() {
    let builder = DataStore::builder(super::schema()).sync_max_records_by_name("Nobody", 1);
    assert!(builder.open().await.unwrap_err().to_string().contains("Nobody"));
}

#[tokio::test(flavor = "multi_thread")]
async fn progress_is_told_page_by_page_and_counts_on_after_an_interruption() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    posts(&api, files.path(), 2_500).await;
    let told = async |store: &DataStore, pages: usize| {
        let mut events = store.hub().listen_to(&[HubKind::SyncProgress]);
        store.start().await.unwrap();
        let mut told: Vec<SyncProgress> = Vec::new();
        while told.len() < pages {
            match within("progress", events.next()).await.unwrap() {
                HubEvent::SyncProgress(progress) if progress.model == "Post" => told.push(progress),
                _ => {}
            }
        }
        told
    };
    // The third page does not come.
    let mut pages = 0;
    api.line.handle(move |request| {
        pages += usize::from(request.is_sync("Posts"));
        if pages > 2 && request.is_sync("Posts") { Act::Hold } else { Act::Forward }
    });
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let first = told(&b, 2).await;
    let shown: Vec<_> = first.iter().map(|progress| (progress.done, progress.total)).collect();
    assert_eq!(shown, [(1_000, None), (2_000, None)]);
    assert!(first[0].bytes > 100_000 && first[1].bytes > first[0].bytes, "{first:?}");
    let status = b.sync_status::<Post>().unwrap();
    assert_eq!((status.progress.as_ref(), status.synced), (first.last(), false));
    drop(b);
    api.line.handle(|_| Act::Forward);
    let before = api.line.count(|request| request.is_sync("Posts"));
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let rest = told(&b, 1).await;
    assert_eq!((rest[0].done, rest[0].total), (2_500, Some(2_500)));
    assert_eq!(b.query::<Post>().count().await.unwrap(), 2_500);
    ready(&b).await;
    let status = b.sync_status::<Post>().unwrap();
    assert!(status.synced && status.base_complete && status.progress.is_none() && status.last_sync.is_some());
    let asked = api.line.count(|request| request.is_sync("Posts")) - before;
    assert!(asked <= 2, "the pages that were stored are not fetched again: {asked}");
}

/// A page as AppSync writes it.
fn page(items: &[Value]) -> String {
    json!({ "data": { "syncPosts": { "items": items, "nextToken": null, "startedAt": 1 } } }).to_string()
}

fn item(id: &str, rating: &Value) -> Value {
    json!({
        "id": id, "title": "wrong", "status": "ACTIVE", "rating": rating, "createdAt": "2026-01-01T00:00:00.000Z",
        "updatedAt": "2026-01-01T00:00:00.000Z", "_version": 1, "_lastChangedAt": 1, "_deleted": null
    })
}

#[tokio::test]
async fn what_cannot_be_read_is_listed_stops_nothing_and_goes_when_it_comes_well() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    a.save(Post { id: "bad".to_owned(), ..post("right") }).await.unwrap();
    a.save(Post { id: "good".to_owned(), ..post("right") }).await.unwrap();
    flush(&a).await;
    let mut first = true;
    api.line.handle(move |request| {
        if request.is_sync("Posts") && std::mem::take(&mut first) {
            let items = [item("bad", &json!("many")), item("good", &json!(3)), Value::Null];
            return Act::Answer(200, "", page(&items));
        }
        Act::Forward
    });
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let mut events = b.hub().listen_to(&[HubKind::ModelSynced]);
    b.start().await.unwrap();
    within("synced", events.next()).await.unwrap();
    let listed = b.quarantine(10).unwrap();
    // The delta that confirms a first sync may have come already.
    if let [nobody, bad] = &listed[..] {
        assert_eq!((nobody.key.as_ref(), bad.version, bad.model.as_str()), (None, Some(1), "Post"));
        assert!(bad.reason.contains("rating") && bad.json.contains("many") && bad.at > 0, "{bad:?}");
        assert_eq!(b.get::<Post>("bad").await.unwrap(), None);
        assert_eq!(get(&b, "good").await.title, "wrong");
    }
    ready(&b).await;
    synced(&b, "Post").await;
    assert_eq!(get(&b, "bad").await.title, "right");
    assert_eq!(b.quarantine(10).unwrap().iter().filter(|bad| bad.key.is_some()).count(), 0);
}

#[tokio::test]
async fn what_an_older_schema_does_not_know_survives_its_saves() {
    for extension in [false, true] {
        let (api, files) = (Api::serving(newer::schema(), extension).await, tempdir().unwrap());
        api.ask(
            r#"mutation { createPost(input: { id: "p", title: "T", status: ARCHIVED, mood: "calm" }) { id } }"#,
        )
        .await;
        let b = online(files.path(), "b", api.line.api()).await;
        let mut held = get(&b, "p").await;
        held.title = "edited".to_owned();
        let saved = b.save(held).await.unwrap();
        assert_eq!(within("sent", saved.synced()).await.version(), Some(2));
        let shown = api.ask(r#"{ getPost(id: "p") { title status mood } }"#).await;
        assert_eq!(shown["getPost"], json!({ "title": "edited", "status": "ARCHIVED", "mood": "calm" }));
        assert_eq!(b.quarantine(9).unwrap(), []);
    }
}

async fn a_model_that_is_refused_is_degraded_with_its_reason_and_the_others_go_on(api: Api) {
    let files = tempdir().unwrap();
    let refusal = |kind: &str, message: &str| {
        let error = json!({ "path": ["syncComments"], "data": null, "errorType": kind, "message": message });
        Act::Answer(200, "", json!({ "data": { "syncComments": null }, "errors": [error] }).to_string())
    };
    for (kind, message, told) in [
        ("Unauthorized", "Not Authorized to access syncComments on type Query", "Not Authorized"),
        ("OperationDisabled", "no sync here", "no sync here"),
        ("InternalFailure", "it is ill", "it is ill"),
    ] {
        let refused = refusal(kind, message);
        api.line.handle(
            move |request| {
                if request.is_sync("Comments") { refused.clone() } else { Act::Forward }
            },
        );
        let b = device(files.path(), kind).api(api.line.api()).open().await.unwrap();
        let mut events = b.hub().listen();
        b.start().await.unwrap();
        let degraded =
            within("degraded", events.wait_for(|event| matches!(event, HubEvent::ModelDegraded { .. })));
        let Some(HubEvent::ModelDegraded { model, reason }) = degraded.await else { unreachable!() };
        assert!(model == "Comment" && reason.contains(told), "{model}: {reason}");
        within("ready", events.wait_for(|event| *event == HubEvent::Ready)).await.unwrap();
        assert!(b.sync_status::<Comment>().unwrap().degraded.is_some_and(|reason| reason.contains(told)));
        let saved = b.save(post("goes on")).await.unwrap();
        assert_eq!(within("sent", saved.synced()).await.version(), Some(1));
        api.line.handle(|_| Act::Forward);
        synced(&b, "Comment").await;
        assert_eq!(b.sync_status::<Comment>().unwrap().degraded, None);
    }
}

async fn a_date_says_how_long_to_wait(api: Api) {
    let files = tempdir().unwrap();
    let mut first = true;
    api.line.handle(move |request| {
        if request.is_sync("Posts") && std::mem::take(&mut first) {
            let dates =
                "date: Wed, 21 Oct 2026 07:28:00 GMT\r\nretry-after: Wed, 21 Oct 2026 07:28:02 GMT\r\n";
            return Act::Answer(503, dates, String::new());
        }
        Act::Forward
    });
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let begun = tokio::time::Instant::now();
    ready(&b).await;
    assert!(begun.elapsed() >= Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn appsync_is_asked_now_and_then_to_be_safe_and_syncline_is_not() {
    let (plain, speaking) = (Api::with(false).await, Api::start().await);
    let files = tempdir().unwrap();
    let open = async |name: &str, api: &Api| {
        let builder = device(files.path(), name).api(api.line.api());
        let store = builder.safety_sync(Duration::from_secs(1)).open().await.unwrap();
        ready(&store).await;
        store
    };
    let _quiet = open("quiet", &speaking).await;
    let b = open("b", &plain).await;
    let asked = |api: &Api| api.line.count(|request| request.is_sync("Posts"));
    let before = asked(&speaking);
    let settled = asked(&plain);
    plain.line.wait_for("deltas", settled + 5, |request| request.is_sync("Posts")).await;
    // The confirmation of its first sync may still have been under way.
    assert!(asked(&speaking) <= before + 1, "{} then {}", before, asked(&speaking));
    drop(b);
}

#[tokio::test]
async fn an_own_save_is_told_twice_and_its_echo_never() {
    for extension in [false, true] {
        let (api, files) = (Api::with(extension).await, tempdir().unwrap());
        let a = online(files.path(), "a", api.line.api()).await;
        let b = online(files.path(), "b", api.line.api()).await;
        let mut changes = a.observe::<Post>().unwrap();
        let mut own = Vec::new();
        for number in 0..20 {
            let saved = a.save(post(&number.to_string())).await.unwrap();
            own.push(saved.id.clone());
            assert_eq!(within("sent", saved.synced()).await.version(), Some(1));
        }
        // What comes behind the echoes on the same socket.
        let last = b.save(post("from B")).await.unwrap().into_inner();
        until("B's", &a, &last.id, |post| post.is_some()).await;
        let mut told: Vec<(String, &str)> = Vec::new();
        while let Some(Some(change)) = changes.next().now_or_never() {
            match change {
                Change::Created { item, .. } => told.push((item.id, "created")),
                Change::Updated { item, .. } => told.push((item.id, "updated")),
                other => panic!("{other:?}"),
            }
        }
        for id in &own {
            let of: Vec<&str> = told.iter().filter(|(told, _)| told == id).map(|(_, what)| *what).collect();
            assert_eq!(
                of,
                ["created", "updated"],
                "the save, and the server's answer; extension {extension}"
            );
        }
    }
}

/// SYNC 1.10: versions make the order irrelevant.
#[tokio::test(flavor = "multi_thread")]
async fn a_frame_counts_at_once_also_while_everything_is_fetched() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let a = posts(&api, files.path(), 1_500).await;
    let known = ids(&a).await;
    api.line.handle(|request| {
        let later = request.is_sync("Posts") && request.body().contains("nextToken\":\"");
        if later { Act::Hold } else { Act::Forward }
    });
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let mut events = b.hub().listen_to(&[HubKind::SyncProgress]);
    b.start().await.unwrap();
    within("the first page", events.next()).await.unwrap();
    let held = b.query::<Post>().count().await.unwrap();
    assert_eq!(held, 1_000);
    // One that the first page brought, and one that the second will bring in an older state.
    let unknown = {
        let here = ids(&b).await;
        known.iter().find(|id| !here.contains(id)).unwrap().clone()
    };
    let here = ids(&b).await[0].clone();
    for id in [&unknown, &here] {
        a.save(Post { title: "while it is fetched".to_owned(), ..get(&a, id).await }).await.unwrap();
        until("by frame", &b, id, |post| post.is_some_and(|post| post.title == "while it is fetched")).await;
    }
    assert!(!b.sync_status::<Post>().unwrap().synced);
    api.line.release();
    let mut events = b.hub().listen();
    if !b.sync_status::<Post>().unwrap().synced {
        within(
            "ready",
            events.wait_for(|event| matches!(event, HubEvent::ModelSynced { model, .. } if model == "Post")),
        )
        .await;
    }
    assert_eq!(b.query::<Post>().count().await.unwrap(), 1_500);
    assert_eq!(get(&b, &unknown).await.title, "while it is fetched", "the older state does not come back");
}

/// SYNC 2.8, where the server's log does not reach back to the device's last sync.
#[tokio::test]
async fn what_left_the_scope_beyond_the_log_is_asked_about_and_nothing_is_fetched_again() {
    let (mut api, files) = (Api::start().await, tempdir().unwrap());
    let a = online(files.path(), "a", api.line.api()).await;
    let rated = |rating| Post { rating: Some(rating), ..post("rated") };
    let kept: Vec<Post> = (0..5).map(|_| rated(5)).collect();
    let (leaving, going) = (rated(6), rated(7));
    for post in kept.iter().chain([&leaving, &going]) {
        a.save(post.clone()).await.unwrap();
    }
    flush(&a).await;
    let open = async |api: &Api| {
        let b = device(files.path(), "b").api(api.line.api()).sync_expression::<Post>(|| Post::RATING.gt(4));
        let b = b.open().await.unwrap();
        let mut events = b.hub().listen_to(&[HubKind::ModelSynced]);
        b.start().await.unwrap();
        let of_posts =
            |event: &HubEvent| matches!(event, HubEvent::ModelSynced { model, .. } if model == "Post");
        let first = within("posts", events.wait_for(of_posts)).await.unwrap();
        let HubEvent::ModelSynced { is_full_sync, .. } = first else { unreachable!() };
        (b, is_full_sync)
    };
    let (b, _) = open(&api).await;
    synced(&b, "Post").await;
    assert_eq!(ids(&b).await.len(), 7);
    b.stop().await.unwrap();
    let last_sync = b.sync_status::<Post>().unwrap().last_sync.unwrap();
    drop(b);
    a.save(Post { rating: Some(1), ..get(&a, &leaving.id).await }).await.unwrap();
    a.delete_by_id::<Post>(&going.id).await.unwrap();
    flush(&a).await;
    a.stop().await.unwrap();
    api.changes_ms = 0;
    api.restart().await;
    // The log goes as the server's own time goes on.
    within("the log is gone", async {
        loop {
            let query = format!(
                "{{ syncPosts(lastSync: {last_sync}, filter: {{ rating: {{ gt: 4 }} }}) {{ items {{ id }} }} }}"
            );
            let answer = api.negotiate(&query).await;
            if answer["extensions"]["syncline"]["fields"]["syncPosts"]["leavesIncomplete"] == true {
                return;
            }
        }
    })
    .await;
    let (b, is_full) = open(&api).await;
    assert!(!is_full, "a delta is enough");
    assert_eq!(ids(&b).await.len(), 5);
    assert!(api.line.count(|request| request.body().contains("scopeCheck")) > 0);
}

/// SYNC 2.6: the server is restored from a copy; what came after it is listed, or said once more.
#[tokio::test(flavor = "multi_thread")]
async fn what_a_restored_server_has_lost_is_listed_or_sent_again() {
    for policy in [OnRestore::KeepServer, OnRestore::ResendLocal] {
        let (mut api, files) = (Api::start().await, tempdir().unwrap());
        let builder = device(files.path(), "a").api(api.line.api()).on_restore(policy);
        let a = builder.open().await.unwrap();
        ready(&a).await;
        for id in ["changed", "deleted", "untouched"] {
            a.save(Post { id: id.to_owned(), ..post("before") }).await.unwrap();
        }
        flush(&a).await;
        api.back_up().await;
        a.sync_now();
        a.save(Post { title: "after".to_owned(), ..get(&a, "changed").await }).await.unwrap();
        a.delete_by_id::<Post>("deleted").await.unwrap();
        a.save(Post { id: "new".to_owned(), ..post("after") }).await.unwrap();
        flush(&a).await;
        synced(&a, "Post").await;
        let mut events = a.hub().listen();
        api.restore().await;
        a.sync_now();
        let full = |event: &HubEvent| matches!(event, HubEvent::ModelSynced { model, is_full_sync: true, .. } if model == "Post");
        within("everything is fetched anew", events.wait_for(full)).await.unwrap();
        flush(&a).await;
        let listed: Vec<String> =
            a.conflicts(100).unwrap().iter().map(|conflict| conflict.key.to_string()).collect();
        for key in ["changed", "deleted", "new"] {
            assert!(listed.iter().any(|listed| listed.contains(key)), "{key} of {listed:?}, {policy:?}");
        }
        assert!(!listed.iter().any(|listed| listed.contains("untouched")), "{listed:?}");
        let title = async |id: &str| a.get::<Post>(id).await.unwrap().map(|post| post.title);
        let server = async |id: &str| {
            let record = api.post(id).await;
            let alive = !record.is_null() && record["_deleted"] != true;
            alive.then(|| record["title"].as_str().unwrap().to_owned())
        };
        let text = |text: &str| Some(text.to_owned());
        for (id, kept, resent) in [
            ("untouched", text("before"), text("before")),
            ("changed", text("before"), text("after")),
            ("deleted", text("before"), None),
            ("new", None, text("after")),
        ] {
            let expected = if policy == OnRestore::KeepServer { kept } else { resent };
            assert_eq!(server(id).await, expected, "{id} at the server, {policy:?}");
            assert_eq!(title(id).await, expected, "{id} on the device, {policy:?}");
        }
        assert_eq!(a.pending_count().unwrap(), 0);
    }
}

/// SYNC 1.11: what changed between the first half of a base sync and the subscriptions of the second was on no page and in no
/// frame.
#[tokio::test(flavor = "multi_thread")]
async fn a_base_sync_that_was_interrupted_is_followed_by_what_changed_meanwhile() {
    let (api, files) = (Api::with(false).await, tempdir().unwrap());
    let a = posts(&api, files.path(), 1_200).await;
    api.line.handle(|request| {
        let later = request.is_sync("Posts") && request.body().contains("nextToken\":\"");
        if later { Act::Hold } else { Act::Forward }
    });
    let b = device(files.path(), "b").api(api.line.api()).open().await.unwrap();
    let mut events = b.hub().listen_to(&[HubKind::SyncProgress]);
    b.start().await.unwrap();
    within("the first page", events.next()).await.unwrap();
    b.stop().await.unwrap();
    let here = ids(&b).await[0].clone();
    a.save(Post { title: "meanwhile".to_owned(), ..get(&a, &here).await }).await.unwrap();
    flush(&a).await;
    api.line.handle(|_| Act::Forward);
    b.start().await.unwrap();
    until("what changed meanwhile", &b, &here, |post| post.is_some_and(|post| post.title == "meanwhile"))
        .await;
    assert_eq!(b.query::<Post>().count().await.unwrap(), 1_200);
}
