//! The situations a mutation can meet under AUTOMERGE (the matrix of the backend's specification, §3.8), step by step
//! on one record.

use crate::support::World;
use serde_json::{Value, json};

const FIELDS: &str = "id title rating tags _version _deleted updatedAt";

/// What one mutation must be answered with.
enum Expected {
    /// Success, with this title, version and tombstone mark.
    Ok(&'static str, i64, Value),
    /// An error of this type, whose `data` has this title and version, or is null.
    Error(&'static str, Option<(&'static str, i64)>),
}
use Expected::{Error, Ok};

const CONDITION: &str = "ConditionalCheckFailedException";
const CONFLICT: &str = "ConflictUnhandled";

fn mutate(world: &World, op: &str, input: Value, condition: Value) -> Value {
    let upper = format!("{}{}", op[..1].to_uppercase(), &op[1..]);
    let query = format!(
        "mutation M($input: {upper}PostInput!, $condition: ModelPostConditionInput) \
         {{ {op}Post(input: $input, condition: $condition) {{ {FIELDS} }} }}"
    );
    world.ask(&query, json!({ "input": input, "condition": condition }))
}

fn check(world: &World, step: &str, op: &str, input: Value, condition: Value, expected: Expected) {
    let answer = mutate(world, op, input, condition);
    let field = format!("{op}Post");
    match expected {
        Ok(title, version, deleted) => {
            assert_eq!(answer.get("errors"), None, "{step}");
            let data = &answer["data"][&field];
            assert_eq!((&data["title"], &data["_version"]), (&json!(title), &json!(version)), "{step}");
            assert_eq!(data["_deleted"], deleted, "{step}");
        }
        Error(error_type, data) => {
            assert_eq!(answer["data"], json!({ &field: null }), "{step}");
            let error = &answer["errors"][0];
            assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{step}");
            assert_eq!(error["errorType"], json!(error_type), "{step}: {error}");
            assert_eq!(error["path"], json!([field]), "{step}");
            assert_eq!(error["errorInfo"], Value::Null, "{step}");
            assert_eq!(error["locations"][0]["sourceName"], Value::Null, "{step}");
            match data {
                None => assert_eq!(error["data"], Value::Null, "{step}"),
                Some((title, version)) => {
                    let data = &error["data"];
                    assert_eq!(
                        (&data["title"], &data["_version"]),
                        (&json!(title), &json!(version)),
                        "{step}"
                    );
                }
            }
        }
    }
}

#[test]
fn each_situation_has_its_answer() {
    let world = World::new();
    let run = |step: &str, op: &str, input: Value, condition: Value, expected: Expected| {
        check(&world, step, op, input, condition, expected);
    };
    let post = |title: &str| json!({ "id": "p", "title": title, "status": "DRAFT" });
    let none = || Value::Null;
    run(
        "4: update of nothing",
        "update",
        json!({ "id": "p", "title": "x", "_version": 1 }),
        none(),
        Error(CONDITION, None),
    );
    run(
        "12: delete of nothing",
        "delete",
        json!({ "id": "p", "_version": 1 }),
        none(),
        Error(CONDITION, None),
    );
    run(
        "14: create on a condition that is false on nothing",
        "create",
        post("a"),
        json!({ "title": { "eq": "a" } }),
        Error(CONDITION, None),
    );
    run(
        "1: create, with a version that is ignored",
        "create",
        json!({ "id": "p", "title": "a", "status": "DRAFT", "_version": 7 }),
        json!({}),
        Ok("a", 1, none()),
    );
    run("§4: the identical create again", "create", post("a"), none(), Ok("a", 1, none()));
    run("2: another create of the same id", "create", post("b"), none(), Error(CONDITION, None));
    run(
        "14: a false condition",
        "update",
        json!({ "id": "p", "title": "x", "_version": 1 }),
        json!({ "title": { "beginsWith": "z" } }),
        Error(CONDITION, Some(("a", 1))),
    );
    run(
        "5: update of the version it knows",
        "update",
        json!({ "id": "p", "title": "b", "_version": 1 }),
        json!({ "title": { "eq": "a" } }),
        Ok("b", 2, none()),
    );
    run(
        "2: the identical create, but the record has moved on",
        "create",
        post("b"),
        none(),
        Error(CONDITION, None),
    );
    run(
        "6: a stale update keeps the server's value",
        "update",
        json!({ "id": "p", "title": "c", "_version": 1 }),
        none(),
        Ok("b", 3, none()),
    );
    run(
        "6: so does one without a version",
        "update",
        json!({ "id": "p", "title": "c" }),
        none(),
        Ok("b", 4, none()),
    );
    run(
        "7: and one of a version yet to come",
        "update",
        json!({ "id": "p", "title": "c", "_version": 99 }),
        none(),
        Ok("b", 5, none()),
    );
    run(
        "14: a condition counts for a merged write too",
        "update",
        json!({ "id": "p", "title": "c", "_version": 1 }),
        json!({ "title": { "eq": "a" } }),
        Error(CONDITION, Some(("b", 5))),
    );
    run(
        "11: a stale delete",
        "delete",
        json!({ "id": "p", "_version": 2 }),
        none(),
        Error(CONFLICT, Some(("b", 5))),
    );
    run(
        "11: a delete without a version",
        "delete",
        json!({ "id": "p" }),
        none(),
        Error(CONFLICT, Some(("b", 5))),
    );
    run(
        "11 before 14: the conflict is found first",
        "delete",
        json!({ "id": "p", "_version": 2 }),
        json!({ "title": { "eq": "z" } }),
        Error(CONFLICT, Some(("b", 5))),
    );
    run(
        "14: a delete on a false condition",
        "delete",
        json!({ "id": "p", "_version": 5 }),
        json!({ "title": { "eq": "z" } }),
        Error(CONDITION, Some(("b", 5))),
    );
    run(
        "10: delete",
        "delete",
        json!({ "id": "p", "_version": 5 }),
        json!({ "title": { "eq": "b" } }),
        Ok("b", 6, json!(true)),
    );
    run(
        "8: a stale update of a tombstone",
        "update",
        json!({ "id": "p", "title": "x", "_version": 5 }),
        none(),
        Error(CONFLICT, Some(("b", 6))),
    );
    run(
        "9: an update of its own version",
        "update",
        json!({ "id": "p", "title": "x", "_version": 6 }),
        none(),
        Error(CONFLICT, Some(("b", 6))),
    );
    run("3: create over a tombstone", "create", post("b"), none(), Error(CONDITION, None));
    run(
        "13: a stale delete of a tombstone",
        "delete",
        json!({ "id": "p", "_version": 5 }),
        none(),
        Error(CONFLICT, Some(("b", 6))),
    );
    run(
        "13: a delete of its own version",
        "delete",
        json!({ "id": "p", "_version": 6 }),
        none(),
        Ok("b", 7, json!(true)),
    );
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
