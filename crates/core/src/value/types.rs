//! One value.

use std::cmp::Ordering;
use std::sync::Arc;

/// One value of a field.
///
/// Strings, ids, enums and all textual AWS scalars (also `AWSJSON`, which stays the text it was given) are
/// [`Value::Text`]; `Int` and `AWSTimestamp` are [`Value::Int`]. Missing and null are the same (SYNC 3.8).
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Value {
    /// Null, or missing.
    #[default]
    Null,
    /// A boolean.
    Bool(bool),
    /// A whole number; 64 bits stay exact.
    Int(i64),
    /// A finite floating point number.
    Float(f64),
    /// Text, byte for byte as it was given.
    Text(String),
    /// A list.
    List(Vec<Value>),
    /// A value of a custom type.
    Object(Object),
}

/// A value of a custom type: its fields by name. In its canonical form
/// ([`canonical`](crate::scalar::canonical)) it has every field of the type, in declared order, so that equal
/// values are equal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Object(pub Vec<(Arc<str>, Value)>);

impl Object {
    /// The value of the field called `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }

    /// How many fields it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Value {
    /// Text from anything that is text.
    pub fn text(text: impl Into<String>) -> Value {
        Value::Text(text.into())
    }

    /// Whether this is null, which is the same as missing.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Value::Int(int) => Some(*int),
            _ => None,
        }
    }

    /// A total order for sorting: null first, then booleans, numbers as numbers, text by its UTF-8 bytes, lists item
    /// by item, objects field by field (SYNC 2.10, 3.8). Values of different kinds order by kind.
    #[must_use]
    pub fn total_cmp(&self, other: &Value) -> Ordering {
        match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
            (Value::Text(a), Value::Text(b)) => a.as_bytes().cmp(b.as_bytes()),
            (Value::List(a), Value::List(b)) => a
                .iter()
                .zip(b)
                .map(|(x, y)| x.total_cmp(y))
                .find(|order| order.is_ne())
                .unwrap_or_else(|| a.len().cmp(&b.len())),
            (Value::Object(a), Value::Object(b)) => {
                let fields = a.0.iter().zip(&b.0);
                fields
                    .map(|((a, x), (b, y))| a.cmp(b).then_with(|| x.total_cmp(y)))
                    .find(|order| order.is_ne())
                    .unwrap_or_else(|| a.len().cmp(&b.len()))
            }
            _ => cmp_numbers(self, other).unwrap_or_else(|| self.rank().cmp(&other.rank())),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Int(_) | Value::Float(_) => 2,
            Value::Text(_) => 3,
            Value::List(_) => 4,
            Value::Object(_) => 5,
        }
    }
}

/// Compares two numbers exactly, also a 64-bit integer with a float; `None` if either is not a number.
#[must_use]
pub fn cmp_numbers(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Float(a), Value::Float(b)) => a.partial_cmp(b),
        (Value::Int(a), Value::Float(b)) => cmp_int_float(*a, *b),
        (Value::Float(a), Value::Int(b)) => cmp_int_float(*b, *a).map(Ordering::reverse),
        _ => None,
    }
}

fn cmp_int_float(int: i64, float: f64) -> Option<Ordering> {
    // 2^63 is exact in a double; every double at or above it is larger than every i64.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if float.is_nan() {
        None
    } else if float >= LIMIT {
        Some(Ordering::Less)
    } else if float < -LIMIT {
        Some(Ordering::Greater)
    } else {
        let whole = float.trunc();
        let fraction = float - whole;
        Some(int.cmp(&(whole as i64)).then_with(|| 0.0_f64.partial_cmp(&fraction).unwrap_or(Ordering::Equal)))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}
impl From<i32> for Value {
    fn from(value: i32) -> Self {
        Value::Int(value.into())
    }
}
impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}
impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Value::Float(value)
    }
}
impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Text(value.to_owned())
    }
}
impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Text(value)
    }
}
impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(value: Vec<T>) -> Self {
        Value::List(value.into_iter().map(Into::into).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_exactly_at_their_limits() {
        let big = (1_i64 << 53) + 1;
        for (int, float, order) in [
            (big, 9_007_199_254_740_992.0, Ordering::Greater),
            (i64::MAX, 9_223_372_036_854_775_808.0, Ordering::Less),
            (i64::MIN, -9_223_372_036_854_775_808.0, Ordering::Equal),
            (1, 1.5, Ordering::Less),
            (-1, -1.5, Ordering::Greater),
            (2, 1.5, Ordering::Greater),
            (0, -0.0, Ordering::Equal),
        ] {
            assert_eq!(cmp_numbers(&Value::Int(int), &Value::Float(float)), Some(order), "{int} and {float}");
            assert_eq!(
                cmp_numbers(&Value::Float(float), &Value::Int(int)),
                Some(order.reverse()),
                "{float} and {int}"
            );
        }
    }

    #[test]
    fn text_orders_by_bytes_and_null_comes_first() {
        let mut values = [Value::from("é"), Value::from("z"), Value::Null, Value::from("Z")];
        values.sort_by(Value::total_cmp);
        assert_eq!(values, [Value::Null, Value::from("Z"), Value::from("z"), Value::from("é")]);
    }
}
