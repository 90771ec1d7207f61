//! Generated values. They come from small pools, so that what is stored and what is asked for meet.

use crate::random::Random;
use syncline_core::model::FieldKind;
use syncline_core::scalar::{Scalar, Storage};
use syncline_core::value::Object;
use syncline_core::{Field, Value};

const TWO_53: i64 = 1 << 53;

/// Around the limits of what a double holds exactly, of 64 and of 32 bits.
const INTS: [i64; 18] = [
    TWO_53 - 1,
    TWO_53,
    TWO_53 + 1,
    TWO_53 + 2,
    -TWO_53 + 1,
    -TWO_53,
    -TWO_53 - 1,
    -TWO_53 - 2,
    i64::MAX,
    i64::MAX - 1,
    i64::MAX - 511,
    i64::MAX - 512,
    i64::MIN,
    i64::MIN + 1,
    i32::MAX as i64,
    i32::MAX as i64 + 1,
    i32::MIN as i64,
    1_714_557_600,
];

const FLOATS: [f64; 31] = [
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

/// What SQL, JSON and LIKE treat specially; what Unicode composes, folds or ignores; what stands at the edges of UTF-8's
/// lengths and beside the surrogates.
const PIECES: [&str; 38] = [
    "",
    "a",
    "A",
    "b",
    "z",
    "é",
    "e\u{301}",
    "\u{301}",
    "É",
    "😀",
    "😁",
    "\u{1f469}\u{200d}\u{1f467}",
    "\u{10000}",
    "\u{10ffff}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{ffff}",
    "\u{7f}",
    "\u{80}",
    "\u{7ff}",
    "\u{800}",
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
];

/// Dates and times of one instant or of none, as different texts.
const TIMES: [&str; 12] = [
    "2024-05-01",
    "2024-05-01Z",
    "2024-05-01+07:00",
    "2024-05-02",
    "2024-02-29",
    "0001-01-01",
    "2024-05-01T10:00:00Z",
    "2024-05-01T10:00:00.000Z",
    "2024-05-01T12:00:00.000+02:00",
    "10:00:00.000",
    "10:00Z",
    "9999-12-31T23:59:59.999999999Z",
];

/// A value that a field of this kind may hold, also one that the device's schema does not know.
pub(crate) fn stored(random: &mut Random, kind: &FieldKind) -> Value {
    match kind {
        // A server of a later schema has sent it.
        FieldKind::Enum(_) if random.one_in(8) => Value::from("VIOLET"),
        FieldKind::Custom(ty) => Value::Object(Object(
            ty.fields.iter().map(|field| (field.name.as_str().into(), of_field(random, field))).collect(),
        )),
        // JSON does not tell 2 from 2.0, so a record may hold either.
        kind if kind.storage() == Storage::Float && random.one_in(6) => match int(random) {
            int if (int as f64) as i128 == i128::from(int) => Value::Int(int),
            _ => Value::Int(2),
        },
        kind => plain(random, kind),
    }
}

/// A value of a field: null, a list with nulls among its items, or one value.
pub(crate) fn of_field(random: &mut Random, field: &Field) -> Value {
    if random.one_in(6) {
        return Value::Null;
    }
    match field.is_list() {
        true => Value::List(random.some(4, |random| or_null(random, |random| stored(random, &field.kind)))),
        false => stored(random, &field.kind),
    }
}

/// A value that a field of this kind is compared with: any number for any kind of number.
pub(crate) fn operand(random: &mut Random, kind: &FieldKind) -> Value {
    match kind.storage() {
        Storage::Int if random.one_in(4) => Value::Float(float(random)),
        Storage::Float if random.one_in(3) => Value::Int(int(random)),
        _ => plain(random, kind),
    }
}

pub(crate) fn or_null(random: &mut Random, make: impl FnOnce(&mut Random) -> Value) -> Value {
    if random.one_in(6) { Value::Null } else { make(random) }
}

fn plain(random: &mut Random, kind: &FieldKind) -> Value {
    match (kind, kind.storage()) {
        (FieldKind::Enum(ty), _) => Value::text(random.pick(&ty.values).as_str()),
        (_, Storage::Bool) => Value::Bool(random.one_in(2)),
        (_, Storage::Int) => Value::Int(int(random)),
        (_, Storage::Float) => Value::Float(float(random)),
        (FieldKind::Scalar(Scalar::AwsDate | Scalar::AwsTime | Scalar::AwsDateTime), _)
            if !random.one_in(4) =>
        {
            Value::from(*random.pick(&TIMES))
        }
        (_, Storage::Text | Storage::Object) => Value::Text(text(random)),
    }
}

pub(crate) fn int(random: &mut Random) -> i64 {
    match random.below(10) {
        0..5 => random.below(7) as i64 - 3,
        5..9 => *random.pick(&INTS),
        _ => random.next() as i64,
    }
}

fn float(random: &mut Random) -> f64 {
    if random.one_in(7) {
        let any = f64::from_bits(random.next());
        return if any.is_finite() { any } else { 0.25 };
    }
    *random.pick(&FLOATS)
}

pub(crate) fn text(random: &mut Random) -> String {
    match random.below(9) {
        0..4 => (*random.pick(&PIECES)).to_owned(),
        4..8 => random.some(4, |random| *random.pick(&PIECES)).concat(),
        // Any character but U+0000; what falls between the surrogates becomes the first after them.
        _ => {
            let any = |random: &mut Random| {
                char::from_u32(1 + random.below(0x10_ffff) as u32).unwrap_or('\u{e000}')
            };
            random.some(4, any).into_iter().collect()
        }
    }
}
