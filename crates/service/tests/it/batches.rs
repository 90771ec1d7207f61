//! Documents of several mutations by clients that negotiate: all or nothing, stopping where something depends on what
//! failed, and being sent again (SYNC 2.1, 2.4, 2.5).

use crate::support::{BLOG, Handler, NOW, World, config, now, with_strategy};
use serde_json::{Value, json};
use std::sync::Arc;
use syncline_backend::{Backend, ManualClock};
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_service::{Call, Caller, Service, Strategy};

/// Sends a document, with the alias of each mutation as its id too, and returns what became of each: the version, or the
/// error's type.
fn outcomes(world: &World, document: &str, extension: Value) -> Vec<String> {
    let answer = world.ask_negotiated(document, json!({}), extension);
    shown(&answer)
}

fn shown(answer: &Value) -> Vec<String> {
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let of = |alias: &String, data: &Value| match errors.iter().find(|error| error["path"][0] == json!(alias))
    {
        Some(error) => format!("{alias}: {}", error["errorType"].as_str().unwrap_or("?")),
        None => format!("{alias}: {}", data["_version"]),
    };
    answer["data"].as_object().unwrap().iter().map(|(alias, data)| of(alias, data)).collect()
}

const RELATED: &str = "
    type Team @model @auth(rules: [{ allow: public }]) {
        id: ID! name: String! members: [Person] @hasMany(indexName: \"byTeam\", fields: [\"id\"])
    }
    type Person @model @auth(rules: [{ allow: public }]) {
        id: ID! name: String! teamId: ID @index(name: \"byTeam\") desk: Desk @hasOne boss: Person @hasOne
    }
    type Desk @model @auth(rules: [{ allow: public }]) {
        room: ID! @primaryKey(sortKeyFields: [\"number\"]) number: Int! label: String
        drawers: [Drawer] @hasMany(fields: [\"room\", \"number\"])
    }
    type Drawer @model @auth(rules: [{ allow: public }]) {
        room: ID! @primaryKey(sortKeyFields: [\"number\", \"place\"]) number: Int! place: Int!
        desk: Desk @belongsTo(fields: [\"room\", \"number\"])
    }";

#[test]
fn what_depends_on_what_failed_is_not_tried() {
    let stop = || json!({ "stopOnDependency": true });
    let check = |name: &str, document: &str, extension: Value, expected: &[&str]| {
        let world = World::with(RELATED, config());
        world.data(
            "mutation { a: createTeam(input: { id: \"there\", name: \"x\" }) { id }
                        b: createPerson(input: { id: \"p\", name: \"x\" }) { id } }",
        );
        let document = format!("mutation {{ {} }}", document.replace(") ;", ") { _version }"));
        assert_eq!(outcomes(&world, &document, extension), expected, "{name}");
    };
    let same_record = "
        a: updatePerson(input: { id: \"q\", name: \"x\", _version: 1 }) ;
        b: updatePerson(input: { id: \"q\", name: \"y\", _version: 2 }) ;
        c: createPerson(input: { id: \"q\", name: \"z\" }) ;
        d: updatePerson(input: { id: \"p\", name: \"x\", _version: 1 }) ;";
    check(
        "the same record",
        same_record,
        stop(),
        &["a: ConditionalCheckFailedException", "b: DependencyFailed", "c: DependencyFailed", "d: 2"],
    );
    check(
        "nobody asked for it",
        same_record,
        json!({}),
        &["a: ConditionalCheckFailedException", "b: ConditionalCheckFailedException", "c: 1", "d: 2"],
    );
    check(
        "children of a parent that was not made, and what belongs to those",
        "a: createTeam(input: { id: \"there\", name: \"y\" }) ;
         b: createPerson(input: { id: \"q\", name: \"x\", teamId: \"there\" }) ;
         c: updatePerson(input: { id: \"p\", personBossId: \"q\", _version: 1 }) ;
         d: createPerson(input: { id: \"r\", name: \"x\", teamId: \"elsewhere\" }) ;
         e: updatePerson(input: { id: \"r\", teamId: null, _version: 1 }) ;",
        stop(),
        &["a: ConditionalCheckFailedException", "b: DependencyFailed", "c: DependencyFailed", "d: 1", "e: 2"],
    );
    check(
        "a parent with a composite key",
        "a: updateDesk(input: { room: \"r\", number: 1, label: \"x\", _version: 1 }) ;
         b: createPerson(input: { id: \"q\", name: \"x\", personDeskRoom: \"r\", personDeskNumber: 1 }) ;
         c: createPerson(input: { id: \"r\", name: \"x\", personDeskRoom: \"r\", personDeskNumber: 2 }) ;",
        stop(),
        &["a: ConditionalCheckFailedException", "b: DependencyFailed", "c: 1"],
    );
    check(
        "a parent that the key names",
        "a: updateDesk(input: { room: \"r\", number: 1, label: \"x\", _version: 1 }) ;
         b: createDrawer(input: { room: \"r\", number: 1, place: 1 }) ;
         c: createDrawer(input: { room: \"r\", number: 2, place: 1 }) ;",
        stop(),
        &["a: ConditionalCheckFailedException", "b: DependencyFailed", "c: 1"],
    );
    check(
        "one that cannot be read fails too",
        "a: createPerson(input: { id: \"q\", name: \"x\", teamId: \"\" }) ;
         b: updatePerson(input: { id: \"q\", name: \"x\" }) ;
         c: createPerson(input: { id: \"r\", name: \"x\", personBossId: \"q\" }) ;
         d: createPerson(input: { id: \"s\", name: \"x\" }) ;",
        stop(),
        &["a: ValidationError", "b: DependencyFailed", "c: DependencyFailed", "d: 1"],
    );
    check(
        "a delete that fails takes nothing with it but its own record",
        "a: deleteTeam(input: { id: \"there\" }) ;
         b: createPerson(input: { id: \"q\", name: \"x\", teamId: \"there\" }) ;
         c: updateTeam(input: { id: \"there\", name: \"y\", _version: 1 }) ;",
        stop(),
        &["a: ConflictUnhandled", "b: 1", "c: DependencyFailed"],
    );
    check(
        "all good",
        "a: createTeam(input: { id: \"t\", name: \"x\" }) ;
         b: createPerson(input: { id: \"q\", name: \"x\", teamId: \"t\" }) ;
         c: updatePerson(input: { id: \"q\", name: \"y\", _version: 1 }) ;",
        stop(),
        &["a: 1", "b: 1", "c: 2"],
    );
}

#[test]
fn what_waits_for_a_handler_depends_on_its_answer() {
    for (action, expected) in [
        ("REMOVE", ["a: 3", "b: ConflictUnhandled", "c: 1"]),
        ("REJECT", ["a: ConflictUnhandled", "b: DependencyFailed", "c: 1"]),
    ] {
        let world = with_strategy(Strategy::Lambda(Handler::new(move |_| Ok(json!({ "action": action })))));
        world.post(json!({ "id": "p", "title": "x", "status": "DRAFT" }));
        world.data("mutation { updatePost(input: { id: \"p\", title: \"y\", _version: 1 }) { id } }");
        let document = "mutation {
            a: updatePost(input: { id: \"p\", title: \"z\", _version: 1 }) { _version }
            b: updatePost(input: { id: \"p\", title: \"z\", _version: 3 }) { _version }
            c: createPost(input: { id: \"q\", title: \"z\", status: DRAFT }) { _version }
        }";
        assert_eq!(outcomes(&world, document, json!({ "stopOnDependency": true })), expected, "{action}");
    }
}

#[test]
fn what_reads_too_much_is_refused_before_anything_is_written() {
    let mut small = config();
    small.limits.max_records = 1;
    let world = World::with(BLOG, small);
    let create = |id: &str| {
        format!("{id}: createPost(input: {{ id: \"{id}\", title: \"t\", status: DRAFT }}) {{ id }}")
    };
    let answer = world.ask(&format!("mutation {{ {} {} }}", create("a"), create("b")), json!({}));
    assert_eq!(answer["errors"][0]["errorType"], "BadRequestException", "{answer}");
    let there = world.data("{ a: getPost(id: \"a\") { id } }");
    assert_eq!(there, json!({ "a": null }));
}

/// A−10, B+10, and somebody else has changed A: B must not get what A did not give (SYNC 2.5).
#[test]
fn a_conflict_in_one_undoes_an_atomic_document() {
    let check = |name: &str, strategy: Strategy, input: &str, atomic: bool, expected: [&str; 2]| {
        let world = with_strategy(strategy);
        for id in ["a", "b"] {
            world.post(json!({ "id": id, "title": "x", "status": "DRAFT", "rating": 1 }));
        }
        world.data("mutation { updatePost(input: { id: \"a\", title: \"theirs\", _version: 1 }) { id } }");
        let document = format!(
            "mutation {{
                a: updatePost(input: {{ id: \"a\", {input}, _version: 1 }}) {{ _version }}
                b: updatePost(input: {{ id: \"b\", rating: 2, _version: 1 }}) {{ _version }}
            }}"
        );
        assert_eq!(outcomes(&world, &document, json!({ "atomic": atomic })), expected, "{name}");
    };
    let same = "title: \"mine\"";
    let undone = ["a: ConflictUnhandled", "b: TransactionAborted"];
    check("the same field", Strategy::Automerge, same, true, undone);
    check("another field", Strategy::Automerge, "rating: 2", true, ["a: 3", "b: 2"]);
    check("the same value", Strategy::Automerge, "title: \"theirs\"", true, ["a: 3", "b: 2"]);
    check("each for itself", Strategy::Automerge, same, false, ["a: 3", "b: 2"]);
    check("to the letter of AppSync", Strategy::AutomergeAppsync, same, true, ["a: 3", "b: 2"]);
    check("any other version", Strategy::Optimistic, "rating: 2", true, undone);
    let handler = || Strategy::Lambda(Handler::new(|_| panic!("nobody asks")));
    check("a handler", handler(), "rating: 2", true, undone);
}

/// An update that names the version which its predecessor in the document was to make does not hide what somebody else
/// wrote meanwhile: it says what it was made on.
#[test]
fn the_next_update_of_a_record_in_one_document_hides_nothing() {
    let check = |name: &str, second: &str, bases: Value, expected: Value| {
        let world = World::new();
        world.post(json!({ "id": "p", "title": "x", "content": "x", "status": "DRAFT" }));
        world.data("mutation { updatePost(input: { id: \"p\", content: \"theirs\", _version: 1 }) { id } }");
        let document = format!(
            "mutation {{
                a: updatePost(input: {{ id: \"p\", title: \"mine\", _version: 1 }}) {{ _version }}
                b: updatePost(input: {{ id: \"p\", {second}, _version: 2 }}) {{ _version }}
            }}"
        );
        let extension = json!({ "session": "s", "stopOnDependency": true, "bases": { "b": bases } });
        assert_eq!(outcomes(&world, &document, extension), ["a: 3", "b: 4"], "{name}");
        assert_eq!(world.data("{ getPost(id: \"p\") { title content } }")["getPost"], expected, "{name}");
    };
    check(
        "a field that somebody else changed",
        "content: \"mine\"",
        json!({ "content": "x" }),
        json!({ "title": "mine", "content": "theirs" }),
    );
    check(
        "a field that this device changed",
        "title: \"later\"",
        json!({ "title": "mine" }),
        json!({ "title": "later", "content": "theirs" }),
    );
}

#[test]
fn an_atomic_document_has_its_limit() {
    let mut small = config();
    small.limits.max_atomic = 2;
    let world = World::with(BLOG, small);
    let create = |id: &str| {
        format!("{id}: createPost(input: {{ id: \"{id}\", title: \"t\", status: DRAFT }}) {{ _version }}")
    };
    let document = format!("mutation {{ {} {} {} }}", create("a"), create("b"), create("c"));
    let answer = world.ask_negotiated(&document, json!({}), json!({ "atomic": true }));
    assert_eq!(answer["extensions"]["syncline"]["caps"]["atomicMax"], 2);
    let errors = answer["errors"].as_array().unwrap();
    assert_eq!(errors.len(), 3);
    for error in errors {
        assert_eq!(error["errorType"], "BadRequestException");
        assert_eq!(
            error["message"],
            "An atomic document may have 2 mutations (atomicMax); this one has 3. Nothing of it was applied."
        );
    }
    assert_eq!(world.data("{ listPosts { items { id } } }")["listPosts"]["items"], json!([]));
    assert_eq!(
        outcomes(&world, &document, json!({})),
        ["a: 1", "b: 1", "c: 1"],
        "without asking for all or none"
    );
}

#[test]
fn the_next_life_of_a_record_begins_under_every_strategy() {
    for strategy in [
        Strategy::Automerge,
        Strategy::AutomergeAppsync,
        Strategy::Optimistic,
        Strategy::Lambda(Handler::new(|_| panic!("nobody asks"))),
    ] {
        let name = format!("{strategy:?}");
        let world = with_strategy(strategy);
        world.post(json!({ "id": "p", "title": "a", "status": "DRAFT", "rating": 3 }));
        world.data("mutation { deletePost(input: { id: \"p\", _version: 1 }) { id } }");
        let document = "mutation { a: createPost(input: { id: \"p\", title: \"b\", status: DRAFT, _version: 2 }) { _version } }";
        let send = || outcomes(&world, document, json!({ "mutations": { "a": "m" } }));
        assert_eq!(send(), ["a: 3"], "{name}");
        assert_eq!(send(), ["a: 3"], "{name}: sent again");
        assert_eq!(
            world.data("{ getPost(id: \"p\") { rating } }")["getPost"]["rating"],
            Value::Null,
            "{name}"
        );
    }
}

/// A service over a file.
fn open(path: &std::path::Path) -> (Service, Arc<SqliteBackend>) {
    let options = Options {
        place: Place::File(path.to_owned()),
        schema: Arc::new(syncline_schema::compile(BLOG, "blog.graphql").unwrap()),
        clock: Arc::new(ManualClock::new(NOW)),
        random: [7; 16],
        threads: Threads::Inline,
    };
    let backend = Arc::new(SqliteBackend::open(options).unwrap());
    (Service::new(Arc::clone(&backend) as Arc<dyn Backend>, config()).unwrap(), backend)
}

#[test]
fn what_was_applied_is_known_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("api.db");
    let send = |service: &Service, query: &str, ids: Value| {
        let body = json!({ "query": query, "extensions": { "syncline": { "mutations": ids } } }).to_string();
        let call = Call { body: body.as_bytes(), negotiated: true, now_ms: NOW };
        let response = now(service.execute(&Caller::api_key(), call));
        shown(&serde_json::from_slice(&response.body).unwrap())
    };
    let document = "mutation {
        a: createPost(input: { id: \"p\", title: \"a\", status: DRAFT }) { _version }
        b: updatePost(input: { id: \"p\", tags: [\"x\"], _version: 1 }) { _version }
        c: updatePost(input: { id: \"gone\", title: \"c\", _version: 1 }) { _version }
        d: createPost(input: { id: \"q\", title: \"d\", status: DRAFT }) { _version }
        e: deletePost(input: { id: \"q\", _version: 1 }) { _version }
    }";
    let ids = || json!({ "a": "ma", "b": "mb", "c": "mc", "d": "md", "e": "me" });
    let (service, backend) = open(&path);
    let first = ["a: 1", "b: 2", "c: ConditionalCheckFailedException", "d: 1", "e: 2"];
    assert_eq!(send(&service, document, ids()), first);
    backend.close();
    drop((service, backend));

    let (service, _backend) = open(&path);
    let again = ["a: 2", "b: 2", "c: ConditionalCheckFailedException", "d: 2", "e: 2"];
    assert_eq!(send(&service, document, ids()), again, "each answers with its record as it is");
    // An id stands for one record.
    let other = "mutation { a: createPost(input: { id: \"r\", title: \"a\", status: DRAFT }) { _version } }";
    assert_eq!(send(&service, other, json!({ "a": "ma" })), ["a: ValidationError"]);
    assert_eq!(send(&service, other, json!({ "a": "new" })), ["a: 1"]);
}
