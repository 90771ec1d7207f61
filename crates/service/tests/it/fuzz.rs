//! Damaged documents, variables and bodies: always an answer, never a panic.

use crate::support::{Random, World, config, now};
use syncline_protocol::request::Request;
use syncline_service::{Caller, Listener};

const BODIES: [&str; 6] = [
    r#"{"query":"query Q($f: ModelPostFilterInput, $l: Int, $t: String, $s: AWSTimestamp) { syncPosts(filter: $f, limit: $l, nextToken: $t, lastSync: $s) { items { id title tags _version comments(limit: 1) { items { id post { id } } } } nextToken startedAt } }","variables":{"f":{"and":[{"rating":{"between":[1,9]}},{"or":[{"title":{"beginsWith":"a"}},{"not":{"tags":{"contains":"x"}}}]}]},"l":10,"t":null,"s":1700000000000}}"#,
    r#"{"query":"mutation M($i: CreatePostInput!, $c: ModelPostConditionInput) { a: createPost(input: $i, condition: $c) { ...F } b: updatePost(input: {id: \"p\", title: \"x\", _version: 1}) { ...F } } fragment F on Post { id title createdAt _deleted __typename }","variables":{"i":{"id":"p","title":"é😀","status":"DRAFT","tags":["a",null],"views":1.5,"seenAt":-1,"extra":"{}"},"c":{"title":{"ne":"z"}}},"extensions":{"syncline":{"session":"s","mutations":{"a":"m1"},"atomic":true}}}"#,
    r#"{"query":"{ __schema { types { name fields { name args { name type { ofType { name } } } } } } x: __type(name: \"Post\") { kind } }"}"#,
    r#"{"query":"query Q($a: Boolean!) { postsByRating(rating: 5, title: {between: [\"a\", \"b\"]}, sortDirection: DESC) { items { id @include(if: $a) ... on Post @skip(if: $a) { title } } } }","variables":{"a":true},"operationName":"Q"}"#,
    r#"{"query":"subscription S($f: ModelSubscriptionPostFilterInput) { onUpdatePost(filter: $f) { id rating } }","variables":{"f":{"rating":{"in":[1,2]},"status":{"eq":"DRAFT"}}}}"#,
    r#"{"query":"mutation { deletePost(input: {id: \"p\", _version: 2}, condition: {and: [{rating: {attributeExists: true}}]}) { id _version } }"}"#,
];

const PIECES: [&str; 24] = [
    "\\u0000",
    "\u{0}",
    "{",
    "}",
    "[",
    "]",
    "\\\"",
    "\"",
    "null",
    "-1",
    "1e999",
    "9223372036854775808",
    "...",
    "@skip(if: $a)",
    "$x",
    "!",
    ":",
    "é",
    "\\ud800",
    "fragment F on Post { ...F }",
    "__typename",
    "_version",
    "or",
    "#",
];

fn damage(random: &mut Random, body: &str) -> Vec<u8> {
    let mut bytes = body.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let to = (at + random.below(12)).min(bytes.len());
        match random.below(5) {
            0 => drop(bytes.drain(at..to)),
            1 => bytes.splice(at..at, PIECES[random.below(PIECES.len())].bytes()).for_each(drop),
            2 if at < bytes.len() => bytes[at] = u8::try_from(random.below(256)).unwrap(),
            3 => {
                let again = bytes[at..to].to_vec();
                bytes.splice(at..at, again).for_each(drop);
            }
            _ => bytes.splice(at..to, PIECES[random.below(PIECES.len())].bytes()).for_each(drop),
        }
    }
    bytes
}

/// The same with custom types.
const KINDS: [&str; 2] = [
    r#"{"query":"mutation M($i: CreatePersonInput!) { a: createPerson(input: $i) { ...P } b: createPerson(input: {name: \"b\", home: {street: \"s\", stops: [{lat: 1, lon: 2}]}}) { ...P } } fragment P on Person { home { ...A } homes { ...A } spots { lat __typename } desk { plan { lat } } level } fragment A on Address { street zip geo { lat mood } stops { lon } lines since }","variables":{"i":{"name":"n","home":{"street":"é","geo":{"lat":1,"lon":-0.5,"mood":"BAD"},"stops":[{"lat":1,"lon":2}],"lines":["a"]},"homes":{"street":"x"},"spots":[null]}}}"#,
    r#"{"query":"query Q($a: Boolean!) { syncPeople { items { x: home { street @include(if: $a) geo { lat } } tags { items { tag { label } } } } nextToken } }","variables":{"a":true}}"#,
];

#[test]
fn damaged_requests_get_an_answer() {
    check(&World::new(), &BODIES, 4_000);
    check(&World::with(include_str!("kinds.graphql"), config()), &KINDS, 2_000);
}

fn check(world: &World, bodies: &[&str], rounds: usize) {
    let mut random = Random(0x5eed);
    let mut statuses = std::collections::BTreeMap::new();
    for round in 0..rounds {
        let body = bodies[round % bodies.len()];
        let damaged = if round < bodies.len() { body.as_bytes().to_vec() } else { damage(&mut random, body) };
        let response = world.send(&damaged, round % 2 == 0);
        assert!(matches!(response.status, 200 | 400 | 413), "{}", String::from_utf8_lossy(&damaged));
        let answer: serde_json::Value = serde_json::from_slice(&response.body)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&damaged)));
        let kind = (response.status, answer.get("errors").is_some());
        *statuses.entry(kind).or_insert(0) += 1;
        if let Ok(request) = Request::parse(&damaged)
            && let Ok(id) = world.service.subscribe(
                &Caller::api_key(),
                &request,
                if round % 3 == 0 { Listener::Syncline { origin: None } } else { Listener::AppSync },
            )
            && round % 4 == 0
        {
            world.service.unsubscribe(id);
        }
        now(world.service.due());
    }
    assert!(statuses.len() >= 3, "all kinds of answers occur: {statuses:?}");
}
