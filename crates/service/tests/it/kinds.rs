//! Custom types, has-one, defaults and many-to-many, from input to answer.

use crate::support::{World, config, now};
use serde_json::{Value, json};
use std::sync::Arc;
use syncline_backend::{Backend, Decision, ManualClock, MemoryBackend, Mutation, Write};
use syncline_core::record::MutationOp;
use syncline_core::value::from_json;
use syncline_core::{Key, Record};
use syncline_protocol::request::Request;
use syncline_service::{Caller, Limits, Listener, Service};

const KINDS: &str = include_str!("kinds.graphql");
const CREATE: &str = "mutation M($input: CreatePersonInput!) { createPerson(input: $input) { id _version } }";
const UPDATE: &str = "mutation M($input: UpdatePersonInput!) { updatePerson(input: $input) {
    home { ...A } homes { ...A } spots { lat lon mood } _version } }
    fragment A on Address { street zip geo { lat lon mood } stops { lat } lines since }";

fn world() -> World {
    World::with(KINDS, config())
}

/// Creates a person; `home` may be left out.
fn person(world: &World, id: &str, mut input: Value) {
    input["id"] = json!(id);
    input["name"] = json!("n");
    if input["home"].is_null() {
        input["home"] = json!({ "street": "s" });
    }
    let answer = world.ask(CREATE, json!({ "input": input }));
    assert_eq!(answer["data"]["createPerson"], json!({ "id": id, "_version": 1 }), "{answer}");
}

fn full() -> Value {
    json!({
        "home": {
            "street": "é \"1\"", "zip": -5, "geo": { "lat": 1, "lon": -0.0, "mood": "BAD" },
            "stops": [{ "lat": 1.5, "lon": 2 }], "lines": ["a", ""], "since": "2024-02-29"
        },
        "homes": [{ "street": "x" }, { "street": "y", "zip": 7 }],
        "spots": [null, { "lat": 3, "lon": 4 }]
    })
}

#[test]
fn an_object_is_answered_as_it_is_selected() {
    let world = world();
    person(&world, "p", full());
    person(&world, "q", json!({ "homes": null, "spots": [] }));
    let check = |selection: &str, person: Value| {
        let mut query = format!("{{ getPerson(id: \"p\") {{ {selection} }} }}");
        if selection.contains("...A") {
            query.push_str(
                " fragment A on Address { street zip ...B } fragment B on Address { geo { ...G } }",
            );
            query.push_str(" fragment G on Geo { lat }");
        }
        assert_eq!(world.data(&query), json!({ "getPerson": person }), "{selection}");
    };
    check("home { street }", json!({ "home": { "street": "é \"1\"" } }));
    check(
        "home { zip geo { mood lat lon __typename } lines since __typename stops { lat mood } }",
        json!({ "home": {
            "zip": -5, "geo": { "mood": "BAD", "lat": 1.0, "lon": 0.0, "__typename": "Geo" },
            "lines": ["a", ""], "since": "2024-02-29", "__typename": "Address",
            "stops": [{ "lat": 1.5, "mood": null }]
        } }),
    );
    check(
        "a: home { b: street c: geo { d: lat } } home { zip } home { geo { lat } }",
        json!({ "a": { "b": "é \"1\"", "c": { "d": 1.0 } }, "home": { "zip": -5, "geo": { "lat": 1.0 } } }),
    );
    check(
        "home { ...A ... on Address { geo { ...G } } ...A } homes { ...A }",
        json!({
            "home": { "street": "é \"1\"", "zip": -5, "geo": { "lat": 1.0 } },
            "homes": [{ "street": "x", "zip": null, "geo": null }, { "street": "y", "zip": 7, "geo": null }]
        }),
    );
    check("spots { lon }", json!({ "spots": [null, { "lon": 4.0 }] }));
    assert_eq!(
        world.data("{ syncPeople { items { id home { zip } homes { zip } spots { lat } } } }")["syncPeople"]
            ["items"][1],
        json!({ "id": "q", "home": { "zip": null }, "homes": null, "spots": [] })
    );
    let query = "query Q($a: Boolean!) { getPerson(id: \"p\") { home { street @include(if: $a) geo @skip(if: $a) { lat } zip } } }";
    for (a, home) in [
        (true, json!({ "street": "é \"1\"", "zip": -5 })),
        (false, json!({ "geo": { "lat": 1.0 }, "zip": -5 })),
    ] {
        assert_eq!(world.ask(query, json!({ "a": a })), json!({ "data": { "getPerson": { "home": home } } }));
    }
}

/// → a device with an older schema saves an object of which the server has a newer field: it must not be cleared. Such a device
/// names every field that it knows.
#[test]
fn an_object_keeps_what_a_device_cannot_name() {
    let home = json!({
        "street": "Elm", "zip": 1, "geo": { "lat": 1.0, "lon": 2.0, "mood": "BAD" }, "lines": ["a"],
        "stops": [{ "lat": 1.0, "lon": 2.0, "mood": "BAD" }], "since": null
    });
    let with = |changes: Value| {
        let mut home = home.clone();
        home.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        home
    };
    let geo = |lat: f64, mood: Value| json!({ "lat": lat, "lon": 2.0, "mood": mood });
    for (name, given, expected) in [
        ("nothing but a street", json!({ "street": "Oak" }), with(json!({ "street": "Oak" }))),
        (
            "a null that is named",
            json!({ "street": "Elm", "zip": null, "lines": null }),
            with(json!({ "zip": null, "lines": null })),
        ),
        (
            "inside",
            json!({ "street": "Elm", "geo": { "lat": 3.0, "lon": 2.0 } }),
            with(json!({ "geo": geo(3.0, json!("BAD")) })),
        ),
        (
            "all that is inside",
            json!({ "street": "Elm", "geo": geo(3.0, Value::Null) }),
            with(json!({ "geo": geo(3.0, Value::Null) })),
        ),
        ("none of it", json!({ "street": "Elm", "geo": null }), with(json!({ "geo": null }))),
        (
            "an item of a list is another one",
            json!({ "street": "Elm", "stops": [{ "lat": 1.0, "lon": 2.0 }] }),
            with(json!({ "stops": [geo(1.0, Value::Null)] })),
        ),
    ] {
        // On the version that is there, and on one before somebody else's change of another field.
        for stale in [false, true] {
            let world = world();
            let create = "mutation M($input: CreatePersonInput!) { createPerson(input: $input) { id } }";
            world.ask(create, json!({ "input": { "id": "p", "name": "n", "home": home } }));
            if stale {
                world.data("mutation { updatePerson(input: { id: \"p\", level: 4, _version: 1 }) { id } }");
            }
            let update = "mutation M($input: UpdatePersonInput!) { updatePerson(input: $input) \
                          { home { street zip geo { lat lon mood } lines stops { lat lon mood } since } } }";
            let input = json!({ "input": { "id": "p", "home": given, "_version": 1 } });
            let extension = json!({ "mutations": { "updatePerson": "m1" }, "session": "s" });
            let answer = world.ask_negotiated(update, input.clone(), extension);
            assert_eq!(answer["data"]["updatePerson"]["home"], expected, "{name}, stale: {stale}");
        }
    }
    let world = world();
    let create = "mutation M($input: CreatePersonInput!) { createPerson(input: $input) { id } }";
    world.ask(create, json!({ "input": { "id": "p", "name": "n", "home": home } }));
    let update = "mutation { updatePerson(input: { id: \"p\", home: { street: \"Oak\" }, _version: 1 }) { home { street zip } } }";
    assert_eq!(
        world.data(update)["updatePerson"]["home"],
        json!({ "street": "Oak", "zip": null }),
        "who does not speak the extension says all of it"
    );
}

#[test]
fn what_does_not_fit_inside_an_object_is_refused() {
    let world = world();
    let with = |home: Value| json!({ "input": { "name": "n", "home": home } });
    for (variables, message) in [
        (
            with(Value::Null),
            "Variable 'input' has coerced Null value for NonNull type 'AddressInput!' (input.home)",
        ),
        (with(json!("x")), "expected type 'AddressInput' but was \"x\" (input.home)"),
        (with(json!([{ "street": "x" }])), "expected type 'AddressInput'"),
        (
            with(json!({})),
            "Variable 'input' has coerced Null value for NonNull type 'String!' (input.home.street)",
        ),
        (with(json!({ "street": null })), "NonNull type 'String!' (input.home.street)"),
        (with(json!({ "street": 7 })), "expected type 'String' but was 7 (input.home.street)"),
        (
            with(json!({ "street": "x", "__typename": "Address" })),
            "The variables input contains a field name '__typename' that is not defined for input object type 'AddressInput'",
        ),
        (
            with(json!({ "street": "x", "geo": { "lat": 1, "lon": 1, "town": 1 } })),
            "field name 'town' that is not defined for input object type 'GeoInput'",
        ),
        (with(json!({ "street": "x", "geo": { "lat": 1 } })), "NonNull type 'Float!' (input.home.geo.lon)"),
        (
            with(json!({ "street": "x", "geo": { "lat": 1, "lon": 1, "mood": "SO" } })),
            "expected type 'Mood' but was \"SO\" (input.home.geo.mood)",
        ),
        (
            with(json!({ "street": "x", "stops": [{ "lat": 1, "lon": 1 }, null] })),
            "NonNull type 'GeoInput!' (input.home.stops[1])",
        ),
        (with(json!({ "street": "x", "zip": 2_147_483_648_i64 })), "home.zip: 2147483648"),
        (
            with(json!({ "street": "x", "since": "2023-02-29" })),
            "home.since: \"2023-02-29\" is not a valid AWSDate",
        ),
        (with(json!({ "street": "a\u{0}b" })), "U+0000 (input.home.street)"),
    ] {
        let found = world.message(CREATE, variables.clone());
        assert!(found.contains(message), "{variables}: {found}");
    }
    for (query, message) in [
        ("{ getPerson(id: \"p\") { home } }", "SubSelectionRequired"),
        (
            "{ getPerson(id: \"p\") { home { town } } }",
            "Field 'town' in type 'Address' is undefined @ 'getPerson/home/town'",
        ),
        (
            "{ getPerson(id: \"p\") { home { geo { lat { x } } } } }",
            "SubSelectionNotAllowed: Sub selection not allowed on leaf type Float @ 'getPerson/home/geo/lat'",
        ),
        (
            "mutation { createPerson(input: { name: \"n\", home: { zip: 1 } }) { id } }",
            "is missing required fields '[street]' @ 'createPerson'",
        ),
        ("{ listPeople(filter: { home: { eq: 1 } }) { nextToken } }", "field name 'home'"),
        (
            "{ a: __typename ...P } fragment P on Query { getPerson(id: \"p\") { home { ...G } } } fragment G on Geo { lat }",
            "Geo",
        ),
    ] {
        let found = world.message(query, json!({}));
        assert!(found.contains(message), "{query}: {found}");
    }
    assert_eq!(world.data("{ listPeople { items { id } } }")["listPeople"]["items"], json!([]));
}

#[test]
fn one_object_for_a_list_is_a_list_of_one() {
    let world = world();
    person(&world, "p", json!({ "homes": { "street": "only" } }));
    let data = world.data("{ getPerson(id: \"p\") { homes { street } } }");
    assert_eq!(data["getPerson"]["homes"], json!([{ "street": "only" }]));
}

#[test]
fn a_default_stands_in_for_what_is_missing_or_null() {
    let world = world();
    let query = "mutation M($input: CreatePersonInput!) { createPerson(input: $input) { mood level } }";
    for (given, mood, level) in [
        (json!({}), "GOOD", 3),
        (json!({ "mood": null, "level": null }), "GOOD", 3),
        (json!({ "mood": "BAD" }), "BAD", 3),
        (json!({ "level": 0 }), "GOOD", 0),
    ] {
        let mut input = json!({ "name": "n", "home": { "street": "s" } });
        input.as_object_mut().unwrap().extend(given.as_object().unwrap().clone());
        let answer = world.ask(query, json!({ "input": input }));
        assert_eq!(
            answer,
            json!({ "data": { "createPerson": { "mood": mood, "level": level } } }),
            "{given}"
        );
    }
    person(&world, "p", json!({ "level": 5 }));
    let update = "mutation { updatePerson(input: { id: \"p\", level: null, _version: 1 }) { level mood } }";
    assert_eq!(
        world.data(update)["updatePerson"],
        json!({ "level": null, "mood": "GOOD" }),
        "only a create fills in"
    );
    // The same create again, without an id, is the same record.
    person(&world, "q", json!({}));
    person(&world, "q", json!({}));
}

#[test]
fn a_stale_update_merges_objects_field_by_field() {
    let check = |name: &str, base: Value, first: Value, stale: Value, expected: Value| {
        let world = world();
        person(&world, "p", base);
        let update = |mut input: Value| {
            input["id"] = json!("p");
            input["_version"] = json!(1);
            let answer = world.ask(UPDATE, json!({ "input": input }));
            assert_eq!(answer.get("errors"), None, "{name}: {answer}");
            answer["data"]["updatePerson"].clone()
        };
        update(first);
        let merged = update(stale);
        assert_eq!(merged["_version"], 3, "{name}");
        for (field, value) in expected.as_object().unwrap() {
            assert_eq!(merged[field], *value, "{name}: {field}");
        }
    };
    let address = |street: &str, zip: Value, geo: Value, lines: Value| json!({ "street": street, "zip": zip, "geo": geo, "stops": null, "lines": lines, "since": null });
    let geo = |lat: f64, lon: f64| json!({ "lat": lat, "lon": lon, "mood": null });
    let home = |street: &str, zip: Value, place: Value, lines: Value| json!({ "home": address(street, zip, place, lines) });
    check(
        "another field",
        home("a", json!(1), Value::Null, Value::Null),
        home("b", json!(1), Value::Null, Value::Null),
        home("a", json!(2), Value::Null, Value::Null),
        home("b", json!(2), Value::Null, Value::Null),
    );
    check(
        "the same field, and one alone",
        home("a", json!(1), Value::Null, Value::Null),
        home("b", json!(1), Value::Null, Value::Null),
        home("c", json!(2), Value::Null, Value::Null),
        home("b", json!(2), Value::Null, Value::Null),
    );
    check(
        "an object in it, a list in it",
        home("a", json!(1), geo(1.0, 1.0), json!(["x", "y"])),
        home("a", json!(1), geo(2.0, 1.0), json!(["x", "y", "z"])),
        home("a", json!(1), geo(1.0, 2.0), json!(["y"])),
        home("a", json!(1), geo(2.0, 2.0), json!(["y", "z"])),
    );
    check(
        "cleared here, changed there",
        home("a", json!(1), geo(1.0, 1.0), Value::Null),
        home("a", json!(1), geo(2.0, 1.0), Value::Null),
        home("a", json!(1), Value::Null, Value::Null),
        home("a", json!(1), geo(2.0, 1.0), Value::Null),
    );
    let homes = |streets: &[&str]| -> Value {
        streets.iter().map(|street| address(street, Value::Null, Value::Null, Value::Null)).collect()
    };
    check(
        "a list of them",
        json!({ "homes": homes(&["a", "b"]) }),
        json!({ "homes": homes(&["a", "b", "c"]) }),
        json!({ "homes": homes(&["b"]) }),
        json!({ "homes": homes(&["b", "c"]) }),
    );
}

#[test]
fn an_error_and_an_event_show_objects_as_they_were_selected() {
    let world = world();
    person(&world, "p", full());
    let request = Request::new(
        "subscription { onUpdatePerson { home { zip geo { lat } } spots { lat } desk { room } } }",
        &json!({}),
    );
    world.service.subscribe(&Caller::api_key(), &request.unwrap(), Listener::AppSync).unwrap();
    world.data("mutation { updatePerson(input: { id: \"p\", _version: 1, home: { street: \"z\", zip: 9 } }) { id } }");
    let due = now(world.service.due());
    let data: Value = serde_json::from_str(&due.frames[0].data).unwrap();
    let spots = json!([null, { "lat": 3.0 }]);
    assert_eq!(
        data,
        json!({ "onUpdatePerson": { "home": { "zip": 9, "geo": null }, "spots": spots, "desk": null } })
    );
    let answer = world.ask(
        "mutation { deletePerson(input: { id: \"p\", _version: 1 }) { home { zip } spots { lat } } }",
        json!({}),
    );
    assert_eq!(answer["errors"][0]["errorType"], "ConflictUnhandled");
    assert_eq!(answer["errors"][0]["data"], json!({ "home": { "zip": 9 }, "spots": spots }));
}

#[test]
fn a_has_one_and_a_join_are_read_through() {
    let world = world();
    world.data(
        "mutation {
            a: createDesk(input: { floor: 1, room: \"a\", plan: { lat: 1, lon: 2 } }) { room }
            b: createDesk(input: { floor: 2, room: \"a\" }) { room }
            t: createTag(input: { id: \"t\", label: \"T\" }) { id }
            u: createTag(input: { id: \"u\", label: \"U\" }) { id }
        }",
    );
    person(&world, "p", json!({ "personDeskFloor": 1, "personDeskRoom": "a" }));
    person(&world, "q", json!({ "personDeskFloor": 9, "personDeskRoom": "gone" }));
    person(&world, "r", json!({ "personDeskFloor": 2 }));
    world.data(
        "mutation {
            a: createPersonTag(input: { id: \"1\", personId: \"p\", tagId: \"t\" }) { id }
            b: createPersonTag(input: { id: \"2\", personId: \"p\", tagId: \"u\" }) { id }
            c: createPersonTag(input: { id: \"3\", personId: \"q\", tagId: \"u\" }) { id }
        }",
    );
    let data = world.data(
        "{ listPeople { items { id desk { floor plan { lon } _deleted } tags { items { tag { label } } } } } }",
    );
    let tags = |labels: &[&str]| -> Value {
        let items: Value = labels.iter().map(|label| json!({ "tag": { "label": label } })).collect();
        json!({ "items": items })
    };
    assert_eq!(
        data["listPeople"]["items"],
        json!([
            { "id": "p", "desk": { "floor": 1, "plan": { "lon": 2.0 }, "_deleted": null }, "tags": tags(&["T", "U"]) },
            { "id": "q", "desk": null, "tags": tags(&["U"]) },
            { "id": "r", "desk": null, "tags": tags(&[]) },
        ])
    );
    let data = world.data("{ getTag(id: \"u\") { people { items { person { id home { street } } } } } }");
    assert_eq!(
        data["getTag"]["people"]["items"][1]["person"],
        json!({ "id": "q", "home": { "street": "s" } })
    );
    let data = world.data("{ personTagsByTagId(tagId: \"u\") { items { personId } } }");
    assert_eq!(data["personTagsByTagId"]["items"].as_array().unwrap().len(), 2);
}

#[test]
fn the_api_describes_its_types() {
    let data = world().data(
        "{ a: __type(name: \"Address\") { kind fields { name type { kind ofType { name } } } }
           i: __type(name: \"AddressInput\") { kind inputFields { name type { name kind ofType { name } } } } }",
    );
    assert_eq!(data["a"]["kind"], "OBJECT");
    let street = json!({ "name": "street", "type": { "kind": "NON_NULL", "ofType": { "name": "String" } } });
    assert_eq!(data["a"]["fields"][0], street);
    assert_eq!(data["i"]["kind"], "INPUT_OBJECT");
    assert_eq!(data["i"]["inputFields"][2]["type"]["name"], "GeoInput");
}

/// Nothing that may not be null is answered as null: whatever is around it is, up to where null may be.
#[test]
fn a_null_that_may_not_be_takes_what_is_around_it() {
    let schema = Arc::new(syncline_schema::compile(KINDS, "kinds.graphql").unwrap());
    let clock = Arc::new(ManualClock::new(crate::support::NOW));
    let backend = Arc::new(MemoryBackend::new(Arc::clone(&schema), clock.clone()));
    let service = Service::new(Arc::clone(&backend) as Arc<dyn Backend>, config()).unwrap();
    let world = World { service, clock };
    let model = schema.by_name("Person").unwrap();
    let mut record = Record::empty(model.fields.len());
    let whole = json!({ "lat": 1, "lon": 2 });
    for (name, value) in [
        ("id", json!("p")),
        ("home", json!({ "street": "s", "geo": { "lat": 1 }, "stops": [whole, { "lat": 1 }] })),
        ("homes", json!([{ "zip": 1 }])),
        ("spots", json!([whole, { "lon": 2 }, null])),
    ] {
        let place = model.field(name).unwrap();
        record[place] = from_json(&model.fields[place], &value).unwrap();
    }
    let mutation = Mutation {
        model: model.id,
        key: Key::id("p"),
        op: MutationOp::Create,
        id: None,
        base_version: None,
        session: None,
        origin: None,
    };
    let decide = Box::new(move |_: syncline_backend::Current<'_>| Decision::Write(record.clone()));
    now(backend.apply(vec![Write { mutation, decide }], false)).unwrap();
    for (selection, person, path) in [
        ("home { geo { lat } }", json!({ "home": { "geo": { "lat": 1.0 } } }), None),
        ("home { geo { lon } }", json!({ "home": { "geo": null } }), Some(json!(["home", "geo", "lon"]))),
        (
            "home { stops { lon } }",
            json!({ "home": { "stops": null } }),
            Some(json!(["home", "stops", 1, "lon"])),
        ),
        ("homes { zip }", json!({ "homes": [{ "zip": 1 }] }), None),
        ("homes { street }", json!({ "homes": null }), Some(json!(["homes", 0, "street"]))),
        ("spots { lat }", json!({ "spots": [{ "lat": 1.0 }, null, null] }), Some(json!(["spots", 1, "lat"]))),
    ] {
        let answer = world.ask(&format!("{{ getPerson(id: \"p\") {{ {selection} }} }}"), json!({}));
        assert_eq!(answer["data"]["getPerson"], person, "{selection}");
        let path = path.map(|path| {
            let mut full = vec![json!("getPerson")];
            full.extend(path.as_array().unwrap().clone());
            Value::from(full)
        });
        assert_eq!(answer["errors"][0]["path"], path.unwrap_or_default(), "{selection}");
    }
    let answer = world.ask("{ getPerson(id: \"p\") { homes { street } } }", json!({}));
    assert_eq!(
        answer["errors"][0]["message"],
        "Cannot return null for non-nullable type: 'String' within parent 'Address' (/getPerson/homes[0]/street)"
    );
}

#[test]
fn an_object_is_selected_no_deeper_and_no_more_often_than_anything_else() {
    let mut config = config();
    config.limits = Limits { max_depth: 2, ..Limits::default() };
    let world = World::with(KINDS, config);
    assert!(
        world
            .message("{ getPerson(id: \"p\") { home { geo { lat } } } }", json!({}))
            .contains("deeper than 2")
    );
    let aliases: String = (0..17).map(|number| format!("a{number}: street ")).collect();
    let message = world.message(&format!("{{ getPerson(id: \"p\") {{ home {{ {aliases} }} }} }}"), json!({}));
    assert!(message.contains("more than 16 times"), "{message}");
}
