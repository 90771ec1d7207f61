//! Subscriptions: what each is told, in which order, grouped and filtered.

use crate::support::{World, config, now};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syncline_protocol::request::Request;
use syncline_service::{Caller, Limits, SubscriptionId};

fn subscribe(
    world: &World,
    query: &str,
    variables: Value,
    negotiated: bool,
) -> Result<SubscriptionId, String> {
    let request = Request::new(query, &variables).unwrap();
    world.service.subscribe(&Caller::api_key(), &request, negotiated).map_err(|errors| {
        format!(
            "{}: {}",
            errors[0].error_type.as_ref().map_or("", |error_type| error_type.as_str()),
            errors[0].message
        )
    })
}

/// The frames that are due, as (subscription, data).
fn due(world: &World) -> Vec<(SubscriptionId, Value)> {
    let due = now(world.service.due());
    assert!(!due.lost);
    due.frames
        .into_iter()
        .map(|frame| (frame.subscription, serde_json::from_str(&frame.data).unwrap()))
        .collect()
}

#[test]
fn each_kind_of_change_reaches_its_subscribers_in_order() {
    let world = World::new();
    let created =
        subscribe(&world, "subscription { onCreatePost { id title _version _deleted } }", json!({}), false)
            .unwrap();
    let updated = subscribe(
        &world,
        "subscription { u: onUpdatePost { id title content _version __typename } }",
        json!({}),
        false,
    )
    .unwrap();
    let deleted =
        subscribe(&world, "subscription S { onDeletePost { id _version _deleted } }", json!({}), false)
            .unwrap();
    world.data(
        "mutation {
            a: createPost(input: { id: \"p\", title: \"a\", status: DRAFT, content: \"c\" }) { id }
            b: updatePost(input: { id: \"p\", title: \"b\", _version: 1 }) { id }
            c: updatePost(input: { id: \"p\", title: \"z\", _version: 1 }) { id }
            d: deletePost(input: { id: \"p\", _version: 3 }) { id }
        }",
    );
    world.ask("mutation { deletePost(input: { id: \"p\", _version: 1 }) { id } }", json!({}));
    assert_eq!(
        due(&world),
        [
            (
                created,
                json!({ "onCreatePost": { "id": "p", "title": "a", "_version": 1, "_deleted": null } })
            ),
            (
                updated,
                json!({ "u": { "id": "p", "title": "b", "content": "c", "_version": 2, "__typename": "Post" } })
            ),
            (
                updated,
                json!({ "u": { "id": "p", "title": "b", "content": "c", "_version": 3, "__typename": "Post" } })
            ),
            (deleted, json!({ "onDeletePost": { "id": "p", "_version": 4, "_deleted": true } })),
        ]
    );
    assert_eq!(due(&world), []);
}

#[test]
fn filters_and_equality_terms() {
    let world = World::new();
    let query = "subscription S($f: ModelSubscriptionPostFilterInput) { onCreatePost(filter: $f) { id } }";
    let one = |filter: Value| subscribe(&world, query, json!({ "f": filter }), false).unwrap();
    let five = one(json!({ "rating": { "eq": 5 } }));
    let five_again = one(json!({ "rating": { "eq": 5 } }));
    let draft_five = one(json!({ "and": [{ "status": { "eq": "DRAFT" } }, { "rating": { "eq": 5 } }] }));
    let big = one(json!({ "rating": { "gt": 5 } }));
    let some = one(json!({ "rating": { "in": [5, 9] } }));
    let all = one(Value::Null);
    let stats = world.service.subscription_stats();
    assert_eq!((stats.subscriptions, stats.groups, stats.unhashed), (6, 5, 3));
    let told = |rating: Value, status: &str| {
        world.post(json!({ "title": "t", "status": status, "rating": rating }));
        let mut told: Vec<_> = due(&world).into_iter().map(|(id, _)| id).collect();
        told.sort_unstable();
        told
    };
    assert_eq!(told(json!(5), "DRAFT"), [five, five_again, draft_five, some, all]);
    assert_eq!(told(json!(5), "ACTIVE"), [five, five_again, some, all]);
    assert_eq!(told(json!(9), "DRAFT"), [big, some, all]);
    assert_eq!(told(Value::Null, "DRAFT"), [all]);
    for id in [five, draft_five, big, some, all] {
        world.service.unsubscribe(id);
        world.service.unsubscribe(id);
    }
    assert_eq!(told(json!(5), "DRAFT"), [five_again]);
    world.service.unsubscribe(five_again);
    let stats = world.service.subscription_stats();
    assert_eq!((stats.subscriptions, stats.groups, stats.unhashed), (0, 0, 0));
}

#[test]
fn equal_subscriptions_share_their_data() {
    let world = World::new();
    let query = "subscription { onCreatePost { id } }";
    for _ in 0..2 {
        subscribe(&world, query, json!({}), false).unwrap();
    }
    world.post(json!({ "title": "t", "status": "DRAFT" }));
    let due = now(world.service.due());
    assert_eq!(due.frames.len(), 2);
    assert!(Arc::ptr_eq(&due.frames[0].data, &due.frames[1].data));
}

#[test]
fn relations_are_read_for_an_event() {
    let world = World::new();
    subscribe(&world, "subscription { onCreateComment { id post { id title _deleted } } }", json!({}), false)
        .unwrap();
    world.post(json!({ "id": "p", "title": "t", "status": "DRAFT" }));
    world.data("mutation { a: createComment(input: { id: \"c\", content: \"x\", postCommentsId: \"p\" }) { id }
                           b: createComment(input: { id: \"d\", content: \"x\", postCommentsId: \"q\" }) { id } }");
    let told: Vec<Value> = due(&world).into_iter().map(|(_, data)| data["onCreateComment"].clone()).collect();
    assert_eq!(
        told,
        [
            json!({ "id": "c", "post": { "id": "p", "title": "t", "_deleted": null } }),
            json!({ "id": "d", "post": null }),
        ]
    );
}

#[test]
fn negotiated_frames_show_holes() {
    let world = World::new();
    let query = "subscription { onCreatePost { id } }";
    let first = subscribe(&world, query, json!({}), true).unwrap();
    let plain = subscribe(&world, query, json!({}), false).unwrap();
    world.post(json!({ "id": "a", "title": "t", "status": "DRAFT" }));
    world.data("mutation { createComment(input: { content: \"x\" }) { id } }");
    world.post(json!({ "id": "b", "title": "t", "status": "DRAFT" }));
    let frames = now(world.service.due()).frames;
    let of = |id: SubscriptionId| {
        frames
            .iter()
            .filter(|frame| frame.subscription == id)
            .map(|frame| frame.extension.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(of(plain), [None, None]);
    let own: Vec<_> = of(first).into_iter().flatten().collect();
    assert_eq!((own[0].prev, own[1].prev), (None, Some(own[0].seq)));
    assert!(own[1].seq > own[0].seq + 1, "the comment lies between");
    let late = subscribe(&world, query, json!({}), true).unwrap();
    world.post(json!({ "id": "c", "title": "t", "status": "DRAFT" }));
    let frames = now(world.service.due()).frames;
    let prev = |id: SubscriptionId| {
        frames.iter().find(|frame| frame.subscription == id).unwrap().extension.as_ref().unwrap().prev
    };
    assert_eq!((prev(first), prev(late)), (Some(own[1].seq), None));
}

#[test]
fn a_tombstone_that_is_written_over_is_a_create() {
    let world = World::new();
    world.post(json!({ "id": "p", "title": "a", "status": "DRAFT" }));
    world.data("mutation { deletePost(input: { id: \"p\", _version: 1 }) { id } }");
    subscribe(&world, "subscription { onCreatePost { id _version } }", json!({}), false).unwrap();
    world.ask_negotiated(
        "mutation { createPost(input: { id: \"p\", title: \"b\", status: DRAFT, _version: 2 }) { id } }",
        json!({}),
        json!({ "mutations": { "createPost": "m" } }),
    );
    assert_eq!(due(&world)[0].1, json!({ "onCreatePost": { "id": "p", "_version": 3 } }));
}

#[test]
fn whoever_waits_is_woken_and_an_overflow_is_said() {
    let mut config = config();
    config.limits = Limits { max_pending_changes: 3, ..Limits::default() };
    let world = World::with(crate::support::BLOG, config);
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    world.service.on_events(Arc::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
    }));
    let post = || world.post(json!({ "title": "t", "status": "DRAFT" }));
    post();
    assert_eq!(woken.load(Ordering::SeqCst), 0, "nobody listens");
    subscribe(&world, "subscription { onCreatePost { id } }", json!({}), false).unwrap();
    for _ in 0..3 {
        post();
    }
    assert_eq!(woken.load(Ordering::SeqCst), 3);
    post();
    let due = now(world.service.due());
    assert!(due.lost && due.frames.is_empty());
    post();
    let due = now(world.service.due());
    assert!(!due.lost && due.frames.len() == 1);
}

#[test]
fn what_waits_can_be_taken_in_parts() {
    let world = World::new();
    subscribe(&world, "subscription { onCreatePost { id } }", json!({}), false).unwrap();
    for id in ["a", "b", "c"] {
        world.post(json!({ "id": id, "title": "t", "status": "DRAFT" }));
    }
    let part = |most: usize| {
        let due = now(world.service.due_of(most));
        (due.frames.len(), due.more)
    };
    assert_eq!([part(2), part(2), part(2)], [(2, true), (1, false), (0, false)]);
}

#[test]
fn refusals() {
    let world = World::new();
    for (query, message) in [
        ("{ listPosts { nextToken } }", "UnsupportedOperation: Only subscriptions"),
        (
            "subscription { onCreatePots { id } }",
            "ValidationError: Validation error of type FieldUndefined: Field 'onCreatePots' in type 'Subscription' is undefined @ 'onCreatePots'",
        ),
        ("subscription { onDeletePost { x } }", "Field 'x' in type 'Post' is undefined @ 'onDeletePost/x'"),
        (
            "subscription { onCreatePost(owner: \"x\") { id } }",
            "Validation error of type UnknownArgument: Unknown field argument owner @ 'onCreatePost'",
        ),
        ("subscription { onCreatePost(filter: { nope: { eq: 1 } }) { id } }", "field name 'nope'"),
        ("subscription { onCreatePost(filter: { rating: { between: [1] } }) { id } }", "between"),
    ] {
        let error = subscribe(&world, query, json!({}), false).unwrap_err();
        assert!(error.contains(message), "{query}: {error}");
    }
    let schema = "type S @model @auth(rules: [{ allow: owner }]) { id: ID! }";
    let world = World::with(schema, config());
    assert_eq!(
        subscribe(&world, "subscription { onCreateS { id } }", json!({}), false).unwrap_err(),
        "Unauthorized: Not Authorized to access onCreateS on type Subscription"
    );
}
