//! Fitting an operand to its field: a number becomes one of the field's own kind, exactly.
//!
//! A database that compares a 64-bit integer with a double may round one of them (SQLite does when it seeks in an index
//! over a REAL column). So no comparison is left between different kinds: a number that the field's kind cannot
//! represent is replaced by its neighbours there, which gives the same answer.

use crate::Value;
use crate::model::FieldKind;
use crate::scalar::Storage;
use crate::value::cmp_numbers;
use std::cmp::Ordering;

/// An operand among the values that a field can hold.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Fit {
    /// It is one of them.
    Exact(Value),
    /// It lies between the largest value below it and the smallest above it, if there are any.
    Gap { below: Option<Value>, above: Option<Value> },
}

impl Fit {
    /// The value itself, if the field can hold it.
    pub(super) fn exact(self) -> Option<Value> {
        match self {
            Fit::Exact(value) => Some(value),
            Fit::Gap { .. } => None,
        }
    }

    /// The largest value of the field that is not above the operand.
    pub(super) fn floor(self) -> Option<Value> {
        match self {
            Fit::Exact(value) => Some(value),
            Fit::Gap { below, .. } => below,
        }
    }

    /// The smallest value of the field that is not below the operand.
    pub(super) fn ceil(self) -> Option<Value> {
        match self {
            Fit::Exact(value) => Some(value),
            Fit::Gap { above, .. } => above,
        }
    }
}

/// Fits `value`, which is not null, to a field, or an item of a list field, of type `kind`. The error says what would
/// fit.
pub(super) fn fit(kind: &FieldKind, value: &Value) -> Result<Fit, String> {
    match (kind.storage(), value) {
        (Storage::Bool, Value::Bool(_)) => Ok(Fit::Exact(value.clone())),
        (Storage::Int, Value::Int(_)) => Ok(Fit::Exact(value.clone())),
        (Storage::Int | Storage::Float, Value::Float(float)) if !float.is_finite() => {
            Err("a number must be finite".into())
        }
        (Storage::Int, Value::Float(float)) => Ok(float_among_ints(*float)),
        (Storage::Float, Value::Float(_)) => Ok(Fit::Exact(value.clone())),
        (Storage::Float, Value::Int(int)) => Ok(int_among_floats(*int)),
        (Storage::Text, Value::Text(text)) => text_of(kind, text),
        (storage, _) => Err(format!("expected {}", expected(storage))),
    }
}

fn text_of(kind: &FieldKind, text: &str) -> Result<Fit, String> {
    check_text(text)?;
    match kind {
        FieldKind::Enum(ty) if !ty.values.iter().any(|value| value == text) => {
            Err(format!("{} has the values {}", ty.name, ty.values.join(", ")))
        }
        _ => Ok(Fit::Exact(Value::text(text))),
    }
}

/// Refuses what no stored text holds.
pub(super) fn check_text(text: &str) -> Result<(), String> {
    if text.contains('\0') { Err("text must not contain U+0000".into()) } else { Ok(()) }
}

fn expected(storage: Storage) -> &'static str {
    match storage {
        Storage::Bool => "true or false",
        Storage::Int | Storage::Float => "a number",
        Storage::Text => "text",
        Storage::Object => "nothing: a custom type is not compared",
    }
}

fn float_among_ints(float: f64) -> Fit {
    // 2^63, exact in a double: the first above every i64.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let int = |int: i64| Some(Value::Int(int));
    if float >= LIMIT {
        return Fit::Gap { below: int(i64::MAX), above: None };
    }
    if float < -LIMIT {
        return Fit::Gap { below: None, above: int(i64::MIN) };
    }
    let floor = float.floor() as i64;
    if float.fract() == 0.0 {
        Fit::Exact(Value::Int(floor))
    } else {
        // A double with a fraction is far from the limits of i64.
        Fit::Gap { below: int(floor), above: int(floor.saturating_add(1)) }
    }
}

fn int_among_floats(int: i64) -> Fit {
    let near = int as f64;
    let float = |float: f64| Some(Value::Float(float));
    match cmp_numbers(&Value::Float(near), &Value::Int(int)) {
        Some(Ordering::Less) => Fit::Gap { below: float(near), above: float(near.next_up()) },
        Some(Ordering::Greater) => Fit::Gap { below: float(near.next_down()), above: float(near) },
        _ => Fit::Exact(Value::Float(near)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Scalar;

    #[test]
    fn numbers_fit_exactly_or_between_their_neighbours() {
        let two_53 = 9_007_199_254_740_992_i64;
        let exact = |value: Value| Fit::Exact(value);
        let gap = |below: Option<Value>, above: Option<Value>| Fit::Gap { below, above };
        let (int, float) = (|v: i64| Some(Value::Int(v)), |v: f64| Some(Value::Float(v)));
        for (scalar, operand, expected) in [
            (Scalar::Int, Value::Float(2.0), exact(Value::Int(2))),
            (Scalar::Int, Value::Float(-0.0), exact(Value::Int(0))),
            (Scalar::Int, Value::Float(2.5), gap(int(2), int(3))),
            (Scalar::Int, Value::Float(-2.5), gap(int(-3), int(-2))),
            (Scalar::Int, Value::Float(1e300), gap(int(i64::MAX), None)),
            (Scalar::Int, Value::Float(-1e300), gap(None, int(i64::MIN))),
            (Scalar::Int, Value::Float(-9_223_372_036_854_775_808.0), exact(Value::Int(i64::MIN))),
            (Scalar::Int, Value::Float(9_223_372_036_854_775_808.0), gap(int(i64::MAX), None)),
            (Scalar::Float, Value::Int(7), exact(Value::Float(7.0))),
            (Scalar::Float, Value::Int(two_53 + 1), gap(float(two_53 as f64), float((two_53 + 2) as f64))),
            (Scalar::Float, Value::Int(-two_53 - 1), gap(float(-(two_53 + 2) as f64), float(-two_53 as f64))),
            (
                Scalar::Float,
                Value::Int(i64::MAX),
                gap(float(9_223_372_036_854_774_784.0), float(9_223_372_036_854_775_808.0)),
            ),
        ] {
            assert_eq!(fit(&FieldKind::Scalar(scalar), &operand), Ok(expected), "{operand:?} as {scalar:?}");
        }
    }
}
