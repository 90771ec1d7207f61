//! What is done while the process ends.

use crate::tests::ops::{OPS, Op, put, title_is};
use crate::tests::{model_of, versioned};
use crate::{Answered, ClaimLimits, Store, StoreError};
use std::sync::Arc;
use syncline_core::Key;
use syncline_core::predicate::Filter;
use syncline_core::record::{Answer, Answers, Outcome, Settles};

/// What is there before a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    /// No file: the scene is about opening.
    Nothing,
    /// A file of a smaller schema: the scene is about opening.
    Old,
    /// A file of the first format and of a schema with other types, with entries of every state.
    Other,
    /// A file with records of every kind.
    Furnished,
}

impl Start {
    pub(super) fn is_opening(self) -> bool {
        matches!(self, Start::Nothing | Start::Old | Start::Other)
    }
}

/// Something that returns once, and is then acknowledged.
#[derive(Clone, Copy)]
pub(super) enum Step {
    /// An operation in a transaction of its own.
    One(Op),
    /// Anything else.
    Any(fn(&mut Store) -> Result<(), StoreError>),
}

impl Step {
    pub(super) fn run(self, store: &mut Store) -> Result<(), StoreError> {
        match self {
            Step::One(op) => store.write(op).map(|_| ()),
            Step::Any(step) => step(store),
        }
    }
}

/// What one process does, from opening the file to closing it.
#[derive(Clone)]
pub(super) struct Scene {
    pub(super) name: &'static str,
    pub(super) start: Start,
    pub(super) steps: Vec<Step>,
}

impl Scene {
    fn new(name: &'static str, start: Start, steps: &[Step]) -> Scene {
        Scene { name, start, steps: steps.to_vec() }
    }

    /// The scene of this name.
    pub(super) fn named(name: &str) -> Scene {
        let all = scenes().into_iter().chain([writing()]);
        all.into_iter().find(|scene| scene.name == name).unwrap()
    }
}

/// Every operation by itself, and stories of several.
pub(super) fn scenes() -> Vec<Scene> {
    let mut scenes = vec![
        Scene::new("open: create", Start::Nothing, &[]),
        Scene::new("open: migrate", Start::Old, &[]),
        Scene::new("open: upgrade and rewrite", Start::Other, &[]),
    ];
    scenes.extend(OPS.iter().map(|(name, op)| Scene::new(name, Start::Furnished, &[Step::One(*op)])));
    scenes.extend([
        Scene::new(
            "save: condition fails",
            Start::Furnished,
            &[Step::Any(|store| {
                let refused = store.write(|tx| put(tx, "t1", &[], Some(&title_is("other")), "x"));
                assert!(matches!(refused, Err(StoreError::ConditionFailed { .. })), "{refused:?}");
                Ok(())
            })],
        ),
        Scene::new("a group of operations", Start::Furnished, &[Step::Any(group)]),
        Scene::new("checkpoints", Start::Furnished, &CHECKPOINTS),
        Scene::new("a handler is asked", Start::Furnished, &ASKED),
        life(),
    ]);
    scenes
}

/// Three operations share a commit; a fourth fails and is undone alone.
fn group(store: &mut Store) -> Result<(), StoreError> {
    store.begin()?;
    store.attempt(|tx| put(tx, "t8", &[("authorId", "a1")], None, "g1"))?;
    let failed = store.attempt(|tx| {
        put(tx, "t1", &[("title", "X")], None, "g2")?;
        put(tx, "t1", &[("title", "Y")], Some(&title_is("another")), "g5")
    });
    assert!(matches!(failed, Err(StoreError::ConditionFailed { .. })), "{failed:?}");
    store.attempt_checked(|tx| put(tx, "t2", &[("title", "X")], None, "g3"))?;
    let refused = store.attempt_checked(|tx| put(tx, "t1", &[], Some(&title_is("other")), "g5"));
    assert!(matches!(refused, Err(StoreError::ConditionFailed { .. })), "{refused:?}");
    let author = model_of(store.schema(), "a").id;
    store.attempt(|tx| tx.delete(author, &Key::id("a1"), None, "g4".to_owned()).map(|_| ()))?;
    store.commit().map(|_| ())
}

/// The log is moved into the database before, between and after writes.
const CHECKPOINTS: [Step; 6] = [
    Step::Any(|store| store.bulk(true)),
    Step::One(|tx| put(tx, "t8", &[("title", "X")], None, "x1")),
    Step::Any(|store| store.bulk(false)),
    Step::One(|tx| put(tx, "t9", &[("title", "X")], None, "x2")),
    Step::Any(|store| Ok(store.reads.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)),
    Step::One(|tx| put(tx, "t10", &[("title", "X")], None, "x3")),
];

/// A record is held for its conflict handler, asked about, and settled; and another whose mutation is in flight.
const ASKED: [Step; 5] = [
    Step::Any(|store| {
        store.settle_conflicts(model_of(store.schema(), "t").id, Settles::Handler);
        Ok(())
    }),
    Step::One(|tx| meet(tx, "t2")),
    Step::One(|tx| {
        let thread = model_of(&tx.reads().tables.schema, "t").id;
        let mut answers = Answers::default();
        answers.add("pending2".to_owned(), Answer::Local);
        let answered = tx.answer(thread, &Key::id("t2"), None, &answers)?;
        assert!(matches!(answered, Answered::Settled(done) if done.conflicts.len() == 1));
        Ok(())
    }),
    Step::One(|tx| meet(tx, "t3")),
    Step::One(|tx| {
        let current = versioned(&tx.reads().tables.schema, "t3", 8, &[("title", "R")]);
        let mut fresh = || "fresh".to_owned();
        let sent = tx.reads().entry("sent")?.unwrap();
        let settled = tx.settle_asking(&sent, Outcome::Applied(current), &mut fresh)?;
        assert!(settled.is_some());
        assert_eq!(tx.reads().held()?.len(), 1);
        Ok(())
    }),
];

/// Somebody else has changed the title.
fn meet(tx: &mut crate::Tx<'_>, id: &str) -> Result<(), StoreError> {
    let schema = Arc::clone(&tx.reads().tables.schema);
    let row = versioned(&schema, id, 7, &[("title", "R")]);
    tx.apply_frame(model_of(&schema, id).id, row, &Filter::All).map(|_| ())
}

/// A record from its first save to its delete, with the answers in between.
pub(super) fn life() -> Scene {
    let steps = [
        Step::One(|tx| put(tx, "t8", &[("title", "1")], None, "l1")),
        Step::One(|tx| put(tx, "t8", &[("title", "2"), ("body", "b")], None, "l2")),
        Step::One(claim_all),
        Step::One(|tx| put(tx, "t8", &[("title", "3")], None, "l3")),
        Step::One(|tx| {
            let sent = tx.reads().outbox()?.into_iter().find(|entry| entry.key == Key::id("t8")).unwrap();
            let schema = Arc::clone(&tx.reads().tables.schema);
            let current = versioned(&schema, "t8", 1, &[("title", "2"), ("body", "b")]);
            tx.settle(&sent.id, Outcome::Applied(current)).map(|done| assert!(done.is_some()))
        }),
        Step::One(|tx| {
            let thread = model_of(&tx.reads().tables.schema, "t").id;
            tx.delete(thread, &Key::id("t8"), None, "l4".to_owned()).map(|done| assert!(done.is_some()))
        }),
    ];
    Scene::new("a record's life", Start::Furnished, &steps)
}

fn claim_all(tx: &mut crate::Tx<'_>) -> Result<(), StoreError> {
    let limits = ClaimLimits { same_document_dependencies: true, ..ClaimLimits::of(&[100]) };
    while tx.claim(limits)?.is_some() {}
    Ok(())
}

/// Writes more and more.
pub(super) fn writing() -> Scene {
    let step = Step::One(|tx| {
        let count = tx.reads().outbox_len()?;
        put(
            tx,
            &format!("t{}", 100 + count),
            &[("body", &"a line of text\n".repeat(400))],
            None,
            &format!("w{count}"),
        )
    });
    Scene::new("writing", Start::Furnished, &[step; 10])
}
