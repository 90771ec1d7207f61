//! Stale updates: what the change log knows of the base decides (SYNC 1.6, 3.2, 3.4).

use crate::support::{NOW, World, now};
use serde_json::{Value, json};
use std::sync::Arc;
use syncline_backend::Retention;

fn update(world: &World, session: Option<&str>, input: Value) -> Value {
    let query = "mutation M($input: UpdatePostInput!) { updatePost(input: $input) { title content rating tags _version updatedAt } }";
    let answer = match session {
        None => world.ask(query, json!({ "input": input })),
        Some(session) => {
            world.ask_negotiated(query, json!({ "input": input }), json!({ "session": session }))
        }
    };
    assert_eq!(answer.get("errors"), None);
    answer["data"]["updatePost"].clone()
}

/// A post of version 1, then `updates` (session, fields) one after the other, each of the version it finds; then a
/// stale update of version 1 must leave `expected`.
fn check(
    name: &str,
    updates: &[(Option<&str>, Value)],
    (session, stale): (Option<&str>, Value),
    expected: Value,
) {
    let world = World::new();
    world.post(json!({
        "id": "p", "title": "T", "content": "C", "rating": 1, "tags": ["a", "b"], "status": "DRAFT"
    }));
    let with = |mut input: Value, version: i64| {
        input["id"] = json!("p");
        input["_version"] = json!(version);
        input
    };
    for (place, (session, fields)) in updates.iter().enumerate() {
        update(&world, *session, with(fields.clone(), place as i64 + 1));
    }
    let merged = update(&world, session, with(stale, 1));
    assert_eq!(merged["_version"], json!(updates.len() + 2), "{name}");
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(merged[field], *value, "{name}: {field}");
    }
}

#[test]
fn a_stale_update_conflicts_only_in_what_changed_since_its_base() {
    let plain = |fields: Value| (None, fields);
    check(
        "another field",
        &[plain(json!({ "title": "X" }))],
        plain(json!({ "content": "Y" })),
        json!({ "title": "X", "content": "Y" }),
    );
    check(
        "the same field",
        &[plain(json!({ "title": "X" }))],
        plain(json!({ "title": "Y" })),
        json!({ "title": "X" }),
    );
    check(
        "one of each",
        &[plain(json!({ "title": "X" }))],
        plain(json!({ "title": "Y", "rating": 9 })),
        json!({ "title": "X", "rating": 9 }),
    );
    check(
        "there and back again",
        &[plain(json!({ "title": "X" })), plain(json!({ "title": "T" }))],
        plain(json!({ "title": "Y" })),
        json!({ "title": "Y" }),
    );
    check(
        "sent again, not changed",
        &[plain(json!({ "title": "T", "content": "X" }))],
        plain(json!({ "title": "Y" })),
        json!({ "title": "Y", "content": "X" }),
    );
    check(
        "cleared there, set here",
        &[plain(json!({ "rating": null }))],
        plain(json!({ "rating": 2 })),
        json!({ "rating": null }),
    );
    check(
        "set there, cleared here",
        &[plain(json!({ "rating": 2 }))],
        plain(json!({ "rating": null })),
        json!({ "rating": 2 }),
    );
    check(
        "cleared here alone",
        &[plain(json!({ "title": "X" }))],
        plain(json!({ "rating": null })),
        json!({ "rating": null }),
    );
    check(
        "lists",
        &[plain(json!({ "tags": ["a", "b", "c"] }))],
        plain(json!({ "tags": ["b"] })),
        json!({ "tags": ["b", "c"] }),
    );
    check(
        "both alike",
        &[plain(json!({ "title": "X" }))],
        plain(json!({ "title": "X" })),
        json!({ "title": "X" }),
    );
}

#[test]
fn the_authors_own_later_edit_wins() {
    let by = |session: &'static str, fields: Value| (Some(session), fields);
    check(
        "own echo",
        &[by("s", json!({ "title": "X" }))],
        by("s", json!({ "title": "Y" })),
        json!({ "title": "Y" }),
    );
    check(
        "another session",
        &[by("s", json!({ "title": "X" }))],
        by("t", json!({ "title": "Y" })),
        json!({ "title": "X" }),
    );
    check(
        "no session",
        &[by("s", json!({ "title": "X" }))],
        (None, json!({ "title": "Y" })),
        json!({ "title": "X" }),
    );
    check(
        "nobody's session",
        &[(None, json!({ "title": "X" }))],
        by("s", json!({ "title": "Y" })),
        json!({ "title": "X" }),
    );
    check(
        "own and another's",
        &[by("s", json!({ "title": "X" })), by("t", json!({ "title": "Z" }))],
        by("s", json!({ "title": "Y" })),
        json!({ "title": "Z" }),
    );
    check(
        "another's in another field",
        &[by("s", json!({ "title": "X" })), by("t", json!({ "rating": 7 }))],
        by("s", json!({ "title": "Y" })),
        json!({ "title": "Y", "rating": 7 }),
    );
}

#[test]
fn a_session_counts_only_if_it_was_negotiated() {
    let world = World::new();
    world.post(json!({ "id": "p", "title": "T", "status": "DRAFT" }));
    let query = "mutation M($input: UpdatePostInput!) { updatePost(input: $input) { title } }";
    let send = |title: &str| {
        let body = json!({
            "query": query,
            "variables": { "input": { "id": "p", "title": title, "_version": 1 } },
            "extensions": { "syncline": { "session": "s" } }
        });
        let response = world.send(body.to_string().as_bytes(), false);
        let answer: Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(answer.get("extensions"), None);
        answer["data"]["updatePost"]["title"].clone()
    };
    assert_eq!(send("X"), "X");
    assert_eq!(send("Y"), "X");
}

const COUNTED: &str = "
    type Post @model @auth(rules: [{ allow: public }]) {
        id: ID! title: String tags: [String] visits: Int @merge(policy: counter) log: [String] @merge(policy: append)
    }";

/// What a stale update of version 1, sent with these bases, makes of a post that has moved on.
fn with_bases(bases: Value, stale: Value) -> Value {
    let world = World::with(COUNTED, crate::support::config());
    world.post(json!({ "id": "p", "title": "T", "tags": ["a"], "visits": 5, "log": ["1"] }));
    let query = "mutation M($input: UpdatePostInput!) {
        updatePost(input: $input) { title tags visits log _version } }";
    let send = |mut input: Value, version: i64, extension: Value| {
        input["id"] = json!("p");
        input["_version"] = json!(version);
        world.ask_negotiated(query, json!({ "input": input }), extension)
    };
    send(json!({ "tags": ["a", "b"], "visits": 6, "log": ["1", "2"] }), 1, json!({ "session": "s" }));
    let answer = send(stale, 1, json!({ "session": "s", "bases": { "updatePost": bases } }));
    match answer.get("errors") {
        None => answer["data"]["updatePost"].clone(),
        Some(errors) => errors[0]["message"].clone(),
    }
}

#[test]
fn a_counter_counts_both() {
    let merged = with_bases(json!({}), json!({ "visits": 6, "log": ["1", "3"] }));
    assert_eq!((&merged["visits"], &merged["log"]), (&json!(7), &json!(["1", "2", "3"])));
}

/// The device's second change, made on its own first one: only the device knows that.
#[test]
fn what_the_device_says_of_its_base_counts() {
    let bases = json!({ "visits": 6, "log": ["1", "2"], "tags": ["a", "b"], "gone": 3 });
    let stale = json!({ "visits": 7, "log": ["1", "2", "3"], "tags": ["b"] });
    let merged = with_bases(bases, stale);
    assert_eq!(
        merged,
        json!({
            "title": "T", "visits": 7, "log": ["1", "2", "3"], "tags": ["b"], "_version": 3
        })
    );
    // Of another version of the schema: the log knows that it was 5.
    let merged = with_bases(json!({ "visits": "six" }), json!({ "visits": 7 }));
    assert_eq!(merged["visits"], json!(8));
}

/// The device's schema does not have all that there is inside of an object: of what it cannot name, its base says nothing.
#[test]
fn a_base_is_not_of_what_the_device_cannot_name() {
    for policy in ["@merge(policy: server)", ""] {
        let schema = format!(
            "type Inner {{ known: Int newer: Int }}
             type Post @model @auth(rules: [{{ allow: public }}]) {{ id: ID! title: String inner: Inner {policy} }}"
        );
        let world = World::with(&schema, crate::support::config());
        world.post(json!({ "id": "p", "title": "T", "inner": { "known": 1, "newer": 4 } }));
        let query = "mutation M($input: UpdatePostInput!) {
            updatePost(input: $input) { title inner { known newer } _version } }";
        let send = |id: &str, fields: Value, bases: Value| {
            let mut input = fields;
            input["id"] = json!("p");
            input["_version"] = json!(1);
            let (mutations, bases) = (json!({ "updatePost": id }), json!({ "updatePost": bases }));
            let extension = json!({ "session": "s", "mutations": mutations, "bases": bases });
            let answer = world.ask_negotiated(query, json!({ "input": input }), extension);
            assert_eq!(answer.get("errors"), None, "{answer}");
            answer["data"]["updatePost"].clone()
        };
        send("theirs", json!({ "title": "theirs" }), json!({}));
        let merged = send("ours", json!({ "inner": { "known": 2 } }), json!({ "inner": { "known": 1 } }));
        let expected = json!({ "title": "theirs", "inner": { "known": 2, "newer": 4 }, "_version": 3 });
        assert_eq!(merged, expected, "{policy}: nobody else changed it");
    }
}

/// Beyond the log nothing is known of a base, unless the device says what it was.
#[test]
fn where_the_log_does_not_reach_the_device_may_know() {
    let stale = || json!({ "title": "mine", "visits": 6, "log": ["1", "3"], "tags": ["a", "c"] });
    for (bases, expected) in [
        // Nobody else changed the title, as only the device knows.
        (
            json!({ "title": "theirs" }),
            json!({ "title": "mine", "visits": 6, "log": ["1", "2", "3"], "tags": ["a", "b", "c"] }),
        ),
        (
            json!({}),
            json!({ "title": "theirs", "visits": 6, "log": ["1", "2", "3"], "tags": ["a", "b", "c"] }),
        ),
        (
            json!({ "visits": 5, "log": ["1"], "tags": ["a"] }),
            json!({ "title": "theirs", "visits": 7, "log": ["1", "2", "3"], "tags": ["a", "b", "c"] }),
        ),
    ] {
        let mut backend = None;
        let world = World::over(COUNTED, crate::support::config(), |memory| {
            backend = Some(Arc::clone(&memory));
            memory
        });
        world.post(json!({ "id": "p", "title": "T", "tags": ["a"], "visits": 5, "log": ["1"] }));
        let query =
            "mutation M($input: UpdatePostInput!) { updatePost(input: $input) { title visits log tags } }";
        let send = |mut input: Value, extension: Value| {
            input["id"] = json!("p");
            input["_version"] = json!(1);
            let answer = world.ask_negotiated(query, json!({ "input": input }), extension);
            assert_eq!(answer.get("errors"), None);
            answer["data"]["updatePost"].clone()
        };
        let theirs = json!({ "title": "theirs", "visits": 6, "log": ["1", "2"], "tags": ["a", "b"] });
        send(theirs, json!({}));
        let nothing = Retention { tombstones_ms: 0, changes_ms: 0, ids_ms: 0 };
        // The store is as old as its last change.
        world.clock.set(NOW + 1_000);
        world.post(json!({ "id": "later" }));
        let purged = now(backend.unwrap().purge(NOW + 1_000, nothing, 100)).unwrap();
        assert!(purged.changes > 0, "{purged:?}");
        assert_eq!(send(stale(), json!({ "bases": { "updatePost": bases } })), expected, "{bases}");
    }
}

/// A create whose id the server has forgotten is a first one for it: what is there is not taken for its own (SYNC 2.3).
#[test]
fn an_id_is_remembered_for_its_time() {
    let mut backend = None;
    let world = World::over(COUNTED, crate::support::config(), |memory| {
        backend = Some(Arc::clone(&memory));
        memory
    });
    let send = || {
        let query = "mutation { createPost(input: { id: \"p\", title: \"T\" }) { _version } }";
        world.ask_negotiated(query, json!({}), json!({ "mutations": { "createPost": "m" } }))
    };
    let backend = backend.unwrap();
    let second = Retention { tombstones_ms: 0, changes_ms: 0, ids_ms: 1_000 };
    assert_eq!(send()["data"]["createPost"]["_version"], 1);
    let purge = |at: i64| {
        // The store is as old as its last change.
        world.clock.set(at);
        world.post(json!({ "id": format!("at{at}") }));
        now(backend.purge(at, second, 100)).unwrap().ids
    };
    assert_eq!(purge(NOW + 500), 0);
    assert_eq!(send()["data"]["createPost"]["_version"], 1);
    assert_eq!(purge(NOW + 5_000), 1);
    assert_eq!(send()["errors"][0]["errorType"], "ConditionalCheckFailedException");
}
