//! `syncline dev --conflict`.

use crate::graphql::Graphql;
use crate::process::{Dev, file};
use serde_json::{Value, json};

const SCHEMA: &str =
    "type Todo @model @auth(rules: [{ allow: public }]) { id: ID! title: String! tags: [String] }
    type Note @model @auth(rules: [{ allow: public }]) { id: ID! title: String! tags: [String] }\n";

/// A record that is changed twice from the same version: the second answer.
async fn twice(client: &Graphql, model: &str) -> Value {
    let create =
        format!("mutation {{ create{model}(input: {{ id: \"1\", title: \"a\", tags: [\"x\"] }}) {{ id }} }}");
    client.data(&create, json!({})).await;
    let update = |title: &str| {
        format!(
            "mutation {{ it: update{model}(input: {{ id: \"1\", title: \"{title}\", tags: [\"x\"], _version: 1 }}) \
             {{ title tags _version }} }}"
        )
    };
    client.data(&update("b"), json!({})).await;
    let (status, answer) = client.post(&update("c"), json!({})).await;
    assert_eq!(status, 200);
    answer
}

#[tokio::test]
async fn each_model_has_the_strategy_that_was_asked_for() {
    let directory = tempfile::tempdir().unwrap();
    let schema = file(directory.path(), "schema.graphql", SCHEMA);
    let flags = ["--conflict", "optimistic", "--conflict", "Note=automerge-appsync"];
    let dev = Dev::start_with(&schema, &directory.path().join("data"), &flags);
    let client = Graphql::of(&dev);
    let refused = twice(&client, "Todo").await;
    assert_eq!(refused["errors"][0]["errorType"], "ConflictUnhandled");
    assert_eq!(refused["errors"][0]["data"], json!({ "title": "b", "tags": ["x"], "_version": 2 }));
    let merged = twice(&client, "Note").await;
    assert_eq!(merged["data"]["it"], json!({ "title": "b", "tags": ["x", "x"], "_version": 3 }));
}
