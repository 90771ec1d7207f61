//! Edits of fields that are new here, before it is known what the server has in them (SYNC 1.13, I7).

use crate::support::*;
use std::sync::Arc;
use syncline_core::predicate::Filter;
use syncline_core::record::{EntryState, Outcome, ReadAs};
use syncline_core::{Key, Record, Schema, Value};
use syncline_store::{BadRow, ClaimLimits, Group, RemotePage, Save, Snapshots, Store};

const TOGETHER: ClaimLimits<'_> =
    ClaimLimits { atomic_groups: true, same_document_dependencies: true, ..ClaimLimits::of(&[1, 2, 5, 10]) };

/// Notes with these fields beside their title.
fn notes(fields: &str) -> Arc<Schema> {
    schema(&format!(
        "type Post @model @auth(rules: [{{ allow: public }}]) {{ id: ID! title: String {fields} }}"
    ))
}

/// The version of the notes that the server has, with what they hold there.
fn row(schema: &Schema, id: &str, fields: &[&str]) -> syncline_core::Versioned {
    let model = schema.by_name("Post").unwrap();
    let mut record = Record::empty(model.fields.len());
    record[model.key[0]] = Value::text(id);
    set(model, &mut record, fields);
    let meta = syncline_core::Meta { version: 3, last_changed_at: 1_000, deleted: false };
    syncline_core::Versioned { record, meta }
}

/// A file of an application without the field `lead`, opened by one that has it: it holds the notes a, b, c and d.
fn opened(dir: &Dir) -> Store {
    let old = notes("");
    let mut store = dir.open(Arc::clone(&old));
    for id in ["a", "b", "c", "d"] {
        store.write(|tx| tx.apply_frame(post(&old), row(&old, id, &["title=T"]), &Filter::All)).unwrap();
    }
    drop(store);
    dir.open(notes("lead: String"))
}

fn save(store: &mut Store, id: &str, fields: &[&str], mutation: &str) {
    let model = post(store.schema());
    let known = store.reads().get(model, &key(id)).unwrap().unwrap();
    let mut value = known.record.clone();
    set(store.schema().model(model), &mut value, fields);
    let read_as = Some(ReadAs { record: &known.record, version: known.version });
    let save = Save { model, value: &value, read_as, condition: None, mutation: mutation.to_owned() };
    store.write(|tx| tx.save(save)).unwrap();
}

fn group(store: &mut Store, members: &[(&str, &[&str], &str)]) {
    let model = post(store.schema());
    let snapshot = Snapshots::of(store).take().unwrap();
    let mut group = Group::default();
    for (id, fields, mutation) in members {
        let known = group.get(&snapshot, model, &key(id)).unwrap().unwrap();
        let mut value = known.record.clone();
        set(store.schema().model(model), &mut value, fields);
        let read_as = Some(ReadAs { record: &known.record, version: known.version });
        let save = Save { model, value: &value, read_as, condition: None, mutation: (*mutation).to_owned() };
        group.save(&snapshot, save).unwrap();
    }
    store.write(|tx| tx.apply_group(&group)).unwrap();
}

/// What can be sent now, until there is nothing more.
fn sent(store: &mut Store) -> String {
    let mut ids = Vec::new();
    while let Some(batch) = store.write(|tx| tx.claim(TOGETHER)).unwrap().0 {
        ids.extend(batch.entries.into_iter().map(|entry| entry.id));
    }
    ids.join(" ")
}

fn unfilled(store: &Store, aside: &[&str]) -> String {
    let aside: Vec<String> = aside.iter().map(|id| (*id).to_owned()).collect();
    let found = store.reads().unfilled(10, &aside).unwrap();
    found.into_iter().map(|entry| entry.id).collect::<Vec<_>>().join(" ")
}

fn fill(store: &mut Store, id: &str, fields: Option<&[&str]>) -> Vec<String> {
    let schema = Arc::clone(store.schema());
    let row = fields.map(|fields| row(&schema, id, fields));
    store.write(|tx| tx.fill(post(&schema), &key(id), row, &Filter::All)).unwrap().0.superseded
}

fn base_sync(store: &mut Store, rows: &[(&str, &[&str])], cut: Option<u64>) -> bool {
    let schema = Arc::clone(store.schema());
    let page = RemotePage {
        expression_text: "",
        started_at: 5_000,
        cut,
        ..base_page(rows.iter().map(|(id, fields)| row(&schema, id, fields)).collect())
    };
    store.write(|tx| tx.apply_page(post(&schema), page)).unwrap().0.refilled
}

#[test]
fn only_what_changes_a_field_that_is_new_waits_for_what_the_server_has_in_it() {
    let dir = Dir::new();
    let mut store = opened(&dir);
    save(&mut store, "a", &["title=X"], "a1");
    save(&mut store, "b", &["lead=mine"], "b1");
    save(&mut store, "c", &["lead=mine"], "c1");
    assert_eq!(sent(&mut store), "a1");
    assert_eq!(store.reads().unsettled_len().unwrap(), 3, "nobody has to decide about those that wait");
    // Behind what is in flight, of the same record, and then first.
    save(&mut store, "a", &["lead=mine"], "a2");
    assert_eq!((sent(&mut store).as_str(), unfilled(&store, &["b1"]).as_str()), ("", "c1"));
    let schema = Arc::clone(store.schema());
    let mut after = row(&schema, "a", &["title=X", "lead=theirs"]);
    after.meta.version = 4;
    store.write(|tx| tx.settle("a1", Outcome::Applied(after))).unwrap();
    // Each record by itself: what was there wins over what did not know of it, and nothing over nothing.
    assert_eq!(fill(&mut store, "b", Some(&["title=T", "lead=theirs"])), ["b1"]);
    assert_eq!(fill(&mut store, "c", Some(&["title=T"])), Vec::<String>::new());
    assert_eq!(sent(&mut store), "c1");
    let shown = |store: &Store, id| {
        let known = store.reads().get(post(store.schema()), &key(id)).unwrap().unwrap();
        words(store.schema().model(post(store.schema())), &known.record)
    };
    assert_eq!(shown(&store, "b"), "title=T lead=theirs");
    assert_eq!(shown(&store, "a"), "title=X lead=theirs", "the answer brought it");
    // From then on it is known.
    save(&mut store, "b", &["lead=mine"], "b2");
    assert_eq!(sent(&mut store), "b2");
    // A record that is not shown has nothing to wait for.
    save(&mut store, "d", &["lead=mine"], "d1");
    assert_eq!((sent(&mut store).as_str(), unfilled(&store, &[]).as_str()), ("", "d1"));
    fill(&mut store, "d", None);
    assert_eq!(sent(&mut store), "d1");
}

#[test]
fn a_group_waits_only_if_a_member_changes_such_a_field() {
    let dir = Dir::new();
    let mut store = opened(&dir);
    group(&mut store, &[("a", &["title=X"], "g1"), ("b", &["title=X"], "g2")]);
    group(&mut store, &[("c", &["title=X"], "h1"), ("d", &["lead=mine"], "h2")]);
    assert_eq!(sent(&mut store), "g1 g2");
    assert_eq!(unfilled(&store, &[]), "h2");
    assert_eq!(store.reads().unsettled_len().unwrap(), 3);
    fill(&mut store, "d", Some(&["title=T"]));
    assert_eq!(sent(&mut store), "h1 h2");
}

#[test]
fn a_base_sync_that_brings_the_field_lets_all_go() {
    let dir = Dir::new();
    let mut store = opened(&dir);
    save(&mut store, "a", &["lead=mine"], "a1");
    save(&mut store, "b", &["lead=mine"], "b1");
    // What is waited for is in the file.
    drop(store);
    let mut store = dir.open(notes("lead: String"));
    assert_eq!(sent(&mut store), "");
    // One that ends at a cap has not brought all of it.
    base_sync(&mut store, &[("a", &["title=T"])], Some(1));
    assert_eq!((sent(&mut store).as_str(), unfilled(&store, &[]).as_str()), ("", "a1 b1"));
    let all = ["a", "b", "c", "d"].map(|id| (id, &["title=T"][..]));
    assert!(base_sync(&mut store, &all, None));
    assert_eq!((sent(&mut store).as_str(), unfilled(&store, &[]).as_str()), ("a1 b1", ""));
}

#[test]
fn fields_stay_unknown_across_a_further_migration_and_its_names() {
    let dir = Dir::new();
    let mut store = opened(&dir);
    save(&mut store, "a", &["lead=mine"], "a1");
    fill(&mut store, "a", None);
    save(&mut store, "b", &["lead=mine"], "b1");
    save(&mut store, "c", &["title=X"], "c1");
    drop(store);
    let renamed = notes("intro: String @renamedFrom(name: \"lead\") stars: Int");
    let mut store = dir.open(renamed);
    save(&mut store, "d", &["stars=3"], "d1");
    // What was asked for before says nothing of the fields that are new now.
    assert_eq!(unfilled(&store, &[]), "a1 b1 d1");
    assert_eq!(sent(&mut store), "c1");
    let entries = store.reads().outbox().unwrap();
    let waiting = entries.iter().filter(|entry| entry.state == EntryState::Unsent);
    assert_eq!(waiting.map(|entry| entry.key.clone()).collect::<Vec<Key>>(), ["a", "b", "d"].map(key));
}

/// What a page or frame brought of it could not be read; what is asked for by itself can be.
#[test]
fn what_is_asked_for_and_comes_well_is_set_aside_no_more() {
    let dir = Dir::new();
    let mut store = opened(&dir);
    let model = post(store.schema());
    for (version, left) in [(Some(4), 1), (None, 0)] {
        let json = "{}".to_owned();
        let bad = BadRow { key: Some(key("b")), version, reason: "odd".to_owned(), json };
        store.write(|tx| tx.quarantine(model, &bad)).unwrap();
        fill(&mut store, "b", Some(&["title=T", "lead=theirs"]));
        assert_eq!(store.reads().quarantine(9).unwrap().len(), left, "{version:?}");
    }
}
