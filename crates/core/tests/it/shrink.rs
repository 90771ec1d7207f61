//! Smaller predicates that still show what a larger one has shown.

use syncline_core::Predicate;
use syncline_core::predicate::Op;

/// The smallest one found, by taking parts away for as long as `fails` holds.
pub(crate) fn smallest(predicate: &Predicate, fails: impl Fn(&Predicate) -> bool) -> Predicate {
    let mut found = predicate.clone();
    while let Some(smaller) = candidates(&found).into_iter().find(&fails) {
        found = smaller;
    }
    found
}

/// Predicates with one part less.
fn candidates(predicate: &Predicate) -> Vec<Predicate> {
    match predicate {
        Predicate::All => Vec::new(),
        Predicate::Compare(comparison) => {
            let with = |op: Op| Predicate::compare(comparison.field.as_str(), op);
            match &comparison.op {
                Op::In(values) => without_one(values).map(|values| with(Op::In(values))).collect(),
                Op::NotIn(values) => without_one(values).map(|values| with(Op::NotIn(values))).collect(),
                _ => Vec::new(),
            }
        }
        Predicate::Not(inner) => {
            let inside = candidates(inner).into_iter().map(|inner| Predicate::Not(Box::new(inner)));
            [(**inner).clone()].into_iter().chain(inside).collect()
        }
        Predicate::And(terms) => of_group(terms, Predicate::And),
        Predicate::Or(terms) => of_group(terms, Predicate::Or),
    }
}

fn of_group(terms: &[Predicate], group: fn(Vec<Predicate>) -> Predicate) -> Vec<Predicate> {
    let inside = terms.iter().enumerate().flat_map(|(place, term)| {
        candidates(term).into_iter().map(move |smaller| {
            let mut terms = terms.to_vec();
            terms[place] = smaller;
            group(terms)
        })
    });
    terms.iter().cloned().chain(without_one(terms).map(group)).chain(inside).collect()
}

fn without_one<T: Clone>(items: &[T]) -> impl Iterator<Item = Vec<T>> + '_ {
    (0..items.len()).map(|place| {
        let mut rest = items.to_vec();
        rest.remove(place);
        rest
    })
}

#[test]
fn parts_that_do_not_matter_go() {
    let leaf = |name: &str| Predicate::compare(name, Op::Exists(true));
    let needed = |predicate: &Predicate| format!("{predicate:?}").contains("needed");
    let large = Predicate::And(vec![
        leaf("a"),
        Predicate::Not(Box::new(Predicate::Or(vec![leaf("b"), leaf("needed"), leaf("c")]))),
    ]);
    assert_eq!(smallest(&large, needed), leaf("needed"));
}
