//! The situations a mutation can meet (the matrix of the backend's specification, §3.8): every row under every strategy.

use crate::support::{Handler, World, with_strategy};
use serde_json::{Value, json};
use std::sync::Arc;
use syncline_service::Strategy;

const FIELDS: &str = "id title rating tags _version _deleted updatedAt";

/// What one mutation must be answered with.
#[derive(Clone, Copy)]
enum Expected {
    /// Success, with this title and version, alive.
    Ok(&'static str, i64),
    /// Success, with this title and version, as a tombstone.
    Gone(&'static str, i64),
    /// An error of this type, whose `data` has this title and version, or is null.
    Error(&'static str, Option<(&'static str, i64)>),
}
use Expected::{Error, Gone, Ok};

const CONDITION: &str = "ConditionalCheckFailedException";
const CONFLICT: &str = "ConflictUnhandled";

/// What the mutation finds.
#[derive(Clone, Copy)]
enum Stored {
    Nothing,
    /// Version 1 with the title "a".
    New,
    /// Version 3: created with the title "a", which became "b"; then something else changed.
    Live,
    /// That, deleted: version 4.
    Tombstone,
}

/// What is done, what it finds, the operation with its input and condition, and the answer under each strategy.
type Row = (&'static str, Stored, &'static str, Value, Value, [Expected; 4]);

fn mutate(world: &World, op: &str, input: Value, condition: Value) -> Value {
    let upper = format!("{}{}", op[..1].to_uppercase(), &op[1..]);
    let query = format!(
        "mutation M($input: {upper}PostInput!, $condition: ModelPostConditionInput) \
         {{ {op}Post(input: $input, condition: $condition) {{ {FIELDS} }} }}"
    );
    world.ask(&query, json!({ "input": input, "condition": condition }))
}

fn prepare(world: &World, stored: Stored) {
    let done = |op: &str, mut input: Value| {
        input["id"] = json!("p");
        assert_eq!(mutate(world, op, input, Value::Null).get("errors"), None);
    };
    if let Stored::New | Stored::Live | Stored::Tombstone = stored {
        done("create", json!({ "title": "a", "status": "DRAFT" }));
    }
    if let Stored::Live | Stored::Tombstone = stored {
        done("update", json!({ "title": "b", "_version": 1 }));
        done("update", json!({ "rating": 1, "_version": 2 }));
    }
    if let Stored::Tombstone = stored {
        done("delete", json!({ "_version": 3 }));
    }
}

fn check(name: &str, answer: &Value, op: &str, expected: Expected) {
    let field = format!("{op}Post");
    let (title, version, deleted) = match expected {
        Ok(title, version) => (title, version, Value::Null),
        Gone(title, version) => (title, version, json!(true)),
        Error(error_type, data) => {
            assert_eq!(answer["data"], json!({ &field: null }), "{name}");
            let error = &answer["errors"][0];
            assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{name}");
            assert_eq!(error["errorType"], json!(error_type), "{name}: {error}");
            assert_eq!(error["path"], json!([field]), "{name}");
            assert_eq!(error["errorInfo"], Value::Null, "{name}");
            assert_eq!(error["locations"][0]["sourceName"], Value::Null, "{name}");
            match data {
                None => assert_eq!(error["data"], Value::Null, "{name}"),
                Some((title, version)) => {
                    let data = &error["data"];
                    let shown = (&data["title"], &data["_version"]);
                    assert_eq!(shown, (&json!(title), &json!(version)), "{name}");
                    assert_eq!(
                        data.as_object().map(serde_json::Map::len),
                        Some(7),
                        "{name}: all that was selected"
                    );
                }
            }
            return;
        }
    };
    assert_eq!(answer.get("errors"), None, "{name}");
    let data = &answer["data"][&field];
    assert_eq!((&data["title"], &data["_version"]), (&json!(title), &json!(version)), "{name}");
    assert_eq!(data["_deleted"], deleted, "{name}");
}

#[test]
fn each_situation_has_its_answer_under_each_strategy() {
    // The handler lets the client win.
    let client_wins =
        || Handler::new(|asked| Result::Ok(json!({ "action": "RESOLVE", "item": asked["newItem"] })));
    type Make = fn(&dyn Fn() -> Arc<Handler>) -> Strategy;
    let strategies: [(&str, Make); 4] = [
        ("automerge", |_| Strategy::Automerge),
        ("automerge-appsync", |_| Strategy::AutomergeAppsync),
        ("optimistic", |_| Strategy::Optimistic),
        ("lambda", |handler| Strategy::Lambda(handler())),
    ];
    let all = |expected: Expected| [expected; 4];
    let merge = |merged: Expected, refused: Expected, settled: Expected| [merged, merged, refused, settled];
    let new = |title: &str| json!({ "title": title, "status": "DRAFT" });
    let none = || Value::Null;
    let (yes, no) = (|| json!({ "title": { "eq": "b" } }), || json!({ "title": { "eq": "z" } }));
    let live = Some(("b", 3));
    let dead = Some(("b", 4));
    let rows: Vec<Row> = vec![
        ("1: create", Stored::Nothing, "create", new("a"), none(), all(Ok("a", 1))),
        (
            "1: create with a version, which is ignored",
            Stored::Nothing,
            "create",
            json!({ "title": "a", "status": "DRAFT", "_version": 7 }),
            json!({}),
            all(Ok("a", 1)),
        ),
        ("2: create of what is there", Stored::Live, "create", new("c"), none(), all(Error(CONDITION, None))),
        ("2: of what was new and is alike", Stored::New, "create", new("a"), none(), all(Ok("a", 1))),
        (
            "2: of what is alike and has moved on",
            Stored::Live,
            "create",
            new("b"),
            none(),
            all(Error(CONDITION, None)),
        ),
        (
            "3: create over a tombstone",
            Stored::Tombstone,
            "create",
            new("c"),
            none(),
            all(Error(CONDITION, None)),
        ),
        (
            "4: update of nothing",
            Stored::Nothing,
            "update",
            json!({ "title": "c", "_version": 1 }),
            none(),
            all(Error(CONDITION, None)),
        ),
        ("5: update", Stored::Live, "update", json!({ "title": "c", "_version": 3 }), yes(), all(Ok("c", 4))),
        (
            "6: stale update",
            Stored::Live,
            "update",
            json!({ "title": "c", "_version": 1 }),
            none(),
            merge(Ok("b", 4), Error(CONFLICT, live), Ok("c", 4)),
        ),
        (
            "6: update without a version",
            Stored::Live,
            "update",
            json!({ "title": "c" }),
            none(),
            merge(Ok("b", 4), Error(CONFLICT, live), Ok("c", 4)),
        ),
        (
            "6: a stale update of what nobody else changed",
            Stored::Live,
            "update",
            json!({ "title": "c", "_version": 2 }),
            none(),
            [Ok("c", 4), Ok("b", 4), Error(CONFLICT, live), Ok("c", 4)],
        ),
        (
            "6: a stale update that says what is there",
            Stored::Live,
            "update",
            json!({ "title": "b", "_version": 1 }),
            none(),
            merge(Ok("b", 4), Error(CONFLICT, live), Ok("b", 4)),
        ),
        (
            "7: update of a version yet to come",
            Stored::Live,
            "update",
            json!({ "title": "c", "_version": 99 }),
            none(),
            merge(Ok("b", 4), Error(CONFLICT, live), Ok("c", 4)),
        ),
        (
            "8: stale update of a tombstone",
            Stored::Tombstone,
            "update",
            json!({ "title": "c", "_version": 3 }),
            none(),
            all(Error(CONFLICT, dead)),
        ),
        (
            "8: update of a tombstone without a version",
            Stored::Tombstone,
            "update",
            json!({ "title": "c" }),
            none(),
            all(Error(CONFLICT, dead)),
        ),
        (
            "9: update of a tombstone's own version",
            Stored::Tombstone,
            "update",
            json!({ "title": "c", "_version": 4 }),
            none(),
            all(Error(CONFLICT, dead)),
        ),
        ("10: delete", Stored::Live, "delete", json!({ "_version": 3 }), yes(), all(Gone("b", 4))),
        (
            "11: stale delete",
            Stored::Live,
            "delete",
            json!({ "_version": 1 }),
            none(),
            merge(Error(CONFLICT, live), Error(CONFLICT, live), Gone("b", 4)),
        ),
        (
            "11: delete without a version",
            Stored::Live,
            "delete",
            json!({}),
            none(),
            merge(Error(CONFLICT, live), Error(CONFLICT, live), Gone("b", 4)),
        ),
        (
            "11: delete of a version yet to come",
            Stored::Live,
            "delete",
            json!({ "_version": 99 }),
            none(),
            merge(Error(CONFLICT, live), Error(CONFLICT, live), Gone("b", 4)),
        ),
        (
            "12: delete of nothing",
            Stored::Nothing,
            "delete",
            json!({ "_version": 1 }),
            none(),
            all(Error(CONDITION, None)),
        ),
        (
            "13: delete of a tombstone",
            Stored::Tombstone,
            "delete",
            json!({ "_version": 4 }),
            no(),
            all(Gone("b", 5)),
        ),
        (
            "13: stale delete of a tombstone",
            Stored::Tombstone,
            "delete",
            json!({ "_version": 3 }),
            none(),
            all(Error(CONFLICT, dead)),
        ),
        (
            "14: create, condition false on nothing",
            Stored::Nothing,
            "create",
            new("a"),
            json!({ "title": { "eq": "a" } }),
            all(Error(CONDITION, None)),
        ),
        (
            "14: update, condition false",
            Stored::Live,
            "update",
            json!({ "title": "c", "_version": 3 }),
            no(),
            all(Error(CONDITION, live)),
        ),
        (
            "14: stale update, condition false: what is merged must meet it; else the conflict comes first",
            Stored::Live,
            "update",
            json!({ "title": "c", "_version": 1 }),
            no(),
            merge(Error(CONDITION, live), Error(CONFLICT, live), Error(CONDITION, live)),
        ),
        (
            "14: delete, condition false",
            Stored::Live,
            "delete",
            json!({ "_version": 3 }),
            no(),
            all(Error(CONDITION, live)),
        ),
        (
            "14: stale delete, condition false",
            Stored::Live,
            "delete",
            json!({ "_version": 1 }),
            no(),
            merge(Error(CONFLICT, live), Error(CONFLICT, live), Error(CONDITION, live)),
        ),
    ];
    for (name, stored, op, mut input, condition, expected) in rows {
        input["id"] = json!("p");
        for ((strategy, make), expected) in strategies.iter().zip(expected) {
            let world = with_strategy(make(&client_wins));
            prepare(&world, stored);
            let answer = mutate(&world, op, input.clone(), condition.clone());
            check(&format!("{strategy}: {name}"), &answer, op, expected);
        }
    }
}

#[test]
fn a_failed_condition_has_the_words_of_dynamodb_and_an_id_of_its_own() {
    let world = World::new();
    let ids: Vec<String> = (0..2)
        .map(|_| {
            let answer = mutate(&world, "update", json!({ "id": "p", "title": "c" }), Value::Null);
            let message = answer["errors"][0]["message"].as_str().unwrap().to_owned();
            let begin = "The conditional request failed (Service: DynamoDb, Status Code: 400, Request ID: ";
            message.strip_prefix(begin).and_then(|rest| rest.strip_suffix(')')).unwrap().to_owned()
        })
        .collect();
    assert_ne!(ids[0], ids[1]);
    for id in ids {
        assert!(id.len() == 52 && id.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()), "{id}");
    }
}

#[test]
fn a_conflict_has_the_exact_shape_of_appsync() {
    let world = World::new();
    world.post(json!({ "id": "p", "title": "server", "status": "DRAFT" }));
    let answer = world.ask(
        "mutation {\n  deletePost(input: { id: \"p\" }) { id title _version _deleted _lastChangedAt __typename }\n}",
        json!({}),
    );
    assert_eq!(
        answer,
        json!({
            "data": { "deletePost": null },
            "errors": [{
                "path": ["deletePost"],
                "data": {
                    "id": "p", "title": "server", "_version": 1, "_deleted": null,
                    "_lastChangedAt": crate::support::NOW, "__typename": "Post"
                },
                "errorType": "ConflictUnhandled",
                "errorInfo": null,
                "locations": [{ "line": 2, "column": 3, "sourceName": null }],
                "message": "Conflict resolver rejects mutation."
            }]
        })
    );
}

#[test]
fn the_server_fills_in_ids_and_times() {
    let world = World::new();
    let data = world.data(
        "mutation { a: createPost(input: { title: \"a\", status: DRAFT }) { id createdAt updatedAt rating } \
                    b: createPost(input: { title: \"b\", status: DRAFT, id: null }) { id } }",
    );
    assert_eq!(data["a"]["createdAt"], "2023-11-14T22:13:20.000Z");
    assert_eq!(data["a"]["updatedAt"], "2023-11-14T22:13:20.000Z");
    assert_eq!(data["a"]["rating"], Value::Null);
    let (a, b) = (data["a"]["id"].as_str().unwrap(), data["b"]["id"].as_str().unwrap());
    assert_eq!((a.len(), &a[14..15]), (36, "7"));
    assert_ne!(a, b);
}

#[test]
fn null_clears_and_what_is_not_given_stays() {
    let world = World::new();
    world.post(
        json!({ "id": "p", "title": "t", "status": "DRAFT", "rating": 5, "tags": ["a"], "content": "c" }),
    );
    let data = world.data(
        "mutation { updatePost(input: { id: \"p\", rating: null, tags: null, _version: 1 }) { rating tags content title } }",
    );
    assert_eq!(data["updatePost"], json!({ "rating": null, "tags": null, "content": "c", "title": "t" }));
}

#[test]
fn mutations_run_in_document_order_and_one_failure_does_not_stop_the_next() {
    let world = World::new();
    let answer = world.ask(
        "mutation {
            a: createPost(input: { id: \"p\", title: \"one\", status: DRAFT }) { title _version }
            b: updatePost(input: { id: \"p\", title: \"two\", _version: 1 }) { title _version }
            c: deletePost(input: { id: \"p\", _version: 1 }) { title _version }
            d: updatePost(input: { id: \"p\", title: null, _version: 2 }) { title _version }
            e: updatePost(input: { id: \"p\", title: \"three\", _version: 2 }) { title _version }
        }",
        json!({}),
    );
    assert_eq!(
        answer["data"],
        json!({
            "a": { "title": "one", "_version": 1 }, "b": { "title": "two", "_version": 2 },
            "c": null, "d": null, "e": { "title": "three", "_version": 3 }
        })
    );
    let errors: Vec<_> = answer["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (&error["path"][0], &error["errorType"]))
        .collect();
    assert_eq!(
        errors,
        [(&json!("c"), &json!("ConflictUnhandled")), (&json!("d"), &json!("ValidationError"))]
    );
}
