//! The scalars, as AppSync judges them: what a mutation takes, what it refuses, and what comes back.

use crate::support::{World, config};
use serde_json::{Value, json};

const SCHEMA: &str = "
enum Color { RED BLUE }
type Thing @model @auth(rules: [{ allow: public }]) {
  id: ID!
  other: ID text: String int: Int float: Float flag: Boolean color: Color
  day: AWSDate time: AWSTime at: AWSDateTime stamp: AWSTimestamp email: AWSEmail json: AWSJSON url: AWSURL
  phone: AWSPhone ip: AWSIPAddress
  texts: [String] need: [Int!] colors: [Color] ats: [AWSDateTime]
}";

/// What comes back of a field that was created with this value, or the message of the refusal.
fn created(world: &World, field: &str, value: &Value) -> Result<Value, String> {
    let query = format!("mutation M($i: CreateThingInput!) {{ createThing(input: $i) {{ {field} }} }}");
    let answer = world.ask(&query, json!({ "i": { field: value } }));
    match answer["errors"].as_array() {
        None => Ok(answer["data"]["createThing"][field].clone()),
        Some(errors) => {
            assert_eq!(errors.len(), 1, "{answer}");
            Err(errors[0]["message"].as_str().unwrap().to_owned())
        }
    }
}

#[test]
fn what_is_accepted_comes_back_as_it_went() {
    let world = World::with(SCHEMA, config());
    let long = "x".repeat(10_000);
    let table: [(&str, Vec<Value>); 19] = [
        ("other", vec![json!(""), json!("a b"), json!("é\u{1F600}")]),
        ("text", vec![json!(""), json!("\u{1}\"\\\n\u{2028}"), json!("\u{10FFFF}"), json!(long)]),
        ("int", vec![json!(0), json!(-2_147_483_648_i64), json!(2_147_483_647)]),
        ("float", vec![json!(0.5), json!(-1e308), json!(5e-324), json!(1e21)]),
        ("flag", vec![json!(true), json!(false)]),
        ("color", vec![json!("RED"), json!("BLUE")]),
        (
            "day",
            vec![
                json!("2024-02-29"),
                json!("1970-01-01Z"),
                json!("2024-02-29+05:30"),
                json!("2024-02-29-07:00:30"),
            ],
        ),
        (
            "time",
            vec![
                json!("10:00"),
                json!("10:00:01"),
                json!("10:00:01.5"),
                json!("10:00:01.123456789Z"),
                json!("23:59:59+14:00"),
            ],
        ),
        (
            "at",
            vec![
                json!("2024-02-29T10:00Z"),
                json!("2024-02-29T10:00:00Z"),
                json!("2024-02-29T10:00:00.000Z"),
                json!("2024-02-29T10:00:00.123456789+05:30"),
                json!("2024-02-29T10:00:00-07:00:30"),
            ],
        ),
        (
            "stamp",
            vec![
                json!(0),
                json!(-1),
                json!(1_700_000_000),
                json!(i64::MAX),
                json!(i64::MIN),
                json!(9_007_199_254_740_993_i64),
            ],
        ),
        ("email", vec![json!("a@b.co"), json!("first.last+tag@sub.example.org")]),
        // A string on the wire, whatever it holds.
        (
            "json",
            vec![
                json!("{\"a\":[1,null,{\"b\":\"é\"}]}"),
                json!("[]"),
                json!("1"),
                json!("\"x\""),
                json!("null"),
                json!("true"),
            ],
        ),
        ("url", vec![json!("https://example.com/a?b=c#d"), json!("mailto:a@b.co")]),
        ("phone", vec![json!("+1 555-555-5555"), json!("555 555 5555"), json!("+49 30 123456")]),
        ("ip", vec![json!("10.0.0.1"), json!("10.0.0.0/8"), json!("::1"), json!("2001:db8::/32")]),
        ("texts", vec![json!([]), json!(["a", null, ""])]),
        ("need", vec![json!([1, 2]), json!([])]),
        ("colors", vec![json!(["RED", null, "RED"])]),
        ("ats", vec![json!(["2024-02-29T10:00Z"])]),
    ];
    for (field, values) in table {
        for value in values.into_iter().chain([Value::Null]) {
            assert_eq!(created(&world, field, &value), Ok(value.clone()), "{field}: {value}");
        }
    }
}

#[test]
fn some_values_become_others() {
    let world = World::with(SCHEMA, config());
    for (field, given, stored) in [
        // A number for an ID, one value for a list of it, a whole number for a Float.
        ("other", json!(7), json!("7")),
        ("other", json!(-9_007_199_254_740_993_i64), json!("-9007199254740993")),
        ("texts", json!("a"), json!(["a"])),
        ("need", json!(1), json!([1])),
        ("colors", json!("RED"), json!(["RED"])),
        ("float", json!(2), json!(2.0)),
        ("float", json!(-0.0), json!(0.0)),
    ] {
        assert_eq!(created(&world, field, &given), Ok(stored), "{field}: {given}");
    }
}

#[test]
fn what_is_refused_names_the_field_and_the_value() {
    let world = World::with(SCHEMA, config());
    let object = json!({ "a": 1 });
    let mixed = |values: &[Value]| values.to_vec();
    let table: [(&str, &str, Vec<Value>); 18] = [
        ("other", "ID", mixed(&[json!(1.5), json!(true), object.clone(), json!(["a"])])),
        ("text", "String", mixed(&[json!(1), json!(true), object.clone(), json!(["a"])])),
        (
            "int",
            "Int",
            mixed(&[
                json!(2_147_483_648_i64),
                json!(-2_147_483_649_i64),
                json!(1.5),
                json!("1"),
                json!(true),
                json!(1e300),
            ]),
        ),
        ("float", "Float", mixed(&[json!("1"), json!(true), json!([1])])),
        ("flag", "Boolean", mixed(&[json!("true"), json!(1)])),
        ("color", "Color", mixed(&[json!("GREEN"), json!("red"), json!(1), json!("")])),
        (
            "day",
            "AWSDate",
            mixed(&[
                json!("2023-02-29"),
                json!("2024-2-9"),
                json!("2024-02-29T10:00Z"),
                json!(""),
                json!(20_240_229),
            ]),
        ),
        (
            "time",
            "AWSTime",
            mixed(&[json!("24:00"), json!("10"), json!("10:60"), json!("10:00 "), json!(10)]),
        ),
        (
            "at",
            "AWSDateTime",
            mixed(&[
                json!("2024-02-29T10:00:00"),
                json!("2024-02-29 10:00Z"),
                json!("2024-02-30T10:00Z"),
                json!("2024-02-29T10:00+0530"),
                json!(1),
            ]),
        ),
        ("stamp", "AWSTimestamp", mixed(&[json!(1.5), json!("1"), json!(true), json!(u64::MAX)])),
        ("email", "AWSEmail", mixed(&[json!("a"), json!("a@"), json!("@b.co"), json!("a b@c.de"), json!(1)])),
        ("json", "AWSJSON", mixed(&[json!("{"), json!(""), json!("a"), json!("{} x"), object, json!(1)])),
        ("url", "AWSURL", mixed(&[json!("example.com"), json!(""), json!("//a.b"), json!(1)])),
        ("phone", "AWSPhone", mixed(&[json!("phone"), json!(""), json!("+"), json!(5_555_555)])),
        (
            "ip",
            "AWSIPAddress",
            mixed(&[json!("1.2.3"), json!("1.2.3.256"), json!("10.0.0.0/33"), json!("::1::"), json!(1)]),
        ),
        ("texts", "String", mixed(&[json!([1]), json!([["a"]])])),
        ("need", "Int", mixed(&[json!([null]), json!([1.5]), json!(["1"])])),
        ("colors", "Color", mixed(&[json!(["GREEN"]), json!([1])])),
    ];
    for (field, type_name, values) in table {
        for value in values {
            let refused = created(&world, field, &value).expect_err(&format!("{field}: {value}"));
            assert!(refused.contains(field) && refused.contains(type_name), "{field} {value}: {refused}");
            let shown = match &value {
                Value::Array(items) => items[0].to_string(),
                one => one.to_string(),
            };
            let said = refused.contains(&shown) || (shown == "null" && refused.contains("Null"))
                // A list of one value, shown as the list it is.
                || refused.contains(&value.to_string());
            assert!(said, "{field} {value}: {refused}");
        }
    }
    for field in ["text", "other", "email", "json", "url", "texts"] {
        let refused = created(&world, field, &json!("a\u{0}b")).expect_err(field);
        assert!(refused.contains("U+0000") && refused.contains(field), "{field}: {refused}");
    }
    assert_eq!(
        world.data("{ listThings { items { id } } }")["listThings"]["items"],
        json!([]),
        "nothing was written"
    );
}

#[test]
fn literals_are_judged_as_variables_are() {
    let world = World::with(SCHEMA, config());
    let made = |fields: &str| {
        world.ask(&format!("mutation {{ createThing(input: {{ {fields} }}) {{ other text int float flag color stamp json texts need colors }} }}"), json!({}))
    };
    let answer = made(
        "other: 12, text: \"\"\"a\n  \\\"\"\" b\"\"\", int: 3, float: 3, flag: false, color: BLUE, stamp: -5, json: \"[1, 2]\", texts: \"x\", need: [1], colors: RED",
    );
    assert_eq!(
        answer["data"]["createThing"],
        json!({
            "other": "12", "text": "a\n\"\"\" b", "int": 3, "float": 3.0, "flag": false, "color": "BLUE", "stamp": -5,
            "json": "[1, 2]", "texts": ["x"], "need": [1], "colors": ["RED"]
        }),
        "{answer}"
    );
    // What GraphQL's Int cannot hold, an AWSTimestamp can.
    assert_eq!(
        made("stamp: 9007199254740993")["data"]["createThing"]["stamp"],
        json!(9_007_199_254_740_993_i64)
    );
    for fields in [
        "int: 2147483648",
        "int: 1.5",
        "int: \"1\"",
        "text: 1",
        "color: GREEN",
        "color: \"RED\"",
        "flag: 1",
        "json: \"{\"",
        "json: { a: 1 }",
        "stamp: 1.5",
        "day: \"2023-02-29\"",
        "need: [null]",
        "texts: [[\"a\"]]",
        "int: 1e3",
    ] {
        let answer = made(fields);
        assert_eq!(answer["errors"].as_array().map(Vec::len), Some(1), "{fields}: {answer}");
        let message = answer["errors"][0]["message"].as_str().unwrap_or_default();
        let field = fields.split(':').next().unwrap_or_default();
        assert!(message.contains(field), "{fields}: {message}");
    }
}
