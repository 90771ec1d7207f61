//! Lists by keys and indexes: their conditions, their order, and what is wrong with them.

use crate::support::{World, config};
use serde_json::{Value, json};

const SCHEMA: &str = "
enum Weight { S M L }
type Plain @model @auth(rules: [{ allow: public }]) { id: ID! code: String @index(name: \"byCode\") }
type Lone @model @auth(rules: [{ allow: public }]) { key: ID! @primaryKey n: Int }
type Event @model @auth(rules: [{ allow: public }]) {
  place: String! @primaryKey(sortKeyFields: [\"at\"])
  at: AWSTimestamp!
  size: Weight @index(name: \"bySize\", sortKeyFields: [\"weight\"])
  weight: Float
  day: AWSDate @index(name: \"byDay\", sortKeyFields: [\"size\", \"at\"])
  kind: String @index(name: \"byKind\", sortKeyFields: [\"day\"])
}";

fn world() -> World {
    let world = World::with(SCHEMA, config());
    for (at, size, weight, day) in [
        (-5, "S", json!(1.5), "2024-01-01"),
        (9, "S", json!(10), "2024-01-01"),
        (10, "M", json!(9), "2024-01-01"),
        (9_007_199_254_740_993_i64, "S", Value::Null, "2024-01-01"),
    ] {
        let input =
            json!({ "place": "here", "at": at, "size": size, "weight": weight, "day": day, "kind": "k" });
        let answer = world.ask(
            "mutation M($i: CreateEventInput!) { createEvent(input: $i) { at } }",
            json!({ "i": input }),
        );
        assert_eq!(answer["errors"], Value::Null, "{answer}");
    }
    world.data(
        "mutation { createEvent(input: { place: \"there\", at: 1 }) { at } createLone(input: { key: \"k\", n: 1 }) { key }
                    createPlain(input: { id: \"1\", code: \"c\" }) { id } }",
    );
    world
}

fn ats(world: &World, field: &str) -> Vec<i64> {
    let mut data = world.data(&format!("{{ q: {field} {{ items {{ at }} }} }}"));
    let items = data["q"]["items"].take();
    items.as_array().unwrap().iter().map(|item| item["at"].as_i64().unwrap()).collect()
}

const FAR: i64 = 9_007_199_254_740_993;

#[test]
fn keys_and_indexes_with_every_condition() {
    let world = world();
    for (field, expected) in [
        ("listEvents", &[-5, 9, 10, FAR, 1][..]),
        ("listEvents(place: \"here\")", &[-5, 9, 10, FAR]),
        ("listEvents(place: \"there\")", &[1]),
        ("listEvents(place: \"nowhere\")", &[]),
        ("listEvents(place: \"here\", sortDirection: DESC)", &[FAR, 10, 9, -5]),
        ("listEvents(place: \"here\", sortDirection: DESC, limit: 2)", &[FAR, 10]),
        ("listEvents(place: \"here\", at: { eq: 9 })", &[9]),
        ("listEvents(place: \"here\", at: { lt: 10 })", &[-5, 9]),
        ("listEvents(place: \"here\", at: { le: 10 })", &[-5, 9, 10]),
        ("listEvents(place: \"here\", at: { gt: 9 })", &[10, FAR]),
        ("listEvents(place: \"here\", at: { ge: 9 }, filter: { size: { eq: S } })", &[9, FAR]),
        ("listEvents(place: \"here\", at: { between: [-5, 9] })", &[-5, 9]),
        ("listEvents(place: \"here\", at: {})", &[-5, 9, 10, FAR]),
        ("listEvents(place: \"here\", at: null, sortDirection: null)", &[-5, 9, 10, FAR]),
        ("listEvents(filter: { place: { eq: \"there\" } })", &[1]),
        // A record without a weight is not in the index; numbers order as numbers.
        ("eventsBySizeAndWeight(size: S)", &[-5, 9]),
        ("eventsBySizeAndWeight(size: S, sortDirection: DESC)", &[9, -5]),
        ("eventsBySizeAndWeight(size: S, weight: { gt: 1.5 })", &[9]),
        ("eventsBySizeAndWeight(size: S, weight: { between: [1, 2] })", &[-5]),
        ("eventsBySizeAndWeight(size: L)", &[]),
        // A condition on a date compares its text.
        ("eventsByKindAndDay(kind: \"k\", day: { beginsWith: \"2024\" }, limit: 2)", &[-5, 9]),
        ("eventsByKindAndDay(kind: \"k\", day: { lt: \"2024-01\" })", &[]),
        // Several sort fields compare as one text joined by `#`: `S#9` is above `S#10`.
        ("eventsByDayAndSizeAndAt(day: \"2024-01-01\")", &[10, -5, 9, FAR]),
        ("eventsByDayAndSizeAndAt(day: \"2024-01-01\", sizeAt: { beginsWith: { size: S } })", &[-5, 9, FAR]),
        ("eventsByDayAndSizeAndAt(day: \"2024-01-01\", sizeAt: { eq: { size: S, at: 9 } })", &[9]),
        ("eventsByDayAndSizeAndAt(day: \"2024-01-01\", sizeAt: { lt: { size: S, at: 9 } })", &[10, -5]),
        (
            "eventsByDayAndSizeAndAt(day: \"2024-01-01\", sizeAt: { between: [{ size: M }, { size: S, at: 9 }] }, sortDirection: DESC)",
            &[9, -5, 10],
        ),
    ] {
        assert_eq!(ats(&world, field), expected, "{field}");
    }
}

#[test]
fn every_page_goes_on_where_the_last_ended() {
    let world = world();
    for field in [
        "listEvents(place: \"here\", ",
        "listEvents(place: \"here\", sortDirection: DESC, ",
        "eventsByDayAndSizeAndAt(day: \"2024-01-01\", sizeAt: { ge: { size: M } }, ",
        "listEvents(",
    ] {
        let whole = ats(&world, &format!("{field} limit: 9)"));
        for limit in 1..=whole.len() {
            let mut seen = Vec::new();
            let mut token = Value::Null;
            loop {
                let query = format!(
                    "query Q($t: String) {{ q: {field} limit: {limit}, nextToken: $t) {{ items {{ at }} nextToken }} }}"
                );
                let answer = world.ask(&query, json!({ "t": token }));
                let items = answer["data"]["q"]["items"].as_array().unwrap_or_else(|| panic!("{answer}"));
                seen.extend(items.iter().map(|item| item["at"].as_i64().unwrap()));
                token = answer["data"]["q"]["nextToken"].clone();
                if token.is_null() {
                    break;
                }
                // A page may have another size than the last one.
            }
            assert_eq!(seen, whole, "{field} by {limit}");
        }
    }
}

#[test]
fn a_token_is_of_one_query() {
    let world = world();
    let ask = |field: &str, token: &Value| {
        world.ask(
            &format!("query Q($t: String) {{ q: {field} nextToken: $t) {{ nextToken }} }}"),
            json!({ "t": token }),
        )
    };
    let own = "listEvents(place: \"here\", limit: 1,";
    let token = ask(own, &Value::Null)["data"]["q"]["nextToken"].clone();
    assert!(token.is_string());
    assert_eq!(ask(own, &token)["errors"], Value::Null);
    assert_eq!(
        ask("listEvents(place: \"here\", limit: 2, sortDirection: ASC,", &token)["errors"],
        Value::Null
    );
    let foreign = "Invalid pagination token given: nextToken belongs to another query, filter or caller.";
    let broken = "Invalid pagination token given: nextToken is not one of this API.";
    let text = token.as_str().unwrap();
    let changed = format!("{}{}", &text[..text.len() - 2], if text.ends_with("AA") { "BB" } else { "AA" });
    for (field, token, message) in [
        ("listEvents(place: \"there\",", json!(text), foreign),
        ("listEvents(place: \"here\", sortDirection: DESC,", json!(text), foreign),
        ("listEvents(place: \"here\", at: { gt: 0 },", json!(text), foreign),
        ("listEvents(place: \"here\", filter: { size: { eq: S } },", json!(text), foreign),
        ("listEvents(", json!(text), foreign),
        ("syncEvents(", json!(text), foreign),
        ("eventsBySizeAndWeight(size: S,", json!(text), foreign),
        (own, json!(changed), broken),
        (own, json!(""), broken),
        (own, json!("eyJ2ZXJzaW9uIjoyfQ=="), broken),
        (own, json!("x".repeat(9_000)), broken),
    ] {
        let answer = ask(field, &token);
        assert_eq!(answer["data"], json!({ "q": null }), "{field}");
        let error = &answer["errors"][0];
        assert_eq!(error["errorType"], "BadRequestException", "{field}");
        assert!(error["message"].as_str().unwrap().starts_with(message), "{field}: {answer}");
    }
}

#[test]
fn arguments_that_need_another_are_refused_in_the_resolvers_words() {
    let world = world();
    for (field, message) in [
        (
            "listEvents(sortDirection: DESC)",
            "When providing argument 'sortDirection' you must also provide argument 'place'.",
        ),
        ("listEvents(at: { gt: 1 })", "When providing argument 'at' you must also provide arguments place"),
        (
            "listLones(sortDirection: ASC)",
            "sortDirection is not supported for List operations without a Sort key defined.",
        ),
        (
            "listLones(key: \"k\", sortDirection: ASC)",
            "sortDirection is not supported for List operations without a Sort key defined.",
        ),
        (
            "plainsByCode(code: \"c\", sortDirection: DESC)",
            "sortDirection is not supported for List operations without a Sort key defined.",
        ),
        (
            "listEvents(place: \"here\", at: { gt: 1, lt: 2 })",
            "Argument at must specify at most one key condition operation.",
        ),
        (
            "listEvents(place: \"here\", at: { between: [1] })",
            "Argument 'at.between' expects exactly two elements.",
        ),
        (
            "eventsByDayAndSizeAndAt(day: \"2024-01-01\", sizeAt: { eq: { at: 1 } })",
            "When providing argument 'sizeAt.eq.at' you must also provide 'sizeAt.eq.size'.",
        ),
        (
            "eventsByDayAndSizeAndAt(day: \"2024-01-01\", sizeAt: { between: [{ size: S }, { at: 1 }] })",
            "When providing argument 'sizeAt.between[1].at' you must also provide 'sizeAt.between[1].size'.",
        ),
        (
            "eventsByDayAndSizeAndAt(day: \"2024-01-01\", sizeAt: { eq: {} })",
            "'sizeAt.eq' needs a value for 'size' at least.",
        ),
    ] {
        let answer = world.ask(&format!("{{ q: {field} {{ nextToken }} }}"), json!({}));
        assert_eq!(answer["data"], json!({ "q": null }), "{field}: {answer}");
        let error = &answer["errors"][0];
        assert_eq!(
            (&error["errorType"], &error["message"]),
            (&json!("InvalidArgumentsError"), &json!(message)),
            "{field}"
        );
    }
    for field in
        ["listLones(key: \"k\")", "listLones(key: null, sortDirection: null)", "plainsByCode(code: \"c\")"]
    {
        assert!(world.data(&format!("{{ q: {field} {{ nextToken }} }}"))["q"].is_object(), "{field}");
    }
}
