//! The client's rebase and the server's merge agree: whether a device sends its change stale, or first moves it onto
//! the newer record and sends what is left, the record ends the same (SYNC 1.6).

use crate::support::{Random, World, config};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;
use syncline_core::record::{Entry, EntryState, FieldChange, MutationOp, Patch, Presence, rebase};
use syncline_core::value::{from_json, to_json};
use syncline_core::{Key, Meta, Model, Record, Value, Versioned};

const SCHEMA: &str = "
    type Geo { lat: Int lon: Int }
    type Home { zip: Int lines: [Int!] geo: Geo }
    type Post @model @auth(rules: [{ allow: public }]) {
        id: ID! title: String content: String rating: Int tags: [String] home: Home homes: [Geo]
        ours: String @merge(policy: server) mine: String @merge(policy: client)
        high: Int @merge(policy: max) low: String @merge(policy: min)
        visits: Int @merge(policy: counter) weight: Float @merge(policy: counter)
        members: [String] @merge(policy: union) log: [String] @merge(policy: append)
        noteWhole: Home @merge(policy: client)
    }";

const FIELDS: [&str; 15] = [
    "title",
    "content",
    "rating",
    "tags",
    "home",
    "homes",
    "ours",
    "mine",
    "high",
    "low",
    "visits",
    "weight",
    "members",
    "log",
    "noteWhole",
];

/// A value for a field; few, so that equal changes and changes back occur.
fn value(random: &mut Random, field: &str) -> Json {
    let number = |random: &mut Random| [json!(1), json!(2), Json::Null][random.below(3)].clone();
    match field {
        "weight" => [json!(0.5), json!(1), json!(0.1), Json::Null][random.below(4)].clone(),
        "high" | "visits" => number(random),
        "ours" | "mine" | "low" => [json!("x"), json!("y"), json!("z"), Json::Null][random.below(4)].clone(),
        "title" => json!(["a", "b", "c"][random.below(3)]),
        "content" => [json!("x"), json!("y"), Json::Null][random.below(3)].clone(),
        "rating" => number(random),
        _ if random.below(5) == 0 => Json::Null,
        "home" | "noteWhole" => {
            let lines: Json = (0..random.below(4)).map(|_| json!(random.below(3))).collect();
            let lines = if random.below(4) == 0 { Json::Null } else { lines };
            let geo = json!({ "lat": number(random), "lon": number(random) });
            let geo = if random.below(4) == 0 { Json::Null } else { geo };
            json!({ "zip": number(random), "lines": lines, "geo": geo })
        }
        "homes" => (0..random.below(3)).map(|_| json!({ "lat": number(random), "lon": 1 })).collect(),
        _ => (0..random.below(4)).map(|_| json!(["p", "q", "r"][random.below(3)])).collect(),
    }
}

/// Values for some of the fields.
fn some(random: &mut Random) -> Map<String, Json> {
    let chosen: Vec<&str> = FIELDS.into_iter().filter(|_| random.below(5) == 0).collect();
    chosen.into_iter().map(|field| (field.to_owned(), value(random, field))).collect()
}

fn update(world: &World, id: &str, fields: &Map<String, Json>, version: i64) {
    let mut input = fields.clone();
    input.extend([("id".to_owned(), json!(id)), ("_version".to_owned(), json!(version))]);
    let query = "mutation M($i: UpdatePostInput!) { updatePost(input: $i) { id } }";
    let answer = world.ask(query, json!({ "i": input }));
    assert_eq!(answer.get("errors"), None, "{input:?}");
}

fn post(world: &World, id: &str) -> (Map<String, Json>, i64) {
    let query = "query Q($id: ID!) { getPost(id: $id) {
        title content rating tags home { zip lines geo { lat lon } } homes { lat lon }
        ours mine high low visits weight members log noteWhole { zip lines geo { lat lon } } _version } }";
    let data = world.ask(query, json!({ "id": id }))["data"].clone();
    let mut fields = data["getPost"].as_object().unwrap().clone();
    let version = fields.remove("_version").unwrap().as_i64().unwrap();
    (fields, version)
}

fn core_value(model: &Model, name: &str, json: &Json) -> Value {
    from_json(&model.fields[model.field(name).unwrap()], json).unwrap()
}

/// The change as a device would hold it: without fields that it sets to what they are.
fn entry(model: &Model, base: &Map<String, Json>, change: &Map<String, Json>) -> Entry {
    let changes = model.fields.iter().enumerate().filter_map(|(field, declared)| {
        let value = core_value(model, &declared.name, change.get(&declared.name)?);
        let base = core_value(model, &declared.name, &base[&declared.name]);
        (base != value).then_some(FieldChange { field, base, value })
    });
    Entry {
        seq: 1,
        id: "m".to_owned(),
        model: model.id,
        key: Key::id("p"),
        op: MutationOp::Update,
        patch: Patch(changes.collect()),
        base_version: Some(1),
        condition: None,
        group: None,
        state: EntryState::Unsent,
    }
}

fn patch_json(model: &Model, patch: &Patch) -> Map<String, Json> {
    patch.0.iter().map(|change| (model.fields[change.field].name.clone(), to_json(&change.value))).collect()
}

#[test]
fn sending_stale_and_rebasing_first_end_the_same() {
    let world = World::with(SCHEMA, config());
    let mut random = Random(0xa9ee);
    let (mut merged, mut emptied) = (0, 0);
    for round in 0..1_000 {
        let base: Map<String, Json> =
            FIELDS.into_iter().map(|field| (field.to_owned(), value(&mut random, field))).collect();
        let remote: Vec<_> = (0..random.below(4)).map(|_| some(&mut random)).collect();
        let change = some(&mut random);
        let make = |id: &str| {
            let mut input = base.clone();
            input.insert("id".to_owned(), json!(id));
            world.post(Json::Object(input));
            for (place, fields) in remote.iter().enumerate() {
                update(&world, id, fields, place as i64 + 1);
            }
        };
        let (stale, first) = (format!("stale{round}"), format!("first{round}"));
        make(&stale);
        make(&first);
        let model = Arc::clone(world.service.schema().by_name("Post").unwrap());
        let entry = entry(&model, &base, &change);
        if entry.patch.is_empty() {
            continue;
        }
        update(&world, &stale, &patch_json(&model, &entry.patch), 1);

        let (now, version) = post(&world, &first);
        let mut record = Record::empty(model.fields.len());
        for (name, value) in &now {
            record[model.field(name).unwrap()] = core_value(&model, name, value);
        }
        let meta = Meta { version, last_changed_at: 1, deleted: false };
        let rebased = rebase(&model, &Presence::Live(Versioned { record, meta }), vec![entry]);
        match rebased.entries.as_slice() {
            [] => emptied += 1,
            [left] => {
                update(&world, &first, &patch_json(&model, &left.patch), left.base_version.unwrap());
                merged += 1;
            }
            more => panic!("{more:?}"),
        }
        assert_eq!(
            post(&world, &stale).0,
            post(&world, &first).0,
            "round {round}: {base:?} {remote:?} {change:?}"
        );
    }
    assert!(merged > 100 && emptied > 10, "{merged} merged, {emptied} emptied");
}
