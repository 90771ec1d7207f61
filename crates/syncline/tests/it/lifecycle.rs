//! Start, stop and clear from any state, and the end of a handle.

use super::Post;
use super::api::Api;
use super::support::{PATIENCE, device, flush, ids, online, post, ready, scenarios, within};
use futures_util::future::join_all;
use syncline::{Error, HubEvent, Verdict};
use tempfile::tempdir;

scenarios! {
    any_order_of_start_stop_and_clear_ends_in_a_device_that_syncs,
    start_stop_and_clear_at_once_with_traffic_end_and_leave_a_device_that_syncs,
    a_clear_forgets_everything_here_and_nothing_at_the_server,
    a_stop_keeps_everything_and_only_start_starts_again,
    the_last_handle_closes_the_file_at_once_whatever_is_under_way,
    a_hub_and_a_verdict_end_with_the_store,
    a_close_ends_every_handle_and_closes_the_file_from_any_state_and_many_at_once,
}

async fn any_order_of_start_stop_and_clear_ends_in_a_device_that_syncs(api: Api) {
    let files = tempdir().unwrap();
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    let mut number = 0_u64;
    for order in 0..3_u32.pow(5) {
        let mut steps = order;
        for _ in 0..5 {
            let done = match steps % 3 {
                0 => within("start", a.start()).await,
                1 => within("stop", a.stop()).await,
                _ => within("clear", a.clear()).await,
            };
            done.unwrap();
            steps /= 3;
        }
        number += 1;
    }
    assert_eq!(number, 243);
    a.start().await.unwrap();
    let saved = a.save(post("still alive")).await.unwrap();
    assert_eq!(within("sent", saved.synced()).await.version(), Some(1));
}

async fn start_stop_and_clear_at_once_with_traffic_end_and_leave_a_device_that_syncs(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    for round in 0..30 {
        let saves = join_all((0..10).map(|number| {
            let a = &a;
            async move { a.save(post(&number.to_string())).await.unwrap().synced().await }
        }));
        let control = async {
            let (x, y, z) = tokio::join!(a.clear(), a.start(), a.clear());
            x.and(y).and(z).unwrap();
            a.stop().await.unwrap();
            let (x, y) = tokio::join!(a.start(), a.start());
            x.and(y).unwrap();
        };
        let (verdicts, ()) = within("every wait ends", async { tokio::join!(saves, control) }).await;
        for verdict in verdicts {
            assert!(
                matches!(verdict, Verdict::Applied { .. } | Verdict::Cleared),
                "round {round}: {verdict:?}"
            );
        }
    }
    flush(&a).await;
    let witness = online(files.path(), "witness", api.line.api()).await;
    a.clear().await.unwrap();
    ready(&a).await;
    assert_eq!(ids(&a).await, ids(&witness).await);
}

async fn a_clear_forgets_everything_here_and_nothing_at_the_server(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let kept = a.save(post("at the server")).await.unwrap().into_inner();
    flush(&a).await;
    a.stop().await.unwrap();
    let lost = a.save(post("never sent")).await.unwrap();
    a.clear().await.unwrap();
    assert_eq!(within("discarded", lost.synced()).await, Verdict::Cleared);
    let mut events = a.hub().listen();
    assert_eq!(ids(&a).await, [] as [String; 0], "which also starts sync again");
    within("synced again", events.wait_for(|event| *event == HubEvent::Ready)).await.unwrap();
    assert_eq!(ids(&a).await, [kept.id]);
}

async fn a_stop_keeps_everything_and_only_start_starts_again(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    a.stop().await.unwrap();
    let requests = api.line.count(|_| true);
    let saved = a.save(post("waits")).await.unwrap();
    assert_eq!(ids(&a).await.len(), 1);
    a.stop().await.unwrap();
    assert_eq!((api.line.count(|_| true), a.pending_count().unwrap()), (requests, 1), "nothing was asked");
    a.start().await.unwrap();
    assert_eq!(within("sent", saved.synced()).await.version(), Some(1));
}

async fn the_last_handle_closes_the_file_at_once_whatever_is_under_way(api: Api) {
    let files = tempdir().unwrap();
    let mut saved = Vec::new();
    for round in 0..20 {
        let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
        saved.push(a.save(post(&round.to_string())).await.unwrap().into_inner().id);
        if round % 3 == 0 {
            ready(&a).await;
        }
        // A save that nobody waits for any more: it is written or not, and holds nothing open.
        let _ = futures_util::FutureExt::now_or_never(a.save(post("cancelled")).into_future());
        let _ = futures_util::FutureExt::now_or_never(a.query::<Post>().into_future());
        let other = a.clone();
        drop(a);
        assert!(other.get::<Post>(&*saved[round]).await.unwrap().is_some());
        drop(other);
    }
    let a = online(files.path(), "a", api.line.api()).await;
    flush(&a).await;
    for id in saved {
        assert_eq!(api.post(&id).await["_version"], 1, "applied once");
    }
}

async fn a_hub_and_a_verdict_end_with_the_store(api: Api) {
    let files = tempdir().unwrap();
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    let mut events = a.hub().listen();
    ready(&a).await;
    drop(a);
    within("the hub ends", async { while events.next().await.is_some() {} }).await;
}

async fn a_close_ends_every_handle_and_closes_the_file_from_any_state_and_many_at_once(api: Api) {
    let files = tempdir().unwrap();
    let mut sent = Vec::new();
    for round in 0..12 {
        let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
        let other = a.clone();
        match round % 4 {
            0 => {}
            1 => ready(&a).await,
            2 => a.stop().await.unwrap(),
            _ => a.start().await.unwrap(),
        }
        let saved = other.save(post(&round.to_string())).await.unwrap();
        sent.push(saved.id.clone());
        let (mut changes, mut events) = (a.observe::<Post>().unwrap(), a.hub().listen());
        let mut live = a.observe_query::<Post>().stream().unwrap();
        let mut counts = a.pending_counts();
        let waiting = async {
            let verdict = saved.synced().await;
            assert!(matches!(verdict, Verdict::Applied { .. } | Verdict::Closed), "{verdict:?}");
            while changes.next().await.is_some() {}
            while live.next().await.is_some() {}
            while events.next().await.is_some() {}
            while counts.next().await.is_some() {}
        };
        // One of them is given up.
        let _ = futures_util::FutureExt::now_or_never(a.close());
        within("closed", async { tokio::join!(waiting, a.close(), other.close()) }).await;
        let calls = [
            a.save(post("late")).await.map(drop),
            a.delete_by_id::<Post>("late").await.map(drop),
            other.get::<Post>("late").await.map(drop),
            other.query::<Post>().await.map(drop),
            other.transaction(|_| async { Ok::<_, Error>(()) }).await.map(drop),
            a.pending_count().map(drop),
            a.outbox().list().map(drop),
            other.flush(PATIENCE).await,
            a.start().await,
            a.stop().await,
            other.clear().await,
        ];
        for (place, call) in calls.into_iter().enumerate() {
            assert!(matches!(call, Err(Error::Closed)), "{place}: {call:?}");
        }
        a.sync_now();
        assert!(within("over", a.observe::<Post>().unwrap().next()).await.is_none());
        assert!(within("over", a.observe_query::<Post>().stream().unwrap().next()).await.is_none());
        within("closed already", a.close()).await;
        // The file is free, whoever still has a handle.
        drop(device(files.path(), "a").open().await.unwrap());
    }
    let a = online(files.path(), "a", api.line.api()).await;
    flush(&a).await;
    for id in sent {
        assert_eq!(api.post(&id).await["_version"], 1, "applied once");
    }
}
