//! Models as JSON.

use super::kinds::{Address, Geo, Hint, Kind, Lists, Mood};
use super::stored::{home, least, lists, most};
use serde_json::{Value as Json, from_value, json, to_value};

#[test]
fn every_kind_of_field_comes_back_as_it_went() {
    for before in [least(), most()] {
        let text = serde_json::to_string(&before).unwrap();
        assert_eq!(serde_json::from_str::<Kind>(&text).unwrap(), before);
    }
    for before in lists() {
        assert_eq!(from_value::<Lists>(to_value(&before).unwrap()).unwrap(), before);
    }
}

#[test]
fn it_has_the_names_and_values_of_graphql() {
    let json = to_value(most()).unwrap();
    for (name, expected) in [
        ("maybeTitle", json!("")),
        ("maybeCount", json!(0)),
        ("seen", json!(i64::MIN + 1)),
        ("extra", json!(" { \"a\" : [1.0, null] } ")),
        ("mood", json!("BAD")),
        ("createdAt", Json::Null),
        ("hint", json!({ "text": null, "mood": null })),
    ] {
        assert_eq!(json[name], expected, "{name}");
    }
    assert_eq!(json["home"]["geo"]["label"], "quote \" backslash \\ \u{1f600}");
    assert_eq!(json["home"]["moods"], json!(["GOOD", null]));
    assert_eq!(to_value(Mood::Unknown("FINE".to_owned())).unwrap(), "FINE");
}

#[test]
fn what_may_be_missing_is_null_and_what_is_not_known_is_ignored() {
    let read = from_value::<Address>(json!({ "street": "s", "moods": ["FINE"], "town": 5 })).unwrap();
    assert_eq!(read, Address::new("s", vec![Some(Mood::Unknown("FINE".to_owned()))]));
    assert_eq!(from_value::<Hint>(json!({})).unwrap(), Hint::new());
    let read = from_value::<Lists>(json!({
        "id": "1", "someTexts": [null], "strictTexts": [], "someMoods": [], "strictMoods": [], "somePlaces": [],
        "strictPlaces": [], "comments": { "items": [] }, "_version": 3,
    }));
    assert_eq!(read.unwrap().some_texts, [None]);
}

#[test]
fn what_is_no_value_is_refused() {
    for (field, value, part) in [
        ("title", Json::Null, "null"),
        ("count", json!(1_i64 << 40), "i32"),
        ("day", json!("2023-02-29"), "not a valid AWSDate"),
        ("mail", json!("nobody"), "not a valid AWSEmail"),
        ("extra", json!({ "a": 1 }), "string"),
        ("seen", json!("now"), "i64"),
        ("home", json!({ "street": "x" }), "moods"),
        ("home", json!({ "street": "x", "moods": [], "geo": { "lat": 1 } }), "lon"),
    ] {
        let mut json = to_value(least()).unwrap();
        json[field] = value;
        let error = from_value::<Kind>(json).unwrap_err().to_string();
        assert!(error.contains(part), "{field}: {error}");
    }
    let mut missing = to_value(least()).unwrap();
    missing.as_object_mut().unwrap().remove("mood");
    assert!(from_value::<Kind>(missing).unwrap_err().to_string().contains("mood"));
}

#[test]
fn a_whole_number_is_a_float_too() {
    assert_eq!(from_value::<Geo>(json!({ "lat": 1, "lon": 2 })).unwrap(), Geo::new(1.0, 2.0));
    assert_eq!(home(), from_value(to_value(home()).unwrap()).unwrap());
}
