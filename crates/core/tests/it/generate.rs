//! Generated models, records and predicates.

use crate::models::{color, field, model, place};
use crate::random::Random;
use crate::values::{of_field, operand, or_null, text};
use syncline_core::model::FieldKind;
use syncline_core::predicate::{DELETED, Op, SizeOp};
use syncline_core::scalar::{Scalar, Storage};
use syncline_core::{Field, Model, Predicate, Record, Value};

/// A model and its records, each with whether it is deleted.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) model: Model,
    pub(crate) records: Vec<(Record, bool)>,
}

impl World {
    pub(crate) fn new(random: &mut Random, records: usize) -> World {
        let model = any_model(random);
        World::of(random, model, records)
    }

    /// Of this model.
    pub(crate) fn of(random: &mut Random, model: Model, records: usize) -> World {
        let records = (0..records).map(|_| (record(random, &model), random.one_in(5))).collect();
        World { model, records }
    }

    /// A predicate over the model, with this many groups above its deepest comparison.
    pub(crate) fn predicate(&self, random: &mut Random, depth: usize) -> Predicate {
        if depth == 0 {
            return self.comparison(random);
        }
        let deepest = self.predicate(random, depth - 1);
        // The others beside it are small, so that a predicate grows with its depth and not with a power of it.
        let mut other = |random: &mut Random| match random.below(depth.min(3)) {
            0 => self.predicate(random, 0),
            other if random.one_in(3) => !self.predicate(random, other - 1),
            other => self.predicate(random, other),
        };
        match random.below(5) {
            0 | 1 => Predicate::And(beside(random, deepest, &mut other)),
            2 | 3 => Predicate::Or(beside(random, deepest, &mut other)),
            _ => Predicate::Not(Box::new(deepest)),
        }
    }

    fn comparison(&self, random: &mut Random) -> Predicate {
        let places = self.model.fields.len();
        match random.below(8 * places) {
            0 => return Predicate::All,
            1 => return Predicate::And(Vec::new()),
            2 => return Predicate::Or(Vec::new()),
            3..7 => {
                let op = equality(random, |random| or_null(random, |random| Value::Bool(random.one_in(2))));
                return Predicate::compare(DELETED, op);
            }
            _ => {}
        }
        let field = &self.model.fields[random.below(places)];
        Predicate::compare(field.name.as_str(), comparison(random, field))
    }
}

/// `deepest` and up to two others, in any order.
fn beside(
    random: &mut Random,
    deepest: Predicate,
    other: &mut impl FnMut(&mut Random) -> Predicate,
) -> Vec<Predicate> {
    let mut terms = random.some(3, other);
    terms.insert(random.below(terms.len() + 1), deepest);
    terms
}

/// Names that SQL, JSON functions and the filter JSON use themselves are among them.
const NAMES: [&str; 18] = [
    "title", "rating", "value", "key", "type", "id", "parent", "json", "atom", "path", "order", "group",
    "eq", "size", "rowid", "Where", "select", "_x",
];

/// Every kind of field.
pub(crate) fn kinds() -> Vec<FieldKind> {
    Scalar::ALL.into_iter().map(FieldKind::Scalar).chain([color(), place()]).collect()
}

fn any_model(random: &mut Random) -> Model {
    let kinds = kinds();
    let mut names = NAMES.to_vec();
    let mut fields = Vec::new();
    for _ in 0..8 {
        let name = names.swap_remove(random.below(names.len()));
        fields.push(field(name, random.pick(&kinds).clone(), random.one_in(3)));
    }
    model(fields)
}

fn record(random: &mut Random, model: &Model) -> Record {
    let mut record = Record(model.fields.iter().map(|field| of_field(random, field)).collect());
    if random.one_in(12) {
        // Of an older schema: the last fields are missing.
        record.0.truncate(random.below(model.fields.len()));
    }
    record
}

/// `eq`, `ne`, `in`, `notIn`, `attributeExists`: what everything but a custom type supports.
fn equality(random: &mut Random, mut value: impl FnMut(&mut Random) -> Value) -> Op {
    match random.below(5) {
        0 => Op::Eq(value(random)),
        1 => Op::Ne(value(random)),
        2 => Op::In(random.some(4, value)),
        3 => Op::NotIn(random.some(4, value)),
        _ => Op::Exists(random.one_in(2)),
    }
}

fn comparison(random: &mut Random, field: &Field) -> Op {
    let kind = &field.kind;
    let custom = kind.custom().is_some();
    if field.is_list() {
        let mut item = |random: &mut Random| or_null(random, |random| operand(random, kind));
        return match random.below(6) {
            0 => Op::Size(size(random)),
            _ if custom => Op::Exists(random.one_in(2)),
            1 => Op::Contains(item(random)),
            2 => Op::NotContains(item(random)),
            _ => equality(random, |random| or_null(random, |random| Value::List(random.some(4, &mut item)))),
        };
    }
    let is_enum = matches!(kind, FieldKind::Enum(_));
    let ops = match kind.storage() {
        Storage::Object => return Op::Exists(random.one_in(2)),
        Storage::Bool => 5,
        Storage::Text if is_enum => 5,
        Storage::Int | Storage::Float => 10,
        Storage::Text => 14,
    };
    let value = |random: &mut Random| operand(random, kind);
    match random.below(ops) {
        5 => Op::Lt(value(random)),
        6 => Op::Le(value(random)),
        7 => Op::Gt(value(random)),
        8 => Op::Ge(value(random)),
        9 => Op::Between(value(random), value(random)),
        10 => Op::BeginsWith(text(random)),
        11 => Op::Contains(Value::Text(text(random))),
        12 => Op::NotContains(Value::Text(text(random))),
        13 => Op::Size(size(random)),
        _ => equality(random, |random| or_null(random, value)),
    }
}

fn size(random: &mut Random) -> SizeOp {
    let size = |random: &mut Random| match random.below(8) {
        0 => i64::MIN,
        1 => i64::MAX,
        size => size as i64 - 2,
    };
    match random.below(7) {
        0 => SizeOp::Eq(size(random)),
        1 => SizeOp::Ne(size(random)),
        2 => SizeOp::Lt(size(random)),
        3 => SizeOp::Le(size(random)),
        4 => SizeOp::Gt(size(random)),
        5 => SizeOp::Ge(size(random)),
        _ => SizeOp::Between(size(random), size(random)),
    }
}
