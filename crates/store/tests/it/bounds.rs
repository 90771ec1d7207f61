//! What must not grow without bound: the conflict list, and the file of the write-ahead log.

use crate::support::*;
use std::sync::Arc;
use syncline_core::predicate::Filter;
use syncline_core::record::ReadAs;
use syncline_store::{Query, Save, Snapshots, Store};

/// A change of this device that meets one of another at this version.
fn meet(store: &mut Store, version: i64) {
    let schema = Arc::clone(store.schema());
    let model = post(&schema);
    let ours = versioned(&schema, "p1", version, version, &[&format!("title=ours {version}")]).record;
    let stored = store.reads().get(model, &key("p1")).unwrap().unwrap();
    let read_as = Some(ReadAs { record: &stored.record, version: stored.version });
    let save = Save { model, value: &ours, read_as, condition: None, mutation: format!("m{version}") };
    store.tell_time(version * 1_000);
    store.attempt(|tx| tx.save(save)).unwrap();
    let theirs = versioned(&schema, "p1", version, version, &[&format!("title=theirs {version}")]);
    store.attempt(|tx| tx.apply_frame(model, theirs, &Filter::All)).unwrap();
}

#[test]
fn the_conflict_list_keeps_the_last_ten_thousand() {
    const MORE: i64 = 10_020;
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let first = versioned(&schema, "p1", 1, 1, &[]);
    store.write(|tx| tx.apply_frame(post(&schema), first, &Filter::All)).unwrap();
    store.begin().unwrap();
    (2..2 + MORE).for_each(|version| meet(&mut store, version));
    store.commit().unwrap();
    let listed = store.reads().conflicts(usize::MAX).unwrap();
    let ends =
        [&listed[0], &listed[listed.len() - 1]].map(|logged| (logged.version, logged.mutation.clone()));
    assert_eq!(listed.len(), 10_000);
    assert_eq!(ends, [(Some(MORE + 1), format!("m{}", MORE + 1)), (Some(22), "m22".to_owned())]);
    assert!(listed[0].at.is_some(), "{:?}", listed[0]);
}

#[test]
fn the_log_gives_back_what_a_reader_made_it_grow_to() {
    const KEPT: u64 = 33 * 1024 * 1024;
    let (dir, schema) = (Dir::new(), blog());
    let mut store = dir.open(Arc::clone(&schema));
    let log = dir.path().join("blog.db-wal");
    let size = || std::fs::metadata(&log).unwrap().len();
    let long = format!("content={}", "x".repeat(400_000));
    let write = |store: &mut Store, from: usize, count: usize| {
        for number in from..from + count {
            let row = versioned(&schema, &format!("p{number}"), 1, 1, &[&long]);
            store.write(|tx| tx.apply_frame(post(&schema), row, &Filter::All)).unwrap();
        }
    };
    write(&mut store, 0, 1);
    let snapshots = Snapshots::of(&store);
    let snapshot = snapshots.take().unwrap();
    assert_eq!(snapshot.query(&Query::all(post(&schema))).unwrap().len(), 1);
    write(&mut store, 1, 100);
    assert!(size() > KEPT, "{} bytes: nothing is moved into the file beside an open reader", size());
    drop(snapshot);
    // The first moves it, the next begins it anew.
    write(&mut store, 101, 2);
    assert!(size() <= KEPT, "{} bytes", size());
    assert_eq!(store.reads().query(&Query::all(post(&schema))).unwrap().len(), 103);
}
