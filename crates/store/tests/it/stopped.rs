//! What travelled with another mutation of its record and was not tried (SYNC 2.4): it stands on the server's record again.

use crate::support::*;
use std::sync::Arc;
use syncline_core::predicate::Op;
use syncline_core::record::{MutationOp, Outcome};
use syncline_core::{Predicate, Value};
use syncline_store::{ClaimLimits, Save};

const TOGETHER: ClaimLimits<'_> =
    ClaimLimits { same_document_dependencies: true, ..ClaimLimits::of(&[1, 2, 5, 10]) };

/// A conditional change and a delete behind it go in one document. What becomes of the change, in which version of the
/// record; and whether the delete goes on, and on which.
#[test]
fn a_delete_that_was_not_tried_is_not_taken_for_one_that_met_a_change() {
    type Answer = fn(&syncline_core::Schema) -> Outcome;
    let not_tried = |id: &str| Outcome::NotApplied { fresh_id: format!("{id}'") };
    let cases: [(&str, Answer, Option<i64>); 9] = [
        ("not tried", |_| Outcome::NotApplied { fresh_id: "m1'".to_owned() }, Some(3)),
        ("refused", |_| Outcome::Refused("no".into()), Some(3)),
        ("its condition did not hold", |_| Outcome::ConditionFailed(None), Some(3)),
        (
            "its condition did not hold on what is known",
            |schema| Outcome::ConditionFailed(Some(versioned(schema, "p", 3, 3, &["title=T"]))),
            Some(3),
        ),
        (
            "its condition did not hold on what somebody else has made",
            |schema| Outcome::ConditionFailed(Some(versioned(schema, "p", 4, 4, &["title=R"]))),
            None,
        ),
        (
            "refused, and the server's record is to show",
            |schema| Outcome::Restored {
                current: versioned(schema, "p", 3, 3, &["title=T"]),
                reason: "no".into(),
            },
            Some(3),
        ),
        (
            "the same, on what somebody else has made",
            |schema| Outcome::Restored {
                current: versioned(schema, "p", 4, 4, &["title=R"]),
                reason: "no".into(),
            },
            None,
        ),
        (
            "it met another version",
            |schema| Outcome::Conflict {
                current: versioned(schema, "p", 4, 4, &["title=T", "content=R"]),
                fresh_id: "m1'".to_owned(),
            },
            None,
        ),
        (
            "nobody can tell, and nothing has changed",
            |schema| Outcome::Ambiguous {
                current: versioned(schema, "p", 3, 3, &["title=T"]),
                fresh_id: "m1'".to_owned(),
            },
            Some(3),
        ),
    ];
    for (name, answer, goes) in cases {
        let mut store = memory(blog());
        let schema = Arc::clone(store.schema());
        let model = post(&schema);
        let row = versioned(&schema, "p", 3, 3, &["title=T"]);
        store.write(|tx| tx.apply_frame(model, row, &syncline_core::predicate::Filter::All)).unwrap();
        let value = record(&schema, "p", &["title=X"]);
        let condition = Predicate::compare("title", Op::Eq(Value::text("T")));
        let save = Save {
            model,
            value: &value,
            read_as: None,
            condition: Some(&condition),
            mutation: "m1".to_owned(),
        };
        store.write(|tx| tx.save(save)).unwrap();
        store.write(|tx| tx.delete(model, &key("p"), None, "m2".to_owned())).unwrap();
        let batch = store.write(|tx| tx.claim(TOGETHER)).unwrap().0.unwrap();
        let versions: Vec<_> = batch.entries.iter().map(|entry| entry.base_version).collect();
        assert_eq!(versions, [Some(3), Some(4)], "{name}");
        store.write(|tx| tx.settle("m1", answer(&schema))).unwrap().0.unwrap();
        // It may have given way with what it went behind.
        store.write(|tx| tx.settle("m2", not_tried("m2"))).unwrap();
        let outbox = store.reads().outbox().unwrap();
        let delete = outbox.iter().find(|entry| entry.op == MutationOp::Delete);
        assert_eq!(delete.is_some(), goes.is_some(), "{name}: {outbox:?}");
        let listed = store.reads().conflicts(10).unwrap();
        let gave_way = listed.iter().any(|listed| listed.mutation.starts_with("m2"));
        assert_eq!(gave_way, goes.is_none(), "{name}: {listed:?}");
        // It goes on the version that it was made on.
        if outbox.len() == 1 && goes.is_some() {
            let batch = store.write(|tx| tx.claim(TOGETHER)).unwrap().0;
            let sent =
                batch.map(|batch| batch.entries.iter().map(|entry| entry.base_version).collect::<Vec<_>>());
            assert_eq!(sent, goes.map(|version| vec![Some(version)]), "{name}");
        }
    }
}
