//! The typed field and what it builds.

use super::size::SizeField;
use super::sort::SortTerm;
use super::traits::{Comparable, Containing, Equatable, FieldValue, Measurable, Prefixed, Sortable};
use crate::Value;
use crate::page::Direction;
use crate::predicate::{Op, Predicate};
use std::fmt;
use std::marker::PhantomData;

/// A field of the model `M`, of the Rust type `T`. Generated models have one constant per field.
///
/// `T` says nothing of null: it is `i32` for `Int` and for `Int!`, and `Vec<String>` for a list of `String`, whatever
/// may be null in it. Null is asked for with [`is_null`](TypedField::is_null), of a custom type with
/// [`exists`](TypedField::exists).
pub struct TypedField<M, T> {
    name: &'static str,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for TypedField<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M, T> Copy for TypedField<M, T> {}

impl<M, T> fmt::Debug for TypedField<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TypedField({})", self.name)
    }
}

fn value<T: FieldValue>(value: impl Into<T>) -> Value {
    value.into().into_value()
}

fn values<T: FieldValue, V: Into<T>>(values: impl IntoIterator<Item = V>) -> Vec<Value> {
    values.into_iter().map(|item| value::<T>(item)).collect()
}

impl<M, T> TypedField<M, T> {
    /// The field called `name`.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        TypedField { name, types: PhantomData }
    }

    /// Its name in GraphQL.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    fn compare(self, op: Op) -> Predicate {
        Predicate::compare(self.name, op)
    }

    /// Equal to `operand`. False on null.
    pub fn eq(self, operand: impl Into<T>) -> Predicate
    where
        T: Equatable,
    {
        self.compare(Op::Eq(value::<T>(operand)))
    }

    /// Not equal to `operand`. True on null.
    pub fn ne(self, operand: impl Into<T>) -> Predicate
    where
        T: Equatable,
    {
        self.compare(Op::Ne(value::<T>(operand)))
    }

    /// Equal to one of `operands`. False on null, and if there are none.
    pub fn is_in<V: Into<T>>(self, operands: impl IntoIterator<Item = V>) -> Predicate
    where
        T: Equatable,
    {
        self.compare(Op::In(values::<T, V>(operands)))
    }

    /// Equal to none of `operands`. True on null, and if there are none.
    pub fn not_in<V: Into<T>>(self, operands: impl IntoIterator<Item = V>) -> Predicate
    where
        T: Equatable,
    {
        self.compare(Op::NotIn(values::<T, V>(operands)))
    }

    /// Null, or missing.
    pub fn is_null(self) -> Predicate
    where
        T: Equatable,
    {
        self.compare(Op::Eq(Value::Null))
    }

    /// Neither null nor missing.
    pub fn is_not_null(self) -> Predicate
    where
        T: Equatable,
    {
        self.compare(Op::Ne(Value::Null))
    }

    /// Present (true), or null or missing (false); AppSync's `attributeExists`.
    pub fn exists(self, exists: bool) -> Predicate {
        self.compare(Op::Exists(exists))
    }

    /// Below `operand`: numbers as numbers, text by its UTF-8 bytes. False on null, as all of its kind.
    pub fn lt(self, operand: impl Into<T>) -> Predicate
    where
        T: Comparable,
    {
        self.compare(Op::Lt(value::<T>(operand)))
    }

    /// At most `operand`.
    pub fn le(self, operand: impl Into<T>) -> Predicate
    where
        T: Comparable,
    {
        self.compare(Op::Le(value::<T>(operand)))
    }

    /// Above `operand`.
    pub fn gt(self, operand: impl Into<T>) -> Predicate
    where
        T: Comparable,
    {
        self.compare(Op::Gt(value::<T>(operand)))
    }

    /// At least `operand`.
    pub fn ge(self, operand: impl Into<T>) -> Predicate
    where
        T: Comparable,
    {
        self.compare(Op::Ge(value::<T>(operand)))
    }

    /// From `low` to `high`, both included; nothing if `low` is above `high`.
    pub fn between(self, low: impl Into<T>, high: impl Into<T>) -> Predicate
    where
        T: Comparable,
    {
        self.compare(Op::Between(value::<T>(low), value::<T>(high)))
    }

    /// Text that starts with `prefix`, byte for byte.
    pub fn begins_with(self, prefix: impl Into<String>) -> Predicate
    where
        T: Prefixed,
    {
        self.compare(Op::BeginsWith(prefix.into()))
    }

    /// Text that contains `part`, or a list with the item `part`.
    pub fn contains(self, part: impl Into<T::Part>) -> Predicate
    where
        T: Containing,
    {
        self.compare(Op::Contains(value::<T::Part>(part)))
    }

    /// The opposite of [`contains`](TypedField::contains). True on null.
    pub fn not_contains(self, part: impl Into<T::Part>) -> Predicate
    where
        T: Containing,
    {
        self.compare(Op::NotContains(value::<T::Part>(part)))
    }

    /// Its length, to be compared: of text in UTF-8 bytes, of a list in items.
    #[must_use]
    pub fn size(self) -> SizeField
    where
        T: Measurable,
    {
        SizeField::new(self.name)
    }

    /// Sorts by this field, smallest first, null before everything.
    #[must_use]
    pub fn asc(self) -> SortTerm
    where
        T: Sortable,
    {
        SortTerm::new(self.name, Direction::Ascending)
    }

    /// Sorts by this field, largest first, null after everything.
    #[must_use]
    pub fn desc(self) -> SortTerm
    where
        T: Sortable,
    {
        SortTerm::new(self.name, Direction::Descending)
    }
}
