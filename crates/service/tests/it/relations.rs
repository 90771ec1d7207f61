//! Relations in every direction, at every depth, with their own arguments; each level is one read.

use crate::counting::Counting;
use crate::support::{World, config};
use serde_json::{Value, json};
use std::sync::{Arc, OnceLock};
use syncline_service::Limits;

const SCHEMA: &str = include_str!("relations.graphql");

/// Three authors; the first wrote most.
fn world() -> (World, Arc<Counting>) {
    let counting = OnceLock::new();
    let world = World::over(SCHEMA, config(), |memory| {
        Arc::clone(counting.get_or_init(|| Arc::new(Counting::over(memory)))) as Arc<_>
    });
    world.data(
        "mutation {
            a: createAuthor(input: { id: \"a\", name: \"Ann\", authorDeskFloor: 2, authorDeskRoom: \"x\" }) { id }
            b: createAuthor(input: { id: \"b\", name: \"Bob\", bossId: \"a\" }) { id }
            c: createAuthor(input: { id: \"c\", name: \"Cid\", bossId: \"a\", authorDeskFloor: 2 }) { id }
            d: createDesk(input: { floor: 2, room: \"x\", deskAuthorId: \"a\" }) { floor }
            b1: createBook(input: { isbn: \"1\", edition: 1, authorId: \"a\", title: \"m\" }) { isbn }
            b2: createBook(input: { isbn: \"1\", edition: 2, authorId: \"a\", title: \"c\" }) { isbn }
            b3: createBook(input: { isbn: \"2\", edition: 1, authorId: \"a\", title: \"x\" }) { isbn }
            b4: createBook(input: { isbn: \"3\", edition: 1, authorId: \"b\", title: \"a\" }) { isbn }
            b5: createBook(input: { isbn: \"4\", edition: 1, authorId: \"b\" }) { isbn }
            c1: createChapter(input: { id: \"c1\", number: 1, bookChaptersIsbn: \"1\", bookChaptersEdition: 1 }) { id }
            c2: createChapter(input: { id: \"c2\", number: 2, bookChaptersIsbn: \"1\", bookChaptersEdition: 1 }) { id }
            c3: createChapter(input: { id: \"c3\", number: 1, bookChaptersIsbn: \"1\", bookChaptersEdition: 2 }) { id }
            c4: createChapter(input: { id: \"c4\", number: 1, bookChaptersIsbn: \"1\" }) { id }
            n1: createNote(input: { id: \"n1\", authorId: \"a\", kind: \"k\", rank: 9 }) { id }
            n2: createNote(input: { id: \"n2\", authorId: \"a\", kind: \"k\", rank: 10 }) { id }
            n3: createNote(input: { id: \"n3\", authorId: \"a\", kind: \"j\", rank: 1 }) { id }
            n4: createNote(input: { id: \"n4\", authorId: \"a\", kind: \"j\" }) { id }
            t1: createTag(input: { id: \"t1\" }) { id }
            t2: createTag(input: { id: \"t2\" }) { id }
            bt1: createBookTag(input: { id: \"bt1\", tagId: \"t1\", bookIsbn: \"1\", bookedition: 1 }) { id }
            bt2: createBookTag(input: { id: \"bt2\", tagId: \"t1\", bookIsbn: \"2\", bookedition: 1 }) { id }
            bt3: createBookTag(input: { id: \"bt3\", tagId: \"t2\", bookIsbn: \"1\", bookedition: 1 }) { id }
        }",
    );
    let counting = counting.into_inner().unwrap();
    counting.reads();
    (world, counting)
}

#[test]
fn every_direction_at_every_depth_costs_one_read_for_each_level() {
    let (world, counting) = world();
    let check = |query: &str, reads: usize, data: Value| {
        assert_eq!(world.data(query), data, "{query}");
        assert_eq!(counting.reads(), reads, "{query}");
    };
    let items = |items: Value| json!({ "items": items });
    check("{ getAuthor(id: \"a\") { name } }", 1, json!({ "getAuthor": { "name": "Ann" } }));
    check(
        "{ listAuthors { items { id books { items { isbn edition } } } } }",
        2,
        json!({ "listAuthors": items(json!([
            // By the index that the relation reads: a record without its sort field is not in it.
            { "id": "a", "books": items(json!([{ "isbn": "1", "edition": 2 }, { "isbn": "1", "edition": 1 }, { "isbn": "2", "edition": 1 }])) },
            { "id": "b", "books": items(json!([{ "isbn": "3", "edition": 1 }])) },
            { "id": "c", "books": items(json!([])) },
        ])) }),
    );
    check(
        "{ listAuthors { items { id boss { id boss { id } staff { items { id } } } desk { room author { name } } } } }",
        5,
        json!({ "listAuthors": items(json!([
            { "id": "a", "boss": null, "desk": { "room": "x", "author": { "name": "Ann" } } },
            { "id": "b", "boss": { "id": "a", "boss": null, "staff": items(json!([{ "id": "b" }, { "id": "c" }])) }, "desk": null },
            // Half a key relates to nothing.
            { "id": "c", "boss": { "id": "a", "boss": null, "staff": items(json!([{ "id": "b" }, { "id": "c" }])) }, "desk": null },
        ])) }),
    );
    check(
        "{ listChapters { items { id book { title author { id books { items { chapters { items { id } } } } } } } } }",
        5,
        {
            let books = json!([
                { "chapters": items(json!([{ "id": "c3" }])) },
                { "chapters": items(json!([{ "id": "c1" }, { "id": "c2" }])) },
                { "chapters": items(json!([])) },
            ]);
            let of =
                |title: &str| json!({ "title": title, "author": { "id": "a", "books": { "items": books } } });
            json!({ "listChapters": items(json!([
                { "id": "c1", "book": of("m") }, { "id": "c2", "book": of("m") }, { "id": "c3", "book": of("c") },
                { "id": "c4", "book": null },
            ])) })
        },
    );
    check(
        "{ getTag(id: \"t1\") { books { items { id book { title tags { items { tag { id } } } } } } } }",
        5,
        json!({ "getTag": { "books": items(json!([
            { "id": "bt1", "book": { "title": "m", "tags": items(json!([{ "tag": { "id": "t1" } }, { "tag": { "id": "t2" } }])) } },
            { "id": "bt2", "book": { "title": "x", "tags": items(json!([{ "tag": { "id": "t1" } }])) } },
        ])) } }),
    );
    // The same relation under two aliases is read for each; nothing is read for nothing.
    check(
        "{ getAuthor(id: \"c\") { a: books { items { isbn author { id } } } b: books(limit: 1) { nextToken } boss { id } } }",
        4,
        json!({ "getAuthor": { "a": items(json!([])), "b": { "nextToken": null }, "boss": { "id": "a" } } }),
    );
    check(
        "{ getAuthor(id: \"a\") { boss { boss { boss { id } } } } }",
        1,
        json!({ "getAuthor": { "boss": null } }),
    );
}

#[test]
fn a_relation_has_arguments_of_its_own() {
    let (world, _) = world();
    let ids = |relation: &str, arguments: &str, id: &str| -> Vec<Value> {
        let query =
            format!("{{ getAuthor(id: \"a\") {{ {relation}({arguments}) {{ items {{ {id} }} }} }} }}");
        let mut data = world.data(&query);
        let items = data["getAuthor"][relation]["items"].take();
        items.as_array().unwrap().iter().map(|item| item[id].clone()).collect()
    };
    for (arguments, expected) in [
        ("sortDirection: ASC", &["c", "m", "x"][..]),
        ("sortDirection: DESC", &["x", "m", "c"]),
        ("title: { eq: \"m\" }", &["m"]),
        ("title: { gt: \"c\" }, sortDirection: DESC", &["x", "m"]),
        ("title: { between: [\"a\", \"m\"] }", &["c", "m"]),
        ("title: { beginsWith: \"x\" }", &["x"]),
        ("title: { ge: \"d\" }, filter: { edition: { gt: 1 } }", &[]),
        ("filter: { edition: { gt: 1 } }", &["c"]),
        ("filter: { or: [{ title: { eq: \"x\" } }, { isbn: { ne: \"1\" } }] }", &["x"]),
        ("limit: 2", &["c", "m"]),
        ("limit: 1, sortDirection: DESC", &["x"]),
        ("title: null, filter: null, sortDirection: null, limit: null, nextToken: null", &["c", "m", "x"]),
    ] {
        assert_eq!(ids("books", arguments, "title"), expected, "{arguments}");
    }
    for (arguments, expected) in [
        // By column: numbers as numbers. A note without a rank is not in the index.
        ("limit: 9", &["n3", "n1", "n2"][..]),
        ("kindRank: { beginsWith: { kind: \"k\" } }", &["n1", "n2"]),
        ("kindRank: { eq: { kind: \"k\", rank: 10 } }", &["n2"]),
        // Joined text, as DynamoDB compares it: `k#10` comes before `k#9`.
        ("kindRank: { lt: { kind: \"k\", rank: 9 } }", &["n3", "n2"]),
        ("kindRank: { between: [{ kind: \"j\" }, { kind: \"k\", rank: 10 }] }", &["n3", "n2"]),
    ] {
        assert_eq!(ids("notes", arguments, "id"), expected, "{arguments}");
    }
    for (arguments, error_type, message) in [
        (
            "kindRank: { eq: { rank: 1 } }",
            "InvalidArgumentsError",
            "When providing argument 'kindRank.eq.rank' you must also provide 'kindRank.eq.kind'.",
        ),
        (
            "kindRank: { eq: { kind: \"k\" }, gt: { kind: \"k\" } }",
            "InvalidArgumentsError",
            "Argument kindRank must specify at most one key condition operation.",
        ),
        (
            "kindRank: { between: [{ kind: \"k\" }] }",
            "InvalidArgumentsError",
            "Argument 'kindRank.between' expects exactly two elements.",
        ),
        ("limit: 0", "BadRequestException", "limit must be at least 1"),
        ("nextToken: \"x\"", "BadRequestException", "Invalid pagination token given"),
    ] {
        let answer = world.ask(
            &format!("{{ getAuthor(id: \"a\") {{ id notes({arguments}) {{ nextToken }} }} }}"),
            json!({}),
        );
        assert_eq!(
            answer["data"],
            json!({ "getAuthor": { "id": "a", "notes": null } }),
            "the rest stays: {answer}"
        );
        let error = &answer["errors"][0];
        assert_eq!(error["errorType"], error_type, "{answer}");
        assert!(error["message"].as_str().unwrap().starts_with(message), "{answer}");
        assert_eq!(error["path"], json!(["getAuthor", "notes"]), "{answer}");
    }
}

#[test]
fn a_token_goes_on_where_its_own_list_ended() {
    let (world, _) = world();
    let query = "query Q($t: String) { listAuthors { items { id books(limit: 1, nextToken: $t) { items { title } nextToken } } } }";
    let first = world.ask(query, json!({}));
    let token = first["data"]["listAuthors"]["items"][0]["books"]["nextToken"].clone();
    assert_eq!(first["data"]["listAuthors"]["items"][1]["books"]["nextToken"], Value::Null);
    let second = world.ask(query, json!({ "t": token }));
    let authors = &second["data"]["listAuthors"]["items"];
    assert_eq!(authors[0]["books"]["items"], json!([{ "title": "m" }]));
    // It is the first author's: the others' lists are refused, each for itself.
    assert_eq!((&authors[1]["books"], &authors[2]["books"]), (&Value::Null, &Value::Null), "{second}");
    let paths: Vec<_> =
        second["errors"].as_array().unwrap().iter().map(|error| error["path"].clone()).collect();
    assert_eq!(
        paths,
        [json!(["listAuthors", "items", 1, "books"]), json!(["listAuthors", "items", 2, "books"])]
    );
    let one = |field: &str, arguments: &str, token: &Value| {
        let query = format!(
            "query Q($t: String) {{ getAuthor(id: \"a\") {{ {field}({arguments} nextToken: $t) {{ items {{ id: __typename }} nextToken }} }} }}"
        );
        world.ask(&query, json!({ "t": token }))
    };
    let third = one("books", "limit: 1", &authors[0]["books"]["nextToken"]);
    assert_eq!(third["data"]["getAuthor"]["books"]["items"].as_array().unwrap().len(), 1);
    assert_eq!(third["data"]["getAuthor"]["books"]["nextToken"], Value::Null);
    for (field, arguments) in [
        ("notes", ""),
        ("books", "sortDirection: DESC"),
        ("books", "filter: { edition: { eq: 1 } }"),
        ("books", "title: { gt: \"a\" }"),
    ] {
        let answer = one(field, arguments, &token);
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains("another query, filter or caller"), "{field} {arguments}: {answer}");
    }
}

#[test]
fn what_a_level_reads_is_bounded() {
    let check = |limits: Limits, authors: usize, books: usize, expected: Option<&str>| {
        let mut config = config();
        config.limits = limits;
        let world = World::with(SCHEMA, config);
        for author in 0..8 {
            world.data(&format!(
                "mutation {{ createAuthor(input: {{ id: \"{author}\", name: \"n\" }}) {{ id }} }}"
            ));
            for book in 0..4 {
                world.data(&format!(
                    "mutation {{ createBook(input: {{ isbn: \"{author}-{book}\", edition: 1, authorId: \"{author}\", title: \"{}\" }}) {{ isbn }} }}",
                    "t".repeat(100)
                ));
            }
        }
        let query = format!(
            "{{ listAuthors(limit: {authors}) {{ items {{ books(limit: {books}) {{ items {{ edition }} }} }} }} }}"
        );
        let answer = world.ask(&query, json!({}));
        let found = answer["errors"][0]["message"].as_str();
        match expected {
            None => assert_eq!(found, None, "{query}"),
            Some(expected) => assert!(found.unwrap().contains(expected), "{query}: {answer}"),
        }
    };
    let limits = Limits::default;
    check(limits(), 8, 4, None);
    check(Limits { max_records: 32, ..limits() }, 8, 2, None);
    check(Limits { max_records: 31, ..limits() }, 8, 2, Some("more than 31 records"));
    check(Limits { max_answer_bytes: 6_000, ..limits() }, 8, 4, None);
    check(Limits { max_answer_bytes: 3_000, ..limits() }, 8, 4, Some("more than 3000 bytes"));
}
