//! What only a client that negotiates sees (SYNC §4): capabilities, fingerprints, mutation ids, atomic documents.

use crate::support::{World, config};
use serde_json::{Value, json};

const CREATE: &str =
    "mutation M($input: CreatePostInput!) { createPost(input: $input) { id title _version _deleted } }";
const UPDATE: &str =
    "mutation M($input: UpdatePostInput!) { updatePost(input: $input) { id title _version } }";
const DELETE: &str =
    "mutation M($input: DeletePostInput!) { deletePost(input: $input) { id _version _deleted } }";

#[test]
fn an_answer_says_what_the_server_can_do() {
    let world = World::new();
    let answer = world.ask_negotiated(
        "{ a: syncPosts { nextToken } b: syncComments(lastSync: 1700000000000) { nextToken } getPost(id: \"x\") { id } }",
        json!({}),
        json!({}),
    );
    let said = &answer["extensions"]["syncline"];
    assert_eq!(said["v"], 1);
    assert_eq!(said["caps"]["maxBatch"], 200);
    assert_eq!(said["caps"]["atomicMax"], 100);
    assert_eq!(said["caps"]["stopOnDependency"], true);
    assert_eq!(said["caps"]["idRetentionMs"], 2_592_000_000_i64);
    assert!(!said["epoch"].as_str().unwrap().is_empty());
    assert_eq!(said["fields"]["a"]["kind"], "base");
    assert_eq!(said["fields"]["b"]["kind"], "delta");
    assert_eq!(said["fields"].as_object().unwrap().len(), 2);
    assert_ne!(said["fields"]["a"]["fingerprint"], said["fields"]["b"]["fingerprint"]);
    let plain = world.ask("{ a: syncPosts { nextToken } }", json!({}));
    assert_eq!(plain.get("extensions"), None);
}

#[test]
fn a_fingerprint_is_of_the_scope_alone() {
    let world = World::new();
    let of = |filter: Value, last_sync: i64| {
        let answer = world.ask_negotiated(
            "query Q($f: ModelPostFilterInput, $s: AWSTimestamp) { syncPosts(filter: $f, lastSync: $s) { nextToken } }",
            json!({ "f": filter, "s": last_sync }),
            json!({}),
        );
        answer["extensions"]["syncline"]["fields"]["syncPosts"]["fingerprint"].as_str().unwrap().to_owned()
    };
    let all = of(Value::Null, 0);
    assert_eq!(all, of(json!({}), 1_700_000_000_000));
    let some = of(json!({ "rating": { "gt": 5 } }), 0);
    assert_ne!(all, some);
    assert_ne!(some, of(json!({ "rating": { "gt": 6 } }), 0));
}

#[test]
fn a_repeated_mutation_is_answered_not_applied() {
    let world = World::new();
    let send = |query: &str, field: &str, id: &str, input: Value| {
        let answer =
            world.ask_negotiated(query, json!({ "input": input }), json!({ "mutations": { field: id } }));
        (answer["data"][field].clone(), answer["errors"][0]["errorType"].clone())
    };
    let post = json!({ "id": "p", "title": "a", "status": "DRAFT" });
    let created = send(CREATE, "createPost", "m1", post.clone());
    assert_eq!(created.0["_version"], 1);
    assert_eq!(send(CREATE, "createPost", "m1", post.clone()), created);
    let input = json!({ "id": "p", "title": "b", "_version": 1 });
    assert_eq!(send(UPDATE, "updatePost", "m2", input.clone()).0["_version"], 2);
    assert_eq!(send(UPDATE, "updatePost", "m2", input).0, json!({ "id": "p", "title": "b", "_version": 2 }));
    // The first one again: applied long ago, and the answer is the record as it is now.
    assert_eq!(send(CREATE, "createPost", "m1", post.clone()).0["title"], "b");
    assert_eq!(send(CREATE, "createPost", "m3", post).1, "ConditionalCheckFailedException");
    assert_eq!(send(DELETE, "deletePost", "m4", json!({ "id": "p", "_version": 2 })).0["_version"], 3);
    assert_eq!(send(DELETE, "deletePost", "m4", json!({ "id": "p", "_version": 2 })).0["_deleted"], true);
    for id in ["", &"x".repeat(129)] {
        assert_eq!(
            send(CREATE, "createPost", id, json!({ "title": "a", "status": "DRAFT" })).1,
            "BadRequestException"
        );
    }
}

#[test]
fn a_create_that_names_the_tombstone_begins_the_next_life() {
    let world = World::new();
    world.post(json!({ "id": "p", "title": "a", "status": "DRAFT", "rating": 3 }));
    world.data("mutation { deletePost(input: { id: \"p\", _version: 1 }) { id } }");
    let send = |version: Value, id: &str| {
        let input = json!({ "id": "p", "title": "b", "status": "DRAFT", "_version": version });
        let extension = if id.is_empty() { json!({}) } else { json!({ "mutations": { "createPost": id } }) };
        let answer = world.ask_negotiated(CREATE, json!({ "input": input }), extension);
        (answer["data"]["createPost"].clone(), answer["errors"][0]["errorType"].clone())
    };
    let refused = (Value::Null, json!("ConditionalCheckFailedException"));
    assert_eq!(send(json!(1), "m1"), refused, "another version");
    assert_eq!(send(Value::Null, "m2"), refused, "no version");
    assert_eq!(send(json!(2), ""), refused, "no id");
    assert_eq!(send(json!(2), "m3").0, json!({ "id": "p", "title": "b", "_version": 3, "_deleted": null }));
    assert_eq!(world.data("{ getPost(id: \"p\") { rating } }")["getPost"]["rating"], Value::Null);
}

#[test]
fn an_atomic_document_is_applied_whole_or_not_at_all() {
    let world = World::new();
    world.post(json!({ "id": "p", "title": "a", "status": "DRAFT" }));
    let query = "mutation M($b: UpdatePostInput!) {
        a: updatePost(input: { id: \"p\", title: \"x\", _version: 1 }) { title }
        b: updatePost(input: $b) { title }
        c: updatePost(input: { id: \"p\", title: \"y\", _version: 2 }) { title }
    }";
    let send = |b: Value| world.ask_negotiated(query, json!({ "b": b }), json!({ "atomic": true }));
    for (name, b, error) in [
        (
            "rejected by the store",
            json!({ "id": "gone", "title": "z", "_version": 1 }),
            "ConditionalCheckFailedException",
        ),
        ("refused before it", json!({ "id": "p", "title": null }), "ValidationError"),
    ] {
        let answer = send(b);
        assert_eq!(answer["data"], json!({ "a": null, "b": null, "c": null }), "{name}");
        let types: Vec<_> =
            answer["errors"].as_array().unwrap().iter().map(|error| error["errorType"].clone()).collect();
        assert_eq!(types, ["TransactionAborted", error, "TransactionAborted"], "{name}");
        assert_eq!(world.data("{ getPost(id: \"p\") { _version } }")["getPost"]["_version"], 1, "{name}");
    }
    let answer = send(json!({ "id": "p", "rating": 1, "_version": 2 }));
    assert_eq!(answer.get("errors"), None);
    assert_eq!(
        world.data("{ getPost(id: \"p\") { _version title } }")["getPost"],
        json!({ "_version": 4, "title": "y" })
    );
}

#[test]
fn a_server_may_leave_the_extension_out() {
    let mut config = config();
    config.extension = false;
    let world = World::with(crate::support::BLOG, config);
    let answer = world.ask_negotiated("{ syncPosts { nextToken } }", json!({}), json!({ "session": "s" }));
    assert_eq!(answer.get("extensions"), None);
}
