//! What left a filter, in a delta and by asking (SYNC 2.8), and what is said beyond the change log (SYNC 3.11).

use crate::support::{BLOG, NOW, World, config, now};
use serde_json::{Value, json};

const SYNC: &str = "query Q($since: AWSTimestamp, $limit: Int, $next: String) {
    s: syncPosts(filter: { rating: { ge: 5 } }, lastSync: $since, limit: $limit, nextToken: $next) {
        items { id } nextToken startedAt
    }
}";

/// Posts with a rating of 9, synced at `NOW`; then some of them get one of 1.
fn world(limits: impl FnOnce(&mut syncline_service::Limits)) -> World {
    let mut config = config();
    limits(&mut config.limits);
    let world = World::with(BLOG, config);
    for id in ["a", "b", "c", "d"] {
        world.post(json!({ "id": id, "title": id, "status": "DRAFT", "rating": 9 }));
    }
    world.clock.set(NOW + 10);
    for id in ["a", "c"] {
        let input = json!({ "id": id, "rating": 1, "_version": 1 });
        world.data(&format!("mutation {{ updatePost(input: {}) {{ id }} }}", literal(&input)));
    }
    world.data("mutation { deletePost(input: { id: \"b\", _version: 1 }) { id } }");
    world
}

/// A JSON object as a GraphQL literal.
fn literal(json: &Value) -> String {
    let fields = json.as_object().unwrap().iter();
    let fields: Vec<String> = fields.map(|(name, value)| format!("{name}: {value}")).collect();
    format!("{{ {} }}", fields.join(", "))
}

fn said(answer: &Value) -> &Value {
    &answer["extensions"]["syncline"]["fields"]["s"]
}

#[test]
fn a_negotiated_delta_tells_what_left() {
    let world = world(|_| {});
    let since = NOW + 5;
    let answer = world.ask_negotiated(SYNC, json!({ "since": since }), json!({}));
    assert_eq!(answer["data"]["s"]["items"], json!([{ "id": "b" }]), "a tombstone that the filter selects");
    let at = |place: usize| said(&answer)["leaves"][place]["_lastChangedAt"].as_i64().unwrap();
    assert!(since <= at(0) && at(0) <= at(1), "it says when they left: {answer}");
    let left = json!([
        { "key": ["a"], "_version": 2, "_lastChangedAt": at(0) },
        { "key": ["c"], "_version": 2, "_lastChangedAt": at(1) },
    ]);
    assert_eq!(said(&answer)["leaves"], left);
    assert_eq!(said(&answer)["kind"], "delta");
    assert_eq!(said(&answer)["explain"], json!({ "read": "changes" }));
    assert_eq!(said(&answer).get("leavesIncomplete"), None);
    // Page by page, by tokens.
    let (mut next, mut seen) = (Value::Null, Vec::new());
    for _ in 0..3 {
        let answer =
            world.ask_negotiated(SYNC, json!({ "since": since, "limit": 1, "next": next }), json!({}));
        seen.push((said(&answer)["leaves"].clone(), answer["data"]["s"]["items"].clone()));
        next = answer["data"]["s"]["nextToken"].clone();
    }
    assert_eq!(seen[0], (json!([left[0]]), json!([])));
    assert_eq!(seen[1], (json!([left[1]]), json!([])));
    assert_eq!(seen[2], (json!([]), json!([{ "id": "b" }])));
    assert_eq!(next, Value::Null);
    let base = world.ask_negotiated(SYNC, json!({}), json!({}));
    assert_eq!((said(&base).get("leaves"), &said(&base)["explain"]), (None, &json!({ "read": "key" })));
    assert_eq!(world.ask(SYNC, json!({ "since": since })).get("extensions"), None);
}

#[test]
fn a_client_may_ask_which_keys_are_still_in_scope() {
    let world = world(|_| {});
    let check = |keys: Value| {
        let query =
            "{ s: syncPosts(filter: { rating: { ge: 5 } }) { nextToken } t: syncPosts { nextToken } }";
        world.ask_negotiated(query, json!({}), json!({ "scopeCheck": keys }))
    };
    let answer = check(json!({ "s": [["a"], ["b"], ["c"], ["d"], ["nothing"], [1]] }));
    let gone = json!([["a"], ["b"], ["c"], ["nothing"], [1]]);
    assert_eq!(said(&answer)["gone"], gone, "out of scope, deleted, absent and no key: all alike");
    assert_eq!(answer["extensions"]["syncline"]["fields"]["t"].get("gone"), None);
    assert_eq!(said(&check(json!({ "s": [] })))["gone"], json!([]));
    let many: Vec<_> = (0..600).map(|place| json!([place.to_string()])).collect();
    let answer = check(json!({ "s": many, "t": many }));
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("at most 1000"), "{answer}");
    let answer = world.ask(SYNC, json!({}));
    assert_eq!(answer.get("errors"), None);
}

#[test]
fn beyond_the_log_it_is_said() {
    let world = world(|limits| limits.change_retention_ms = 1_000);
    world.clock.set(NOW + 5_000);
    let post = json!({ "id": "e", "title": "e", "status": "DRAFT", "rating": 9 });
    world.post(post);
    let purged = now(world.service.purge(NOW + 5_000)).unwrap();
    assert_eq!((purged.tombstones, purged.changes), (0, 7));
    let ask = |since: i64| world.ask_negotiated(SYNC, json!({ "since": since }), json!({}));
    let answer = ask(NOW + 5);
    assert_eq!(answer["data"]["s"]["items"], json!([{ "id": "b" }, { "id": "e" }]));
    assert_eq!((said(&answer).get("leaves"), &said(&answer)["leavesIncomplete"]), (None, &json!(true)));
    assert_eq!(said(&ask(NOW + 4_500))["leaves"], json!([]));
}

#[test]
fn what_is_old_is_forgotten_as_configured() {
    let world = world(|limits| limits.tombstone_horizon_ms = 1_000);
    let input = "input: { id: \"f\", title: \"f\", status: DRAFT, rating: 9 }";
    let create = format!("mutation {{ createPost({input}) {{ _version }} }}");
    let send = || world.ask_negotiated(&create, json!({}), json!({ "mutations": { "createPost": "m1" } }));
    assert_eq!(send()["data"]["createPost"]["_version"], 1);
    let day = 24 * 60 * 60 * 1_000;
    world.clock.set(NOW + 29 * day);
    world.post(json!({ "title": "later", "status": "DRAFT" }));
    let purged = now(world.service.purge(NOW + 29 * day)).unwrap();
    assert_eq!((purged.tombstones, purged.changes, purged.ids), (1, 0, 0));
    assert_eq!(send()["data"]["createPost"]["_version"], 1, "remembered for 30 days");
    let answer = world.ask_negotiated(SYNC, json!({ "since": NOW + 5 }), json!({}));
    assert_eq!(said(&answer)["kind"], "base", "the tombstone is gone");
    world.clock.set(NOW + 31 * day);
    world.post(json!({ "title": "much later", "status": "DRAFT" }));
    let purged = now(world.service.purge(NOW + 31 * day)).unwrap();
    assert_eq!((purged.changes, purged.ids), (6, 1), "the lines of the tombstone went with it");
    assert_eq!(send()["errors"][0]["errorType"], "ConditionalCheckFailedException", "it is a new mutation");
}

/// SYNC 2.1.
#[test]
fn what_was_applied_to_a_record_that_is_gone_is_answered_with_nothing() {
    let world = world(|limits| limits.tombstone_horizon_ms = 1_000);
    let send = |field: &str, id: &str, input: &str| {
        let query = format!("mutation {{ {field}(input: {{ {input} }}) {{ _version }} }}");
        let answer = world.ask_negotiated(&query, json!({}), json!({ "mutations": { field: id } }));
        assert_eq!(answer.get("errors"), None, "{answer}");
        answer["data"][field].clone()
    };
    let create = || send("createPost", "m1", "id: \"f\", title: \"f\", status: DRAFT, rating: 9");
    let delete = || send("deletePost", "m2", "id: \"f\", _version: 1");
    assert_eq!((create()["_version"].clone(), delete()["_version"].clone()), (json!(1), json!(2)));
    let day = 24 * 60 * 60 * 1_000;
    world.clock.set(NOW + day);
    world.post(json!({ "title": "later", "status": "DRAFT" }));
    assert!(now(world.service.purge(NOW + day)).unwrap().tombstones > 0);
    assert_eq!((create(), delete()), (Value::Null, Value::Null));
}
