//! Bad input: each gets a clear error and changes nothing (I10).

use crate::support::{BLOG, World, config};
use serde_json::{Value, json};
use syncline_protocol::realtime::Authorization;
use syncline_service::{AuthError, Limits, Service, ServiceError};

#[test]
fn documents_that_do_not_fit_the_api() {
    let world = World::new();
    for (query, message) in [
        ("", "Invalid Syntax"),
        ("{", "Invalid Syntax"),
        ("{ getPost(id: \"p\" { id } }", "Invalid Syntax"),
        ("type A { b: Int }", "must not contain"),
        (
            "{ getPots(id: \"p\") { id } }",
            "Validation error of type FieldUndefined: Field 'getPots' in type 'Query' is undefined @ 'getPots'",
        ),
        (
            "{ getPost(id: \"p\") { id nope } }",
            "Validation error of type FieldUndefined: Field 'nope' in type 'Post' is undefined @ 'getPost/nope'",
        ),
        (
            "{ getPost(id: \"p\") { comments { items { x } } } }",
            "Field 'x' in type 'Comment' is undefined @ 'getPost/comments/items/x'",
        ),
        (
            "{ getPost(id: \"p\", filter: {}) { id } }",
            "Validation error of type UnknownArgument: Unknown field argument filter @ 'getPost'",
        ),
        (
            "{ getPost { id } }",
            "Validation error of type MissingFieldArgument: Missing field argument id @ 'getPost'",
        ),
        ("{ getPost(id: \"p\") }", "SubSelectionRequired"),
        (
            "mutation { createPost(input: { title: \"a\", status: DRAFT, title: \"b\" }) { id } }",
            "Validation error of type UniqueObjectFieldName: There can be only one field named 'title' @ 'createPost'",
        ),
        (
            "{ getPost(id: 1) { comments(filter: { or: [{ content: { eq: \"a\", eq: \"b\" } }] }) { nextToken } } }",
            "There can be only one field named 'eq' @ 'comments'",
        ),
        (
            "query Q($f: ModelPostFilterInput = { id: {}, id: {} }) { listPosts(filter: $f) { nextToken } }",
            "There can be only one field named 'id' @ 'f'",
        ),
        ("{ getPost(id: $id) { id } }", "Undefined variable id @ 'getPost'"),
        ("query Q($id: ID!) { getPost(id: \"p\") { id } }", "Unused variable id"),
        ("query Q($f: Nope) { listPosts(filter: $f) { nextToken } }", "Unknown type Nope"),
        ("{ getPost(id: \"p\") { ...F } }", "Undefined fragment F"),
        (
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }",
            "Validation error of type FragmentCycle: Fragment cycles not allowed",
        ),
        (
            "{ getPost(id: 1) { ...F } } fragment F on Comment { id }",
            "Validation error of type InvalidFragmentType: Fragment F cannot be spread here as objects of type Post can never be of type Comment @ 'getPost'",
        ),
        (
            "{ getPost(id: 1) { comments { items { ... on Post { id } } } } }",
            "Validation error of type InvalidFragmentType: Fragment cannot be spread here as objects of type Comment can never be of type Post @ 'getPost/comments/items'",
        ),
        (
            "{ getPost(id: 1) { ... on Nope { id } } }",
            "Validation error of type UnknownType: Unknown type Nope @ 'getPost'",
        ),
        ("{ getPost(id: 1) { ...F } } fragment F on Nope { id }", "Unknown type Nope"),
        (
            "{ getPost(id: 1) { ...F } } fragment F on Post { comments { items { nope } } }",
            "Field 'nope' in type 'Comment' is undefined @ 'F/comments/items/nope'",
        ),
        (
            "{ __typename } fragment F on Post { id }",
            "Validation error of type UnusedFragment: Unused fragment F",
        ),
        (
            "{ getPost(id: 1) { id @nope } }",
            "Validation error of type UnknownDirective: Unknown directive nope @ 'getPost/id'",
        ),
        (
            "{ getPost(id: 1) { id @skip } }",
            "Validation error of type MissingDirectiveArgument: Missing directive argument if @ 'getPost/id'",
        ),
        (
            "{ getPost(id: 1) { id { x } } }",
            "Validation error of type SubSelectionNotAllowed: Sub selection not allowed on leaf type ID @ 'getPost/id'",
        ),
        (
            "{ getPost(id: 1) { comments } }",
            "Validation error of type SubSelectionRequired: Sub selection required for type ModelCommentConnection of field comments @ 'getPost/comments'",
        ),
        (
            "query Q($id: Int!) { getPost(id: $id) { id } }",
            "Validation error of type VariableTypeMismatch: Variable type 'Int!' doesn't match expected type 'ID!' @ 'getPost'",
        ),
        (
            "query Q($id: ID) { getPost(id: $id) { id } }",
            "Validation error of type VariableTypeMismatch: Variable type 'ID' doesn't match expected type 'ID!' @ 'getPost'",
        ),
        (
            "query Q($p: Post) { getPost(id: \"p\") { id } }",
            "Validation error of type NonInputTypeOnVariable: Wrong type for a variable: p",
        ),
        ("query Q($a: ID, $a: ID) { getPost(id: $a) { id } }", "There can be only one variable named 'a'"),
        ("{ getPost(id: 1, id: 2) { id } }", "There can be only one argument named 'id' @ 'getPost'"),
        ("{ a: __typename } query B { __typename }", "Anonymous operation with other operations."),
        ("query A { __typename } query A { __typename }", "There can be only one operation named 'A'"),
        ("{ getPost(id: 1) { a: id a: title } }", "Validation error of type FieldsConflict: a:"),
        (
            "{ getPost(id: null) { id } }",
            "Validation error of type WrongType: argument 'id' with value 'NullValue{}' must not be null @ 'getPost'",
        ),
        (
            "{ getPost(id: true) { id } }",
            "Validation error of type WrongType: argument 'id' with value 'BooleanValue{value=true}' is not a valid 'ID' - Expected AST type 'IntValue' or 'StringValue' but was 'BooleanValue'. @ 'getPost'",
        ),
        (
            "{ getPost(id: 1) { comments(limit: \"x\") { nextToken } } }",
            "argument 'limit' with value 'StringValue{value='x'}' is not a valid 'Int' - Expected AST type 'IntValue' but was 'StringValue'. @ 'getPost/comments'",
        ),
        (
            "{ listPosts(filter: { or: [{ rating: { between: [1, 2147483648] } }] }) { nextToken } }",
            "argument 'filter.or[0].rating.between[1]' with value 'IntValue{value=2147483648}' is not a valid 'Int' - Expected value to be in the Integer range but it was '2147483648' @ 'listPosts'",
        ),
        (
            "mutation { createPost(input: { title: 7, status: DRAFT }) { id } }",
            "argument 'input.title' with value 'IntValue{value=7}' is not a valid 'String' - Expected AST type 'StringValue' but was 'IntValue'. @ 'createPost'",
        ),
        (
            "mutation { createPost(input: { title: \"t\", status: \"DRAFT\" }) { id } }",
            "argument 'input.status' with value 'StringValue{value='DRAFT'}' is not a valid 'PostStatus' - Expected AST type 'EnumValue' but was 'StringValue'. @ 'createPost'",
        ),
        (
            "mutation { a: createPost(input: {}) { id } }",
            "argument 'input' with value 'ObjectValue{objectFields=[]}' is missing required fields '[title, status]' @ 'createPost'",
        ),
        (
            "{ listPosts(filter: { ratings: { gt: 1 } }) { nextToken } }",
            "The variables input contains a field name 'ratings' that is not defined for input object type 'ModelPostFilterInput'",
        ),
        ("{ listPosts(filter: { rating: { gt: \"x\" } }) { nextToken } }", "WrongType"),
        (
            "{ listPosts(filter: { rating: { contains: 1 } }) { nextToken } }",
            "field name 'contains' that is not defined for input object type 'ModelIntInput'",
        ),
        (
            "mutation { createPost(input: { status: DRAFT }) { id } }",
            "Validation error of type WrongType: argument 'input' with value 'ObjectValue{objectFields=[ObjectField{name='status', value=EnumValue{name='DRAFT'}}]}' is missing required fields '[title]' @ 'createPost'",
        ),
        (
            "mutation { createPost(input: { title: \"t\", status: NOPE }) { id } }",
            "is not a valid 'PostStatus' - Literal value not in allowable values for enum 'PostStatus' - 'EnumValue{name='NOPE'}' @ 'createPost'",
        ),
        (
            "mutation { createPost(input: { title: \"t\", status: DRAFT, createdAt: \"x\" }) { id } }",
            "field name 'createdAt'",
        ),
        ("subscription { onCreatePost { id } }", "/realtime"),
        ("subscription { onCreatePost { id } onDeletePost { id } }", "one root field"),
    ] {
        let answer = world.ask(query, json!({}));
        assert_eq!(answer["data"], Value::Null, "{query}");
        assert_eq!(answer.as_object().map(serde_json::Map::len), Some(2), "data and errors: {answer}");
        let found = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(found.contains(message), "{query}: {found}");
    }
    let answer = world.ask("{\n  getPost(id: \"p\") { nope }\n}", json!({}));
    assert_eq!(answer["errors"][0]["locations"][0]["line"], 2);
    assert_eq!(answer["errors"][0]["errorType"], "ValidationError");
    assert_eq!(answer["errors"][0]["path"], Value::Null);
}

#[test]
fn variables_that_do_not_fit() {
    let world = World::new();
    let create = "mutation M($input: CreatePostInput!) { createPost(input: $input) { id } }";
    let list =
        "query Q($f: ModelPostFilterInput, $l: Int) { listPosts(filter: $f, limit: $l) { nextToken } }";
    let post = |more: Value| {
        let mut input = json!({ "title": "t", "status": "DRAFT" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "input": input })
    };
    for (query, variables, message) in [
        (create, json!({}), "Variable 'input' has coerced Null value for NonNull type 'CreatePostInput!'"),
        (create, json!({ "input": null }), "Variable 'input' has coerced Null value for NonNull type"),
        (
            create,
            json!({ "input": { "status": "DRAFT" } }),
            "Variable 'input' has coerced Null value for NonNull type 'String!' (input.title)",
        ),
        (
            create,
            json!({ "input": { "status": "DRAFT", "title": null } }),
            "Variable 'input' has coerced Null value for NonNull type 'String!'",
        ),
        (create, json!({ "input": "x" }), "expected type 'CreatePostInput' but was \"x\""),
        (create, json!({ "input": [{}] }), "expected type 'CreatePostInput'"),
        (
            create,
            post(json!({ "nope": 1 })),
            "The variables input contains a field name 'nope' that is not defined for input object type 'CreatePostInput'",
        ),
        (create, post(json!({ "title": 7 })), "expected type 'String' but was 7 (input.title)"),
        (
            create,
            post(json!({ "status": "NOPE" })),
            "expected type 'PostStatus' but was \"NOPE\" (input.status)",
        ),
        (create, post(json!({ "rating": 1.5 })), "expected type 'Int' but was 1.5 (input.rating)"),
        (create, post(json!({ "tags": [1] })), "expected type 'String' but was 1 (input.tags[0])"),
        (create, post(json!({ "title": "a\u{0}b" })), "U+0000"),
        (create, post(json!({ "rating": 2_147_483_648_i64 })), "rating"),
        (create, post(json!({ "publishedOn": "2023-02-29" })), "AWSDate"),
        (create, post(json!({ "contact": "nobody" })), "AWSEmail"),
        (create, post(json!({ "extra": "{" })), "AWSJSON"),
        (create, post(json!({ "address": "1.2.3" })), "AWSIPAddress"),
        (create, post(json!({ "seenAt": "x" })), "expected type 'AWSTimestamp'"),
        (
            list,
            json!({ "f": { "rating": { "gtt": 1 } } }),
            "field name 'gtt' that is not defined for input object type 'ModelIntInput'",
        ),
        (list, json!({ "f": { "or": [{ "not": { "nope": {} } }] } }), "field name 'nope'"),
        (list, json!({ "f": { "rating": { "between": [1] } } }), "between"),
        (list, json!({ "l": "x" }), "expected type 'Int'"),
    ] {
        let found = world.message(query, variables);
        assert!(found.contains(message), "{message}: {found}");
    }
    assert_eq!(
        world.data("{ listPosts { items { id } } }")["listPosts"]["items"],
        json!([]),
        "nothing was written"
    );
}

#[test]
fn bodies_that_are_no_requests() {
    let world = World::new();
    for (body, message) in [
        (&b""[..], "not valid JSON"),
        (b"{}", "\"query\""),
        (b"{\"query\":\"{ __typename }\",\"variables\":[]}", "\"variables\""),
        (b"{\"query\":\"{ __typename }\",\"extensions\":{\"syncline\":7}}", "extensions.syncline"),
    ] {
        let response = world.send(body, true);
        assert_eq!(response.status, 400);
        let text = String::from_utf8(response.body).unwrap();
        assert!(
            text.contains("MalformedHttpRequestException") && text.contains(&message.replace('"', "\\\"")),
            "{text}"
        );
    }
    let deep = format!(
        "{{\"query\":\"{{ __typename }}\",\"variables\":{{\"a\":{}1{}}}}}",
        "[".repeat(500),
        "]".repeat(500)
    );
    assert_eq!(world.send(deep.as_bytes(), false).status, 400);
}

#[test]
fn limits_are_named() {
    let check = |limits: Limits, query: &str, variables: Value, message: &str| {
        let mut config = config();
        config.limits = limits;
        let found = World::with(BLOG, config).message(query, variables);
        assert!(found.contains(message), "{message}: {found}");
    };
    let limits = Limits::default;
    check(
        Limits { max_document_bytes: 10, ..limits() },
        "{ __typename a: __typename }",
        json!({}),
        "at most 10 are allowed",
    );
    check(Limits { max_tokens: 5, ..limits() }, "{ a: __typename b: __typename }", json!({}), "token limit");
    check(
        Limits { max_root_fields: 1, ..limits() },
        "{ a: __typename b: __typename }",
        json!({}),
        "at most 1 are allowed",
    );
    check(
        Limits { max_fields: 3, ..limits() },
        "{ getPost(id: 1) { id title content } }",
        json!({}),
        "more than 3 fields",
    );
    check(
        Limits { max_repeats: 2, ..limits() },
        "{ listPosts { items { a: title ...F c: title } } } fragment F on Post { b: title }",
        json!({}),
        "'title' is selected more than 2 times",
    );
    check(
        Limits { max_depth: 3, ..limits() },
        "{ getComment(id: 1) { post { comments { items { id } } } } }",
        json!({}),
        "deeper than 3 levels",
    );
    check(
        Limits { max_filter_bytes: 20, ..limits() },
        "{ listPosts(filter: { title: { eq: \"a long enough text\" } }) { nextToken } }",
        json!({}),
        "at most 20 are allowed",
    );
    let deep = format!("{}__typename{}", "{ ...on Query ".repeat(200), "}".repeat(200));
    check(limits(), &deep, json!({}), "limit");
    let mut filter = json!({ "rating": { "gt": 1 } });
    for _ in 0..60 {
        filter = json!({ "not": filter });
    }
    check(
        limits(),
        "query Q($f: ModelPostFilterInput) { listPosts(filter: $f) { nextToken } }",
        json!({ "f": filter }),
        "too many levels",
    );
    let again = format!(
        "query Q($s: String) {{ listPosts(filter: {{ or: [{}] }}) {{ nextToken }} }}",
        "{ title: { eq: $s } } ".repeat(200)
    );
    check(limits(), &again, json!({ "s": "x".repeat(10_000) }), "repeats what its variables hold");
    check(limits(), &again, json!({ "s": "x".repeat(1_000) }), "bytes of JSON");
    let mut config = config();
    config.limits = Limits { max_body_bytes: 10, ..Limits::default() };
    assert_eq!(World::with(BLOG, config).send(b"{\"query\":\"{ __typename }\"}", false).status, 413);
}

/// What is longer could not be in a page token.
#[test]
fn keys_have_a_size() {
    let world = World::new();
    let create = "mutation C($p: CreatePostInput!) { createPost(input: $p) { id } }";
    let post = |id: &str, title: &str| {
        let post = json!({ "id": id, "title": title, "status": "DRAFT", "rating": 1 });
        world.ask(create, json!({ "p": post }))
    };
    let long = |first: &str, count: usize| format!("{first}{}", "\u{1}".repeat(count - 1));
    for (id, title) in [(long("a", 2_049), "t".to_owned()), ("i".to_owned(), long("a", 2_049))] {
        let answer = post(&id, &title);
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains("may have 2048 bytes, this one has 2049"), "{answer}");
    }
    let ids = ["a", "b", "c"].map(|first| long(first, 2_048));
    for id in &ids {
        assert_eq!(post(id, id)["errors"], Value::Null);
    }
    for query in ["syncPosts(limit: 1", "listPosts(limit: 1", "postsByRating(rating: 1, limit: 1"] {
        let mut token = Value::Null;
        for id in &ids {
            let query = format!(
                "query Q($t: String) {{ q: {query}, nextToken: $t) {{ items {{ id }} nextToken }} }}"
            );
            let page = world.ask(&query, json!({ "t": token }));
            assert_eq!(page["data"]["q"]["items"], json!([{ "id": id }]), "{query}: {}", page["errors"]);
            token = page["data"]["q"]["nextToken"].clone();
        }
        assert_eq!(token, Value::Null, "{query}");
    }
}

#[test]
fn an_answer_has_a_size() {
    let mut config = config();
    config.limits = Limits { max_answer_bytes: 2_000, ..Limits::default() };
    let world = World::with(BLOG, config);
    let title = "t".repeat(400);
    let create = "mutation C($p: CreatePostInput!) { createPost(input: $p) { id title } }";
    for id in ["p1", "p2", "p3", "p4", "p5", "p6"] {
        let post = json!({ "id": id, "title": title, "status": "ACTIVE" });
        assert!(world.ask(create, json!({ "p": post }))["errors"].is_null());
    }
    let update = |id: &str| {
        format!(
            "{id}: updatePost(input: {{ id: \"{id}\", _version: 1, rating: 1 }}, condition: {{ rating: {{ gt: 5 }} }}) {{ title }}"
        )
    };
    let updates =
        |ids: &[&str]| format!("mutation {{ {} }}", ids.iter().map(|id| update(id)).collect::<String>());
    let failing = |count: usize| -> String {
        (0..count).map(|number| format!("a{number}: comments(limit: 0) {{ nextToken }} ")).collect()
    };
    for (query, status) in [
        ("{ listPosts(limit: 4) { items { title } } }".to_owned(), 200),
        ("{ listPosts(limit: 4) { items { a: title b: title } } }".to_owned(), 413),
        ("{ getPost(id: \"p1\") { title } a: listPosts(limit: 3) { items { id } } }".to_owned(), 200),
        ("{ getPost(id: \"p1\") { a: title b: title c: title d: title } }".to_owned(), 200),
        ("{ getPost(id: \"p1\") { a: title b: title c: title d: title e: title f: title } }".to_owned(), 413),
        // What errors say counts, and what they show of a record.
        (format!("{{ listPosts(limit: 3) {{ items {{ {} }} }} }}", failing(1)), 200),
        (format!("{{ listPosts(limit: 3) {{ items {{ {} }} }} }}", failing(8)), 413),
        (format!("{{ syncPosts(limit: 3) {{ items {{ {} }} }} }}", failing(8)), 413),
        (updates(&["p1", "p2", "p3", "p4"]), 200),
        (updates(&["p1", "p2", "p3", "p4", "p5"]), 413),
    ] {
        let response = world.send(json!({ "query": query }).to_string().as_bytes(), false);
        let text = String::from_utf8(response.body).unwrap();
        assert_eq!(response.status, status, "{query}: {text}");
        assert_eq!(text.contains("more than 2000 bytes"), status == 413, "{text}");
    }
    // What is read is bounded too, selected or not; other fields have their answer.
    let answer = world.ask(
        "{ a: listPosts(limit: 3) { items { id } } b: listPosts(limit: 3) { items { id } } }",
        json!({}),
    );
    assert_eq!(answer["data"]["a"]["items"][2]["id"], "p3", "{answer}");
    assert_eq!(answer["data"]["b"], Value::Null);
    let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
    assert!(message.contains("reads more than 2000 bytes"), "{message}");
}

#[test]
fn fragments_that_multiply_cost_no_more_than_their_text() {
    let world = World::new();
    let mut query = String::from("{ getPost(id: 1) { ...F0 } }");
    for level in 0..60 {
        let next = level + 1;
        query.push_str(&format!(" fragment F{level} on Post {{ ...F{next} ...F{next} }}"));
    }
    query.push_str(" fragment F60 on Post { id }");
    let answer = world.ask(&query, json!({}));
    assert!(answer["data"]["getPost"].is_null());
    let nested = |depth: usize| {
        let mut inner = "id".to_owned();
        for level in 0..depth {
            inner = format!(
                "a{level}: comments {{ items {{ post {{ {inner} }} }} }} b{level}: comments {{ items {{ post {{ {inner} }} }} }}"
            );
        }
        format!("{{ getPost(id: 1) {{ {inner} }} }}")
    };
    assert!(world.message(&nested(6), json!({})).contains("deeper"));
}

#[test]
fn models_that_a_key_may_not_touch() {
    let schema = "type Open @model @auth(rules: [{ allow: public, operations: [read] }]) { id: ID! s: [Secret] @hasMany }
                  type Secret @model @auth(rules: [{ allow: owner }]) { id: ID! name: String open: Open @belongsTo }";
    let world = World::with(schema, config());
    for (query, field, parent) in [
        ("{ getSecret(id: 1) { id } }", "getSecret", "Query"),
        ("{ listSecrets { nextToken } }", "listSecrets", "Query"),
        ("{ syncSecrets { nextToken } }", "syncSecrets", "Query"),
        ("mutation { createSecret(input: { id: 1 }) { id } }", "createSecret", "Mutation"),
        ("mutation { deleteSecret(input: { id: 1 }) { id } }", "deleteSecret", "Mutation"),
        ("mutation { createOpen(input: { id: 1 }) { id } }", "createOpen", "Mutation"),
    ] {
        let answer = world.ask(query, json!({}));
        assert_eq!(answer["data"], json!({ field: null }), "{query}");
        let error = &answer["errors"][0];
        assert_eq!(error["errorType"], "Unauthorized", "{query}");
        assert_eq!(
            error["message"],
            json!(format!("Not Authorized to access {field} on type {parent}")),
            "{query}"
        );
    }
    let answer = world.ask("{ listOpens { nextToken } listSecrets { nextToken } }", json!({}));
    assert_eq!(
        answer["data"],
        json!({ "listOpens": { "nextToken": null }, "listSecrets": null }),
        "one does not stop the other"
    );
}

#[test]
fn an_error_shows_no_record_that_the_caller_may_not_read() {
    let schema = "type Drop @model @auth(rules: [{ allow: public, operations: [create, update, delete] }]) { id: ID! note: String }";
    let world = World::with(schema, config());
    let created = world.data("mutation { createDrop(input: { id: 1, note: \"mine\" }) { id note } }");
    assert_eq!(created["createDrop"]["note"], "mine", "what the caller has just written");
    for query in [
        "mutation { deleteDrop(input: { id: 1 }) { id note } }",
        "mutation { updateDrop(input: { id: 1, _version: 1 }, condition: { note: { eq: \"x\" } }) { id note } }",
    ] {
        let answer = world.ask(query, json!({}));
        assert_eq!(answer["errors"][0]["data"], Value::Null, "{query}");
        assert!(answer["errors"][0]["errorType"].is_string(), "{query}");
    }
    let again = world.data("mutation { createDrop(input: { id: 1 }) { id note } }");
    assert_eq!(again["createDrop"], Value::Null);
}

#[test]
fn callers() {
    let world = World::new();
    let auth = |fields: &[(&str, &str)]| {
        world.service.authenticate(&Authorization::from_fields(fields.iter().copied()))
    };
    assert!(auth(&[("x-api-key", "key")]).is_ok());
    assert!(auth(&[("X-Api-Key", "key"), ("authorization", "jwt")]).is_ok());
    assert_eq!(auth(&[("x-api-key", "Key")]), Err(AuthError::Refused));
    assert_eq!(auth(&[("x-api-key", "")]), Err(AuthError::Refused));
    assert_eq!(auth(&[("authorization", "Bearer x")]), Err(AuthError::Unsupported));
    assert_eq!(auth(&[("host", "h")]), Err(AuthError::Missing));
}

#[test]
fn keys_that_cannot_be() {
    for (keys, message) in
        [(&[][..], "has no key"), (&["a b"], "visible"), (&["é"], "visible"), (&[""], "1 to 128")]
    {
        let mut config = config();
        config.api_keys = keys.iter().map(|&key| key.to_owned()).collect();
        let schema = syncline_schema::compile(BLOG, "t").unwrap();
        let clock = std::sync::Arc::new(syncline_backend::ManualClock::new(0));
        let backend = syncline_backend::MemoryBackend::new(std::sync::Arc::new(schema), clock);
        let error: ServiceError = Service::new(std::sync::Arc::new(backend), config).unwrap_err();
        assert!(error.to_string().contains(message), "{error}");
    }
}
