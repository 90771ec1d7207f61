//! What a field's Rust type can do.

use super::misfit::Misfit;
use crate::Value;

/// A Rust type that a field, or the items of a list field, can have.
pub trait FieldValue: Sized {
    /// The value as it is stored.
    fn into_value(self) -> Value;

    /// Reads a stored value. `None` if it is of another kind, or null where this type has no null.
    fn from_value(value: &Value) -> Option<Self>;

    /// Like [`from_value`](FieldValue::from_value), for those who want to know where in the value it does not fit.
    ///
    /// # Errors
    /// Where, and how.
    fn read(value: &Value) -> Result<Self, Misfit> {
        Self::from_value(value).ok_or_else(|| Misfit::of(value))
    }
}

/// An enum of the schema. Generated code implements it, and beside it [`FieldValue`] (by
/// [`EnumValue::to_value`] and [`EnumValue::of_value`]), [`Equatable`] and [`Sortable`].
pub trait EnumValue: Sized {
    /// The name of the value in GraphQL.
    fn as_str(&self) -> &str;

    /// The value of that name. `None` only if the type keeps no unknown names.
    fn from_name(name: &str) -> Option<Self>;

    /// The value as it is stored.
    fn to_value(&self) -> Value {
        Value::text(self.as_str())
    }

    /// Reads a stored value.
    fn of_value(value: &Value) -> Option<Self> {
        value.as_text().and_then(Self::from_name)
    }
}

/// A type with `eq`, `ne`, `is_in`, `not_in`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` cannot be compared for equality",
    label = "`eq`, `ne`, `is_in`, `not_in`, `is_null` and `is_not_null` do not work on this field",
    note = "they work on scalars, enums and lists of them; for a custom type ask whether it is there with `exists`"
)]
pub trait Equatable: FieldValue {}

/// A type with `lt`, `le`, `gt`, `ge`, `between`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` has no order",
    label = "`lt`, `le`, `gt`, `ge` and `between` do not work on this field",
    note = "they work on numbers, text, ids, dates and times; on a boolean or an enum use `eq`, `ne` or `is_in`"
)]
pub trait Comparable: Equatable {}

/// A type with `begins_with`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` has no beginning to compare",
    label = "`begins_with` does not work on this field",
    note = "it works on text, ids, dates and times"
)]
pub trait Prefixed: FieldValue {}

/// A type with `contains` and `not_contains`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` contains nothing",
    label = "`contains` and `not_contains` do not work on this field",
    note = "they work on text, for a part of it, and on lists, for an item"
)]
pub trait Containing: FieldValue {
    /// What it contains: parts of text are text, parts of a list are its items.
    type Part: FieldValue;
}

/// A type with `size`.
#[diagnostic::on_unimplemented(
    message = "a field of type `{Self}` has no size",
    label = "`size` does not work on this field",
    note = "it works on text, for its length in UTF-8 bytes, and on lists, for the number of items"
)]
pub trait Measurable: FieldValue {}

/// A type that records can be sorted by, with `asc` and `desc`.
#[diagnostic::on_unimplemented(
    message = "records cannot be sorted by a field of type `{Self}`",
    label = "`asc` and `desc` do not work on this field",
    note = "they work on everything but lists, JSON and custom types"
)]
pub trait Sortable: FieldValue {}

impl FieldValue for String {
    fn into_value(self) -> Value {
        Value::Text(self)
    }
    fn from_value(value: &Value) -> Option<Self> {
        value.as_text().map(str::to_owned)
    }
}

impl FieldValue for bool {
    fn into_value(self) -> Value {
        Value::Bool(self)
    }
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(bool) => Some(*bool),
            _ => None,
        }
    }
}

impl FieldValue for i32 {
    fn into_value(self) -> Value {
        Value::Int(self.into())
    }
    fn from_value(value: &Value) -> Option<Self> {
        value.as_int()?.try_into().ok()
    }
}

impl FieldValue for i64 {
    fn into_value(self) -> Value {
        Value::Int(self)
    }
    fn from_value(value: &Value) -> Option<Self> {
        value.as_int()
    }
}

impl FieldValue for f64 {
    fn into_value(self) -> Value {
        Value::Float(self)
    }
    fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Float(float) => Some(*float),
            // JSON does not tell 2 from 2.0.
            Value::Int(int) => Some(*int as f64),
            _ => None,
        }
    }
}

impl<T: FieldValue> FieldValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Null, T::into_value)
    }
    fn from_value(value: &Value) -> Option<Self> {
        if value.is_null() { Some(None) } else { T::from_value(value).map(Some) }
    }
    fn read(value: &Value) -> Result<Self, Misfit> {
        if value.is_null() { Ok(None) } else { T::read(value).map(Some) }
    }
}

impl<T: FieldValue> FieldValue for Vec<T> {
    fn into_value(self) -> Value {
        Value::List(self.into_iter().map(T::into_value).collect())
    }
    fn from_value(value: &Value) -> Option<Self> {
        Self::read(value).ok()
    }
    fn read(value: &Value) -> Result<Self, Misfit> {
        let Value::List(items) = value else { return Err(Misfit::of(value)) };
        let item = |(place, item)| T::read(item).map_err(|misfit| misfit.in_item(place));
        items.iter().enumerate().map(item).collect()
    }
}

impl Equatable for String {}
impl Comparable for String {}
impl Prefixed for String {}
impl Containing for String {
    type Part = String;
}
impl Measurable for String {}
impl Sortable for String {}

impl Equatable for bool {}
impl Sortable for bool {}

impl Equatable for i32 {}
impl Comparable for i32 {}
impl Sortable for i32 {}

impl Equatable for i64 {}
impl Comparable for i64 {}
impl Sortable for i64 {}

impl Equatable for f64 {}
impl Comparable for f64 {}
impl Sortable for f64 {}

impl<T: Equatable> Equatable for Vec<T> {}
impl<T: Equatable> Containing for Vec<T> {
    type Part = T;
}
impl<T: FieldValue> Measurable for Vec<T> {}
