//! Every kind of value through a store and back.

use super::kinds::{Address, Defaults, Geo, Hint, Kind, Lists, Mood, schema};
use syncline::model::{Model, Origin};
use syncline::predicate::MisfitProblem;
use syncline::scalar::{AwsJson, AwsTimestamp};
use syncline::{DataStore, Value};

fn geo(label: Option<&str>) -> Geo {
    Geo { label: label.map(str::to_owned), ..Geo::new(-0.5, 1e300) }
}

pub(crate) fn home() -> Address {
    Address {
        zip: Some(i32::MIN),
        geo: Some(geo(Some("quote \" backslash \\ \u{1f600}"))),
        past: Some(vec![geo(None), geo(Some(""))]),
        since: Some("1999-12-31+02:00".parse().unwrap()),
        ..Address::new("", vec![Some(Mood::Good), None])
    }
}

/// Nothing that may be null is there.
pub(crate) fn least() -> Kind {
    Kind::new(
        "",
        "owner",
        i32::MAX,
        -0.0,
        false,
        "0000-01-01".parse().unwrap(),
        "23:59:59.999999999".parse().unwrap(),
        "2024-02-29T12:30+05:30".parse().unwrap(),
        AwsTimestamp(i64::MIN + 1),
        "o'neil@localhost".parse().unwrap(),
        " { \"a\" : [1.0, null] } ".parse().unwrap(),
        "mailto:ada@example.com".parse().unwrap(),
        "+49 30 1234".parse().unwrap(),
        "::1/64".parse().unwrap(),
        Mood::Bad,
        Address::new("street", vec![]),
    )
}

/// Everything is there.
pub(crate) fn most() -> Kind {
    let least = least();
    Kind {
        title: "line\nbreak \u{10ffff}".to_owned(),
        home: home(),
        maybe_title: Some(String::new()),
        maybe_owner: Some("e\u{301}".to_owned()),
        maybe_count: Some(0),
        maybe_share: Some(f64::MIN_POSITIVE),
        maybe_open: Some(false),
        maybe_day: Some(least.day.clone()),
        maybe_time: Some(least.time.clone()),
        maybe_at: Some(least.at.clone()),
        maybe_seen: Some(least.seen),
        maybe_mail: Some(least.mail.clone()),
        maybe_extra: Some(AwsJson::from(serde_json::Value::Null)),
        maybe_link: Some(least.link.clone()),
        maybe_phone: Some(least.phone.clone()),
        maybe_ip: Some(least.ip.clone()),
        maybe_mood: Some(Mood::Good),
        hint: Some(Hint::new()),
        ..least
    }
}

pub(crate) fn lists() -> [Lists; 3] {
    let empty = Lists::new(vec![], vec![], vec![], vec![], vec![], vec![]);
    let full = Lists {
        texts: Some(vec![Some("a".to_owned()), None, Some(String::new())]),
        all_texts: Some(vec!["[\"b\"]".to_owned()]),
        some_texts: vec![None, Some("c".to_owned())],
        strict_texts: vec!["d".to_owned(), "d".to_owned()],
        moods: Some(vec![None, Some(Mood::Good)]),
        all_moods: Some(vec![Mood::Bad]),
        some_moods: vec![None],
        strict_moods: vec![Mood::Good, Mood::Bad],
        places: Some(vec![Some(geo(None)), None]),
        all_places: Some(vec![geo(Some("x"))]),
        some_places: vec![None, Some(geo(None))],
        strict_places: vec![geo(Some("y")), geo(None)],
        numbers: Some(vec![1, -1]),
        shares: Some(vec![Some(2.0), None, Some(0.1)]),
        flags: Some(vec![true, false]),
        days: Some(vec!["2024-01-01".parse().unwrap()]),
        stamps: Some(vec![Some(AwsTimestamp(1)), None]),
        ..empty.clone()
    };
    let with_empty =
        Lists { id: syncline::model::new_id(), texts: Some(vec![]), places: Some(vec![]), ..empty.clone() };
    [Lists { id: syncline::model::new_id(), ..full }, empty, with_empty]
}

async fn store() -> DataStore {
    DataStore::builder(schema()).open().await.unwrap()
}

#[tokio::test]
async fn every_kind_of_field_comes_back_as_it_went() {
    let store = store().await;
    for before in [least(), most()] {
        let saved = store.save(before.clone()).await.unwrap().into_inner();
        assert_eq!(saved, before);
        assert_eq!(store.get::<Kind>(&before.id).await.unwrap().unwrap(), before);
        assert_eq!(store.query::<Kind>().filter(Kind::ID.eq(&*before.id)).await.unwrap(), [before]);
    }
    for before in lists() {
        store.save(before.clone()).await.unwrap();
        assert_eq!(store.get::<Lists>(&before.id).await.unwrap().unwrap(), before);
    }
}

#[tokio::test]
async fn a_custom_value_is_changed_as_a_whole_and_part_by_part() {
    let store = store().await;
    let mut kind = store.save(most()).await.unwrap().into_inner();
    kind.home.geo = None;
    kind.home.street = "elsewhere".to_owned();
    kind.hint = Some(Hint { text: Some("t".to_owned()), ..Hint::default() });
    let saved = store.save(kind.clone()).await.unwrap().into_inner();
    assert_eq!(saved, kind);
    kind.hint = None;
    store.save(Kind { hint: None, ..saved }).await.unwrap();
    assert_eq!(store.get::<Kind>(&kind.id).await.unwrap().unwrap(), kind);
    let with_hint = |there| store.query::<Kind>().filter(Kind::HINT.exists(there)).count();
    assert_eq!((with_hint(true).await.unwrap(), with_hint(false).await.unwrap()), (0, 1));
}

#[tokio::test]
async fn a_wrong_value_inside_a_custom_value_is_refused_with_its_place() {
    let store = store().await;
    let (mut nul, mut nan, mut unknown) = (most(), most(), most());
    nul.home.street = "\0".to_owned();
    nan.home.past = Some(vec![geo(None), Geo::new(f64::NAN, 0.0)]);
    unknown.home.moods = vec![Some(Mood::Unknown("FINE".to_owned()))];
    for (wrong, place) in
        [(nul, "Kind.home.street"), (nan, "Kind.home.past[1].lat"), (unknown, "Kind.home.moods[0]")]
    {
        let error = store.save(wrong).await.unwrap_err().to_string();
        assert!(error.contains(place), "{error}");
    }
    assert_eq!(store.query::<Kind>().count().await.unwrap(), 0);
}

#[test]
fn a_record_whose_custom_value_misses_a_part_is_refused_with_its_place() {
    let schema = schema();
    let model = schema.by_name("Kind").unwrap();
    let place = model.field("home").unwrap();
    let object = |parts: &[(&str, Value)]| {
        let parts = parts.iter().map(|(name, value)| ((*name).into(), value.clone()));
        Value::Object(syncline::value::Object(parts.collect()))
    };
    let moods = || ("moods", Value::List(vec![]));
    let (missing, other) = (MisfitProblem::Missing, MisfitProblem::Type);
    for (home, place_of, problem) in [
        (Value::Null, "Kind.home", missing),
        (Value::from("x"), "Kind.home", other),
        (object(&[]), "Kind.home.street", missing),
        (object(&[("street", Value::Int(1)), moods()]), "Kind.home.street", other),
        (object(&[("street", "x".into())]), "Kind.home.moods", missing),
        (
            object(&[("street", "x".into()), ("moods", Value::List(vec![1.into()]))]),
            "Kind.home.moods[0]",
            other,
        ),
        (
            object(&[("street", "x".into()), moods(), ("geo", object(&[("lat", Value::Float(1.0))]))]),
            "Kind.home.geo.lon",
            missing,
        ),
        (
            object(&[("street", "x".into()), moods(), ("past", Value::List(vec![Value::Null]))]),
            "Kind.home.past[0]",
            missing,
        ),
    ] {
        let mut record = most().to_record();
        record[place] = home;
        let error = Kind::from_record(&record, Origin::none()).unwrap_err();
        assert_eq!((error.place.as_str(), error.problem), (place_of, problem), "{error}");
    }
}

#[test]
fn values_are_made_in_their_canonical_form() {
    let schema = schema();
    let records = [least().to_record(), most().to_record()].map(|record| ("Kind", record));
    let more = lists().map(|lists| ("Lists", lists.to_record()));
    for (model, record) in records.into_iter().chain(more) {
        for (field, value) in schema.by_name(model).unwrap().fields.iter().zip(&record.0) {
            assert!(syncline::scalar::is_held(field, value), "{model}.{}", field.name);
        }
    }
}

#[tokio::test]
async fn a_default_is_the_value_of_a_new_model() {
    let made = Defaults::new("x");
    assert_eq!((made.text.as_deref(), made.count, made.share), (Some("none"), Some(-1_234_567), Some(2.0)));
    assert_eq!((made.open, made.mood.clone(), made.at), (true, Mood::Good, Some(AwsTimestamp(0))));
    assert_eq!(made.since.as_ref().map(|since| since.as_str()), Some("2020-01-31"));
    assert_eq!(made.extra.as_ref().map(AwsJson::as_str), Some("{}"));
    let store = store().await;
    let null = Defaults { text: None, ..Defaults::new("null") };
    for before in [made, null] {
        assert_eq!(store.save(before.clone()).await.unwrap().into_inner(), before, "null stays null");
    }
}

#[tokio::test]
async fn an_unknown_value_of_an_enum_stays_what_it_is() {
    // Text that a newer version of the application, with more values, has written.
    let newer = schema().to_json().replace("[\"GOOD\"", "[\"FINE\",\"GOOD\"");
    let newer = std::sync::Arc::new(syncline::Schema::from_json(&newer).unwrap());
    let store = DataStore::builder(newer).open().await.unwrap();
    let fine = || Mood::Unknown("FINE".to_owned());
    let mut kind = Kind { mood: fine(), maybe_mood: Some(fine()), ..most() };
    kind.home.moods = vec![None, Some(fine())];
    let mut kind = store.save(kind.clone()).await.unwrap().into_inner();
    let read = store.get::<Kind>(&kind.id).await.unwrap().unwrap();
    assert_eq!((&read, &read.mood, read.mood.to_string().as_str()), (&kind, &fine(), "FINE"));
    kind.count = 3;
    let saved = store.save(kind).await.unwrap().into_inner();
    assert_eq!((saved.mood, saved.home.moods), (fine(), vec![None, Some(fine())]));
}
