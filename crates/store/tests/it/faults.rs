//! With a rule switched off, what the rule prevents happens: the switches that the simulator uses do something.
//! Run with `--features faults`.

use crate::support::*;
use std::sync::Arc;
use syncline_core::faults::{Rule, break_rule};
use syncline_core::predicate::Filter;
use syncline_core::record::{EntryState, Outcome, ReadAs};
use syncline_store::{ClaimLimits, RemotePage, Save, Store};

/// Runs a story with and without the rule; what it comes to.
fn with_and_without(rule: Rule, story: impl Fn() -> String) -> (String, String) {
    let with = story();
    break_rule(Some(rule));
    let without = story();
    break_rule(None);
    (with, without)
}

fn edit(store: &mut Store, title: &str, mutation: &str) {
    let schema = Arc::clone(store.schema());
    let model = schema.by_name("Post").unwrap();
    let stored = store.reads().get(model.id, &key("p")).unwrap().unwrap();
    let mut value = stored.record.clone();
    set(model, &mut value, &[title]);
    let read_as = Some(ReadAs { record: &stored.record, version: stored.version });
    let save =
        Save { model: model.id, value: &value, read_as, condition: None, mutation: mutation.to_owned() };
    store.write(|tx| tx.save(save)).unwrap();
}

fn frame(store: &mut Store, version: i64, title: &str) {
    let schema = Arc::clone(store.schema());
    let row = versioned(&schema, "p", version, version, &[title]);
    store.write(|tx| tx.apply_frame(post(&schema), row, &Filter::All)).unwrap();
}

fn shown(store: &Store) -> String {
    let model = store.schema().by_name("Post").unwrap();
    let stored = store.reads().get(model.id, &key("p")).unwrap();
    stored.map_or("none".to_owned(), |stored| words(model, &stored.record))
}

#[test]
fn mark_before_send() {
    let story = || {
        let (dir, schema) = (Dir::new(), blog());
        let mut store = dir.open(Arc::clone(&schema));
        frame(&mut store, 1, "title=A");
        edit(&mut store, "title=B", "m1");
        let limits = ClaimLimits::of(&[1]);
        let batch = store.write(|tx| tx.claim(limits)).unwrap().0.unwrap();
        assert_eq!(batch.entries[0].id, "m1");
        drop(store);
        let mut store = dir.open(Arc::clone(&schema));
        edit(&mut store, "title=C", "m2");
        let answer = Outcome::Applied(versioned(&schema, "p", 2, 2, &["title=B"]));
        store.write(|tx| tx.settle("m1", answer)).unwrap();
        let sent = |state: &EntryState| *state == EntryState::Sent;
        assert!(!store.reads().outbox().unwrap().iter().any(|entry| sent(&entry.state)));
        shown(&store)
    };
    assert_eq!(with_and_without(Rule::MarkBeforeSend, story), ("title=C".to_owned(), "title=B".to_owned()));
}

#[test]
fn version_check() {
    for observed in [false, true] {
        let story = || {
            let mut store = memory(blog());
            if observed {
                store.collect_changes([post(&blog())]);
            }
            frame(&mut store, 5, "title=new");
            let page = base_page(vec![versioned(&blog(), "p", 4, 4, &["title=old"])]);
            store.write(|tx| tx.apply_page(post(&blog()), page)).unwrap();
            shown(&store)
        };
        assert_eq!(
            with_and_without(Rule::VersionCheck, story),
            ("title=new".to_owned(), "title=old".to_owned())
        );
    }
}

#[test]
fn started_at() {
    let story = || {
        let schema = blog();
        let mut store = memory(Arc::clone(&schema));
        for (started_at, token, next) in [(100, None, Some("2")), (200, Some("2"), None)] {
            let page =
                RemotePage { started_at, token, next: next.map(str::to_owned), ..base_page(Vec::new()) };
            store.write(|tx| tx.apply_page(post(&schema), page)).unwrap();
        }
        format!("{:?}", store.reads().sync_state(post(&schema)).unwrap().last_sync)
    };
    assert_eq!(with_and_without(Rule::StartedAt, story), ("Some(100)".to_owned(), "Some(200)".to_owned()));
}
