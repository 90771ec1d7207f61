//! What the hub tells, in which order, and with what.

use super::api::Api;
use super::line::Act;
use super::support::{device, flush, get, online, post, ready, scenarios, until, within};
use super::{Post, PostStatus};
use syncline::record::MutationOp;
use syncline::{AppSync, DataStore, HubEvent, HubEvents, HubKind};
use tempfile::tempdir;

scenarios! {
    a_clean_start_is_told_in_the_order_of_the_channel,
    a_start_without_a_network_and_the_network_coming_are_told,
    a_lost_line_and_its_return_are_told,
    a_mutation_and_what_others_do_are_told_with_their_records,
    a_refused_mutation_is_told,
    a_condition_that_fails_at_the_cloud_is_told_with_the_servers_record,
    no_event_and_no_error_holds_the_key,
    a_wrong_path_is_told_as_such,
    a_model_is_waited_for_until_it_is_in_sync,
}

/// An event in short.
fn short(event: &HubEvent) -> String {
    let name = event.name();
    match event {
        HubEvent::NetworkStatus { active } => format!("{name} {active}"),
        HubEvent::OutboxStatus { is_empty } => format!("{name} {is_empty}"),
        HubEvent::SyncQueriesStarted { models } => format!("{name} {}", models.join(" ")),
        HubEvent::SyncProgress(progress) => format!("{name} {} {}", progress.model, progress.done),
        HubEvent::ModelSynced { model, is_full_sync, is_delta_sync, added, updated, deleted, .. } => {
            assert_ne!(is_full_sync, is_delta_sync);
            let how = if *is_full_sync { "full" } else { "delta" };
            format!("{name} {model} {how} {added} {updated} {deleted}")
        }
        HubEvent::OutboxMutationFailed { element, reason } => {
            assert!(reason.contains("no poison"), "{reason}");
            format!("{name} {}", element.model())
        }
        _ => match event.element() {
            Some(element) => format!("{name} {} {:?} {:?}", element.model(), element.op(), element.version()),
            None => name.to_owned(),
        },
    }
}

/// Everything up to the event that is in short `last`.
async fn up_to(last: &str, events: &mut HubEvents) -> Vec<String> {
    let mut told = Vec::new();
    within(last, async {
        while told.last().is_none_or(|event| event != last) {
            told.push(short(&events.next().await.unwrap()));
        }
    })
    .await;
    told
}

const OUTBOX: [HubKind; 6] = [
    HubKind::OutboxStatus,
    HubKind::OutboxMutationEnqueued,
    HubKind::OutboxMutationProcessed,
    HubKind::OutboxMutationFailed,
    HubKind::ConditionalSaveFailed,
    HubKind::SyncReceived,
];

fn past(api: &Api) -> AppSync {
    AppSync::api_key(format!("http://{}/graphql", api.address()), "key")
}

async fn a_clean_start_is_told_in_the_order_of_the_channel(api: Api) {
    let files = tempdir().unwrap();
    let b = online(files.path(), "b", past(&api)).await;
    b.save(post("there")).await.unwrap();
    flush(&b).await;
    for (name, post_synced, received) in [
        ("all", "modelSynced Post full 1 0 0", Some("syncReceived Post Create Some(1)")),
        ("again", "modelSynced Post delta 0 0 0", None),
    ] {
        let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
        let mut events = a.hub().listen();
        a.start().await.unwrap();
        let mut told = up_to("ready", &mut events).await;
        told.retain(|event| !event.starts_with("syncProgress"));
        let received: Vec<&str> = received.into_iter().collect();
        let expected = [
            vec!["networkStatus true", "subscriptionsEstablished", "syncQueriesStarted Post Comment"],
            received,
            vec![
                post_synced,
                if name == "all" {
                    "modelSynced Comment full 0 0 0"
                } else {
                    "modelSynced Comment delta 0 0 0"
                },
                "syncQueriesReady",
                "outboxStatus true",
                "ready",
            ],
        ];
        assert_eq!(told, expected.concat(), "{name}");
        a.close().await;
    }
}

async fn a_start_without_a_network_and_the_network_coming_are_told(api: Api) {
    let files = tempdir().unwrap();
    api.line.cut();
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    let flow =
        [HubKind::NetworkStatus, HubKind::SyncQueriesStarted, HubKind::SyncQueriesReady, HubKind::Ready];
    let (mut flow, mut outbox) = (a.hub().listen_to(&flow), a.hub().listen_to(&OUTBOX));
    a.save(post("early")).await.unwrap();
    assert_eq!(
        up_to("syncQueriesStarted Post Comment", &mut flow).await,
        ["networkStatus false", "syncQueriesStarted Post Comment"]
    );
    assert_eq!(up_to("outboxStatus false", &mut outbox).await, ["outboxStatus false"]);
    api.line.mend(api.address());
    a.sync_now();
    let mut told = up_to("ready", &mut flow).await;
    // A request that was under way when the line was mended may have been cut after the first answer.
    while told.starts_with(&["networkStatus true".to_owned(), "networkStatus false".to_owned()]) {
        told.drain(..2);
    }
    assert_eq!(told, ["networkStatus true", "syncQueriesReady", "ready"]);
    let mut told = up_to("outboxStatus true", &mut outbox).await;
    // The first sync may bring the record before the answer to its mutation does.
    told.dedup();
    assert_eq!(
        told,
        [
            "outboxMutationEnqueued Post Create None",
            "syncReceived Post Create Some(1)",
            "outboxMutationProcessed Post Create Some(1)",
            "outboxStatus true"
        ]
    );
}

async fn a_lost_line_and_its_return_are_told(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let kinds = [
        HubKind::NetworkStatus,
        HubKind::SubscriptionsEstablished,
        HubKind::SyncQueriesStarted,
        HubKind::SyncQueriesReady,
        HubKind::Ready,
    ];
    let mut events = a.hub().listen_to(&kinds);
    api.line.cut();
    assert_eq!(up_to("networkStatus false", &mut events).await, ["networkStatus false"]);
    let trouble = a.flush(std::time::Duration::ZERO).await;
    assert!(trouble.is_ok(), "nothing waits: {trouble:?}");
    api.line.mend(api.address());
    a.sync_now();
    let mut told = up_to("subscriptionsEstablished", &mut events).await;
    while told.starts_with(&["networkStatus true".to_owned(), "networkStatus false".to_owned()]) {
        told.drain(..2);
    }
    assert_eq!(told, ["networkStatus true", "subscriptionsEstablished"]);
}

fn title(store_event: &HubEvent) -> Option<String> {
    let post: Post = store_event.element()?.item()?.to_model().unwrap();
    Some(post.title)
}

async fn a_mutation_and_what_others_do_are_told_with_their_records(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", past(&api)).await;
    let mut events = a.hub().listen_to(&OUTBOX);
    let saved = a.save(post("mine")).await.unwrap().into_inner();
    let mut told = Vec::new();
    within("processed", async {
        while told.last() != Some(&HubEvent::OutboxStatus { is_empty: true }) {
            told.push(events.next().await.unwrap());
        }
    })
    .await;
    assert_eq!(
        told.iter().map(short).collect::<Vec<_>>(),
        [
            "outboxMutationEnqueued Post Create None",
            "outboxStatus false",
            "syncReceived Post Create Some(1)",
            "outboxMutationProcessed Post Create Some(1)",
            "outboxStatus true"
        ]
    );
    for event in told.iter().filter(|event| event.element().is_some()) {
        let element = event.element().unwrap();
        assert_eq!(title(event).as_deref(), Some("mine"), "{event:?}");
        assert!(element.key().to_string().contains(&saved.id) && !element.deleted());
        assert_eq!(element.mutation().is_some(), event.kind() != HubKind::SyncReceived);
        assert_eq!(element.last_changed_at().is_some(), element.version().is_some());
    }
    until("B has it", &b, &saved.id, |post| post.is_some()).await;
    b.save(Post { title: "theirs".to_owned(), ..get(&b, &saved.id).await }).await.unwrap();
    let theirs = within("B's", events.next()).await.unwrap();
    assert_eq!(short(&theirs), "syncReceived Post Update Some(2)");
    assert_eq!(title(&theirs).as_deref(), Some("theirs"));
    b.delete_by_id::<Post>(&saved.id).await.unwrap();
    let gone = within("B's delete", events.next()).await.unwrap();
    let element = gone.element().unwrap();
    assert_eq!((element.op(), element.deleted(), element.version()), (MutationOp::Delete, true, Some(3)));
}

async fn a_refused_mutation_is_told(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    api.line.handle(|request| {
        if !request.is_mutation() {
            return Act::Forward;
        }
        let error = r#"{"data":null,"errors":[{"errorType":"ValidationError","message":"no poison"}]}"#;
        Act::Answer(200, "", error.to_owned())
    });
    let mut events = a.hub().listen_to(&OUTBOX);
    a.save(post("poison")).await.unwrap();
    assert_eq!(
        up_to("outboxStatus true", &mut events).await,
        [
            "outboxMutationEnqueued Post Create None",
            "outboxStatus false",
            "outboxMutationFailed Post",
            "outboxStatus true"
        ]
    );
}

async fn a_condition_that_fails_at_the_cloud_is_told_with_the_servers_record(api: Api) {
    let files = tempdir().unwrap();
    let a = online(files.path(), "a", api.line.api()).await;
    let b = online(files.path(), "b", past(&api)).await;
    let saved = a.save(post("both")).await.unwrap().into_inner();
    flush(&a).await;
    until("B has it", &b, &saved.id, |post| post.is_some()).await;
    a.stop().await.unwrap();
    b.save(Post { title: "theirs".to_owned(), ..get(&b, &saved.id).await }).await.unwrap();
    flush(&b).await;
    let kinds = [
        HubKind::OutboxStatus,
        HubKind::OutboxMutationEnqueued,
        HubKind::OutboxMutationProcessed,
        HubKind::OutboxMutationFailed,
        HubKind::ConditionalSaveFailed,
    ];
    let mut events = a.hub().listen_to(&kinds);
    let edited = Post { status: PostStatus::Inactive, ..get(&a, &saved.id).await };
    a.save(edited).when(Post::TITLE.eq("both")).await.unwrap();
    ready(&a).await;
    let mut told = Vec::new();
    within("told", async {
        while told.last() != Some(&HubEvent::OutboxStatus { is_empty: true }) {
            told.push(events.next().await.unwrap());
        }
    })
    .await;
    assert_eq!(
        told.iter().map(short).collect::<Vec<_>>(),
        [
            "outboxMutationEnqueued Post Update None",
            "outboxStatus false",
            "conditionalSaveFailed Post Update Some(2)",
            "outboxStatus true"
        ]
    );
    assert_eq!(title(&told[2]).as_deref(), Some("theirs"));
}

async fn no_event_and_no_error_holds_the_key(api: Api) {
    let files = tempdir().unwrap();
    const KEY: &str = "da2-very-secret";
    let a = device(files.path(), "a").api(AppSync::api_key(api.line.endpoint(), KEY)).open().await.unwrap();
    let mut events = a.hub().listen();
    a.save(post("kept")).await.unwrap();
    let mut told = String::new();
    within("both models are refused", async {
        while told.matches("ModelDegraded").count() < 2 {
            told.push_str(&format!("{:?}", events.next().await.unwrap()));
        }
    })
    .await;
    let error = a.flush(std::time::Duration::from_millis(1)).await.unwrap_err();
    for shown in [told, format!("{error:?} {error}"), format!("{a:?}")] {
        assert!(!shown.contains(KEY), "{shown}");
    }
    assert!(error.to_string().contains("API key"), "{error}");
}

async fn a_wrong_path_is_told_as_such(api: Api) {
    let files = tempdir().unwrap();
    let wrong = AppSync::api_key(api.line.endpoint().replace("/graphql", "/nothing"), "key");
    let a = device(files.path(), "a").api(wrong).open().await.unwrap();
    let mut events = a.hub().listen_to(&[HubKind::NetworkStatus, HubKind::ModelDegraded]);
    a.save(post("kept")).await.unwrap();
    let first = within("the status", events.next()).await.unwrap();
    assert_eq!(first, HubEvent::NetworkStatus { active: true }, "somebody answers");
    let degraded = within("told", events.next()).await.unwrap();
    let HubEvent::ModelDegraded { reason, .. } = &degraded else { panic!("{degraded:?}") };
    assert!(reason.contains("404") && reason.contains("endpoint's URL"), "{reason}");
    let error = a.flush(std::time::Duration::from_millis(1)).await.unwrap_err().to_string();
    assert!(error.contains("endpoint's URL"), "{error}");
}

async fn a_model_is_waited_for_until_it_is_in_sync(api: Api) {
    let files = tempdir().unwrap();
    let b = online(files.path(), "b", past(&api)).await;
    b.save(post("there")).await.unwrap();
    flush(&b).await;
    let a = device(files.path(), "a").api(api.line.api()).open().await.unwrap();
    assert!(!a.is_synced::<Post>().unwrap());
    within("synced", a.synced::<Post>()).await.unwrap();
    assert!(a.is_synced::<Post>().unwrap() && a.model("Post").unwrap().is_synced());
    assert_eq!(a.query::<Post>().count().await.unwrap(), 1);
    within("synced", a.model("Comment").unwrap().synced()).await.unwrap();
    a.stop().await.unwrap();
    assert!(!a.is_synced::<Post>().unwrap(), "nobody syncs it any more");
    let waiting = a.clone();
    let (waited, ()) = tokio::join!(within("the end", waiting.synced::<Post>()), a.close());
    assert!(matches!(waited, Err(syncline::Error::Closed)), "{waited:?}");
    let local: DataStore = device(files.path(), "local").open().await.unwrap();
    assert!(matches!(local.synced::<Post>().await, Err(syncline::Error::NoApi)));
}
