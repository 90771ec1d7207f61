use super::*;
use crate::testing::{person, post, schema};
use serde_json::{Value as Json, json};
use syncline_core::predicate::{Op, SizeOp};
use syncline_core::record::{Entry, EntryState, FieldChange, MutationOp, Patch};
use syncline_core::{Key, Predicate, Value};

fn compare(field: &str, op: Op) -> Predicate {
    Predicate::compare(field, op)
}

fn shown(written: &impl serde::Serialize) -> Json {
    serde_json::from_str(&serde_json::to_string(written).unwrap()).unwrap()
}

fn change(field: usize, value: Value) -> FieldChange {
    FieldChange { field, base: Value::Null, value }
}

fn entry(op: MutationOp, changes: Vec<FieldChange>, base_version: Option<i64>) -> Entry {
    Entry {
        seq: 1,
        id: "m".to_owned(),
        model: syncline_core::ModelId(0),
        key: Key::id("p1"),
        op,
        patch: Patch(changes),
        base_version,
        condition: None,
        group: None,
        state: EntryState::Sent,
    }
}

#[test]
fn a_create_carries_what_is_set() {
    let schema = schema();
    let model = schema.by_name("Post").unwrap();
    let patch = Patch::overlay(model, None, &post().record);
    let key = Key::of(model, &post().record);
    assert_eq!(
        shown(&create_input(model, &key, &patch, None)),
        json!({
            "id": "p\"1", "title": "tïtle\n𝄞", "rating": -5, "score": 0.1, "published": true, "status": "A",
            "tags": ["x", null], "marks": [i64::MAX, i64::MIN], "extra": "{\"a\":[1,null]}", "seenAt": 1_700_000_000,
        })
    );
}

#[test]
fn a_custom_value_is_sent_whole() {
    let schema = schema();
    let model = schema.by_name("Person").unwrap();
    let record = person().record;
    let patch = Patch::overlay(model, None, &record);
    let bare = json!({ "street": "", "zip": null, "geo": null, "stops": null, "lines": null });
    let full = json!({
        "street": "a \"b\"", "zip": -5, "geo": { "lat": 0.5, "lon": 2.0, "datum": "B" },
        "stops": [{ "lat": 1.0, "lon": 2.0, "datum": null }, { "lat": 2.0, "lon": 2.0, "datum": "A" }],
        "lines": ["l", null],
    });
    let mut expected = json!({
        "id": "p", "home": full, "homes": [bare, full],
        "places": [null, { "lat": 3.0, "lon": 2.0, "datum": null }],
        "personPartMaker": "acme", "personPartNumber": 7,
    });
    let key = Key::of(model, &record);
    assert_eq!(shown(&create_input(model, &key, &patch, None)), expected);
    expected["_version"] = json!(3);
    assert_eq!(shown(&update_input(model, &key, &patch, Some(3))), expected);
}

#[test]
fn an_input_names_a_version_where_the_server_understands_it() {
    let schema = schema();
    let model = schema.by_name("Post").unwrap();
    let check = |entry: &Entry, negotiated: bool, expected: Json| {
        assert_eq!(shown(&input(model, entry, negotiated)), expected, "{entry:?} {negotiated}");
    };
    let title = || vec![change(1, Value::from("t")), change(2, Value::Null)];
    check(&entry(MutationOp::Create, title(), None), true, json!({ "id": "p1", "title": "t" }));
    check(
        &entry(MutationOp::Create, title(), Some(4)),
        true,
        json!({ "id": "p1", "title": "t", "_version": 4 }),
    );
    check(&entry(MutationOp::Create, title(), Some(4)), false, json!({ "id": "p1", "title": "t" }));
    let update = json!({ "id": "p1", "title": "t", "rating": null, "_version": 4 });
    check(&entry(MutationOp::Update, title(), Some(4)), false, update);
    check(&entry(MutationOp::Delete, vec![], Some(4)), false, json!({ "id": "p1", "_version": 4 }));
}

#[test]
fn a_batch_has_one_input_per_alias_and_the_conditions_that_there_are() {
    let schema = schema();
    let first = entry(MutationOp::Delete, vec![], Some(1));
    let condition = compare("title", Op::Eq(Value::from("x")));
    let second = Entry { condition: Some(condition), ..entry(MutationOp::Delete, vec![], Some(2)) };
    let entries = [first, second];
    assert_eq!(
        shown(&mutation_variables(&schema, &entries, false)),
        json!({
            "i0": { "id": "p1", "_version": 1 },
            "i1": { "id": "p1", "_version": 2 }, "c1": { "title": { "eq": "x" } },
        })
    );
    assert_eq!(
        shown(&mutation_variables(&schema, &entries[..1], false)),
        json!({ "i0": { "id": "p1", "_version": 1 } })
    );
}

#[test]
fn conditions_are_settled_where_they_are_about_the_key() {
    let schema = schema();
    let part = schema.by_name("Part").unwrap();
    let key = Key(vec![Value::from("acme"), Value::Int(7)]);
    let check = |predicate: Predicate, expected: Json| {
        assert_eq!(condition(part, &key, Some(&predicate)), expected, "{predicate:?}");
    };
    let name = || compare("name", Op::Eq(Value::from("n")));
    let name_json = || json!({ "name": { "eq": "n" } });
    let holds = || compare("number", Op::Gt(Value::Int(5)));
    let fails = || compare("maker", Op::BeginsWith("b".to_owned()));
    let never = || json!({ "and": [{ "_deleted": { "attributeExists": true } }, { "_deleted": { "attributeExists": false } }] });
    assert_eq!(condition(part, &key, None), Json::Null);
    check(Predicate::All, Json::Null);
    check(name(), name_json());
    check(holds(), Json::Null);
    check(fails(), never());
    check(Predicate::And(vec![holds(), name()]), name_json());
    check(Predicate::And(vec![fails(), name()]), never());
    check(Predicate::And(vec![holds(), holds()]), Json::Null);
    check(Predicate::And(vec![]), Json::Null);
    check(Predicate::Or(vec![holds(), name()]), Json::Null);
    check(Predicate::Or(vec![fails(), name()]), name_json());
    check(Predicate::Or(vec![fails(), fails()]), never());
    check(Predicate::Or(vec![]), Json::Null);
    check(Predicate::Not(Box::new(holds())), never());
    check(Predicate::Not(Box::new(fails())), Json::Null);
    check(Predicate::Not(Box::new(name())), json!({ "not": name_json() }));
    check(
        Predicate::And(vec![holds(), name(), Predicate::Or(vec![fails(), name(), name()])]),
        json!({ "and": [name_json(), { "or": [name_json(), name_json()] }] }),
    );
    // What does not fit the model goes to the server, which says so.
    check(compare("nope", Op::Exists(true)), json!({ "nope": { "attributeExists": true } }));
}

#[test]
fn the_variables_of_queries() {
    let rating = compare("rating", Op::Gt(Value::Int(5)));
    assert_eq!(
        Json::Object(sync_variables(1000, None, None, None)),
        json!({ "limit": 1000, "nextToken": null, "lastSync": null, "filter": null })
    );
    assert_eq!(
        Json::Object(sync_variables(100, Some("t"), Some(1_700_000_000_123), Some(&rating))),
        json!({ "limit": 100, "nextToken": "t", "lastSync": 1_700_000_000_123_i64,
                "filter": { "and": [{ "rating": { "gt": 5 } }] } })
    );
    assert_eq!(sync_variables(1, None, None, Some(&Predicate::All))["filter"], Json::Null);
    assert_eq!(
        Json::Object(get_variables(&Key(vec![Value::from("acme"), Value::Int(7)]))),
        json!({ "k0": "acme", "k1": 7 })
    );
    assert_eq!(Json::Object(subscription_variables(None)), json!({}));
    assert_eq!(Json::Object(subscription_variables(Some(&Predicate::All))), json!({ "filter": null }));
    let size = compare("title", Op::Size(SizeOp::Between(1, 2)));
    assert_eq!(
        Json::Object(subscription_variables(Some(&size))),
        json!({ "filter": { "title": { "size": { "between": [1, 2] } } } })
    );
}
