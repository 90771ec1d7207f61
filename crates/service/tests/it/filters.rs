//! Every operator of filters and conditions on every kind of field, of records that have a value, have null, and have
//! neither: DynamoDB's rules, with null as missing (SYNC 3.8).

use crate::support::{World, config};
use serde_json::{Value, json};

const SCHEMA: &str = "
enum Color { RED BLUE }
type Shop { street: String }
type Thing @model @auth(rules: [{ allow: public }]) {
  id: ID!
  other: ID text: String int: Int float: Float flag: Boolean color: Color
  day: AWSDate time: AWSTime at: AWSDateTime stamp: AWSTimestamp email: AWSEmail json: AWSJSON url: AWSURL
  phone: AWSPhone ip: AWSIPAddress
  texts: [String] ids: [ID!] ints: [Int] floats: [Float] flags: [Boolean] colors: [Color] days: [AWSDate]
  shop: Shop
}";

/// 2^53 + 1: what a double cannot hold.
const LARGE: i64 = 9_007_199_254_740_993;

fn full() -> Value {
    json!({
        "other": "o", "text": "ab", "int": 5, "float": 1.5, "flag": true, "color": "RED",
        "day": "2024-02-29", "time": "10:00:00", "at": "2024-02-29T10:00:00.000Z", "stamp": LARGE, "email": "a@b.co",
        "json": "{\"a\":1}", "url": "https://a.b/c", "phone": "+1 555 555 5555", "ip": "10.0.0.1",
        "texts": ["a", "b", null], "ids": ["x"], "ints": [1, 2], "floats": [0.5], "flags": [true, false],
        "colors": ["RED"], "days": ["2024-01-01"], "shop": { "street": "s" }
    })
}

/// Three records: one with a value in every field, one with null in every field, one without them.
fn world() -> World {
    let world = World::with(SCHEMA, config());
    let create = "mutation M($i: CreateThingInput!) { createThing(input: $i) { id } }";
    let full = full();
    let nulls = full.as_object().unwrap().keys().map(|key| (key.clone(), Value::Null)).collect();
    for (id, fields) in [("full", full), ("null", Value::Object(nulls)), ("none", json!({}))] {
        let mut input = json!({ "id": id });
        input.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        let answer = world.ask(create, json!({ "i": input }));
        assert_eq!(answer["errors"], Value::Null, "{answer}");
    }
    world
}

fn selected(world: &World, filter: &Value) -> Vec<Value> {
    let list = "query Q($f: ModelThingFilterInput) { listThings(filter: $f) { items { id } } }";
    let answer = world.ask(list, json!({ "f": filter }));
    assert_eq!(answer["errors"], Value::Null, "{filter}: {answer}");
    answer["data"]["listThings"]["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect()
}

/// Whether an operator holds for a value that is not there.
fn holds_for_nothing(operator: &str, operand: &Value) -> bool {
    match operator {
        "eq" => operand.is_null(),
        "ne" => !operand.is_null(),
        "notContains" => true,
        "attributeExists" => operand == &json!(false),
        "attributeType" => operand == "_null",
        _ => false,
    }
}

/// What holds for every field that has a value.
fn presence(kind: &str) -> Vec<(&'static str, Value, bool)> {
    let mut cases = vec![("attributeExists", json!(true), true), ("attributeExists", json!(false), false)];
    for name in
        ["binary", "binarySet", "bool", "list", "map", "number", "numberSet", "string", "stringSet", "_null"]
    {
        cases.push(("attributeType", json!(name), name == kind));
    }
    cases.extend(nulls());
    cases
}

fn nulls() -> [(&'static str, Value, bool); 2] {
    [("eq", Value::Null, false), ("ne", Value::Null, true)]
}

/// All the orders of a value with one below, itself, and one above.
fn order(below: Value, own: Value, above: Value) -> Vec<(&'static str, Value, bool)> {
    let mut cases = Vec::new();
    for (operand, below, own_value) in [(&below, false, false), (&own, false, true), (&above, true, false)] {
        let above = !below && !own_value;
        cases.extend([
            ("eq", operand.clone(), own_value),
            ("ne", operand.clone(), !own_value),
            ("lt", operand.clone(), below),
            ("le", operand.clone(), below || own_value),
            ("gt", operand.clone(), above),
            ("ge", operand.clone(), above || own_value),
        ]);
    }
    cases.extend([
        ("between", json!([below, above]), true),
        ("between", json!([own, own]), true),
        ("between", json!([above, above]), false),
        ("between", json!([above, below]), false),
    ]);
    cases
}

/// What else text has.
fn text(begin: &str, inside: &str, size: usize) -> Vec<(&'static str, Value, bool)> {
    vec![
        ("beginsWith", json!(begin), true),
        ("beginsWith", json!(""), true),
        ("beginsWith", json!("~"), false),
        ("contains", json!(inside), true),
        ("contains", json!("~"), false),
        ("notContains", json!(inside), false),
        ("notContains", json!("~"), true),
        ("size", json!({ "eq": size }), true),
        ("size", json!({ "ne": size }), false),
        ("size", json!({ "lt": size }), false),
        ("size", json!({ "le": size }), true),
        ("size", json!({ "gt": size }), false),
        ("size", json!({ "ge": size, "between": [0, size] }), true),
        ("size", json!({ "between": [size + 1, size + 2] }), false),
    ]
}

/// What a list makes of the operators of a single value: nothing is in order with it or equal to it.
fn never_single(operand: Value, ordered: bool) -> Vec<(&'static str, Value, bool)> {
    let mut cases = vec![("eq", operand.clone(), false), ("ne", operand.clone(), true)];
    if ordered {
        cases.extend(["lt", "le", "gt", "ge"].map(|operator| (operator, operand.clone(), false)));
        cases.push(("between", json!([operand, operand]), false));
    }
    cases
}

#[test]
fn every_operator_on_every_kind_of_field() {
    let world = world();
    let check = |field: &str, cases: &[Vec<(&'static str, Value, bool)>]| {
        for (operator, operand, expected) in cases.iter().flatten() {
            let absent = holds_for_nothing(operator, operand);
            let mut expected = if *expected { vec![json!("full")] } else { vec![] };
            if absent {
                expected.extend([json!("none"), json!("null")]);
            }
            let filter = json!({ field: { *operator: operand } });
            assert_eq!(selected(&world, &filter), expected, "{filter}");
            // `not` is the opposite, for every record.
            let others: Vec<Value> = ["full", "none", "null"]
                .map(Value::from)
                .into_iter()
                .filter(|id| !expected.contains(id))
                .collect();
            assert_eq!(selected(&world, &json!({ "not": filter })), others, "not {filter}");
        }
    };
    let texts = |field: &str, below: &str, own: &str, above: &str, inside: &str| {
        let begin: String = own.chars().take(2).collect();
        check(
            field,
            &[
                presence("string"),
                order(json!(below), json!(own), json!(above)),
                text(&begin, inside, own.len()),
            ],
        );
    };
    texts("other", "n", "o", "p", "o");
    texts("text", "aa", "ab", "b", "b");
    texts("day", "2024-02-28", "2024-02-29", "2024-03-01", "-02-");
    texts("time", "09:59:59", "10:00:00", "10:00:01", ":00");
    texts("at", "2024-02-29T09:59:59.999Z", "2024-02-29T10:00:00.000Z", "2024-02-29T10:00:00.001Z", "T10");
    texts("email", "a@a.co", "a@b.co", "b@b.co", "@");
    texts("json", "{\"a\":0}", "{\"a\":1}", "{\"a\":2}", "\"a\"");
    texts("url", "https://a.a", "https://a.b/c", "https://b", "://");
    texts("phone", "+1 0", "+1 555 555 5555", "+2", "555");
    texts("ip", "10.0.0.0", "10.0.0.1", "10.0.0.2", ".0.");
    check("int", &[presence("number"), order(json!(4), json!(5), json!(6))]);
    check(
        "float",
        &[
            presence("number"),
            order(json!(1), json!(1.5), json!(2)),
            order(json!(1.4999), json!(1.5), json!(1e300)),
        ],
    );
    check("stamp", &[presence("number"), order(json!(LARGE - 1), json!(LARGE), json!(LARGE + 1))]);
    check(
        "flag",
        &[
            presence("bool"),
            vec![
                ("eq", json!(true), true),
                ("ne", json!(true), false),
                ("eq", json!(false), false),
                ("ne", json!(false), true),
            ],
        ],
    );
    let equal = vec![
        ("eq", json!("RED"), true),
        ("ne", json!("RED"), false),
        ("eq", json!("BLUE"), false),
        ("ne", json!("BLUE"), true),
    ];
    check("color", &[nulls().to_vec(), equal]);

    let size =
        |items: usize| vec![("size", json!({ "eq": items }), true), ("size", json!({ "gt": items }), false)];
    let member = |inside: Value, outside: Value| {
        vec![
            ("contains", inside.clone(), true),
            ("notContains", inside, false),
            ("contains", outside.clone(), false),
            ("notContains", outside, true),
        ]
    };
    let begins = || vec![("beginsWith", json!(""), false)];
    check(
        "texts",
        &[
            presence("list"),
            never_single(json!("a"), true),
            begins(),
            size(3),
            member(json!("b"), json!("c")),
            member(json!("a"), json!("")),
        ],
    );
    check(
        "ids",
        &[
            presence("list"),
            never_single(json!("x"), true),
            begins(),
            size(1),
            member(json!("x"), json!("y")),
        ],
    );
    check(
        "days",
        &[
            presence("list"),
            never_single(json!("2024-01-01"), true),
            size(1),
            member(json!("2024-01-01"), json!("2024")),
        ],
    );
    check("ints", &[presence("list"), never_single(json!(1), true)]);
    check("floats", &[presence("list"), never_single(json!(0.5), true)]);
    check("flags", &[presence("list"), never_single(json!(true), false)]);
    let colors = vec![
        ("eq", json!(["RED"]), true),
        ("eq", json!("RED"), true),
        ("eq", json!(["BLUE"]), false),
        ("ne", json!(["RED"]), false),
        ("ne", json!([]), true),
    ];
    check("colors", &[nulls().to_vec(), colors, member(json!("RED"), json!("BLUE"))]);
    // `_deleted` is null on a live record.
    for (operator, operand, all) in [
        ("eq", json!(true), false),
        ("ne", json!(true), true),
        ("eq", json!(false), false),
        ("ne", json!(false), true),
        ("eq", Value::Null, true),
        ("ne", Value::Null, false),
        ("attributeExists", json!(false), true),
        ("attributeType", json!("bool"), false),
        ("attributeType", json!("_null"), true),
    ] {
        let filter = json!({ "_deleted": { operator: operand } });
        assert_eq!(selected(&world, &filter).len(), if all { 3 } else { 0 }, "{filter}");
    }
}

#[test]
fn groups_and_what_says_nothing() {
    let world = world();
    let five = || json!({ "int": { "eq": 5 } });
    for (filter, expected) in [
        (json!(null), &["full", "none", "null"][..]),
        (json!({}), &["full", "none", "null"]),
        (json!({ "and": [], "or": null, "not": null }), &["full", "none", "null"]),
        (json!({ "or": [] }), &["full", "none", "null"]),
        (json!({ "not": {} }), &[]),
        (json!({ "text": {} }), &["full", "none", "null"]),
        (json!({ "text": null }), &["full", "none", "null"]),
        (json!({ "and": five() }), &["full"]),
        (json!({ "not": { "not": five() } }), &["full"]),
        (
            json!({ "and": [five(), { "or": [{ "text": { "eq": "x" } }, { "flag": { "eq": true } }] }] }),
            &["full"],
        ),
        (json!({ "and": [five(), { "not": { "flag": { "eq": true } } }] }), &[]),
        (json!({ "or": [five(), { "id": { "eq": "none" } }], "text": { "ne": "ab" } }), &["none"]),
        (json!({ "int": { "gt": 4, "lt": 6 }, "text": { "beginsWith": "a", "contains": "b" } }), &["full"]),
        (json!({ "int": { "gt": 4, "lt": 5 } }), &[]),
        (json!({ "id": { "ne": "full", "beginsWith": "n", "size": { "gt": 3 } } }), &["none", "null"]),
        (json!({ "int": { "gt": 2_147_483_648_i64 } }), &[]),
        (json!({ "int": { "lt": 2_147_483_648_i64 } }), &["full"]),
        (json!({ "stamp": { "eq": 9_007_199_254_740_992_i64 } }), &[]),
    ] {
        assert_eq!(selected(&world, &filter), expected, "{filter}");
    }
}

#[test]
fn a_condition_is_judged_as_a_filter_is() {
    let world = world();
    let update = "mutation M($i: UpdateThingInput!, $c: ModelThingConditionInput) { updateThing(input: $i, condition: $c) { id } }";
    let mut version = 1;
    let mut check = |condition: Value, met: bool| {
        let answer = world.ask(update, json!({ "i": { "id": "full", "_version": version }, "c": condition }));
        assert_eq!(answer["errors"].is_null(), met, "{condition}: {answer}");
        if met {
            version += 1;
        } else {
            assert_eq!(answer["errors"][0]["errorType"], "ConditionalCheckFailedException", "{answer}");
        }
    };
    check(json!({ "text": { "eq": "ab" } }), true);
    check(json!({ "text": { "eq": "x" } }), false);
    check(json!({ "stamp": { "ge": LARGE } }), true);
    check(json!({ "stamp": { "gt": LARGE } }), false);
    check(json!({ "texts": { "contains": "b" }, "not": { "int": { "lt": 5 } } }), true);
    check(json!({ "texts": { "eq": "b" } }), false);
    check(json!({ "text": { "attributeType": "string" }, "texts": { "attributeType": "list" } }), true);
    check(json!({ "text": { "attributeType": "number" } }), false);
    check(json!({ "_deleted": { "ne": true } }), true);
    check(json!({ "_deleted": { "attributeExists": true } }), false);
    check(json!({ "createdAt": { "beginsWith": "20" } }), true);
    check(json!({}), true);
    check(Value::Null, true);
    // On a create nothing is there yet.
    let create = "mutation M($i: CreateThingInput!, $c: ModelThingConditionInput) { createThing(input: $i, condition: $c) { id } }";
    for (condition, met) in [
        (json!({ "text": { "ne": "x" } }), true),
        (json!({ "text": { "attributeExists": false } }), true),
        (json!({ "text": { "eq": "new" } }), false),
    ] {
        let answer = world.ask(create, json!({ "i": { "text": "new" }, "c": condition }));
        assert_eq!(answer["errors"].is_null(), met, "{condition}: {answer}");
    }
}

#[test]
fn what_cannot_be_read_is_refused() {
    let world = world();
    for (filter, message) in [
        (json!({ "int": { "between": [1] } }), "filter.int.between: expected a list of two values"),
        (json!({ "int": { "between": null } }), "filter.int.between"),
        (json!({ "int": { "lt": null } }), "nothing is in order with null"),
        (
            json!({ "text": { "attributeExists": null } }),
            "filter.text.attributeExists: expected true or false",
        ),
        (json!({ "text": { "size": null } }), "filter.text.size: expected an object"),
        (json!({ "text": { "size": { "between": [1] } } }), "expected a list of two values"),
        (
            json!({ "text": { "attributeType": "text" } }),
            "expected type 'ModelAttributeTypes' but was \"text\"",
        ),
        (json!({ "shop": { "eq": 1 } }), "field name 'shop' that is not defined"),
        (json!({ "int": { "contains": 1 } }), "field name 'contains' that is not defined"),
        (json!({ "and": 7 }), "expected type 'ModelThingFilterInput' but was 7"),
    ] {
        let query = "query Q($f: ModelThingFilterInput) { listThings(filter: $f) { nextToken } }";
        let found = world.message(query, json!({ "f": filter }));
        assert!(found.contains(message), "{filter}: {found}");
    }
}
