//! Fields by name alone, for those who know a model only at run time.

use super::size::SizeField;
use super::sort::SortTerm;
use crate::Value;
use crate::page::Direction;
use crate::predicate::{Op, Predicate};
use std::sync::Arc;

/// A field by its name: what a [`TypedField`](super::TypedField) is without its types.
///
/// Whether the field's type supports an operator, and whether an operand fits, is checked when the predicate is bound
/// to its model ([`Predicate::bind`]); the error then names the field, the operator and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AnyField {
    name: Arc<str>,
}

fn values<V: Into<Value>>(values: impl IntoIterator<Item = V>) -> Vec<Value> {
    values.into_iter().map(Into::into).collect()
}

impl AnyField {
    /// The field called `name`.
    pub fn new(name: impl Into<Arc<str>>) -> AnyField {
        AnyField { name: name.into() }
    }

    /// Its name in GraphQL.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    fn compare(&self, op: Op) -> Predicate {
        Predicate::compare(&*self.name, op)
    }

    /// Equal to `operand`. False on null, unless `operand` is null.
    pub fn eq(&self, operand: impl Into<Value>) -> Predicate {
        self.compare(Op::Eq(operand.into()))
    }

    /// Not equal to `operand`. True on null, unless `operand` is null.
    pub fn ne(&self, operand: impl Into<Value>) -> Predicate {
        self.compare(Op::Ne(operand.into()))
    }

    /// Equal to one of `operands`.
    pub fn is_in<V: Into<Value>>(&self, operands: impl IntoIterator<Item = V>) -> Predicate {
        self.compare(Op::In(values(operands)))
    }

    /// Equal to none of `operands`.
    pub fn not_in<V: Into<Value>>(&self, operands: impl IntoIterator<Item = V>) -> Predicate {
        self.compare(Op::NotIn(values(operands)))
    }

    /// Null, or missing.
    #[must_use]
    pub fn is_null(&self) -> Predicate {
        self.exists(false)
    }

    /// Neither null nor missing.
    #[must_use]
    pub fn is_not_null(&self) -> Predicate {
        self.exists(true)
    }

    /// Present (true), or null or missing (false).
    #[must_use]
    pub fn exists(&self, exists: bool) -> Predicate {
        self.compare(Op::Exists(exists))
    }

    /// Below `operand`: numbers as numbers, text by its UTF-8 bytes. False on null, as all of its kind.
    pub fn lt(&self, operand: impl Into<Value>) -> Predicate {
        self.compare(Op::Lt(operand.into()))
    }

    /// At most `operand`.
    pub fn le(&self, operand: impl Into<Value>) -> Predicate {
        self.compare(Op::Le(operand.into()))
    }

    /// Above `operand`.
    pub fn gt(&self, operand: impl Into<Value>) -> Predicate {
        self.compare(Op::Gt(operand.into()))
    }

    /// At least `operand`.
    pub fn ge(&self, operand: impl Into<Value>) -> Predicate {
        self.compare(Op::Ge(operand.into()))
    }

    /// From `low` to `high`, both included; nothing if `low` is above `high`.
    pub fn between(&self, low: impl Into<Value>, high: impl Into<Value>) -> Predicate {
        self.compare(Op::Between(low.into(), high.into()))
    }

    /// Text that starts with `prefix`, byte for byte.
    pub fn begins_with(&self, prefix: impl Into<String>) -> Predicate {
        self.compare(Op::BeginsWith(prefix.into()))
    }

    /// Text that contains `part`, or a list with the item `part`.
    pub fn contains(&self, part: impl Into<Value>) -> Predicate {
        self.compare(Op::Contains(part.into()))
    }

    /// The opposite of [`contains`](AnyField::contains). True on null.
    pub fn not_contains(&self, part: impl Into<Value>) -> Predicate {
        self.compare(Op::NotContains(part.into()))
    }

    /// Its length, to be compared: of text in UTF-8 bytes, of a list in items.
    #[must_use]
    pub fn size(&self) -> SizeField<String> {
        SizeField::new(self.name.to_string())
    }

    /// Sorts by this field, smallest first, null before everything.
    #[must_use]
    pub fn asc(&self) -> SortTerm {
        SortTerm::new(&*self.name, Direction::Ascending)
    }

    /// Sorts by this field, largest first, null after everything.
    #[must_use]
    pub fn desc(&self) -> SortTerm {
        SortTerm::new(&*self.name, Direction::Descending)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::predicate::TypedField;

    const TITLE: TypedField<(), String> = TypedField::new("title");
    const RATING: TypedField<(), i32> = TypedField::new("rating");
    const TAGS: TypedField<(), Vec<String>> = TypedField::new("tags");

    #[test]
    fn it_says_what_a_typed_field_says() {
        let [title, rating, tags] = ["title", "rating", "tags"].map(AnyField::new);
        for (any, typed) in [
            (title.eq("x"), TITLE.eq("x")),
            (title.ne("x"), TITLE.ne("x")),
            (title.is_in(["x", "y"]), TITLE.is_in(["x", "y"])),
            (title.not_in(["x"]), TITLE.not_in(["x"])),
            (title.exists(true), TITLE.exists(true)),
            (title.begins_with("x"), TITLE.begins_with("x")),
            (title.contains("x"), TITLE.contains("x")),
            (title.size().ge(3), TITLE.size().ge(3)),
            (rating.lt(3), RATING.lt(3)),
            (rating.le(3), RATING.le(3)),
            (rating.gt(3), RATING.gt(3)),
            (rating.ge(3), RATING.ge(3)),
            (rating.between(1, 3), RATING.between(1, 3)),
            (tags.not_contains("x"), TAGS.not_contains("x")),
            (tags.eq(vec!["x"]), TAGS.eq(vec!["x".to_owned()])),
        ] {
            assert_eq!(any, typed);
        }
        assert_eq!((rating.asc(), title.desc()), (RATING.asc(), TITLE.desc()));
        assert_eq!((title.is_null(), title.is_not_null()), (title.exists(false), title.exists(true)));
        assert_eq!(title.name(), "title");
    }
}
