//! Subscriptions: what each is told, in which order, grouped and filtered.

use crate::support::{Random, World, config, now};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syncline_core::Key;
use syncline_protocol::extension::FrameExtension;
use syncline_protocol::request::Request;
use syncline_service::{Caller, Config, Limits, Listener, SubscriptionId, SubscriptionStats};

fn subscribe(
    world: &World,
    query: &str,
    variables: Value,
    negotiated: bool,
) -> Result<SubscriptionId, String> {
    let request = Request::new(query, &variables).unwrap();
    let listener = if negotiated { Listener::Syncline { origin: None } } else { Listener::AppSync };
    listen(world, &request, listener)
}

fn listen(world: &World, request: &Request, listener: Listener<'_>) -> Result<SubscriptionId, String> {
    world.service.subscribe(&Caller::api_key(), request, listener).map_err(|errors| {
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
    assert_eq!((stats.subscriptions, stats.groups, stats.ranged, stats.unhashed), (6, 5, 1, 1));
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
    assert_eq!(stats, SubscriptionStats::default());
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
fn what_waits_is_bounded_by_its_size_too() {
    let mut config = config();
    config.limits = Limits { max_pending_bytes: 1_000, ..Limits::default() };
    let world = World::with(crate::support::BLOG, config);
    subscribe(&world, "subscription { onCreatePost { id } }", json!({}), false).unwrap();
    let post = |length: usize| world.post(json!({ "title": "x".repeat(length), "status": "DRAFT" }));
    let due = || {
        let due = now(world.service.due());
        (due.frames.len(), due.lost)
    };
    post(300);
    post(300);
    assert_eq!(due(), (2, false));
    post(300);
    post(800);
    assert_eq!(due(), (0, true));
    post(800);
    assert_eq!(due(), (1, false));
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

const FILTERED: &str =
    "subscription S($f: ModelSubscriptionPostFilterInput) { onCreatePost(filter: $f) { id } }";

#[test]
fn filters_are_limited_as_on_appsync() {
    let world = World::new();
    let or = |count: usize| json!({ "or": vec![json!({ "rating": { "eq": 1 } }); count] });
    let six = json!({ "and": [
        { "id": { "ne": "x" } }, { "title": { "ne": "x" } }, { "content": { "ne": "x" } },
        { "rating": { "ne": 1 } }, { "status": { "ne": "DRAFT" } }, { "createdAt": { "gt": "2020" } },
    ] });
    let mut five = six.clone();
    five["and"].as_array_mut().unwrap().pop();
    for (filter, wrong) in [
        (json!({}), None),
        (or(10), None),
        (or(11), Some("Filters combination exceed maximum limit 10 for subscription.")),
        (five, None),
        (six, Some("Filters exceed maximum attributes limit 5 for subscription.")),
        (json!({ "rating": { "gt": 1, "lt": 5 } }), Some("filter uses same fieldName multiple time")),
        (json!({ "rating": { "in": [1, 2, 3, 4, 5] } }), None),
        (
            json!({ "rating": { "in": [1, 2, 3, 4, 5, 6] } }),
            Some("subscription exceeds maximum value limit 5 for operator `in`."),
        ),
    ] {
        let told = subscribe(&world, FILTERED, json!({ "f": filter }), false);
        match wrong {
            None => assert!(told.is_ok(), "{filter}: {told:?}"),
            // As there: an error without a type.
            Some(wrong) => {
                let error = told.unwrap_err();
                assert!(error.starts_with(": ") && error.contains(wrong), "{filter}: {error}");
            }
        }
        assert!(subscribe(&world, FILTERED, json!({ "f": filter }), true).is_ok(), "{filter}");
    }
    let not = json!({ "f": { "not": { "rating": { "eq": 1 } } } });
    let inline = "subscription { onCreatePost(filter: { not: { rating: { eq: 1 } } }) { id } }";
    for (query, variables) in [(FILTERED, not), (inline, json!({}))] {
        let error = subscribe(&world, query, variables, false).unwrap_err();
        assert!(error.contains("The variables input contains a field name 'not'"), "{error}");
    }
    // Without the extension nobody is more than a client of AppSync.
    let pure = World::with(crate::support::BLOG, Config { extension: false, ..config() });
    assert!(subscribe(&pure, FILTERED, json!({ "f": or(11) }), true).is_err());
}

#[test]
fn every_operator_of_appsync_selects() {
    let world = World::new();
    let matching = json!({ "title": "hello", "content": "abc", "rating": 5, "status": "DRAFT" });
    let cases = [
        (json!({ "rating": { "eq": 5 } }), true),
        (json!({ "rating": { "ne": 5 } }), false),
        (json!({ "rating": { "lt": 5 } }), false),
        (json!({ "rating": { "le": 5 } }), true),
        (json!({ "rating": { "gt": 4 } }), true),
        (json!({ "rating": { "ge": 6 } }), false),
        (json!({ "rating": { "between": [5, 6] } }), true),
        (json!({ "rating": { "between": [6, 7] } }), false),
        (json!({ "rating": { "in": [1, 5] } }), true),
        (json!({ "rating": { "notIn": [1, 5] } }), false),
        (json!({ "title": { "beginsWith": "hel" } }), true),
        (json!({ "title": { "beginsWith": "hex" } }), false),
        (json!({ "title": { "contains": "ell" } }), true),
        (json!({ "title": { "notContains": "ell" } }), false),
        (json!({ "and": [{ "title": { "eq": "hello" } }, { "rating": { "gt": 5 } }] }), false),
        (json!({ "or": [{ "title": { "eq": "hello" } }, { "rating": { "gt": 5 } }] }), true),
        (json!({ "title": { "eq": "hello" }, "rating": { "eq": 5 } }), true),
        (json!({ "status": { "eq": "DRAFT" } }), true),
        (json!({ "status": { "in": ["ACTIVE"] } }), false),
        (json!({}), true),
        (Value::Null, true),
    ];
    let subscribed: Vec<_> = cases
        .iter()
        .map(|(filter, _)| subscribe(&world, FILTERED, json!({ "f": filter }), false).unwrap())
        .collect();
    world.post(matching);
    let told: Vec<_> = due(&world).into_iter().map(|(id, _)| id).collect();
    for ((filter, selects), id) in cases.iter().zip(subscribed) {
        assert_eq!(told.contains(&id), *selects, "{filter}");
    }
}

#[test]
fn a_plain_argument_is_an_equality_and_null_is_a_value() {
    let schema =
        "type Note @model @auth(rules: [{ allow: public }, { allow: owner }]) { id: ID! owner: String }";
    let world = World::with(schema, config());
    let query = "subscription S($o: String) { onCreateNote(owner: $o) { id } }";
    let one = |variables: Value| subscribe(&world, query, variables, false).unwrap();
    let (ann, nobody, all) = (one(json!({ "o": "ann" })), one(json!({ "o": null })), one(json!({})));
    let told = |owner: Value| {
        let mutation = "mutation M($i: CreateNoteInput!) { createNote(input: $i) { id } }";
        let mut input = json!({});
        if !owner.is_null() {
            input["owner"] = owner;
        }
        let answer = world.ask(mutation, json!({ "i": input }));
        assert_eq!(answer.get("errors"), None, "{answer}");
        due(&world).into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(told(json!("ann")), [ann, all]);
    assert_eq!(told(json!("bob")), [all]);
    assert_eq!(told(Value::Null), [nobody, all]);
}

#[test]
fn a_record_that_leaves_the_scope_is_told_to_those_who_negotiated() {
    let world = World::new();
    let query =
        "subscription S($f: ModelSubscriptionPostFilterInput) { u: onUpdatePost(filter: $f) { id rating } }";
    let one = |filter: Value, negotiated: bool| {
        subscribe(&world, query, json!({ "f": filter }), negotiated).unwrap()
    };
    let equal = one(json!({ "rating": { "eq": 5 } }), true);
    let above = one(json!({ "rating": { "ge": 5 } }), true);
    let other = one(json!({ "title": { "ne": "t" } }), true);
    let plain = one(json!({ "rating": { "eq": 5 } }), false);
    let all = one(Value::Null, true);
    world.post(json!({ "id": "p", "title": "t", "status": "DRAFT", "rating": 5 }));
    let mut version = 0;
    let mut told = |update: &str| {
        version += 1;
        world.data(&format!(
            "mutation {{ updatePost(input: {{ id: \"p\", {update}, _version: {version} }}) {{ id }} }}"
        ));
        let frames = now(world.service.due()).frames.into_iter();
        let mut frames: Vec<_> =
            frames.map(|frame| (frame.subscription, frame.data.to_string(), frame.extension)).collect();
        frames.sort_by_key(|(subscription, ..)| *subscription);
        frames
    };
    let leave = |(_, data, extension): &(SubscriptionId, String, Option<FrameExtension>)| {
        let leave = extension.as_ref().and_then(|extension| extension.leave.clone());
        assert_eq!(data == "{\"u\":null}", leave.is_some(), "{data}");
        leave.map(|leave| (leave.key, leave.version))
    };
    let who = |frames: &[(SubscriptionId, String, Option<FrameExtension>)]| {
        frames.iter().map(|frame| (frame.0, leave(frame).is_some())).collect::<Vec<_>>()
    };
    let stays = told("content: \"c\"");
    assert_eq!(who(&stays), [(equal, false), (above, false), (plain, false), (all, false)]);
    let left = told("rating: 4");
    assert_eq!(who(&left), [(equal, true), (above, true), (all, false)]);
    assert_eq!(leave(&left[0]), Some((Key::id("p"), 3)));
    let sequence = |frames: &[(SubscriptionId, String, Option<FrameExtension>)], place: usize| {
        let extension = frames[place].2.clone().unwrap();
        (extension.prev, extension.seq)
    };
    assert_eq!(sequence(&left, 0).0, Some(sequence(&stays, 0).1));
    assert_eq!(who(&told("rating: 3")), [(all, false)]);
    let back = told("rating: 5");
    assert_eq!(who(&back), [(equal, false), (above, false), (plain, false), (all, false)]);
    assert_eq!(sequence(&back, 0).0, Some(sequence(&left, 0).1));
    // Enters one scope while it leaves others.
    assert_eq!(
        who(&told("title: \"u\", rating: null")),
        [(equal, true), (above, true), (other, false), (all, false)]
    );
    // What is deleted is not updated: its tombstone is told to those who listen to deletes.
    world.data("mutation { deletePost(input: { id: \"p\", _version: 6 }) { id } }");
    assert_eq!(due(&world), []);
    world.service.unsubscribe(equal);
    world.service.unsubscribe(above);
}

#[test]
fn thousands_of_ranges_are_not_looked_at_one_by_one() {
    let world = World::new();
    let range = |low: i64, high: i64| json!({ "rating": { "between": [low, high] } });
    let ids: Vec<_> = (0..10_000)
        .map(|number| subscribe(&world, FILTERED, json!({ "f": range(number, number + 2) }), false).unwrap())
        .collect();
    let stats = world.service.subscription_stats();
    assert_eq!((stats.groups, stats.ranged, stats.unhashed), (10_000, 10_000, 0));
    let told = |rating: i64| {
        world.post(json!({ "title": "t", "status": "DRAFT", "rating": rating }));
        due(&world).into_iter().map(|(id, _)| id).collect::<Vec<_>>()
    };
    assert_eq!(told(5_000), ids[4_998..=5_000]);
    assert_eq!(told(0), ids[..1]);
    assert_eq!(told(10_001), ids[9_999..]);
    assert_eq!(told(10_002), []);
    for id in &ids[..9_999] {
        world.service.unsubscribe(*id);
    }
    assert_eq!(told(10_000), ids[9_999..]);
    world.service.unsubscribe(ids[9_999]);
    assert_eq!(world.service.subscription_stats(), SubscriptionStats::default());
}

#[test]
fn long_and_short_names_and_both_spellings_are_listened_to() {
    // The transformer cuts names of subscriptions at 50 characters and begins names with a capital; the JavaScript client
    // does neither.
    let long = "AModelWithANameThatIsMuchLongerThanAnybodyWouldThinkOf";
    let schema = format!(
        "type {long} @model @auth(rules: [{{ allow: public }}]) {{ id: ID! }}
         type todo @model @auth(rules: [{{ allow: public }}]) {{ id: ID! rank: Int }}"
    );
    let world = World::with(&schema, config());
    let models = world.service.schema();
    let names = |name: &str| models.models().iter().find(|model| model.name == name).unwrap().names.clone();
    let (short, lower) = (names(long).on_create, names("todo"));
    assert!(short.len() <= 50 && short != format!("onCreate{long}"), "{short}");
    assert_eq!(lower.on_create, "onCreateTodo");
    let filter = |field: &str, stem: &str| {
        format!("subscription S($f: ModelSubscription{stem}FilterInput) {{ {field}(filter: $f) {{ id }} }}")
    };
    let every = [
        (filter(&short, long), short.clone()),
        (filter(&format!("onCreate{long}"), long), format!("onCreate{long}")),
        (filter("onCreateTodo", "Todo"), "onCreateTodo".to_owned()),
        (filter("onCreatetodo", "todo"), "onCreatetodo".to_owned()),
    ];
    for (query, _) in &every {
        let filter = json!({ "f": { "id": { "eq": "x" } } });
        subscribe(&world, query, filter, false).unwrap_or_else(|error| panic!("{query}: {error}"));
    }
    for create in [names(long).create, lower.create] {
        world.data(&format!("mutation {{ {create}(input: {{ id: \"x\" }}) {{ id }} }}"));
    }
    let told: Vec<Value> = due(&world).into_iter().map(|(_, data)| data).collect();
    assert_eq!(told, every.map(|(_, field)| json!({ field: { "id": "x" } })));
}

#[test]
fn whoever_the_index_finds_is_whoever_a_query_selects() {
    fn filter(random: &mut Random, depth: usize) -> Value {
        let rating = |random: &mut Random| json!(random.below(6));
        let text = |random: &mut Random| ["", "a", "ab", "abc", "b"][random.below(5)];
        match random.below(if depth == 0 { 10 } else { 13 }) {
            0 => json!({ "rating": { "eq": rating(random) } }),
            1 => json!({ "rating": { "ne": rating(random) } }),
            2 => json!({ "rating": { "lt": rating(random) } }),
            3 => json!({ "rating": { "ge": rating(random) } }),
            4 => json!({ "rating": { "between": [rating(random), rating(random)] } }),
            5 => json!({ "content": { "beginsWith": text(random) } }),
            6 => json!({ "content": { "contains": text(random) } }),
            7 => json!({ "content": { "eq": text(random) } }),
            8 => json!({ "rating": { "eq": null } }),
            9 => json!({ "rating": { "gt": rating(random), "le": rating(random) } }),
            group => {
                let terms: Vec<_> = (0..random.below(4)).map(|_| filter(random, depth - 1)).collect();
                if group == 10 { json!({ "and": terms }) } else { json!({ "or": terms }) }
            }
        }
    }
    let mut random = Random(0x5eed);
    let world = World::new();
    let filters: Vec<_> = (0..400).map(|_| filter(&mut random, 2)).collect();
    let mut ids: Vec<_> = filters
        .iter()
        .map(|filter| Some(subscribe(&world, FILTERED, json!({ "f": filter }), true).unwrap()))
        .collect();
    let list = "query L($f: ModelPostFilterInput) { listPosts(filter: $f) { items { id } } }";
    for number in 0..25 {
        let mut post = json!({ "id": number.to_string(), "title": "t", "status": "DRAFT" });
        if random.below(5) > 0 {
            post["rating"] = json!(random.below(6));
        }
        if random.below(5) > 0 {
            post["content"] = json!(["a", "ab", "abc", "b", "c"][random.below(5)]);
        }
        world.post(post);
        let told: Vec<_> = due(&world).into_iter().map(|(id, _)| id).collect();
        for (filter, id) in filters.iter().zip(&ids) {
            let Some(id) = id else { continue };
            let one = json!({ "f": { "and": [{ "id": { "eq": number.to_string() } }, filter] } });
            let listed = world.ask(list, one)["data"]["listPosts"]["items"].as_array().unwrap().len();
            let heard = told.iter().filter(|told| *told == id).count();
            assert_eq!(heard, listed, "{number}: {filter}");
        }
        // Some leave each time.
        for _ in 0..8 {
            if let Some(id) = ids[random.below(filters.len())].take() {
                world.service.unsubscribe(id);
            }
        }
    }
    ids.into_iter().flatten().for_each(|id| world.service.unsubscribe(id));
    assert_eq!(world.service.subscription_stats(), SubscriptionStats::default());
}

/// What a document is sent as, and the frames (subscription, sequence, sequence before it) that follow.
#[test]
fn a_socket_is_not_told_of_what_its_own_origin_sent() {
    let world = World::new();
    let on = |kind: &str, origin| {
        let query = format!("subscription {{ on{kind}Post {{ id }} }}");
        let request = Request::new(query, &json!({})).unwrap();
        listen(&world, &request, Listener::Syncline { origin }).unwrap()
    };
    let (own, other, none) = (on("Create", Some("a")), on("Create", Some("b")), on("Create", None));
    let plain = listen(
        &world,
        &Request::new("subscription { onCreatePost { id } }", &json!({})).unwrap(),
        Listener::AppSync,
    )
    .unwrap();
    let mut last = std::collections::HashMap::new();
    for (number, (origin, heard)) in [
        (json!({}), vec![own, other, none, plain]),
        (json!({ "origin": "a" }), vec![other, none, plain]),
        (json!({ "origin": "b", "session": "a" }), vec![own, none, plain]),
        (json!({ "origin": "a" }), vec![other, none, plain]),
        (json!({ "origin": "c" }), vec![own, other, none, plain]),
    ]
    .into_iter()
    .enumerate()
    {
        let create = format!(
            "mutation {{ createPost(input: {{ id: \"p{number}\", title: \"t\", status: DRAFT }}) {{ id }} }}"
        );
        let answer = world.ask_negotiated(&create, json!({}), origin.clone());
        assert_eq!(answer["errors"], Value::Null);
        let frames = now(world.service.due()).frames;
        assert_eq!(frames.iter().map(|frame| frame.subscription).collect::<Vec<_>>(), heard, "{origin}");
        for frame in frames {
            // What a subscription was not told of leaves no hole in it.
            let Some(extension) = frame.extension else { continue };
            assert_eq!(extension.prev, last.insert(frame.subscription, extension.seq));
        }
    }
}

#[test]
fn a_socket_is_told_of_what_its_own_mutation_takes_out_of_its_scope() {
    let world = World::new();
    let query =
        "subscription($filter: ModelSubscriptionPostFilterInput) { onUpdatePost(filter: $filter) { id } }";
    let request = Request::new(query, &json!({ "filter": { "title": { "eq": "in" } } })).unwrap();
    listen(&world, &request, Listener::Syncline { origin: Some("a") }).unwrap();
    world.data("mutation { createPost(input: { id: \"p\", title: \"in\", status: DRAFT }) { id } }");
    for (version, title, told) in [(1, "out", 1), (2, "in", 0)] {
        let update = format!(
            "mutation {{ updatePost(input: {{ id: \"p\", title: \"{title}\", _version: {version} }}) {{ id }} }}"
        );
        world.ask_negotiated(&update, json!({}), json!({ "origin": "a" }));
        let frames = now(world.service.due()).frames;
        assert_eq!(frames.len(), told, "{title}");
        assert!(frames.iter().all(|frame| frame.extension.as_ref().unwrap().leave.is_some()));
    }
}
