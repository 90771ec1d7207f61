//! Transactions of many operations, and what observers are told.

use crate::support::*;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use syncline_core::Record;
use syncline_core::predicate::Filter;
use syncline_core::record::Outcome;
use syncline_store::{Change, ClaimLimits, Save, Source, Store, StoreError, Tx};

fn save(tx: &mut Tx<'_>, id: &str, fields: &[&str], mutation: &str) -> Result<(), StoreError> {
    let schema = blog();
    let value = record(&schema, id, fields);
    let model = model_of(&schema, id).id;
    tx.save(Save { model, value: &value, read_as: None, condition: None, mutation: mutation.to_owned() })
        .map(|_| ())
}

fn shown(changes: &[Change]) -> Vec<String> {
    let schema = blog();
    let title = |record: &Option<Record>| {
        let Some(record) = record else { return "-".to_owned() };
        let model = schema.by_name("Post").unwrap();
        word(&record[model.field("title").unwrap()])
    };
    changes
        .iter()
        .map(|change| {
            let (before, after) = (title(&change.before), title(&change.after));
            let version = change.version.map_or(String::new(), |version| format!(" v{version}"));
            format!("{} {before}>{after}{version} {:?}", change.key, change.source)
        })
        .collect()
}

#[test]
fn a_failed_operation_is_undone_alone() {
    let (dir, schema) = (Dir::new(), blog());
    let mut store = dir.open(Arc::clone(&schema));
    store.collect_changes([post(&schema)]);
    store.begin().unwrap();
    store.attempt(|tx| save(tx, "a", &["title=A"], "m1")).unwrap();
    let error = store.attempt(|tx| {
        save(tx, "b", &["title=B"], "m2")?;
        save(tx, "c1", &[], "m3")?;
        save(tx, "d", &["status=NOPE"], "m6")
    });
    assert!(matches!(error, Err(StoreError::InvalidRecord { .. })), "{error:?}");
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        store.attempt(|tx| -> Result<(), StoreError> {
            save(tx, "e", &[], "m4")?;
            panic!("on purpose")
        })
    }));
    assert!(panicked.is_err());
    store.attempt(|tx| save(tx, "f", &["title=F"], "m5")).unwrap();
    assert_eq!(store.reader().unwrap().outbox_len().unwrap(), 0, "nothing is visible before the commit");
    assert_eq!(shown(&store.commit().unwrap()), ["a ->A Local", "f ->F Local"]);
    let ids: Vec<String> =
        store.reader().unwrap().outbox().unwrap().into_iter().map(|entry| entry.id).collect();
    assert_eq!(ids, ["m1", "m5"]);
    let comments = syncline_store::Query::all(comment(&schema));
    assert!(store.reads().query(&comments).unwrap().is_empty());
}

#[test]
fn an_aborted_transaction_leaves_nothing() {
    let mut store = memory(blog());
    store.collect_changes([post(&blog())]);
    store.begin().unwrap();
    store.attempt(|tx| save(tx, "a", &[], "m1")).unwrap();
    store.abort();
    assert_eq!(store.reads().outbox_len().unwrap(), 0);
    let error = store.write(|tx| {
        save(tx, "a", &[], "m1")?;
        save(tx, "a", &["title=null"], "m2")
    });
    assert_eq!(error.unwrap_err().to_string(), "Post.title: null is not allowed in String!");
    let ((), changes) = store.write(|tx| save(tx, "z", &["title=Z"], "m3")).unwrap();
    assert_eq!(shown(&changes), ["z ->Z Local"]);
    assert_eq!(store.reads().outbox_len().unwrap(), 1);
}

#[test]
fn calls_out_of_order_are_refused() {
    let mut store = memory(blog());
    let misuse = |result: Result<(), StoreError>| {
        let error = result.unwrap_err();
        assert!(matches!(error, StoreError::Misuse(_)) && !error.is_retryable(), "{error}");
    };
    misuse(store.commit().map(|_| ()));
    misuse(store.attempt(|_| Ok(())));
    store.begin().unwrap();
    misuse(store.begin());
    misuse(store.bulk(true));
    misuse(store.write(|_| Ok(())).map(|_| ()));
    store.commit().unwrap();
    store.bulk(true).unwrap();
    store.write(|tx| save(tx, "a", &[], "m")).unwrap();
    store.bulk(false).unwrap();
}

#[test]
fn observers_are_told_what_changed() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    let model = post(&schema);
    let frame =
        |store: &mut Store, row| store.write(|tx| tx.apply_frame(model, row, &Filter::All)).unwrap().1;
    // Nobody observes: nothing is told.
    assert!(frame(&mut store, versioned(&schema, "a", 1, 1, &["title=A"])).is_empty());
    store.collect_changes([comment(&schema)]);
    assert!(frame(&mut store, versioned(&schema, "a", 2, 2, &["title=B"])).is_empty());

    store.collect_changes([model, comment(&schema)]);
    assert_eq!(shown(&frame(&mut store, versioned(&schema, "a", 3, 3, &["title=C"]))), ["a B>C v3 Remote"]);
    assert!(frame(&mut store, versioned(&schema, "a", 3, 3, &["title=D"])).is_empty());
    let ((), changes) = store.write(|tx| save(tx, "a", &["title=E"], "m1")).unwrap();
    assert_eq!(shown(&changes), ["a C>E v3 Local"]);
    let limits = ClaimLimits::of(&[1]);
    let (batch, changes) = store.write(|tx| tx.claim(limits)).unwrap();
    assert!(batch.is_some() && changes.is_empty());
    // A newer version with the same values: only the version is news.
    let answer = Outcome::Applied(versioned(&schema, "a", 4, 4, &["title=E"]));
    let (_, changes) = store.write(|tx| tx.settle("m1", answer)).unwrap();
    assert_eq!(shown(&changes), ["a E>E v4 Remote"]);
    // What was not visible and is not visible is no change.
    assert!(frame(&mut store, tombstone(&schema, "b", 1, 1)).is_empty());
    assert_eq!(shown(&frame(&mut store, tombstone(&schema, "a", 5, 5))), ["a E>- v5 Remote"]);
    // Several changes of one record come in their order.
    let ((), changes) = store
        .write(|tx| {
            save(tx, "n", &["title=1"], "m2")?;
            save(tx, "n", &["title=2"], "m3")?;
            tx.delete(model, &key("n"), None, "m4".to_owned()).map(|_| ())
        })
        .unwrap();
    assert_eq!(shown(&changes), ["n ->1 Local", "n 1>2 Local", "n 2>- Local"]);
    assert_eq!(changes[0].source, Source::Local);
}

#[test]
fn records_are_checked_before_anything_is_written() {
    let mut store = memory(blog());
    for (fields, expected) in [
        (&["status=NEVER"][..], "Post.status: "),
        (&["rating=3000000000"], "Post.rating: "),
        (&["contact=nobody"], "Post.contact: "),
        (&["title=null"], "Post.title: null is not allowed in String!"),
    ] {
        let error = store.write(|tx| save(tx, "a", fields, "m")).unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    let error = store.write(|tx| save(tx, "", &[], "m")).unwrap_err();
    assert_eq!(error.to_string(), "Post.id: a key field must not be empty");
    assert_eq!(store.reads().outbox_len().unwrap(), 0);
}

#[test]
fn batches_are_of_one_shape_and_of_the_sizes_asked_for() {
    let schema = blog();
    let mut store = memory(Arc::clone(&schema));
    store.begin().unwrap();
    for number in 0..8 {
        store.attempt(|tx| save(tx, &format!("p{number}"), &[], &format!("m{number}"))).unwrap();
    }
    store.attempt(|tx| save(tx, "c1", &[], "mc")).unwrap();
    store.commit().unwrap();
    let claim = |store: &mut Store, sizes: &[usize], resend| {
        let limits = ClaimLimits { resend, ..ClaimLimits::of(sizes) };
        let batch = store.write(|tx| tx.claim(limits)).unwrap().0;
        batch.map(|batch| batch.entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(claim(&mut store, &[], false), None);
    assert_eq!(claim(&mut store, &[0], false), None);
    assert_eq!(claim(&mut store, &[1, 2, 5], false).as_deref(), Some("m0 m1 m2 m3 m4"));
    assert_eq!(claim(&mut store, &[1, 2, 5], false).as_deref(), Some("m5 m6"));
    assert_eq!(
        claim(&mut store, &[2, 5], false).as_deref(),
        Some("m7"),
        "fewer than the smallest go as well"
    );
    assert_eq!(claim(&mut store, &[1, 2], false).as_deref(), Some("mc"));
    assert_eq!(claim(&mut store, &[1, 2], false), None);
    // Their outcome is unknown: they go again in the same order, in halves if need be.
    assert_eq!(claim(&mut store, &[1, 2, 5], true).as_deref(), Some("m0 m1 m2 m3 m4"));
    assert_eq!(claim(&mut store, &[1, 2], true).as_deref(), Some("m0 m1"));
    // Those that are put aside stop nobody.
    let in_doubt = |store: &mut Store, aside: &[&str]| {
        let aside: Vec<String> = aside.iter().map(|id| (*id).to_owned()).collect();
        let batch = store.write(|tx| tx.in_doubt(ClaimLimits::of(&[1, 2]), &aside)).unwrap().0;
        batch.map(|batch| batch.entries.iter().map(|entry| entry.id.clone()).collect::<Vec<_>>().join(" "))
    };
    assert_eq!(in_doubt(&mut store, &["m0", "m2"]).as_deref(), Some("m1 m3"));
    let posts = ["m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7"];
    assert_eq!(in_doubt(&mut store, &posts).as_deref(), Some("mc"));
    assert_eq!(in_doubt(&mut store, &[&posts[..], &["mc"]].concat()), None);
    for number in 0..8 {
        let row = versioned(&schema, &format!("p{number}"), 1, 1, &[]);
        store.write(|tx| tx.settle(&format!("m{number}"), Outcome::Applied(row))).unwrap();
    }
    assert_eq!(claim(&mut store, &[1, 2, 5], true).as_deref(), Some("mc"));
}
