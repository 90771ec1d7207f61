//! Random files, opened with random schemas: what the change does not touch stays as it was, and nothing that is pending
//! is lost. Every seed is printed with what it fails on.

use crate::random::Random;
use crate::support::{Dir, options, schema};
use std::collections::BTreeMap;
use std::sync::Arc;
use syncline_core::migrate::{Discards, MigrationPlan, ModelPlan, Renames, Spoken, plan};
use syncline_core::predicate::{Filter, Op};
use syncline_core::record::{Entry, EntryState, Outcome, Patch, fold};
use syncline_core::scalar::Storage;
use syncline_core::{Field, Key, Meta, Predicate, Record, Schema, Value, Versioned};
use syncline_store::{ClaimLimits, Migration, Query, Save, Store, StoreError, Stored};

const TYPES: [&str; 9] =
    ["Int", "Float", "String", "Boolean", "ID", "[Int]", "[String]", "Spot", "AWSTimestamp"];

/// A model in the making: its name, and names and types of its fields.
type Draft = (String, Vec<(String, String)>);

fn source(models: &[Draft], spot: &str) -> String {
    let mut text = format!("type Spot {{ {spot} }}\n");
    for (name, fields) in models {
        let fields: Vec<String> = fields.iter().map(|(name, ty)| format!("{name}: {ty}")).collect();
        text += &format!(
            "type {name} @model @auth(rules: [{{ allow: public }}]) {{ id: ID! {} }}\n",
            fields.join(" ")
        );
    }
    text
}

/// A schema, and what is told of its names.
fn changed(random: &mut Random, models: &[Draft]) -> (Vec<Draft>, Renames) {
    let (mut models, mut renames) = (models.to_vec(), Renames::default());
    for _ in 0..=random.below(4) {
        let place = random.below(models.len() as u64) as usize;
        let (model, fields) = &mut models[place];
        let field = random.below(fields.len() as u64) as usize;
        match random.below(8) {
            0 => {
                let new = format!("{model}x");
                renames.add(model.as_str(), new.as_str());
                *model = new;
            }
            1 | 2 => {
                let new = format!("{}x", fields[field].0);
                renames.add(format!("{}.{}", model.trim_end_matches('x'), fields[field].0), new.as_str());
                fields[field].0 = new;
            }
            3 | 4 => fields[field].1 = (*random.pick(&TYPES)).to_owned(),
            5 => fields.push((format!("n{}", fields.len()), (*random.pick(&TYPES)).to_owned())),
            6 if fields.len() > 1 => drop(fields.remove(field)),
            7 if models.len() > 1 => drop(models.remove(place)),
            _ => {}
        }
    }
    (models, renames)
}

fn value(random: &mut Random, field: &Field) -> Value {
    let one = |random: &mut Random| match field.kind.storage() {
        Storage::Bool => Value::Bool(random.below(2) == 0),
        Storage::Int => Value::Int(random.below(5) as i64),
        Storage::Float => Value::Float(random.below(6) as f64 / 2.0),
        Storage::Text => Value::from(*random.pick(&["1", "2.5", "true", "x", "null"])),
        Storage::Object => {
            let text = format!("{{\"street\": \"s{}\", \"floor\": {}}}", random.below(3), random.below(3));
            let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
            let known: Vec<String> =
                field.kind.custom().unwrap().fields.iter().map(|field| field.name.clone()).collect();
            json.as_object_mut().unwrap().retain(|name, _| known.contains(name));
            syncline_core::value::from_json(&Field { list: None, ..field.clone() }, &json).unwrap()
        }
    };
    match random.below(5) {
        0 => Value::Null,
        _ if field.is_list() => Value::List((0..random.below(3)).map(|_| one(random)).collect()),
        _ => one(random),
    }
}

/// Fills a file at random.
fn furnish(random: &mut Random, store: &mut Store) {
    let schema = Arc::clone(store.schema());
    for step in 0..10 + random.below(10) {
        let model = random.pick(schema.models());
        let mut record = Record::empty(model.fields.len());
        record[0] = Value::from(format!("r{}", random.below(4)));
        let key = Key::of(model, &record);
        let declared: Vec<usize> =
            (1..model.fields.len()).filter(|at| !model.fields[*at].read_only).collect();
        match random.below(8) {
            0 | 1 => {
                declared.iter().for_each(|&field| record[field] = value(random, &model.fields[field]));
                let meta = Meta { version: step as i64 + 1, last_changed_at: step as i64, deleted: false };
                store.write(|tx| tx.apply_frame(model.id, Versioned { record, meta }, &Filter::All)).unwrap();
            }
            2 => drop(store.write(|tx| tx.claim(ClaimLimits::of(&[2]))).unwrap()),
            3 => {
                let sent =
                    store.reads().outbox().unwrap().into_iter().find(|it| it.state == EntryState::Sent);
                if let Some(entry) = sent {
                    store.write(|tx| tx.settle(&entry.id, Outcome::Refused("no".into()))).unwrap();
                }
            }
            4 => drop(store.write(|tx| tx.delete(model.id, &key, None, format!("m{step}")))),
            _ => {
                if let Some(stored) = store.reads().get(model.id, &key).unwrap() {
                    record = stored.record;
                }
                for _ in 0..2 {
                    let &field = random.pick(&declared);
                    record[field] = value(random, &model.fields[field]);
                }
                let field = &model.fields[*random.pick(&declared)];
                let exists = Predicate::compare(field.name.as_str(), Op::Exists(random.below(2) == 0));
                let condition = (random.below(5) == 0).then_some(&exists);
                let save = Save {
                    model: model.id,
                    value: &record,
                    read_as: None,
                    condition,
                    mutation: format!("m{step}"),
                };
                // A condition may not hold.
                drop(store.write(|tx| tx.save(save)));
            }
        }
    }
}

/// What a file holds.
struct Held {
    rows: BTreeMap<(String, String), Stored>,
    outbox: Vec<Entry>,
}

fn held(store: &Store) -> Held {
    let reads = store.reads();
    let mut rows = BTreeMap::new();
    for model in store.schema().models() {
        for row in reads.query(&Query::all(model.id)).unwrap() {
            rows.insert((model.name.clone(), Key::of(model, &row.record).to_text()), row);
        }
    }
    Held { rows, outbox: reads.outbox().unwrap() }
}

/// The fields whose values stay as they are: old place and new place.
fn untouched(model: &ModelPlan) -> Vec<(usize, usize)> {
    let fields = model.old.fields.iter().zip(&model.to).enumerate();
    let kept = fields.filter_map(|(place, (was, to))| Some((place, was, (*to)?)));
    kept.filter(|(_, was, to)| {
        was.kind == model.new.fields[*to].kind && was.list == model.new.fields[*to].list
    })
    .map(|(place, _, to)| (place, to))
    .collect()
}

fn of_field(patch: &Patch, field: usize) -> Option<(&Value, &Value)> {
    patch.get(field).map(|change| (&change.base, &change.value))
}

fn check(store: &Store, plan: &MigrationPlan, old: &Schema, before: &Held, at: &str) {
    let (reads, after) = (store.reads(), held(store));
    let ids = |held: &Held| held.outbox.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(before), ids(&after), "{at}: nothing pending is lost");
    for (was, is) in before.outbox.iter().zip(&after.outbox) {
        let model = plan.of(&old.model(was.model).name).unwrap();
        assert_eq!(is.model, model.new.id, "{at}");
        assert_eq!((&was.key, was.op, was.base_version), (&is.key, is.op, is.base_version), "{at}");
        for (from, to) in untouched(model) {
            assert_eq!(of_field(&was.patch, from), of_field(&is.patch, to), "{at}: {was:?} {is:?}");
        }
        let whole =
            was.patch.0.len() == is.patch.0.len() && was.condition.is_some() == is.condition.is_some();
        let original = reads.original(&was.id).unwrap();
        match was.state {
            EntryState::Sent => assert_eq!(is.state, EntryState::Sent, "{at}"),
            _ => assert!(whole || is.is_parked(), "{at}: {was:?} {is:?}"),
        }
        if !whole {
            let original = original.unwrap_or_else(|| panic!("{at}: the old content of {was:?}"));
            assert_eq!(
                (&original.entry.patch, &original.entry.condition),
                (&was.patch, &was.condition),
                "{at}"
            );
        }
    }
    for model in &plan.models {
        let pending = |key: &Key| before.outbox.iter().any(|it| it.model == model.old.id && it.key == *key);
        for ((name, key), was) in before.rows.iter().filter(|((name, _), _)| *name == model.old.name) {
            let is = after.rows.get(&(model.new.name.clone(), key.clone()));
            let is = is.unwrap_or_else(|| panic!("{at}: {name} {key} is gone"));
            for (from, to) in untouched(model) {
                assert_eq!(was.record[from], is.record[to], "{at}: {name} {key}");
            }
            assert_eq!(was.version, is.version, "{at}");
            let key = Key::of(&model.new, &is.record);
            let local = reads.local(model.new.id, &key).unwrap();
            let shown = fold(&model.new, &local.server, &local.entries);
            assert_eq!(shown.as_ref(), Some(&is.record), "{at}: a row is a fold; pending: {}", pending(&key));
        }
    }
    let count = |held: &Held| held.rows.keys().filter(|(name, _)| plan_keeps(plan, name)).count();
    assert_eq!(count(before), after.rows.len(), "{at}");
}

fn plan_keeps(plan: &MigrationPlan, name: &str) -> bool {
    plan.of(name).is_some()
}

fn story(seed: u64) -> &'static str {
    let random = &mut Random::new(seed);
    let field = |random: &mut Random, place: usize| (format!("f{place}"), (*random.pick(&TYPES)).to_owned());
    let model = |random: &mut Random, name: &str| -> Draft {
        (name.to_owned(), (0..4).map(|place| field(random, place)).collect())
    };
    let drafts = vec![model(random, "A"), model(random, "B")];
    let old = schema(&source(&drafts, "street: String floor: Int"));
    let (changed, renames) = changed(random, &drafts);
    let spot = *random.pick(&[
        "street: String floor: Int",
        "street: String",
        "street: String floor: String zip: Int",
    ]);
    let at =
        format!("seed {seed}:\n{}{}", source(&drafts, "street: String floor: Int"), source(&changed, spot));
    let new = schema(&source(&changed, spot));
    let dir = Dir::new();
    let mut store = dir.open(Arc::clone(&old));
    furnish(random, &mut store);
    let before = held(&store);
    drop(store);
    let bytes = std::fs::read(dir.file()).unwrap();
    let plan = match plan(&old, &new, &renames) {
        Ok(plan) => plan,
        // Something was renamed first, and then removed.
        Err(refused) => {
            assert!(
                refused.iter().all(|it| it.reason.ends_with("which the new schema does not have")),
                "{at}"
            );
            return "renamed to nothing";
        }
    };
    let mut spoken = Spoken::default();
    before.outbox.iter().for_each(|entry| spoken.note(old.model(entry.model), entry));
    let lost = plan.refusals(&spoken, &Discards::default());
    let migration = Migration { renames, ..Migration::default() };
    match Store::open_migrating(options(dir.file(), new), &migration) {
        Ok(store) => {
            assert!(lost.is_empty(), "{at}: {lost:?}");
            check(&store, &plan, &old, &before, &at);
            "kept"
        }
        Err(StoreError::SchemaChanged { .. }) => {
            assert!(!lost.is_empty(), "{at}: refused for nothing");
            assert_eq!(std::fs::read(dir.file()).unwrap(), bytes, "{at}: untouched");
            "refused"
        }
        Err(error) => panic!("{at}: {error}"),
    }
}

#[test]
fn what_a_change_does_not_touch_stays_and_nothing_pending_is_lost() {
    let mut count = BTreeMap::<&str, u32>::new();
    for seed in 0..120 {
        *count.entry(story(seed)).or_default() += 1;
    }
    assert!(count["kept"] > 40 && count["refused"] > 10, "{count:?}");
}
