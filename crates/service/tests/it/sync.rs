//! Base and delta syncs, their pages and tokens.

use crate::support::{NOW, World, config};
use serde_json::{Value, json};
use syncline_service::{Call, Caller, Limits};

const SYNC: &str = "query Q($f: ModelPostFilterInput, $l: Int, $t: String, $s: AWSTimestamp) {
    syncPosts(filter: $f, limit: $l, nextToken: $t, lastSync: $s) {
        items { id _version _deleted } nextToken startedAt
    }
}";

fn page(world: &World, variables: Value) -> Value {
    let answer = world.ask(SYNC, variables);
    assert_eq!(answer.get("errors"), None);
    answer["data"]["syncPosts"].clone()
}

/// All pages; each record as `id:version`, with `!` for a tombstone.
fn all(world: &World, mut variables: Value) -> (Vec<String>, i64) {
    let mut seen = Vec::new();
    let mut started = None;
    loop {
        let page = page(world, variables.clone());
        for item in page["items"].as_array().unwrap() {
            let deleted = if item["_deleted"] == json!(true) { "!" } else { "" };
            seen.push(format!("{}:{}{deleted}", item["id"].as_str().unwrap(), item["_version"]));
        }
        let at = page["startedAt"].as_i64().unwrap();
        assert_eq!(*started.get_or_insert(at), at, "startedAt is the same on every page");
        if page["nextToken"].is_null() {
            return (seen, at);
        }
        variables["t"] = page["nextToken"].clone();
    }
}

fn posts(world: &World, ids: &[&str]) {
    for (place, id) in ids.iter().enumerate() {
        world.post(json!({ "id": id, "title": "t", "status": "DRAFT", "rating": place }));
    }
}

#[test]
fn base_then_delta() {
    let world = World::new();
    posts(&world, &["c", "a", "b"]);
    for last_sync in [Value::Null, json!(0), json!(-5)] {
        let (seen, _) = all(&world, json!({ "s": last_sync, "l": 2 }));
        assert_eq!(seen, ["a:1", "b:1", "c:1"], "{last_sync}");
    }
    let (_, started) = all(&world, json!({}));
    world.clock.set(NOW + 10_000);
    world.data("mutation { deletePost(input: { id: \"a\", _version: 1 }) { id } }");
    world.data("mutation { updatePost(input: { id: \"c\", title: \"x\", _version: 1 }) { id } }");
    let (seen, later) = all(&world, json!({ "s": started + 1, "l": 1 }));
    assert_eq!(seen, ["a:2!", "c:2"]);
    assert!(later >= NOW + 10_000);
    let (seen, _) = all(&world, json!({ "s": later + 1 }));
    assert_eq!(seen, Vec::<String>::new());
    let (seen, _) = all(&world, json!({ "s": null }));
    assert_eq!(seen, ["a:2!", "b:1", "c:2"], "a base sync has tombstones too");
}

#[test]
fn a_filter_applies_to_base_and_delta() {
    let world = World::new();
    posts(&world, &["a", "b", "c"]);
    let filter = json!({ "and": [{ "rating": { "gt": 0 } }] });
    assert_eq!(all(&world, json!({ "f": filter })).0, ["b:1", "c:1"]);
    assert_eq!(all(&world, json!({ "f": filter, "s": NOW })).0, ["b:1", "c:1"]);
    let seen_at = json!({ "seenAt": { "lt": 9_007_199_254_740_993_i64 } });
    assert_eq!(all(&world, json!({ "f": seen_at })).0, Vec::<String>::new());
}

#[test]
fn limits_are_cut_down_not_refused() {
    let mut config = config();
    config.limits = Limits { max_page: 2, max_negotiated_page: 3, default_page: 1, ..Limits::default() };
    let world = World::with(crate::support::BLOG, config);
    posts(&world, &["a", "b", "c", "d"]);
    let plain = |limit: Value| page(&world, json!({ "l": limit }))["items"].as_array().unwrap().len();
    let negotiated = |limit: Value| {
        let answer = world.ask_negotiated(SYNC, json!({ "l": limit }), json!({}));
        answer["data"]["syncPosts"]["items"].as_array().unwrap().len()
    };
    assert_eq!(
        [plain(Value::Null), plain(json!(2)), plain(json!(1000)), plain(json!(i64::MAX))],
        [1, 2, 2, 2]
    );
    assert_eq!([negotiated(Value::Null), negotiated(json!(1000))], [1, 3]);
    for limit in [0, -1] {
        assert!(world.message(SYNC, json!({ "l": limit })).contains("limit must be at least 1"));
    }
}

#[test]
fn a_page_ends_with_its_bytes_too() {
    let mut config = config();
    config.limits = Limits { max_page_bytes: 10_000, ..Limits::default() };
    let world = World::with(crate::support::BLOG, config);
    for (place, size) in [10, 9_000, 30_000, 10, 10].into_iter().enumerate() {
        let content = "x".repeat(size);
        world.post(json!({ "id": format!("p{place}"), "title": "t", "content": content, "status": "DRAFT" }));
    }
    let (mut token, mut pages) = (Value::Null, Vec::new());
    loop {
        let answer = world.ask_negotiated(SYNC, json!({ "l": 1_000, "t": token }), json!({}));
        assert_eq!(answer["extensions"]["syncline"]["caps"]["maxPageBytes"], 10_000);
        let page = &answer["data"]["syncPosts"];
        pages.push(page["items"].as_array().unwrap().len());
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(pages, [2, 1, 2], "what is larger than a page comes alone");
    assert_eq!(all(&world, json!({})).0.len(), 5, "also for those who did not ask");
}

#[test]
fn several_pages_may_be_asked_for_at_once() {
    let mut config = config();
    config.limits = Limits { max_page: 2, max_negotiated_page: 8, ..Limits::default() };
    let world = World::with(crate::support::BLOG, config);
    let ids: Vec<String> = (0..462).map(|place| format!("p{place:03}")).collect();
    posts(&world, &ids.iter().map(String::as_str).collect::<Vec<_>>());
    let ask_in = |world: &World, limit: i64, token: &Value| {
        let answer = world.ask_negotiated(SYNC, json!({ "l": limit, "t": token }), json!({}));
        let page = answer["data"]["syncPosts"].clone();
        let found =
            page["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap().to_owned());
        let ranges = answer["extensions"]["syncline"]["fields"]["syncPosts"]["ranges"].clone();
        (found.collect::<Vec<_>>(), page["nextToken"].clone(), ranges)
    };
    let ask = |limit: i64, token: &Value| ask_in(&world, limit, token);
    assert_eq!(ask(2, &Value::Null).2, Value::Null, "pages of AppSync's size come one after the other");

    // One after the other.
    let (mut token, mut seen, mut sizes, mut told) = (Value::Null, Vec::new(), Vec::new(), Vec::new());
    let mut tokens = Vec::new();
    loop {
        let (found, next, ranges) = ask(8, &token);
        sizes.push(found.len());
        seen.extend(found);
        told.extend(ranges.as_array().into_iter().flatten().cloned());
        if next.is_null() {
            break;
        }
        tokens.push(next.clone());
        token = next;
    }
    assert_eq!(seen, ids);
    assert_eq!(sizes, [&[8][..], &[7; 63], &[8, 5]].concat());
    assert_eq!(told, tokens[..64], "the same tokens as page after page");

    // A page that does not get as far as its bound goes on to it, and then to what was told.
    let (_, next, ranges) = ask(8, &Value::Null);
    let (found, rest, none) = ask(4, &next);
    assert_eq!((found.len(), &none), (4, &Value::Null));
    assert_ne!(rest, ranges[1]);
    let (found, next, _) = ask(8, &rest);
    assert_eq!((found.len(), &next), (3, &ranges[1]));

    // Tokens hold keys: where those are long, there are fewer pages.
    let mut config = self::config();
    config.limits = Limits { max_page: 2, max_negotiated_page: 8, ..Limits::default() };
    let world = World::with(crate::support::BLOG, config);
    let ids: Vec<String> = (0..100).map(|place| format!("{place:01000}")).collect();
    posts(&world, &ids.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ask_in(&world, 8, &Value::Null).2.as_array().unwrap().len(), 9);
}

#[test]
fn tokens_fit_only_the_query_they_were_made_for() {
    let world = World::new();
    posts(&world, &["a", "b", "c"]);
    let token = page(&world, json!({ "l": 1 }))["nextToken"].as_str().unwrap().to_owned();
    let filter = json!({ "rating": { "ge": 0 } });
    let list =
        world.ask("{ listPosts(limit: 1) { nextToken } }", json!({}))["data"]["listPosts"]["nextToken"]
            .clone();
    let mut broken = token.clone();
    broken.replace_range(30..31, if &token[30..31] == "A" { "B" } else { "A" });
    for (name, variables) in [
        ("another filter", json!({ "t": token, "f": filter })),
        ("a list's", json!({ "t": list })),
        ("broken", json!({ "t": broken })),
        ("cut", json!({ "t": &token[..token.len() - 1] })),
        ("empty", json!({ "t": "" })),
        ("nonsense", json!({ "t": "Zm9v" })),
        ("not base64", json!({ "t": "é" })),
        ("long", json!({ "t": "A".repeat(100_000) })),
    ] {
        let answer = world.ask(SYNC, variables);
        assert_eq!(answer["errors"][0]["errorType"], "BadRequestException", "{name}");
        assert!(answer["errors"][0]["message"].as_str().unwrap().contains("nextToken"), "{name}");
        assert_eq!(answer["data"], json!({ "syncPosts": null }), "{name}");
    }
    assert!(page(&world, json!({ "t": token }))["items"].as_array().unwrap().len() == 2);
    let mut other = config();
    other.token_key = [8; 32];
    let other = World::with(crate::support::BLOG, other);
    assert!(other.message(SYNC, json!({ "t": token })).contains("nextToken"), "another key");
}

#[test]
fn a_restored_clock_does_not_reach_back() {
    let world = World::new();
    posts(&world, &["a"]);
    let (_, started) = all(&world, json!({}));
    world.clock.set(NOW - 3_600_000);
    posts(&world, &["b"]);
    assert!(all(&world, json!({ "s": started })).0.contains(&"b:1".to_owned()));
    let call = Call { body: b"{\"query\":\"{ __typename }\"}", negotiated: false, now_ms: i64::MIN };
    let response = crate::support::now(world.service.execute(&Caller::api_key(), call));
    assert_eq!(response.status, 200);
}
