//! What the strategies for conflicts do, beyond the situation matrix.

use crate::support::{BLOG, Handler, NOW, World, config, with_strategy};
use serde_json::{Map, Value, json};
use std::sync::{Arc, OnceLock};
use syncline_backend::{Clock, ManualClock, MemoryBackend};
use syncline_service::{Config, Conflicts, HandlerError, Service, Strategy};

const UPDATE: &str = "mutation M($input: UpdatePostInput!) { updatePost(input: $input) { id title content _version _deleted updatedAt } }";

fn post(id: &str) -> Value {
    json!({ "id": id, "title": "T", "content": "C", "status": "DRAFT" })
}

/// A post at version 2, whose title is "theirs".
fn moved_on(world: &World) {
    world.post(post("p"));
    let answer = world.ask(UPDATE, json!({ "input": { "id": "p", "title": "theirs", "_version": 1 } }));
    assert_eq!(answer["data"]["updatePost"]["_version"], 2);
}

/// A stale update of the title to "mine".
fn stale(world: &World) -> Value {
    world.ask(UPDATE, json!({ "input": { "id": "p", "title": "mine", "_version": 1 } }))
}

fn lambda(
    says: impl Fn(&Value) -> Result<Value, HandlerError> + Send + Sync + 'static,
) -> (World, Arc<Handler>) {
    let handler = Handler::new(says);
    (with_strategy(Strategy::Lambda(Arc::clone(&handler) as Arc<_>)), handler)
}

#[test]
fn each_model_has_its_own_strategy() {
    let mut conflict = Conflicts::all(Strategy::Optimistic);
    conflict.models.insert("Comment".to_owned(), Strategy::Automerge);
    let world = World::with(BLOG, Config { conflict, ..config() });
    world.data("mutation { createComment(input: { id: \"c\", content: \"n\" }) { id } }");
    let data = world.data("mutation { updateComment(input: { id: \"c\", content: \"m\" }) { _version } }");
    assert_eq!(data["updateComment"]["_version"], 2);
    moved_on(&world);
    assert_eq!(stale(&world)["errors"][0]["errorType"], "ConflictUnhandled");
}

#[test]
fn a_strategy_for_no_model_is_refused() {
    let mut conflict = Conflicts::default();
    conflict.models.insert("Pots".to_owned(), Strategy::Optimistic);
    let schema = Arc::new(syncline_schema::compile(BLOG, "blog.graphql").unwrap());
    let backend = MemoryBackend::new(schema, Arc::new(ManualClock::new(NOW)));
    let error = Service::new(Arc::new(backend), Config { conflict, ..config() }).unwrap_err().to_string();
    assert!(error.contains("Pots") && error.contains("Post"), "{error}");
}

#[test]
fn appsyncs_merge_keeps_values_and_appends_lists() {
    let schema = "type Home { street: String lines: [String] }
        type Post @model @auth(rules: [{ allow: public }]) {
            id: ID! title: String rating: Int tags: [String] home: Home extra: AWSJSON visits: Int @merge(policy: counter)
        }";
    let conflict = Conflicts::all(Strategy::AutomergeAppsync);
    let world = World::with(schema, Config { conflict, ..config() });
    let fields = "title rating tags home { street lines } extra visits _version updatedAt";
    let send = |op: &str, input: Value| {
        world.clock.set(world.clock.now_ms() + 1_000);
        let query = format!(
            "mutation M($input: {}PostInput!) {{ {op}Post(input: $input) {{ {fields} }} }}",
            if op == "create" { "Create" } else { "Update" }
        );
        let answer = world.ask(&query, json!({ "input": input }));
        assert_eq!(answer.get("errors"), None);
        answer["data"][format!("{op}Post")].clone()
    };
    let created = send(
        "create",
        json!({
            "id": "p", "title": "T", "tags": ["a"], "home": { "street": "S", "lines": ["1"] }, "extra": "{\"a\":[1]}",
            "visits": 1
        }),
    );
    let merged = send(
        "update",
        json!({
            "id": "p", "title": "X", "rating": 5, "tags": ["a", "b"], "home": { "street": "Y", "lines": ["2"] },
            "extra": "{\"a\":[1],\"b\":null}", "visits": 2
        }),
    );
    assert_eq!(
        merged,
        json!({
            "title": "T", "rating": 5, "tags": ["a", "a", "b"], "home": { "street": "S", "lines": ["1", "2"] },
            "extra": "{\"a\":[1,1],\"b\":null}", "visits": 1, "_version": 2, "updatedAt": created["updatedAt"]
        })
    );
    // Nothing of it is taken, and it still is a change.
    let again = send("update", json!({ "id": "p", "title": null, "rating": 9 }));
    assert_eq!((&again["title"], &again["rating"], &again["_version"]), (&json!("T"), &json!(5), &json!(3)));
}

#[test]
fn a_handler_is_asked_in_appsyncs_words() {
    let (world, handler) = lambda(|_| Ok(json!({ "action": "REJECT" })));
    moved_on(&world);
    let query = "mutation M($input: UpdatePostInput!, $c: ModelPostConditionInput) {
        it: updatePost(input: $input, condition: $c) { id title _version } }";
    let input = json!({ "id": "p", "title": "mine", "rating": 3, "content": null, "_version": 1 });
    let condition = json!({ "title": { "ne": "z" } });
    let answer = world.ask(query, json!({ "input": input, "c": condition }));
    assert_eq!(
        answer["errors"][0]["data"],
        json!({ "id": "p", "title": "theirs", "_version": 2 }),
        "the record as it is"
    );
    assert_eq!(answer["errors"][0]["errorType"], "ConflictUnhandled");
    assert_eq!(answer["errors"][0]["message"], "Conflict resolver rejects mutation.");
    let now = "2023-11-14T22:13:20.000Z";
    assert_eq!(
        *handler.asked.lock().unwrap(),
        [json!({
            "newItem": {
                "id": "p", "title": "mine", "rating": 3, "status": "DRAFT", "createdAt": now, "updatedAt": now,
                "__typename": "Post", "_version": 2, "_lastChangedAt": NOW
            },
            "existingItem": {
                "id": "p", "title": "theirs", "content": "C", "status": "DRAFT", "createdAt": now, "updatedAt": now,
                "__typename": "Post", "_version": 2, "_lastChangedAt": NOW
            },
            "arguments": { "input": input, "condition": condition },
            "resolver": {
                "tableName": "Post", "awsRegion": "us-east-1", "parentType": "Mutation", "field": "updatePost",
                "outputType": "Post"
            },
            "identity": null
        })]
    );
    assert_eq!(world.data("{ getPost(id: \"p\") { _version } }")["getPost"]["_version"], 2);
}

#[test]
fn a_handler_is_asked_about_conflicts_only() {
    let (world, handler) = lambda(|_| Ok(json!({ "action": "REJECT" })));
    moved_on(&world);
    world.data("mutation { deletePost(input: { id: \"p\", _version: 2 }) { id } }");
    assert_eq!(stale(&world)["errors"][0]["errorType"], "ConflictUnhandled", "nothing deleted comes back");
    assert_eq!(*handler.asked.lock().unwrap(), Vec::<Value>::new());
}

/// What a handler's answer makes of a stale update: the title, content, version and tombstone mark, or the error's type
/// and words.
fn check(
    name: &str,
    says: impl Fn(&Value) -> Result<Value, HandlerError> + Send + Sync + 'static,
    expected: Value,
) {
    let (world, _) = lambda(says);
    moved_on(&world);
    let answer = stale(&world);
    let data = &answer["data"]["updatePost"];
    if let Some(wanted) = expected.as_array() {
        assert_eq!(answer.get("errors"), None, "{name}");
        let shown = json!([data["title"], data["content"], data["_version"], data["_deleted"]]);
        assert_eq!(shown, Value::Array(wanted.clone()), "{name}");
        return;
    }
    let errors = answer["errors"].as_array().unwrap_or_else(|| panic!("{name}: {answer}"));
    assert_eq!((errors.len(), data), (1, &Value::Null), "{name}");
    assert_eq!(errors[0]["errorType"], expected["type"], "{name}: {}", errors[0]);
    let (message, part) = (errors[0]["message"].as_str().unwrap(), expected["part"].as_str().unwrap());
    assert!(message.contains(part), "{name}: {message}");
    let now = world.data("{ getPost(id: \"p\") { title _version } }");
    assert_eq!(now["getPost"], json!({ "title": "theirs", "_version": 2 }), "{name}: nothing was changed");
}

fn item(asked: &Value, which: &str, changes: Value) -> Value {
    let mut item: Map<String, Value> = asked[which].as_object().unwrap().clone();
    for (name, value) in changes.as_object().unwrap() {
        if value == &json!("absent") {
            item.remove(name);
        } else {
            item.insert(name.clone(), value.clone());
        }
    }
    json!({ "action": "RESOLVE", "item": item })
}

#[test]
fn what_a_handler_says_is_done() {
    check("client wins", |asked| Ok(item(asked, "newItem", json!({}))), json!(["mine", "C", 3, null]));
    check("server wins", |asked| Ok(item(asked, "existingItem", json!({}))), json!(["theirs", "C", 3, null]));
    check(
        "something else",
        |asked| Ok(item(asked, "newItem", json!({ "title": "both", "content": null, "_deleted": false }))),
        json!(["both", null, 3, null]),
    );
    check(
        "the item is whole: what it leaves out is gone",
        |_| Ok(json!({ "action": "RESOLVE", "item": { "title": "bare", "status": "DRAFT" } })),
        json!(["bare", null, 3, null]),
    );
    check("gone", |_| Ok(json!({ "action": "REMOVE" })), json!(["theirs", "C", 3, true]));
}

#[test]
fn what_a_handler_may_not_say_is_refused() {
    let bad = |part: &str| json!({ "type": "BadRequest", "part": part });
    let none = |part: &str| json!({ "type": "ConflictError", "part": part });
    for (changes, part) in [
        (json!({ "id": "q" }), "it may not change 'id', which is part of the key"),
        (json!({ "_version": 7 }), "it may not change '_version'"),
        (json!({ "_lastChangedAt": 7 }), "it may not change '_lastChangedAt'"),
        (json!({ "_deleted": true }), "it may not change '_deleted'"),
        (json!({ "__typename": "Blog" }), "it may not change '__typename'"),
        (json!({ "titel": "x" }), "Post has no field 'titel'"),
        (json!({ "rating": "five" }), "'rating' is not a value of Int"),
        (json!({ "status": "GONE" }), "GONE"),
        (json!({ "title": "absent" }), "title: null is not allowed"),
        (json!({ "title": null }), "title: null is not allowed"),
    ] {
        let name = changes.to_string();
        check(&name, move |asked| Ok(item(asked, "newItem", changes.clone())), bad(part));
    }
    for answer in [
        json!(""),
        json!("{"),
        json!(null),
        json!([]),
        json!({}),
        json!({ "action": "RESOLVED" }),
        json!({ "action": "RESOLVE" }),
        json!({ "action": "RESOLVE", "item": [] }),
        json!({ "errorMessage": "Task timed out", "errorType": "Error" }),
    ] {
        let name = answer.to_string();
        check(
            &name,
            move |_| Ok(answer.clone()),
            none("The conflict handler of Post gave no answer that can be read."),
        );
    }
    check(
        "late",
        |_| Err(HandlerError::Timeout(10)),
        none("The conflict handler of Post did not answer in time. Send the mutation again."),
    );
    check(
        "broken",
        |_| Err(HandlerError::Failed("http://secret.example answers HTTP 500".to_owned())),
        none("The conflict handler of Post failed. Send the mutation again."),
    );
}

/// A handler during whose first `rounds` answers somebody changes the record.
fn racing(rounds: usize) -> (Arc<World>, Arc<Handler>) {
    let cell: Arc<OnceLock<Arc<World>>> = Arc::default();
    let shared = Arc::clone(&cell);
    let (world, handler) = lambda(move |asked| {
        let version = asked["existingItem"]["_version"].as_i64().unwrap();
        if version < rounds as i64 + 2 {
            let input = json!({ "id": "p", "content": format!("C{version}"), "_version": version });
            let answer = shared.get().unwrap().ask(UPDATE, json!({ "input": input }));
            assert_eq!(answer.get("errors"), None);
        }
        Ok(item(asked, "existingItem", json!({ "title": asked["newItem"]["title"] })))
    });
    let world = Arc::new(world);
    cell.set(Arc::clone(&world)).ok().unwrap();
    (world, handler)
}

#[test]
fn a_record_that_changes_meanwhile_is_shown_again() {
    let (world, handler) = racing(4);
    moved_on(&world);
    let answer = stale(&world);
    assert_eq!(answer.get("errors"), None);
    let data = &answer["data"]["updatePost"];
    assert_eq!(
        (&data["title"], &data["content"], &data["_version"]),
        (&json!("mine"), &json!("C5"), &json!(7)),
        "the last change is in it"
    );
    assert_eq!(handler.asked.lock().unwrap().len(), 5);
}

#[test]
fn after_five_rounds_the_client_has_to_come_again() {
    let (world, handler) = racing(5);
    moved_on(&world);
    let answer = stale(&world);
    assert_eq!(answer["errors"][0]["errorType"], "MaxConflicts");
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(handler.asked.lock().unwrap().len(), 5);
    let now = world.data("{ getPost(id: \"p\") { title _version } }");
    assert_eq!(now["getPost"], json!({ "title": "theirs", "_version": 7 }));
    assert_eq!(stale(&world)["data"]["updatePost"]["title"], "mine", "now nobody interferes");
}

#[test]
fn the_order_of_a_document_is_kept_around_a_handler() {
    let (world, handler) = lambda(|asked| Ok(item(asked, "newItem", json!({}))));
    moved_on(&world);
    world.post(post("q"));
    let answer = world.ask_negotiated(
        "mutation {
            a: updatePost(input: { id: \"q\", title: \"first\", _version: 1 }) { title _version }
            b: updatePost(input: { id: \"p\", title: \"settled\", _version: 1 }) { title _version }
            c: updatePost(input: { id: \"p\", title: \"after\", _version: 3 }) { title _version }
            d: updatePost(input: { id: \"q\", title: \"settled too\", _version: 1 }) { title _version }
            e: updatePost(input: { id: \"q\", title: null, _version: 3 }) { title _version }
            f: createPost(input: { id: \"r\", title: \"last\", status: DRAFT }) { title _version }
        }",
        json!({}),
        json!({ "mutations": { "b": "m-b", "c": "m-c" } }),
    );
    assert_eq!(
        answer["data"],
        json!({
            "a": { "title": "first", "_version": 2 }, "b": { "title": "settled", "_version": 3 },
            "c": { "title": "after", "_version": 4 }, "d": { "title": "settled too", "_version": 3 },
            "e": null, "f": { "title": "last", "_version": 1 }
        })
    );
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1));
    assert_eq!(handler.asked.lock().unwrap().len(), 2);
    // What a handler has settled is remembered like everything else.
    let again = world.ask_negotiated(
        "mutation { b: updatePost(input: { id: \"p\", title: \"settled\", _version: 1 }) { title _version } }",
        json!({}),
        json!({ "mutations": { "b": "m-b" } }),
    );
    assert_eq!(again["data"]["b"], json!({ "title": "after", "_version": 4 }));
    assert_eq!(handler.asked.lock().unwrap().len(), 2);
}

#[test]
fn an_atomic_document_asks_no_handler() {
    let (world, handler) = lambda(|asked| Ok(item(asked, "newItem", json!({}))));
    moved_on(&world);
    let query = |version: i64| {
        format!(
            "mutation {{ a: createPost(input: {{ id: \"q\", title: \"x\", status: DRAFT }}) {{ id }}
                         b: updatePost(input: {{ id: \"p\", title: \"x\", _version: {version} }}) {{ title }} }}"
        )
    };
    let answer = world.ask_negotiated(&query(1), json!({}), json!({ "atomic": true }));
    assert_eq!(answer["data"], json!({ "a": null, "b": null }));
    assert_eq!(answer["errors"][0]["errorType"], "TransactionAborted");
    assert_eq!(answer["errors"][1]["errorType"], "ConflictUnhandled");
    assert_eq!(answer["errors"][1]["data"], json!({ "title": "theirs" }));
    assert_eq!(*handler.asked.lock().unwrap(), Vec::<Value>::new());
    let answer = world.ask_negotiated(&query(2), json!({}), json!({ "atomic": true }));
    assert_eq!(answer.get("errors"), None, "without a conflict there is nobody to ask");
}

#[test]
fn json_may_come_back_as_what_it_is() {
    let schema =
        "type Note @model @auth(rules: [{ allow: public }]) { id: ID! extra: AWSJSON title: String }";
    let handler = Handler::new(|asked| {
        assert_eq!(asked["existingItem"]["extra"], "{\"a\":1}", "it is text on every wire");
        Ok(json!({ "action": "RESOLVE", "item": { "extra": { "b": [2] } } }))
    });
    let conflict = Conflicts::all(Strategy::Lambda(handler));
    let world = World::with(schema, Config { conflict, ..config() });
    world.data("mutation { createNote(input: { id: \"n\", extra: \"{\\\"a\\\":1}\" }) { id } }");
    let data =
        world.data("mutation { updateNote(input: { id: \"n\", title: \"x\" }) { extra title createdAt } }");
    assert_eq!(
        data["updateNote"],
        json!({ "extra": "{\"b\":[2]}", "title": null, "createdAt": "2023-11-14T22:13:20.000Z" })
    );
}

/// Lists that are appended to grow with each mutation of one document.
#[test]
fn a_record_does_not_grow_without_end() {
    let world = with_strategy(Strategy::AutomergeAppsync);
    world.post(json!({ "id": "p", "title": "t", "status": "DRAFT", "tags": ["x"] }));
    let append =
        |number: usize| format!("a{number}: updatePost(input: {{ id: \"p\", tags: $tags }}) {{ _version }} ");
    let document: String = (0..5).map(append).collect();
    let document = format!("mutation M($tags: [String]) {{ {document} }}");
    let answer = world.ask(&document, json!({ "tags": ["y".repeat(900_000)] }));
    let versions: Vec<_> =
        (0..5).map(|number| answer["data"][format!("a{number}")]["_version"].clone()).collect();
    assert_eq!(versions, [json!(2), json!(3), json!(null), json!(null), json!(null)]);
    assert_eq!(answer["errors"][0]["errorType"], "ValidationError");
    let shrink = "mutation { updatePost(input: { id: \"p\", tags: [], _version: 3 }) { tags } }";
    assert_eq!(world.data(shrink)["updatePost"]["tags"], json!([]));
}
