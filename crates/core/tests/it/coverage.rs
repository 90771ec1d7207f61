//! What the generated predicates were made of: a generator that has forgotten an operator proves nothing about it.

use crate::generate::kinds;
use std::collections::BTreeMap;
use syncline_core::model::FieldKind;
use syncline_core::predicate::{DELETED, Op, SizeOp};
use syncline_core::scalar::{Scalar, Storage};
use syncline_core::{Model, Predicate, Value};

/// How deep predicates are generated.
pub(crate) const DEPTH: usize = 6;

#[derive(Default)]
pub(crate) struct Coverage {
    /// By kind, whether it is a list, and operator; `None` is `_deleted`.
    uses: BTreeMap<(Option<usize>, bool, &'static str), Uses>,
    /// Predicates by their depth.
    pub(crate) depths: [usize; DEPTH + 1],
}

#[derive(Default)]
struct Uses {
    /// Comparisons anywhere.
    count: usize,
    /// Records that a comparison alone has selected.
    selected: u32,
    /// Records that it has not.
    rejected: u32,
}

impl Coverage {
    /// Counts a predicate that has selected this many records, and has not selected that many.
    pub(crate) fn add(&mut self, model: &Model, predicate: &Predicate, selected: u32, rejected: u32) {
        self.depths[depth(predicate)] += 1;
        self.leaves(model, predicate);
        if let Predicate::Compare(comparison) = predicate {
            let uses = self.uses.entry(key(model, &comparison.field, &comparison.op)).or_default();
            uses.selected += selected;
            uses.rejected += rejected;
        }
    }

    fn leaves(&mut self, model: &Model, predicate: &Predicate) {
        match predicate {
            Predicate::All => {}
            Predicate::And(terms) | Predicate::Or(terms) => {
                terms.iter().for_each(|term| self.leaves(model, term))
            }
            Predicate::Not(inner) => self.leaves(model, inner),
            Predicate::Compare(comparison) => {
                self.uses.entry(key(model, &comparison.field, &comparison.op)).or_default().count += 1;
            }
        }
    }

    /// Every operator on every kind at least `least` times, and each has told records apart on every way to hold values.
    pub(crate) fn check(&self, least: usize) {
        let mut pairs = 0;
        let mut told: BTreeMap<(String, bool, &'static str), (u32, u32)> = BTreeMap::new();
        let mut check = |kind: Option<&FieldKind>, is_list: bool, op: &'static str| {
            let uses = self.uses.get(&(kind.and_then(kind_key), is_list, op));
            let name = kind.map_or(DELETED, FieldKind::name);
            let held = kind.map_or(String::new(), |kind| format!("{:?}", kind.storage()));
            let list = if is_list { "a list of " } else { "" };
            let Some(uses) = uses else { panic!("{op} on {list}{name} did not occur") };
            assert!(uses.count >= least, "{op} on {list}{name} occurred {} times", uses.count);
            let (selected, rejected) = told.entry((held, is_list, op)).or_default();
            *selected += uses.selected;
            *rejected += uses.rejected;
            pairs += 1;
        };
        for op in equality() {
            check(None, false, op);
        }
        for kind in &kinds() {
            for list in [false, true] {
                for op in operators(kind, list) {
                    check(Some(kind), list, op);
                }
            }
        }
        assert_eq!(pairs, self.uses.len(), "nothing else occurred");
        for (question, (selected, rejected)) in told {
            assert!(selected > 0 && rejected > 0, "{question:?} told nothing apart");
        }
    }
}

/// The groups above its deepest comparison.
pub(crate) fn depth(predicate: &Predicate) -> usize {
    match predicate {
        Predicate::All | Predicate::Compare(_) => 0,
        Predicate::And(terms) | Predicate::Or(terms) => {
            terms.iter().map(|term| 1 + depth(term)).max().unwrap_or(0)
        }
        Predicate::Not(inner) => 1 + depth(inner),
    }
}

fn key(model: &Model, field: &str, op: &Op) -> (Option<usize>, bool, &'static str) {
    match model.field(field).map(|place| &model.fields[place]) {
        Some(field) => (kind_key(&field.kind), field.is_list(), name(op)),
        None => (None, false, name(op)),
    }
}

/// The kind's place among all.
fn kind_key(kind: &FieldKind) -> Option<usize> {
    match kind {
        FieldKind::Scalar(scalar) => Scalar::ALL.iter().position(|known| known == scalar),
        FieldKind::Enum(_) => Some(Scalar::ALL.len()),
        FieldKind::Custom(_) => Some(Scalar::ALL.len() + 1),
    }
}

fn name(op: &Op) -> &'static str {
    match op {
        Op::Eq(Value::Null) => "eq null",
        Op::Ne(Value::Null) => "ne null",
        Op::In(values) if values.contains(&Value::Null) => "in with null",
        Op::NotIn(values) if values.contains(&Value::Null) => "notIn with null",
        Op::Contains(Value::Null) => "contains null",
        Op::NotContains(Value::Null) => "notContains null",
        Op::Exists(true) => "attributeExists true",
        Op::Exists(false) => "attributeExists false",
        Op::Size(size) => match size {
            SizeOp::Eq(_) => "size eq",
            SizeOp::Ne(_) => "size ne",
            SizeOp::Lt(_) => "size lt",
            SizeOp::Le(_) => "size le",
            SizeOp::Gt(_) => "size gt",
            SizeOp::Ge(_) => "size ge",
            SizeOp::Between(..) => "size between",
        },
        op => op.name(),
    }
}

fn equality() -> Vec<&'static str> {
    vec![
        "eq",
        "eq null",
        "ne",
        "ne null",
        "in",
        "in with null",
        "notIn",
        "notIn with null",
        "attributeExists true",
        "attributeExists false",
    ]
}

/// What a field of this kind can be asked, written down apart from the code that decides it.
fn operators(kind: &FieldKind, list: bool) -> Vec<&'static str> {
    let sizes = ["size eq", "size ne", "size lt", "size le", "size gt", "size ge", "size between"];
    let order = ["lt", "le", "gt", "ge", "between"];
    let exists = vec!["attributeExists true", "attributeExists false"];
    let more = |ops: &[&[&'static str]]| equality().into_iter().chain(ops.concat()).collect();
    match (kind, kind.storage(), list) {
        (FieldKind::Custom(_), _, false) => exists,
        (FieldKind::Custom(_), _, true) => exists.into_iter().chain(sizes).collect(),
        (_, _, true) => more(&[&["contains", "contains null", "notContains", "notContains null"], &sizes]),
        (FieldKind::Enum(_), ..) | (_, Storage::Bool, _) => equality(),
        (_, Storage::Text, _) => more(&[&order, &sizes, &["beginsWith", "contains", "notContains"]]),
        _ => more(&[&order]),
    }
}
