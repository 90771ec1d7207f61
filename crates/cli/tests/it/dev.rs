//! `syncline dev`: what it prints, whom it lets in, how it ends.

use crate::graphql::Graphql;
use crate::process::{Dev, Process, arg, file, syncline};
use serde_json::json;

const SCHEMA: &str = "type Todo @model @auth(rules: [{ allow: public }]) {\n  id: ID!\n  title: String!\n}\n";

#[tokio::test]
async fn it_serves_what_it_says_and_keeps_it() {
    let directory = tempfile::tempdir().unwrap();
    let schema = file(directory.path(), "schema.graphql", SCHEMA);
    let data = directory.path().join("new/data");
    let dev = Dev::start(&schema, &data);
    assert_eq!(dev.realtime, format!("{}/realtime", dev.endpoint.replace("http://", "ws://")));

    let client = Graphql::of(&dev);
    let create = "mutation { createTodo(input: { id: \"1\", title: \"Write\" }) { id _version } }";
    let created = client.data(create, json!({})).await;
    assert_eq!(created, json!({ "createTodo": { "id": "1", "_version": 1 } }));
    let (status, _) = Graphql::new(&dev.endpoint, "another").post(create, json!({})).await;
    assert_eq!(status, 401);

    // Another one, on the same data: the same key, the same records.
    let key = dev.key.clone();
    dev.process.signal("TERM");
    let (status, rest) = dev.process.end();
    assert_eq!((status.code(), rest), (Some(0), vec![]));
    let dev = Dev::start(&schema, &data);
    assert_eq!(dev.key, key);
    let got = Graphql::of(&dev).data("{ getTodo(id: \"1\") { title } }", json!({})).await;
    assert_eq!(got, json!({ "getTodo": { "title": "Write" } }));
    dev.process.signal("INT");
    assert_eq!(dev.process.end().0.code(), Some(0));

    // With a key of one's own, by flag or by environment.
    let args = ["dev", "--schema", arg(&schema), "--data", arg(&data), "--listen", "127.0.0.1:0"];
    let errors = directory.path().join("errors");
    for own in ["flag", "environment"] {
        let mut command = syncline(&args);
        match own {
            "flag" => command.args(["--api-key", own]),
            _ => command.env("SYNCLINE_API_KEY", own),
        };
        let process = Process::start(command, &errors);
        let lines = process.lines(4);
        assert_eq!(lines[2], format!("API key: {own}"));
        let endpoint = lines[0].strip_prefix("GraphQL endpoint: ").unwrap();
        Graphql::new(endpoint, own).data("{ getTodo(id: \"1\") { title } }", json!({})).await;
        let (status, _) = Graphql::new(endpoint, &key).post("{ getTodo(id: \"1\") { id } }", json!({})).await;
        assert_eq!(status, 401);
    }
    assert_eq!(Dev::start(&schema, &data).key, key);
}

#[tokio::test]
async fn the_extension_can_be_switched_off() {
    let directory = tempfile::tempdir().unwrap();
    let schema = file(directory.path(), "schema.graphql", SCHEMA);
    let data = directory.path().join("data");
    let _ = rustls::crypto::ring::default_provider().install_default();
    for (flags, offered) in [(&[][..], true), (&["--pure-appsync"], false)] {
        let dev = Dev::start_with(&schema, &data, flags);
        let request = reqwest::Client::new().post(&dev.endpoint).header("x-api-key", &dev.key);
        let body = json!({ "query": "{ syncTodos { nextToken } }" }).to_string();
        let answer = request.header("x-syncline", "1").body(body).send().await.unwrap().text().await.unwrap();
        assert_eq!(answer.contains("\"syncline\""), offered, "{answer}");
        dev.process.signal("TERM");
        dev.process.end();
    }
}
