//! Deletes take along what belongs to the record, each with a mutation of its own, sent before the record's.

use crate::support::{memory, schema};
use std::collections::BTreeMap;
use std::sync::Arc;
use syncline_core::model::{Relation, RelationKind};
use syncline_core::predicate::{Filter, Op, Predicate};
use syncline_core::record::{MutationOp, Outcome};
use syncline_core::{Key, Meta, Model, Record, Schema, Value, Versioned};
use syncline_store::{ClaimLimits, Gone, Save, Source, Store, StoreError};

/// A shelf has boxes, which have boxes and a lid each; a lid is held by its box. Tags are joined to boxes, and a shelf also
/// has every label of its room.
const SHELVES: &str = r#"
    type Shelf @model @auth(rules: [{ allow: public }]) {
      room: ID! @primaryKey(sortKeyFields: ["id"])
      id: ID!
      boxes: [Box] @hasMany(indexName: "byShelf", fields: ["room", "id"])
      labels: [Label] @hasMany(indexName: "byRoom", fields: ["room"])
    }
    type Box @model @auth(rules: [{ allow: public }]) {
      id: ID!
      name: String
      room: ID @index(name: "byShelf", sortKeyFields: ["shelf"])
      shelf: ID
      boxId: ID @index(name: "byBox")
      lidId: ID
      boxes: [Box] @hasMany(indexName: "byBox", fields: ["id"])
      tags: [BoxTag] @hasMany(indexName: "byTagged", fields: ["id"])
    }
    type Lid @model @auth(rules: [{ allow: public }]) { id: ID! }
    type Label @model @auth(rules: [{ allow: public }]) { id: ID!, room: ID @index(name: "byRoom") }
    type Tag @model @auth(rules: [{ allow: public }]) {
      id: ID!
      boxes: [BoxTag] @hasMany(indexName: "byTag", fields: ["id"])
    }
    type BoxTag @model @auth(rules: [{ allow: public }]) {
      id: ID!
      boxId: ID! @index(name: "byTagged")
      tagId: ID! @index(name: "byTag")
    }
"#;

/// The schema, with the has-one of a box and its lid.
fn shelves() -> Arc<Schema> {
    let schema = schema(SHELVES);
    let mut models: Vec<Model> = schema.models().iter().map(|model| Model::clone(model)).collect();
    let lid = schema.by_name("Lid").unwrap().id;
    let place = schema.by_name("Box").unwrap().id.0;
    let fields = vec![models[place].field("lidId").unwrap()];
    let (name, kind) = ("lid".to_owned(), RelationKind::HasOne);
    let target_fields = models[lid.0].key.clone();
    models[place].relations.push(Relation {
        name,
        kind,
        target: lid,
        fields,
        target_fields,
        index: None,
        required: false,
    });
    Arc::new(Schema::new(models, schema.enums().to_vec()).unwrap())
}

/// The model by the first letter of an id, and the record of words such as `b1 boxId=b2`.
fn parse<'s>(schema: &'s Schema, words: &str) -> (&'s Arc<Model>, Record) {
    let mut words = words.split_whitespace();
    let id = words.next().unwrap();
    let model = schema.by_name(name(id)).unwrap();
    let mut record = Record::empty(model.fields.len());
    record[model.field("id").unwrap()] = Value::text(id);
    for word in words {
        let (field, value) = word.split_once('=').unwrap();
        record[model.field(field).unwrap()] = Value::text(value);
    }
    (model, record)
}

fn name(id: &str) -> &'static str {
    match id.as_bytes()[0] {
        b's' => "Shelf",
        b'b' => "Box",
        b'l' => "Lid",
        b'p' => "Label",
        b't' => "Tag",
        _ => "BoxTag",
    }
}

fn key(id: &str) -> Key {
    if id.starts_with('s') { Key(vec![Value::text("r"), Value::text(id)]) } else { Key::id(id) }
}

fn shown(key: &Key) -> String {
    key.0.last().and_then(Value::as_text).unwrap().to_owned()
}

/// Records at version 1 that the server has, and those (with `+`) that it has not seen.
fn furnish(records: &[&str]) -> Store {
    let schema = shelves();
    let mut store = memory(Arc::clone(&schema));
    store.collect_changes(schema.models().iter().map(|model| model.id));
    for words in records {
        let (model, record) = parse(&schema, words.trim_start_matches('+'));
        if words.starts_with('+') {
            let mutation = format!("new-{words}");
            let save = Save { model: model.id, value: &record, read_as: None, condition: None, mutation };
            store.write(|tx| tx.save(save)).unwrap();
        } else {
            let row = Versioned { record, meta: Meta { version: 1, last_changed_at: 1, deleted: false } };
            store.write(|tx| tx.apply_frame(model.id, row, &Filter::All)).unwrap();
        }
    }
    store
}

/// Sends everything in rounds: what can go together goes together.
fn rounds(store: &mut Store) -> Vec<String> {
    let limits = ClaimLimits { same_document_dependencies: true, ..ClaimLimits::of(&[1, 2, 3, 4, 5]) };
    let mut rounds = Vec::new();
    loop {
        let mut sent = Vec::new();
        while let Some(batch) = store.write(|tx| tx.claim(limits)).unwrap().0 {
            sent.extend(batch.entries);
        }
        if sent.is_empty() {
            assert_eq!(store.reads().outbox_len().unwrap(), 0, "{rounds:?}, and then nothing could be sent");
            return rounds;
        }
        let mut ids: Vec<String> = sent.iter().map(|entry| shown(&entry.key)).collect();
        ids.sort();
        rounds.push(ids.join(" "));
        for entry in sent {
            let (_, record) = parse(store.schema(), &shown(&entry.key));
            let mut record = record;
            if let Some(room) =
                store.schema().model(entry.model).field("room").filter(|_| entry.key.0.len() > 1)
            {
                record[room] = entry.key.0[0].clone();
            }
            let meta = Meta {
                version: entry.base_version.unwrap_or(0) + 1,
                last_changed_at: 9,
                deleted: entry.op == MutationOp::Delete,
            };
            store.write(|tx| tx.settle(&entry.id, Outcome::Applied(Versioned { record, meta }))).unwrap();
        }
    }
}

fn left(store: &Store) -> String {
    let mut ids = Vec::new();
    for model in store.schema().models() {
        for stored in store.reads().query(&syncline_store::Query::all(model.id)).unwrap() {
            ids.push(shown(&Key::of(model, &stored.record)));
        }
    }
    ids.join(" ")
}

struct Case {
    name: &'static str,
    records: &'static [&'static str],
    delete: &'static str,
    /// What goes with it, in the order of the changes that observers see; the record itself is the last.
    gone: &'static str,
    left: &'static str,
    rounds: &'static [&'static str],
}

#[test]
fn what_belongs_to_a_record_goes_with_it_and_before_it() {
    for case in [
        Case {
            name: "nothing",
            records: &["b1", "b2"],
            delete: "b1",
            gone: "b1",
            left: "b2",
            rounds: &["b1"],
        },
        Case {
            name: "a composite key, and what it has by a part of it",
            records: &["s1 room=r", "b1 room=r shelf=s1", "b2 room=r shelf=s2", "p1 room=r", "p2 room=q"],
            delete: "s1",
            gone: "b1 p1 s1",
            left: "b2 p2",
            rounds: &["b1 p1", "s1"],
        },
        Case {
            name: "three deep",
            records: &["b1", "b2 boxId=b1", "b3 boxId=b2", "b4 boxId=b2", "b5 boxId=b1"],
            delete: "b1",
            gone: "b3 b4 b2 b5 b1",
            left: "",
            rounds: &["b3 b4 b5", "b2", "b1"],
        },
        Case {
            name: "a has-one, whose key the owner holds",
            records: &["l1", "l2", "b1 lidId=l1"],
            delete: "b1",
            gone: "l1 b1",
            left: "l2",
            rounds: &["l1", "b1"],
        },
        Case {
            name: "the owner of a has-one stays",
            records: &["l1", "b1 lidId=l1"],
            delete: "l1",
            gone: "l1",
            left: "b1",
            rounds: &["l1"],
        },
        Case {
            name: "reached twice",
            records: &["l1", "b1 lidId=l1", "b2 boxId=b1 lidId=l1", "b3 boxId=b1 lidId=l1"],
            delete: "b1",
            gone: "l1 b2 b3 b1",
            left: "",
            rounds: &["l1", "b2 b3", "b1"],
        },
        Case {
            name: "many to many: the rows between go, the other side stays",
            records: &[
                "b1",
                "b2",
                "t1",
                "t2",
                "x1 boxId=b1 tagId=t1",
                "x2 boxId=b1 tagId=t2",
                "x3 boxId=b2 tagId=t2",
            ],
            delete: "b1",
            gone: "x1 x2 b1",
            left: "b2 t1 t2 x3",
            rounds: &["x1 x2", "b1"],
        },
        Case {
            name: "itself",
            records: &["b1 boxId=b1"],
            delete: "b1",
            gone: "b1",
            left: "",
            rounds: &["b1"],
        },
        Case {
            name: "a circle",
            records: &["b1 boxId=b3", "b2 boxId=b1", "b3 boxId=b2"],
            delete: "b2",
            gone: "b1 b3 b2",
            left: "",
            rounds: &["b1", "b3", "b2"],
        },
        Case {
            name: "what the server never saw just disappears",
            records: &["b1", "+b2 boxId=b1", "b3 boxId=b1", "+l1"],
            delete: "b1",
            gone: "b2 b3 b1",
            left: "l1",
            rounds: &["b3 l1", "b1"],
        },
        Case {
            name: "neither was seen",
            records: &["+b1", "+b2 boxId=b1"],
            delete: "b1",
            gone: "b2 b1",
            left: "",
            rounds: &[],
        },
    ] {
        let mut store = furnish(case.records);
        let model = store.schema().by_name(name(case.delete)).unwrap().id;
        let (done, changes) =
            store.write(|tx| tx.delete(model, &key(case.delete), None, "m".to_owned())).unwrap();
        let done = done.unwrap();
        let mut gone: Vec<String> = done.cascaded.iter().map(|gone| shown(&gone.key)).collect();
        gone.push(case.delete.to_owned());
        let told: Vec<String> = changes.iter().map(|change| shown(&change.key)).collect();
        assert!(changes.iter().all(|change| change.after.is_none() && change.source == Source::Local));
        assert_eq!(
            (gone.join(" "), told.join(" ")),
            (case.gone.to_owned(), case.gone.to_owned()),
            "{}",
            case.name
        );
        assert_eq!(left(&store), case.left, "{}", case.name);
        let ids = done.cascaded.iter().filter_map(|gone| gone.mutation.clone()).chain(done.mutation);
        let deletes =
            store.reads().outbox().unwrap().into_iter().filter(|entry| entry.op == MutationOp::Delete);
        assert_eq!(
            deletes.map(|entry| entry.id).collect::<Vec<_>>(),
            ids.collect::<Vec<_>>(),
            "{}",
            case.name
        );
        assert_eq!(rounds(&mut store), case.rounds, "{}", case.name);
    }
}

#[test]
fn pending_edits_do_not_turn_the_order_round() {
    // The owner was edited first, so that its delete takes the place of an older mutation than the others' do.
    let mut store = furnish(&["l1", "b1 lidId=l1", "b2 boxId=b1"]);
    let model = store.schema().by_name("Box").unwrap().id;
    for id in ["b1", "b2"] {
        let stored = store.reads().get(model, &key(id)).unwrap().unwrap();
        let mut value = stored.record.clone();
        value[1] = Value::text("edited");
        let read_as = Some(syncline_core::record::ReadAs { record: &stored.record, version: stored.version });
        let save = Save { model, value: &value, read_as, condition: None, mutation: format!("edit-{id}") };
        store.write(|tx| tx.save(save)).unwrap();
    }
    store.write(|tx| tx.delete(model, &key("b1"), None, "m".to_owned())).unwrap();
    assert_eq!(rounds(&mut store), ["b2 l1", "b1"]);
}

#[test]
fn a_child_in_flight_or_refused_is_waited_for_or_not() {
    let mut store = furnish(&["l1", "b1 lidId=l1"]);
    let model = store.schema().by_name("Box").unwrap().id;
    store.write(|tx| tx.delete(model, &key("b1"), None, "m".to_owned())).unwrap();
    let limits = ClaimLimits::of(&[1, 2]);
    let batch = store.write(|tx| tx.claim(limits)).unwrap().0.unwrap();
    assert_eq!(batch.entries[0].id, "m.1");
    assert!(store.write(|tx| tx.claim(limits)).unwrap().0.is_none(), "the lid's delete is on its way");
    store.write(|tx| tx.settle("m.1", Outcome::Refused("no".into()))).unwrap();
    let batch = store.write(|tx| tx.claim(limits)).unwrap().0.unwrap();
    assert_eq!(batch.entries[0].id, "m", "what is refused holds nobody up");
}

#[test]
fn the_condition_is_on_the_record_alone_and_undoes_nothing_by_half() {
    let mut store = furnish(&["b1 name=a", "b2 boxId=b1"]);
    let model = store.schema().by_name("Box").unwrap().id;
    let named = |name: &str| Predicate::compare("name", Op::Eq(Value::text(name)));
    let refused = store.write(|tx| tx.delete(model, &key("b1"), Some(&named("b")), "m".to_owned()));
    assert!(matches!(refused, Err(StoreError::ConditionFailed { .. })), "{refused:?}");
    assert_eq!((left(&store).as_str(), store.reads().outbox_len().unwrap()), ("b1 b2", 0));
    store.write(|tx| tx.delete(model, &key("b1"), Some(&named("a")), "n".to_owned())).unwrap();
    let entries = store.reads().outbox().unwrap();
    let conditions: Vec<bool> = entries.iter().map(|entry| entry.condition.is_some()).collect();
    assert_eq!(conditions, [false, true]);
}

#[test]
fn many_are_deleted_at_once_and_each_is_told_once() {
    let items = |gone: &[Gone]| gone.iter().map(|gone| shown(&gone.key)).collect::<Vec<_>>().join(" ");
    let records: &[&str] =
        &["b1 name=a", "b2 name=a boxId=b1", "b3 boxId=b2", "b4 name=b", "b5 name=a boxId=b4", "l1"];
    for (filter, expected) in [
        (Predicate::compare("name", Op::Eq(Value::text("a"))), ("b1 b2 b5", "b3", "b4 l1")),
        (Predicate::compare("name", Op::Eq(Value::text("b"))), ("b4", "b5", "b1 b2 b3 l1")),
        (Predicate::compare("name", Op::Eq(Value::text("c"))), ("", "", "b1 b2 b3 b4 b5 l1")),
        (Predicate::all(), ("b1 b2 b3 b4 b5", "", "l1")),
    ] {
        let mut store = furnish(records);
        let model = Arc::clone(store.schema().by_name("Box").unwrap());
        let bound = filter.bind(&model).unwrap();
        let (done, changes) = store.write(|tx| tx.delete_where(model.id, &bound, "m".to_owned())).unwrap();
        let found = (items(&done.items), items(&done.cascaded), left(&store));
        assert_eq!((found.0.as_str(), found.1.as_str(), found.2.as_str()), expected, "{filter:?}");
        let mut told = BTreeMap::new();
        for change in &changes {
            *told.entry(shown(&change.key)).or_insert(0) += 1;
        }
        let entries = store.reads().outbox().unwrap();
        assert!(told.values().all(|count| *count == 1) && told.len() == entries.len(), "{filter:?}");
        assert_eq!(done.items.len() + done.cascaded.len(), entries.len());
        rounds(&mut store);
    }
}

#[test]
fn what_belongs_to_several_of_many_goes_before_all_of_them() {
    let mut store = furnish(&["l1", "b1 name=a lidId=l1", "b2 name=a lidId=l1", "b3 name=a boxId=b2"]);
    let model = Arc::clone(store.schema().by_name("Box").unwrap());
    let bound = Predicate::compare("name", Op::Eq(Value::text("a"))).bind(&model).unwrap();
    let done = store.write(|tx| tx.delete_where(model.id, &bound, "m".to_owned())).unwrap().0;
    assert_eq!((done.items.len(), done.cascaded.len()), (3, 1));
    assert_eq!(rounds(&mut store), ["b3 l1", "b1 b2"]);
}

#[test]
fn how_deep_records_belong_to_each_other_is_no_matter_of_the_stack() {
    const DEEP: usize = 4_000;
    let schema = shelves();
    let mut store = memory(Arc::clone(&schema));
    let model = schema.by_name("Box").unwrap();
    store.begin().unwrap();
    for number in 0..DEEP {
        let (_, mut record) = parse(&schema, &format!("b{number}"));
        if let Some(parent) = number.checked_sub(1) {
            record[model.field("boxId").unwrap()] = Value::text(format!("b{parent}"));
        }
        let row = Versioned { record, meta: Meta { version: 1, last_changed_at: 1, deleted: false } };
        store.attempt(|tx| tx.apply_frame(model.id, row, &Filter::All)).unwrap();
    }
    store.commit().unwrap();
    let done = store.write(|tx| tx.delete(model.id, &key("b0"), None, "m".to_owned())).unwrap().0.unwrap();
    assert_eq!(done.cascaded.len(), DEEP - 1);
    assert_eq!(shown(&done.cascaded[0].key), format!("b{}", DEEP - 1), "the deepest goes first");
    assert_eq!(left(&store), "");
}
