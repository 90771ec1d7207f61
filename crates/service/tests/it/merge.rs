//! Stale updates: what the change log knows of the base decides (SYNC 1.6, 3.2, 3.4).

use crate::support::World;
use serde_json::{Value, json};

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
fn with_bases(limits: impl Fn(&mut syncline_service::Config), bases: Value, stale: Value) -> Value {
    let mut config = crate::support::config();
    limits(&mut config);
    let world = World::with(COUNTED, config);
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
    let merged = with_bases(|_| (), json!({}), json!({ "visits": 6, "log": ["1", "3"] }));
    assert_eq!((&merged["visits"], &merged["log"]), (&json!(7), &json!(["1", "2", "3"])));
}

/// The device's second change, made on its own first one: only the device knows that.
#[test]
fn what_the_device_says_of_its_base_counts() {
    let bases = json!({ "visits": 6, "log": ["1", "2"], "tags": ["a", "b"], "gone": 3 });
    let stale = json!({ "visits": 7, "log": ["1", "2", "3"], "tags": ["b"] });
    let merged = with_bases(|_| (), bases, stale);
    assert_eq!(
        merged,
        json!({
            "title": "T", "visits": 7, "log": ["1", "2", "3"], "tags": ["b"], "_version": 3
        })
    );
    let message = with_bases(|_| (), json!({ "visits": "six" }), json!({ "visits": 7 }));
    assert_eq!(message, "The base of 'visits' is not a value of Int.");
}
