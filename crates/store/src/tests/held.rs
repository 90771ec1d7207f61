//! Records that wait for the application's conflict handler: what else waits, and who is told.

use super::{delete, memory, model_of, record, save, schema, versioned};
use crate::{Answered, ClaimLimits, Group, Save, Store};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use syncline_core::predicate::Filter;
use syncline_core::record::{Answer, Answers, EntryState, Settles};
use syncline_core::{Key, ModelId};

/// A store whose handler settles, with threads that the server has.
fn asking(ids: &[&str]) -> (Store, ModelId) {
    let mut store = memory(schema());
    for model in store.schema().models() {
        store.settle_conflicts(model.id, Settles::Handler);
    }
    ids.iter().for_each(|id| frame(&mut store, id, 1, "T"));
    let thread = model_of(store.schema(), "t").id;
    (store, thread)
}

/// The server's record of a thread, with this title.
fn frame(store: &mut Store, id: &str, version: i64, title: &str) {
    let row = versioned(store.schema(), id, version, &[("title", title)]);
    let model = model_of(store.schema(), id).id;
    store.write(|tx| tx.apply_frame(model, row, &Filter::All)).unwrap();
}

fn claimed(store: &mut Store, limits: ClaimLimits<'_>) -> Vec<String> {
    let mut claimed = Vec::new();
    while let Some(batch) = store.write(|tx| tx.claim(limits)).unwrap().0 {
        claimed.extend(batch.entries.into_iter().map(|entry| entry.id));
    }
    claimed
}

fn answer(store: &mut Store, model: ModelId, id: &str, mutation: &str, answer: Answer) -> usize {
    let mut answers = Answers::default();
    answers.add(mutation.to_owned(), answer);
    match store.write(|tx| tx.answer(model, &Key::id(id), None, &answers)).unwrap().0 {
        Answered::Settled(done) => done.parked.len(),
        asked @ Answered::Ask { .. } => panic!("it is answered: {asked:?}"),
    }
}

/// Half of a transaction must not be applied: where one member is asked about, none is sent (SYNC 2.5).
#[test]
fn a_group_waits_for_the_answer_about_one_of_its_members() {
    for atomic_groups in [false, true] {
        let limits = ClaimLimits { atomic_groups, ..ClaimLimits::of(&[1, 5]) };
        for (said, parked, sent) in [(Answer::Local, 0, true), (Answer::Remote, 2, false)] {
            let (mut store, thread) = asking(&["t1", "t2"]);
            let mut group = Group::default();
            for (id, mutation) in [("t1", "g1"), ("t2", "g2")] {
                let value = record(store.schema(), id, &[("title", "X")]);
                let mutation = mutation.to_owned();
                let save = Save { model: thread, value: &value, read_as: None, condition: None, mutation };
                group.save(store.reads(), save).unwrap();
            }
            store.write(|tx| tx.apply_group(&group)).unwrap();
            frame(&mut store, "t2", 2, "R");
            save(&mut store, "t3", &[], "other");
            assert_eq!(claimed(&mut store, limits), ["other"], "{said:?}");
            assert_eq!(answer(&mut store, thread, "t2", "g2", said.clone()), parked, "{said:?}");
            let claimed = claimed(&mut store, limits);
            // Where they go one after the other, the second waits for the outcome of the first.
            let expected: &[&str] = match (sent, atomic_groups) {
                (true, true) => &["g1", "g2"],
                (true, false) => &["g1"],
                (false, _) => &[],
            };
            assert_eq!(claimed, expected, "{said:?}");
            let states = store.reads().outbox().unwrap();
            let parked = states.iter().filter(|entry| matches!(entry.state, EntryState::Parked(_))).count();
            assert_eq!(parked, if sent { 0 } else { 2 });
        }
    }
}

#[test]
fn nothing_of_it_travels_with_what_it_depends_on() {
    let (mut store, thread) = asking(&["t1"]);
    save(&mut store, "a1", &[], "author");
    save(&mut store, "t1", &[("title", "X"), ("authorId", "a1")], "child");
    save(&mut store, "t2", &[("authorId", "a1")], "other");
    frame(&mut store, "t1", 2, "R");
    let together = ClaimLimits { same_document_dependencies: true, ..ClaimLimits::of(&[1, 5]) };
    assert_eq!(claimed(&mut store, together), ["author", "other"]);
    answer(&mut store, thread, "t1", "child", Answer::Local);
    assert_eq!(claimed(&mut store, together), [] as [&str; 0], "it waits for its author, which is in flight");
}

#[test]
fn who_asks_is_told_when_a_record_comes_or_goes() {
    let (mut store, thread) = asking(&["t1", "t2"]);
    let told = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&told);
    store.on_held(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let expect = |store: &mut Store, what: &str, held: &[&str], number: usize| {
        let keys: Vec<String> =
            store.reads().held().unwrap().into_iter().map(|(_, key)| key.to_string()).collect();
        assert_eq!(keys, held, "{what}");
        assert_eq!(told.swap(0, Ordering::SeqCst), number, "{what}");
    };
    save(&mut store, "t1", &[("title", "X")], "m1");
    delete(&mut store, "t2", "m2");
    expect(&mut store, "saves", &[], 0);
    frame(&mut store, "t1", 2, "R");
    frame(&mut store, "t2", 2, "R");
    expect(&mut store, "both meet a change", &["t1", "t2"], 2);
    frame(&mut store, "t1", 3, "S");
    expect(&mut store, "still", &["t1", "t2"], 0);
    frame(&mut store, "t1", 4, "T");
    expect(&mut store, "it is taken back", &["t2"], 1);
    let merged = record(store.schema(), "t2", &[("title", "M")]);
    answer(&mut store, thread, "t2", "m2", Answer::Merged(merged));
    expect(&mut store, "answered", &[], 1);
    save(&mut store, "t1", &[("title", "Y")], "m3");
    frame(&mut store, "t1", 5, "R");
    expect(&mut store, "again", &["t1"], 1);
    store.write(|tx| tx.clear()).unwrap();
    expect(&mut store, "cleared", &[], 0);
}
