//! What a document may say: fragments, variables, aliases, conditions, several root fields; and what its answer holds.

use crate::support::{World, config};
use serde_json::{Value, json};

fn blog() -> World {
    let world = World::new();
    world.data(
        "mutation {
            a: createPost(input: { id: \"p1\", title: \"one\", status: ACTIVE, rating: 1 }) { id }
            b: createPost(input: { id: \"p2\", title: \"two\", status: DRAFT }) { id }
            c: createComment(input: { id: \"c1\", content: \"x\", postCommentsId: \"p1\" }) { id }
        }",
    );
    world
}

#[test]
fn typename_is_known_everywhere() {
    let world = blog();
    assert_eq!(
        world.data(
            "{ __typename t: __typename
               getPost(id: \"p1\") { __typename comments { __typename items { __typename post { __typename } } } }
               listPosts(limit: 1) { __typename items { a: __typename __typename } }
               syncPosts(limit: 1) { __typename items { __typename } } }"
        ),
        json!({
            "__typename": "Query", "t": "Query",
            "getPost": {
                "__typename": "Post",
                "comments": {
                    "__typename": "ModelCommentConnection",
                    "items": [{ "__typename": "Comment", "post": { "__typename": "Post" } }]
                }
            },
            "listPosts": { "__typename": "ModelPostConnection", "items": [{ "a": "Post", "__typename": "Post" }] },
            "syncPosts": { "__typename": "ModelPostConnection", "items": [{ "__typename": "Post" }] },
        })
    );
    assert_eq!(
        world.data(
            "mutation { __typename deletePost(input: { id: \"p2\", _version: 1 }) { __typename _deleted } }"
        ),
        json!({ "__typename": "Mutation", "deletePost": { "__typename": "Post", "_deleted": true } })
    );
}

#[test]
fn fragments_merge_with_what_is_around_them() {
    let world = blog();
    let query = "query Q($with: Boolean!, $id: ID = \"p1\", $other: ID!) {
        ...Roots
        second: getPost(id: $other) { ...P ... @include(if: $with) { status } }
      }
      fragment Roots on Query { first: getPost(id: $id) { ...P comments(limit: 5) { ...C } } }
      fragment P on Post { id ... on Post { title } ...Q @skip(if: $with) }
      fragment Q on Post { rating comments(limit: 5) { items { content } } }
      fragment C on ModelCommentConnection { items { id post { ...S } } }
      fragment S on Post { id }";
    let answer = world.ask(query, json!({ "with": true, "other": "p2" }));
    assert_eq!(
        answer,
        json!({ "data": {
            "first": { "id": "p1", "title": "one", "comments": { "items": [{ "id": "c1", "post": { "id": "p1" } }] } },
            "second": { "id": "p2", "title": "two", "status": "DRAFT" }
        } })
    );
    let answer = world.ask(query, json!({ "with": false, "other": "p1", "id": "p2", "unknown": [1] }));
    assert_eq!(
        answer,
        json!({ "data": {
            "first": { "id": "p2", "title": "two", "rating": null, "comments": { "items": [] } },
            "second": { "id": "p1", "title": "one", "rating": 1, "comments": { "items": [{ "content": "x" }] } }
        } })
    );
}

#[test]
fn defaults_and_variables_inside_values() {
    let world = blog();
    let query = "query Q($least: Int = 1, $ids: [ID] = [\"p1\", \"p2\"], $f: ModelPostFilterInput = { rating: { ge: 0 } }, $n: Int) {
        a: listPosts(filter: { and: [{ rating: { ge: $least } }, $f] }, limit: $n) { items { id } }
        b: listPosts(filter: { id: { between: $ids } }) { items { id } }
        c: listPosts(filter: { rating: { ge: $n } }) { items { id } }
    }";
    // A variable that was not given leaves its key out.
    let posts =
        |ids: &[&str]| json!({ "items": ids.iter().map(|id| json!({ "id": id })).collect::<Value>() });
    for (variables, [a, b, c]) in [
        (json!({}), [&["p1"][..], &["p1", "p2"], &["p1", "p2"]]),
        (json!({ "least": 2 }), [&[], &["p1", "p2"], &["p1", "p2"]]),
        (json!({ "ids": ["p2", "p9"], "n": 1 }), [&["p1"], &["p2"], &["p1"]]),
        (json!({ "f": null }), [&["p1"], &["p1", "p2"], &["p1", "p2"]]),
        (json!({ "f": { "rating": { "gt": 1 } } }), [&[], &["p1", "p2"], &["p1", "p2"]]),
    ] {
        let answer = world.ask(query, variables.clone());
        assert_eq!(answer, json!({ "data": { "a": posts(a), "b": posts(b), "c": posts(c) } }), "{variables}");
    }
}

#[test]
fn a_mutation_that_fails_does_not_stop_the_next() {
    let world = blog();
    let answer = world.ask(
        "mutation {
            first: updatePost(input: { id: \"p1\", rating: 2, _version: 1 }) { rating _version }
            second: createPost(input: { id: \"p1\", title: \"again\", status: DRAFT }) { id }
            third: updatePost(input: { id: \"none\", rating: 2, _version: 1 }) { id }
            fourth: updatePost(input: { id: \"p1\", rating: 3, _version: 2 }) { rating _version comments { items { id } } }
            fifth: createPost(input: { id: \"p9\", title: \"t\", status: DRAFT, contact: \"nobody\" }) { id }
            sixth: deletePost(input: { id: \"p2\", _version: 1 }) { id _deleted }
        }",
        json!({}),
    );
    assert_eq!(
        answer["data"],
        json!({
            "first": { "rating": 2, "_version": 2 }, "second": null, "third": null,
            "fourth": { "rating": 3, "_version": 3, "comments": { "items": [{ "id": "c1" }] } },
            "fifth": null, "sixth": { "id": "p2", "_deleted": true }
        }),
        "{answer}"
    );
    let errors: Vec<_> = answer["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| (error["path"][0].clone(), error["errorType"].clone()))
        .collect();
    assert_eq!(
        errors,
        [
            (json!("second"), json!("ConditionalCheckFailedException")),
            (json!("third"), json!("ConditionalCheckFailedException")),
            (json!("fifth"), json!("ValidationError")),
        ]
    );
    let lines: Vec<_> = answer["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["locations"][0]["line"].clone())
        .collect();
    assert_eq!(lines, [3, 4, 6], "each says where");
}

#[test]
fn a_null_where_none_may_be_takes_the_object_around_it() {
    // The index query has no rights to fail, so the relation's: it is required, and its target may not be read.
    let schema = "type Open @model @auth(rules: [{ allow: public }]) { id: ID! secret: Secret! @hasOne }
                  type Secret @model @auth(rules: [{ allow: owner }]) { id: ID! }";
    let world = World::with(schema, config());
    world.data("mutation { createOpen(input: { id: 1, openSecretId: \"s\" }) { id } }");
    let answer =
        world.ask("{ listOpens { items { id secret { id } } nextToken } getOpen(id: 1) { id } }", json!({}));
    assert_eq!(
        answer["data"],
        json!({ "listOpens": { "items": [null], "nextToken": null }, "getOpen": { "id": "1" } }),
        "{answer}"
    );
    assert_eq!(answer["errors"][0]["path"], json!(["listOpens", "items", 0, "secret"]));
    let schema = "type Open @model @auth(rules: [{ allow: public }]) { id: ID! desk: Desk! @hasOne }
                  type Desk @model @auth(rules: [{ allow: public }]) { id: ID! }";
    let world = World::with(schema, config());
    world.data("mutation { createOpen(input: { id: 1, openDeskId: \"gone\" }) { id } }");
    let answer = world.ask("{ o: getOpen(id: 1) { desk { id } } }", json!({}));
    assert_eq!(answer["data"], json!({ "o": null }));
    assert_eq!(
        answer["errors"][0]["message"],
        "Cannot return null for non-nullable type: 'Desk' within parent 'Open' (/o/desk)"
    );
    assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1));
}
