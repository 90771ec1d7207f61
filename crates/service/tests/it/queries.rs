//! Selections, relations, lists and their pages, indexes, keys, introspection.

use crate::support::{World, config};
use serde_json::{Value, json};
use syncline_service::Limits;

fn blog() -> World {
    let world = World::new();
    world.data(
        "mutation {
            p1: createPost(input: { id: \"p1\", title: \"b\", status: ACTIVE, rating: 5 }) { id }
            p2: createPost(input: { id: \"p2\", title: \"a\", status: DRAFT, rating: 5, views: 1.5 }) { id }
            p3: createPost(input: { id: \"p3\", title: \"c\", status: ACTIVE, rating: 7 }) { id }
            c1: createComment(input: { id: \"c1\", content: \"x\", postCommentsId: \"p1\", likes: 3 }) { id }
            c2: createComment(input: { id: \"c2\", content: \"y\", postCommentsId: \"p1\" }) { id }
            c3: createComment(input: { id: \"c3\", content: \"z\", postCommentsId: \"gone\" }) { id }
            c4: createComment(input: { id: \"c4\", content: \"w\" }) { id }
        }",
    );
    world
}

#[test]
fn selections() {
    let world = blog();
    let check = |query: &str, data: Value| assert_eq!(world.data(query), data, "{query}");
    check(
        "{ getPost(id: \"p1\") { id title __typename } }",
        json!({ "getPost": { "id": "p1", "title": "b", "__typename": "Post" } }),
    );
    check("{ getPost(id: \"none\") { id } }", json!({ "getPost": null }));
    check("{ getPost(id: 7) { id } __typename }", json!({ "getPost": null, "__typename": "Query" }));
    check(
        "{ x: getPost(id: \"p1\") { y: id id } z: getPost(id: \"p2\") { views } }",
        json!({ "x": { "y": "p1", "id": "p1" }, "z": { "views": 1.5 } }),
    );
    check(
        "{ getPost(id: \"p1\") { ...F ... on Post { rating } ...F } } fragment F on Post { id title }",
        json!({ "getPost": { "id": "p1", "title": "b", "rating": 5 } }),
    );
    check(
        "{ getComment(id: \"c1\") { post { id } ...F } } fragment F on Comment { post { title } content }",
        json!({ "getComment": { "post": { "id": "p1", "title": "b" }, "content": "x" } }),
    );
    check(
        "{ getPost(id: \"p1\") { comments { items { id } nextToken startedAt __typename } } }",
        json!({
            "getPost": { "comments": {
                "items": [{ "id": "c1" }, { "id": "c2" }], "nextToken": null, "startedAt": null,
                "__typename": "ModelCommentConnection"
            } }
        }),
    );
    check(
        "{ getPost(id: \"p1\") { comments(filter: { likes: { gt: 1 } }) { items { id post { id comments(limit: 1) { items { id } } } } } } }",
        json!({ "getPost": { "comments": { "items": [{ "id": "c1", "post": { "id": "p1", "comments": { "items": [{ "id": "c1" }] } } }] } } }),
    );
    check(
        "{ listComments { items { id post { id _deleted } } } }",
        json!({ "listComments": { "items": [
        { "id": "c1", "post": { "id": "p1", "_deleted": null } },
        { "id": "c2", "post": { "id": "p1", "_deleted": null } },
        { "id": "c3", "post": null },
        { "id": "c4", "post": null },
    ] } }),
    );
    check(
        "{ getPost(id: \"p1\") @skip(if: false) { id @include(if: true) title @include(if: false) } }",
        json!({ "getPost": { "id": "p1" } }),
    );
}

#[test]
fn conditions_by_variables() {
    let world = blog();
    let query = "query Q($a: Boolean!, $b: Boolean = true) {
        getPost(id: \"p1\") { id @include(if: $a) title @skip(if: $b) ...F @include(if: $a) }
        other: getPost(id: \"p2\") @skip(if: $a) { id }
    } fragment F on Post { rating @skip(if: $b) status }";
    for (variables, data) in [
        (json!({ "a": true }), json!({ "getPost": { "id": "p1", "status": "ACTIVE" } })),
        (
            json!({ "a": true, "b": false }),
            json!({ "getPost": { "id": "p1", "title": "b", "rating": 5, "status": "ACTIVE" } }),
        ),
        (json!({ "a": false, "b": false }), json!({ "getPost": { "title": "b" }, "other": { "id": "p2" } })),
    ] {
        let answer = world.ask(query, variables.clone());
        assert_eq!(answer, json!({ "data": data }), "{variables}");
    }
}

#[test]
fn operations_by_name() {
    let world = blog();
    let body = |name: Value| json!({ "query": "query A { getPost(id: \"p1\") { id } } query B { getPost(id: \"p2\") { id } }", "operationName": name });
    let ask = |name: Value| -> Value {
        serde_json::from_slice(&world.send(body(name).to_string().as_bytes(), false).body).unwrap()
    };
    assert_eq!(ask(json!("B"))["data"]["getPost"]["id"], "p2");
    assert_eq!(ask(json!("C"))["errors"][0]["message"], "No operation named 'C'");
    assert!(ask(Value::Null)["errors"][0]["message"].as_str().unwrap().contains("operationName"));
}

#[test]
fn filters_select_and_pages_follow() {
    let world = blog();
    let ids = |arguments: &str| -> Vec<String> {
        let data = world.data(&format!("{{ listPosts({arguments}) {{ items {{ id }} }} }}"));
        data["listPosts"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    };
    for (arguments, expected) in [
        ("filter: { rating: { gt: 5 } }", &["p3"][..]),
        ("filter: { status: { eq: ACTIVE }, rating: { le: 5 } }", &["p1"]),
        ("filter: { or: [{ title: { beginsWith: \"a\" } }, { title: { eq: \"c\" } }] }", &["p2", "p3"]),
        ("filter: { not: { views: { attributeExists: true } } }", &["p1", "p3"]),
        ("filter: { and: [], or: [] }", &["p1", "p2", "p3"]),
        ("filter: {}", &["p1", "p2", "p3"]),
        ("filter: null, limit: 2", &["p1", "p2"]),
        ("filter: { _deleted: { ne: true } }", &["p1", "p2", "p3"]),
        ("filter: { id: { between: [\"p2\", \"p9\"] } }", &["p2", "p3"]),
    ] {
        assert_eq!(ids(arguments), expected, "{arguments}");
    }
    let mut token = Value::Null;
    let mut seen = Vec::new();
    loop {
        let answer = world.ask(
            "query Q($t: String) { listPosts(limit: 2, nextToken: $t) { items { id } nextToken } }",
            json!({ "t": token }),
        );
        let page = &answer["data"]["listPosts"];
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["id"].clone()));
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, [json!("p1"), json!("p2"), json!("p3")]);
}

#[test]
fn indexes_give_their_order() {
    let world = blog();
    let ids = |arguments: &str| {
        let data = world.data(&format!("{{ postsByRating({arguments}) {{ items {{ id }} }} }}"));
        data["postsByRating"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    for (arguments, expected) in [
        ("rating: 5", &["p2", "p1"][..]),
        ("rating: 5, sortDirection: DESC", &["p1", "p2"]),
        ("rating: 5, title: { gt: \"a\" }", &["p1"]),
        ("rating: 5, title: { between: [\"a\", \"b\"] }", &["p2", "p1"]),
        ("rating: 5, title: { beginsWith: \"b\" }", &["p1"]),
        ("rating: 5, filter: { status: { eq: DRAFT } }", &["p2"]),
        ("rating: 6", &[]),
    ] {
        assert_eq!(ids(arguments), expected, "{arguments}");
    }
}

const KEYED: &str = "type Person @model @auth(rules: [{ allow: public }]) {
    name: String! @primaryKey(sortKeyFields: [\"born\", \"n\"]) born: AWSDate! n: Int! note: String
    pets: [Pet] @hasMany
}
type Pet @model @auth(rules: [{ allow: public }]) { id: ID! owner: Person @belongsTo }";

#[test]
fn custom_keys() {
    let world = World::with(KEYED, config());
    for (name, born, n) in
        [("a", "2000-01-01", 10), ("a", "2000-01-01", 9), ("a", "2001-01-01", 1), ("b", "2000-01-01", 1)]
    {
        let answer = world.ask(
            "mutation M($i: CreatePersonInput!) { createPerson(input: $i) { name _version } }",
            json!({ "i": { "name": name, "born": born, "n": n } }),
        );
        assert_eq!(answer["data"]["createPerson"]["_version"], 1, "{answer}");
    }
    let ns = |query: &str| {
        world.data(query)["listPeople"]["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["n"].as_i64().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(ns("{ listPeople(name: \"a\") { items { n } } }"), [9, 10, 1]);
    assert_eq!(ns("{ listPeople(name: \"a\", sortDirection: DESC) { items { n } } }"), [1, 10, 9]);
    assert_eq!(
        ns("{ listPeople(name: \"a\", bornN: { beginsWith: { born: \"2000-01-01\" } }) { items { n } } }"),
        [9, 10]
    );
    // Several sort fields compare as one text, as DynamoDB has them: "…#10" comes before "…#9".
    assert_eq!(
        ns("{ listPeople(name: \"a\", bornN: { gt: { born: \"2000-01-01\", n: 10 } }) { items { n } } }"),
        [9, 1]
    );
    assert_eq!(
        world.data("{ getPerson(name: \"a\", born: \"2000-01-01\", n: 9) { n } }")["getPerson"]["n"],
        9
    );
    assert!(
        world.message("{ listPeople(sortDirection: DESC) { items { n } } }", json!({})).contains("'name'")
    );
    assert!(
        world
            .message("{ listPeople(name: \"a\", bornN: { eq: { n: 1 } }) { items { n } } }", json!({}))
            .contains("When providing argument 'bornN.eq.n' you must also provide 'bornN.eq.born'.")
    );
    assert!(
        world
            .message(
                "mutation { createPerson(input: { name: \"\", born: \"2000-01-01\", n: 1 }) { n } }",
                json!({})
            )
            .contains("may not be empty")
    );
}

#[test]
fn every_kind_of_value_comes_back_as_it_went() {
    let world = World::new();
    let given = json!({
        "id": "é\"\\\n", "title": "😀\u{1}", "content": "", "rating": -2147483648_i64, "status": "INACTIVE",
        "tags": ["x", null, "y\""], "published": false, "views": 0.1, "publishedOn": "2024-02-29Z", "alarm": "10:00",
        "publishedAt": "2024-02-29T10:00:00.123+02:00", "seenAt": 9_007_199_254_740_993_i64, "contact": "a@b.co",
        "extra": "{\"a\": [1, 2]}", "link": "https://example.com/a?b=c", "phone": "+1 555 555 5555", "address": "::1/64"
    });
    let fields: Vec<&str> = given.as_object().unwrap().keys().map(String::as_str).collect();
    let query =
        format!("mutation M($i: CreatePostInput!) {{ createPost(input: $i) {{ {} }} }}", fields.join(" "));
    let answer = world.ask(&query, json!({ "i": given }));
    assert_eq!(answer, json!({ "data": { "createPost": given } }));
}

#[test]
fn introspection_answers_beside_fields() {
    let world = blog();
    let data = world.data("{ s: __schema { queryType { name } } t: __type(name: \"PostStatus\") { enumValues { name } } getPost(id: \"p1\") { id } }");
    assert_eq!(data["s"]["queryType"]["name"], "Query");
    assert_eq!(data["t"]["enumValues"][2]["name"], "DRAFT");
    assert_eq!(data["getPost"]["id"], "p1");
    let answer = world.ask("query Q($n: String!) { __type(name: $n) { kind } }", json!({ "n": "Post" }));
    assert_eq!(answer["data"]["__type"]["kind"], "OBJECT");
    let answer = world.ask("query Q($n: String!) { __type(name: $n) { kind } }", json!({ "n": "Nope" }));
    assert_eq!(answer["data"]["__type"], Value::Null);
}

#[test]
fn relations_count_against_the_records_a_request_may_read() {
    let mut config = config();
    config.limits = Limits { max_records: 5, ..Limits::default() };
    let world = World::with(crate::support::BLOG, config);
    world.data(
        "mutation { p1: createPost(input: { id: \"p1\", title: \"b\", status: ACTIVE }) { id }
                    p2: createPost(input: { id: \"p2\", title: \"b\", status: ACTIVE }) { id } }",
    );
    let query = "{ listPosts { items { id comments { items { id post { comments { items { post { id } } } } } } } } }";
    assert!(world.data(query)["listPosts"]["items"].is_array());
    world.data(
        "mutation { c1: createComment(input: { content: \"x\", postCommentsId: \"p1\" }) { id }
                           c2: createComment(input: { content: \"x\", postCommentsId: \"p2\" }) { id } }",
    );
    assert!(world.message(query, json!({})).contains("more than 5 records"));
}
