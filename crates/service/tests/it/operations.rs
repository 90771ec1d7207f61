//! Operations by other names than the usual, in both spellings, and those that a schema has removed.

use crate::support::{World, config};
use serde_json::json;

const ODD: &str = include_str!("../../../schema/tests/fixtures/odd.graphql");

#[test]
fn the_names_that_the_schema_gives_are_served_and_no_others() {
    let world = World::with(ODD, config());
    let made = world.data("mutation { make(input: { id: \"r\", a: 1 }) { id a _version } }");
    assert_eq!(made, json!({ "make": { "id": "r", "a": 1, "_version": 1 } }));
    assert_eq!(world.data("{ fetch(id: \"r\") { a } }"), json!({ "fetch": { "a": 1 } }));
    for (query, field) in [
        ("{ getRenamed(id: \"r\") { a } }", "getRenamed"),
        ("{ listRenameds { items { a } } }", "listRenameds"),
        ("mutation { createRenamed(input: { a: 1 }) { a } }", "createRenamed"),
        ("mutation { deleteRenamed(input: { id: \"r\" }) { a } }", "deleteRenamed"),
        ("{ getSilent(id: \"r\") { a } }", "getSilent"),
        ("mutation { createSilent(input: { a: 1 }) { a } }", "createSilent"),
    ] {
        let message = world.message(query, json!({}));
        assert!(message.contains("FieldUndefined") && message.contains(field), "{query}: {message}");
    }
}

#[test]
fn a_model_in_small_letters_is_served_as_the_transformer_and_as_javascript_spell_it() {
    let world = World::with(ODD, config());
    for (id, stem) in [("one", "Todo"), ("two", "todo")] {
        let create = format!(
            "mutation M($input: Create{stem}Input!) {{ create{stem}(input: $input) {{ id __typename _version }} }}"
        );
        let input = json!({ "id": id, "name": id, "colours": ["red"] });
        let answer = world.ask(&create, json!({ "input": input }));
        let made = json!({ "id": id, "__typename": "todo", "_version": 1 });
        assert_eq!(answer, json!({ "data": { format!("create{stem}"): made } }));
        let update = format!(
            "mutation M($input: Update{stem}Input!, $condition: Model{stem}ConditionInput) {{
               update{stem}(input: $input, condition: $condition) {{ name }} }}"
        );
        let variables = json!({
            "input": { "id": id, "name": "new", "_version": 1 },
            "condition": { "name": { "eq": id } },
        });
        let answer = world.ask(&update, variables);
        assert_eq!(answer, json!({ "data": { format!("update{stem}"): { "name": "new" } } }));
    }
    for (field, stem) in [("syncTodos", "Todo"), ("synctodos", "todo")] {
        let sync = format!(
            "query Q($limit: Int, $nextToken: String, $lastSync: AWSTimestamp, $filter: Model{stem}FilterInput) {{
               {field}(limit: $limit, nextToken: $nextToken, lastSync: $lastSync, filter: $filter) {{
                 items {{ id }} nextToken startedAt }} }}"
        );
        let filter = json!({ "colours": { "contains": "red" }, "_deleted": { "ne": true } });
        let answer = world.ask(&sync, json!({ "limit": 10, "filter": filter }));
        assert_eq!(answer["data"][field]["items"], json!([{ "id": "one" }, { "id": "two" }]), "{answer}");
    }
    let created =
        world.data("mutation { createList(input: { id: \"l\" }) { todos { items { id } nextToken } } }");
    assert_eq!(created, json!({ "createList": { "todos": { "items": [], "nextToken": null } } }));
}

#[test]
fn an_id_is_made_wherever_it_stands() {
    let world = World::with(
        "input AMPLIFY { globalAuthRule: AuthRule = { allow: public } }
         type Part @model { shop: ID! @primaryKey(sortKeyFields: [\"id\"]) id: ID! }
         type Beside @model { code: ID! @primaryKey id: String! }
         type Number @model { code: ID! @primaryKey id: Int }",
        config(),
    );
    let data = world.data(
        "mutation { a: createPart(input: { shop: \"s\" }) { shop id } b: createBeside(input: { code: \"c\" }) { code id }
           c: createNumber(input: { code: \"c\" }) { id } d: createPart(input: { shop: \"s\", id: \"given\" }) { id } }",
    );
    for (alias, beside) in [("a", "shop"), ("b", "code")] {
        let id = data[alias]["id"].as_str().unwrap();
        assert_eq!((id.len(), data[alias][beside].is_string()), (36, true), "{data}");
    }
    assert_eq!((&data["c"]["id"], &data["d"]["id"]), (&json!(null), &json!("given")));
}
