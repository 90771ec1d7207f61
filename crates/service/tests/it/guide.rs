//! The examples of docs/conflicts.md do what the page says.

use crate::support::{Handler, World, config};
use serde_json::{Value, json};
use std::sync::Arc;
use syncline_service::{Config, Conflicts, Strategy};

const PAGE: &str = include_str!("../../../../docs/conflicts.md");

/// The page's blocks of a language, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let blocks = PAGE.split("\n```").skip(1).step_by(2);
    blocks.filter_map(|block| block.strip_prefix(language)?.strip_prefix('\n')).collect()
}

fn json_block(place: usize) -> Value {
    serde_json::from_str(blocks("json")[place]).unwrap()
}

fn schema() -> &'static str {
    blocks("graphql")[0]
}

fn send(world: &World, op: &str, mut input: Value, version: Option<i64>) -> Value {
    input["id"] = json!("a1");
    if let Some(version) = version {
        input["_version"] = json!(version);
    }
    let upper = format!("{}{}", op[..1].to_uppercase(), &op[1..]);
    let fields = "title summary reads best firstRead readers history _version _deleted";
    let query =
        format!("mutation M($input: {upper}ArticleInput!) {{ {op}Article(input: $input) {{ {fields} }} }}");
    world.ask(&query, json!({ "input": input }))
}

#[test]
fn every_policy_merges_as_the_page_shows() {
    let story = json_block(0);
    let world = World::with(schema(), config());
    send(&world, "create", story["base"].clone(), None);
    send(&world, "update", story["server"].clone(), Some(1));
    let mut answer = send(&world, "update", story["late"].clone(), Some(1));
    let mut merged = answer["data"]["updateArticle"].take();
    assert_eq!(merged["_version"], 3);
    let fields = merged.as_object_mut().unwrap();
    fields.retain(|name, _| !name.starts_with('_'));
    assert_eq!(merged, story["merged"]);
}

#[test]
fn a_handler_is_asked_and_answers_as_the_page_shows() {
    for (place, expected) in [
        (2, json!(["Bees and the bees", 6, 3, null])),
        (3, json!("ConflictUnhandled")),
        (4, json!(["The bees", 5, 3, true])),
    ] {
        let handler = Handler::new(move |_| Ok(json_block(place)));
        let strategy = Strategy::Lambda(Arc::clone(&handler) as Arc<_>);
        let world = World::with(schema(), Config { conflict: Conflicts::all(strategy), ..config() });
        send(&world, "create", json!({ "title": "Bees", "reads": 5 }), None);
        send(&world, "update", json!({ "title": "The bees" }), Some(1));
        let answer = send(&world, "update", json!({ "title": "Bees!", "reads": 6 }), Some(1));
        let data = &answer["data"]["updateArticle"];
        match answer.get("errors") {
            None => assert_eq!(
                json!([data["title"], data["reads"], data["_version"], data["_deleted"]]),
                expected
            ),
            Some(errors) => assert_eq!(errors[0]["errorType"], expected),
        }
        assert_eq!(*handler.asked.lock().unwrap(), [json_block(1)]);
    }
}
