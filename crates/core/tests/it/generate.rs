//! Generated models, records and predicates. Values come from small pools, so that they meet.

use crate::models::{color, field, model};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use syncline_core::model::FieldKind;
use syncline_core::predicate::{Op, SizeOp};
use syncline_core::scalar::{Scalar, Storage};
use syncline_core::{Model, Predicate, Record, Value};

/// A model, its records, each with whether it is deleted, and predicates over it.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) model: Model,
    pub(crate) records: Vec<(Record, bool)>,
    pub(crate) predicates: Vec<Predicate>,
}

pub(crate) fn world(records: usize, predicates: usize) -> impl Strategy<Value = World> {
    any_model().prop_flat_map(move |model| {
        let record = record(&model);
        let rows = vec((record, prop::bool::weighted(0.2)), records);
        let asked = vec(predicate(&model), predicates);
        (Just(model), rows, asked).prop_map(|(model, records, predicates)| World {
            model,
            records,
            predicates,
        })
    })
}

/// Names that SQL, JSON functions and the filter JSON use themselves are among them.
const NAMES: [&str; 18] = [
    "title", "rating", "value", "key", "type", "id", "parent", "json", "atom", "path", "order", "group",
    "eq", "size", "rowid", "Where", "select", "_x",
];

fn any_model() -> impl Strategy<Value = Model> {
    let kind = prop_oneof![
        8 => select(Scalar::ALL.to_vec()).prop_map(FieldKind::Scalar),
        4 => select(vec![Scalar::Int, Scalar::AwsTimestamp, Scalar::Float, Scalar::String])
            .prop_map(FieldKind::Scalar),
        1 => Just(color()),
    ];
    let kinds = vec((kind, prop::bool::weighted(0.3)), 8);
    (subsequence(NAMES.to_vec(), 8).prop_shuffle(), kinds).prop_map(|(names, kinds)| {
        let fields = names.into_iter().zip(kinds).map(|(name, (kind, list))| field(name, kind, list));
        model(fields.collect())
    })
}

fn record(model: &Model) -> impl Strategy<Value = Record> + use<> {
    let values: Vec<BoxedStrategy<Value>> = model
        .fields
        .iter()
        .map(|field| {
            let present = match field.is_list() {
                true => vec(or_null(stored(&field.kind)), 0..4).prop_map(Value::List).boxed(),
                false => stored(&field.kind),
            };
            or_null(present)
        })
        .collect();
    values.prop_map(Record)
}

fn or_null(value: BoxedStrategy<Value>) -> BoxedStrategy<Value> {
    prop_oneof![1 => Just(Value::Null), 5 => value].boxed()
}

fn text() -> BoxedStrategy<String> {
    let pieces = [
        "",
        "a",
        "A",
        "b",
        "z",
        "é",
        "e\u{301}",
        "É",
        "😀",
        "😁",
        "\u{10ffff}",
        "\u{d7ff}",
        "\u{e000}",
        "\u{7f}",
        "\u{80}",
        "%",
        "_",
        "*",
        "?",
        "'",
        "\"",
        "\\",
        "\n",
        "\u{1}",
        "1",
        "1.0",
        "-0",
        "true",
        "null",
        "[\"a\"]",
        "\u{feff}",
        "ß",
        "ﬁ",
        "ｱ",
    ];
    prop_oneof![
        4 => select(pieces.to_vec()).prop_map(str::to_owned),
        4 => vec(select(pieces.to_vec()), 0..4).prop_map(|pieces| pieces.concat()),
        1 => vec(prop::char::range('\u{1}', char::MAX), 0..4).prop_map(String::from_iter),
    ]
    .boxed()
}

fn int() -> BoxedStrategy<i64> {
    const EDGE: i64 = 1 << 53;
    let edges = [
        EDGE - 1,
        EDGE,
        EDGE + 1,
        EDGE + 2,
        -EDGE + 1,
        -EDGE,
        -EDGE - 1,
        -EDGE - 2,
        i64::MAX,
        i64::MAX - 1,
        i64::MAX - 512,
        i64::MIN,
        i64::MIN + 1,
        i32::MAX as i64,
        i32::MIN as i64,
    ];
    prop_oneof![5 => -3..4_i64, 4 => select(edges.to_vec()), 1 => any::<i64>()].boxed()
}

fn float() -> BoxedStrategy<f64> {
    let edges = [
        0.0,
        -0.0,
        0.5,
        1.0,
        1.5,
        -1.5,
        2.0,
        -2.0,
        3.0,
        0.1,
        0.3,
        0.1 + 0.2,
        1e-7,
        1e21,
        1e300,
        -1e300,
        9_007_199_254_740_991.0,
        9_007_199_254_740_992.0,
        9_007_199_254_740_994.0,
        -9_007_199_254_740_992.0,
        -9_007_199_254_740_994.0,
        9_223_372_036_854_774_784.0,
        9_223_372_036_854_775_808.0,
        -9_223_372_036_854_775_808.0,
        -9_223_372_036_854_777_856.0,
        f64::MAX,
        f64::MIN,
        f64::MIN_POSITIVE,
        5e-324,
        123_456.789,
        2.5,
    ];
    let any_finite = prop::num::f64::NORMAL | prop::num::f64::SUBNORMAL | prop::num::f64::ZERO;
    prop_oneof![6 => select(edges.to_vec()), 1 => any_finite].boxed()
}

/// A value that a field of this kind holds.
fn stored(kind: &FieldKind) -> BoxedStrategy<Value> {
    match (kind, kind.storage()) {
        (FieldKind::Enum(ty), _) => select(ty.values.clone()).prop_map(Value::Text).boxed(),
        (_, Storage::Bool) => any::<bool>().prop_map(Value::Bool).boxed(),
        (_, Storage::Int) => int().prop_map(Value::Int).boxed(),
        (_, Storage::Float) => {
            // JSON does not tell 2 from 2.0, so a record may hold either.
            let whole = int().prop_filter_map("exact", |int| {
                ((int as f64) as i128 == i128::from(int)).then_some(Value::Int(int))
            });
            prop_oneof![5 => float().prop_map(Value::Float), 1 => whole].boxed()
        }
        (_, Storage::Text | Storage::Object) => text().prop_map(Value::Text).boxed(),
    }
}

/// A value that a field of this kind is compared with: any number for any kind of number.
fn operand(kind: &FieldKind) -> BoxedStrategy<Value> {
    match kind.storage() {
        Storage::Int => {
            prop_oneof![3 => int().prop_map(Value::Int), 1 => float().prop_map(Value::Float)].boxed()
        }
        Storage::Float => {
            prop_oneof![2 => float().prop_map(Value::Float), 1 => int().prop_map(Value::Int)].boxed()
        }
        _ => stored(kind),
    }
}

fn predicate(model: &Model) -> BoxedStrategy<Predicate> {
    let mut leaves: Vec<(u32, BoxedStrategy<Predicate>)> = vec![(1, Just(Predicate::All).boxed())];
    let fields =
        model.fields.iter().map(|field| (field.name.clone(), comparison(&field.kind, field.is_list())));
    let deleted = ("_deleted".to_owned(), equality(any::<bool>().prop_map(Value::Bool).boxed()));
    for (name, op) in fields.chain([deleted]) {
        leaves.push((4, op.prop_map(move |op| Predicate::compare(name.clone(), op)).boxed()));
    }
    let leaf = prop::strategy::Union::new_weighted(leaves);
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Predicate::And),
            vec(inner.clone(), 0..4).prop_map(Predicate::Or),
            inner.clone().prop_map(|inner| Predicate::Not(Box::new(inner))),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| a.and(b)),
            (inner.clone(), inner).prop_map(|(a, b)| a.or(!b)),
        ]
    })
    .boxed()
}

/// `eq`, `ne`, `in`, `notIn`, `attributeExists`: what everything supports.
fn equality(value: BoxedStrategy<Value>) -> BoxedStrategy<Op> {
    let value = or_null(value);
    prop_oneof![
        value.clone().prop_map(Op::Eq),
        value.clone().prop_map(Op::Ne),
        vec(value.clone(), 0..4).prop_map(Op::In),
        vec(value, 0..4).prop_map(Op::NotIn),
        any::<bool>().prop_map(Op::Exists),
    ]
    .boxed()
}

fn comparison(kind: &FieldKind, list: bool) -> BoxedStrategy<Op> {
    let value = operand(kind);
    if list {
        let item = or_null(value.clone());
        return prop_oneof![
            2 => equality(vec(or_null(value), 0..4).prop_map(Value::List).boxed()),
            2 => item.clone().prop_map(Op::Contains),
            2 => item.prop_map(Op::NotContains),
            1 => size().prop_map(Op::Size),
        ]
        .boxed();
    }
    let order = prop_oneof![
        value.clone().prop_map(Op::Lt),
        value.clone().prop_map(Op::Le),
        value.clone().prop_map(Op::Gt),
        value.clone().prop_map(Op::Ge),
        (value.clone(), value.clone()).prop_map(|(low, high)| Op::Between(low, high)),
    ];
    let equality = equality(value);
    let parts = prop_oneof![
        text().prop_map(Op::BeginsWith),
        text().prop_map(|part| Op::Contains(Value::Text(part))),
        text().prop_map(|part| Op::NotContains(Value::Text(part))),
        size().prop_map(Op::Size),
    ];
    match (kind, kind.storage()) {
        (FieldKind::Enum(_), _) | (_, Storage::Bool) => equality,
        (_, Storage::Text) => prop_oneof![equality, order, parts].boxed(),
        _ => prop_oneof![equality, order].boxed(),
    }
}

fn size() -> impl Strategy<Value = SizeOp> {
    let size = prop_oneof![6 => 0..6_i64, 1 => Just(i64::MIN), 1 => Just(i64::MAX)];
    prop_oneof![
        size.clone().prop_map(SizeOp::Eq),
        size.clone().prop_map(SizeOp::Ne),
        size.clone().prop_map(SizeOp::Lt),
        size.clone().prop_map(SizeOp::Le),
        size.clone().prop_map(SizeOp::Gt),
        size.clone().prop_map(SizeOp::Ge),
        (size.clone(), size).prop_map(|(low, high)| SizeOp::Between(low, high)),
    ]
}
