//! A schema that grows while clients are connected.

use crate::client::todo::{Todo, schema};
use crate::graphql::Graphql;
use crate::process::{Dev, PATIENCE, file};
use serde_json::json;
use syncline::{AppSync, Changes, DataStore};

const SCHEMA: &str = include_str!("todo.graphql");

/// Waits until a todo of that title is observed.
async fn observed(changes: &mut Changes<Todo>, title: &str) {
    let observed = async {
        while let Some(change) = changes.next().await {
            if change.item().is_some_and(|item| item.title == title) {
                return;
            }
        }
        panic!("the store is closed");
    };
    tokio::time::timeout(PATIENCE, observed).await.unwrap_or_else(|_| panic!("{title} is not observed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn additions_are_served_and_anything_else_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = file(directory.path(), "schema.graphql", SCHEMA);
    let data = directory.path().join("data");
    let dev = Dev::start(&path, &data);
    let server = Graphql::of(&dev);
    let write = |text: &str| std::fs::write(&path, text).unwrap();

    let device = DataStore::builder(schema())
        .path(directory.path().join("device.db"))
        .api(AppSync::api_key(&dev.endpoint, &dev.key))
        .open()
        .await
        .unwrap();
    let mut changes = device.observe::<Todo>().unwrap();
    server.data("mutation { createTodo(input: { title: \"Before\" }) { id } }", json!({})).await;
    observed(&mut changes, "Before").await;

    // A field and a model more: served at once, to a client that stays connected and to one that knows of them.
    let more = SCHEMA.replace("stage: Int", "stage: Int\n  note: String")
        + "\ntype List @model @auth(rules: [{ allow: public }]) {\n  id: ID!\n  name: String!\n}\n";
    write(&more);
    assert_eq!(dev.process.lines(3)[0], "Schema reloaded");
    let create = "mutation { createTodo(input: { title: \"After\", note: \"new\" }) { note } }";
    assert_eq!(server.data(create, json!({})).await["createTodo"]["note"], "new");
    server.data("mutation { createList(input: { name: \"Home\" }) { id } }", json!({})).await;
    observed(&mut changes, "After").await;
    let saved = device.save(Todo::new("From the device")).await.unwrap();
    observed(&mut changes, "From the device").await;
    let verdict = tokio::time::timeout(PATIENCE, saved.synced()).await.unwrap();
    assert_eq!(verdict.version(), Some(1));

    // Anything else is refused, with what and why on stderr, and what is served stays.
    let errors = || std::fs::read_to_string(data.with_extension("stderr")).unwrap_or_default();
    for (wrong, part) in [
        (more.replace("note: String", "note: Int"), "Todo.note"),
        (more.replace("@model", "@modle"), "schema.graphql:3:11: "),
        (SCHEMA.to_owned(), "List"),
        (String::new(), "schema.graphql"),
    ] {
        write(&wrong);
        assert_eq!(dev.process.lines(1), ["Schema not reloaded; the API stays as it was"], "{wrong}");
        let errors = errors();
        assert!(errors.contains(part) && errors.contains("help: "), "no {part:?} in {errors}");
        server.data("{ listLists { items { name } } listTodos { items { note } } }", json!({})).await;
    }
    std::fs::remove_file(&path).unwrap();
    assert_eq!(dev.process.lines(1), ["Schema not reloaded; the API stays as it was"]);

    // Taken back.
    write(&more);
    assert_eq!(dev.process.lines(1), ["The schema file says again what is served"]);

    // More added: only that is news.
    write(&more.replace("name: String!", "name: String!\n  colour: String"));
    let told = dev.process.lines(2);
    assert_eq!(told[0], "Schema reloaded");
    assert!(told[1].contains("List.colour"), "{told:?}");
    server.data("mutation { createTodo(input: { title: \"Last\" }) { id } }", json!({})).await;
    observed(&mut changes, "Last").await;

    // It ends although a device is connected.
    dev.process.signal("TERM");
    let (status, rest) = dev.process.end();
    assert_eq!((status.code(), rest), (Some(0), vec![]));
}
