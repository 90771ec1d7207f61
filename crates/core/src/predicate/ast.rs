//! The syntax tree.

use crate::Value;

/// Which records: a tree of comparisons.
///
/// Logic is two-valued and null is the same as missing (SYNC 3.8): `ne`, `notContains` and `not(gt)` are true on null,
/// every other comparison with null is false, except `eq(Null)`, which asks for null.
#[derive(Clone, Debug, PartialEq)]
pub enum Predicate {
    /// Every record.
    All,
    /// One field compared.
    Compare(Comparison),
    /// All of these; every record if there are none.
    And(Vec<Predicate>),
    /// Any of these; every record if there are none (an empty AppSync filter list does not constrain).
    Or(Vec<Predicate>),
    /// Not this.
    Not(Box<Predicate>),
}

/// One field compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The field's name, or `_deleted`.
    pub field: String,
    /// How, and with what.
    pub op: Op,
}

/// The operators of AppSync's filter inputs.
#[derive(Clone, Debug, PartialEq)]
pub enum Op {
    /// Equal; with null: is null or missing.
    Eq(Value),
    /// Not equal; with null: is neither null nor missing.
    Ne(Value),
    /// Below. Numbers as numbers, text by UTF-8 bytes.
    Lt(Value),
    /// At most.
    Le(Value),
    /// Above.
    Gt(Value),
    /// At least.
    Ge(Value),
    /// From the first to the second, both included.
    Between(Value, Value),
    /// Text that starts so, byte for byte.
    BeginsWith(String),
    /// Text that contains this text, or a list that contains this item.
    Contains(Value),
    /// Not `Contains`.
    NotContains(Value),
    /// Equal to one of these.
    In(Vec<Value>),
    /// Equal to none of these.
    NotIn(Vec<Value>),
    /// Present (true) or null or missing (false).
    Exists(bool),
    /// The length of text in UTF-8 bytes, or of a list in items.
    Size(SizeOp),
}

/// A comparison of a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SizeOp {
    /// Equal.
    Eq(i64),
    /// Not equal; false on null.
    Ne(i64),
    /// Below.
    Lt(i64),
    /// At most.
    Le(i64),
    /// Above.
    Gt(i64),
    /// At least.
    Ge(i64),
    /// From the first to the second, both included.
    Between(i64, i64),
}

impl Predicate {
    /// Every record.
    #[must_use]
    pub fn all() -> Predicate {
        Predicate::All
    }

    /// `field` compared by `op`.
    pub fn compare(field: impl Into<String>, op: Op) -> Predicate {
        Predicate::Compare(Comparison { field: field.into(), op })
    }

    /// Both. A new value: neither operand changes.
    #[must_use]
    pub fn and(self, other: Predicate) -> Predicate {
        match (self, other) {
            (Predicate::All, only) | (only, Predicate::All) => only,
            (Predicate::And(mut terms), Predicate::And(more)) => {
                terms.extend(more);
                Predicate::And(terms)
            }
            (Predicate::And(mut terms), term) => {
                terms.push(term);
                Predicate::And(terms)
            }
            (term, Predicate::And(mut terms)) => {
                terms.insert(0, term);
                Predicate::And(terms)
            }
            (a, b) => Predicate::And(vec![a, b]),
        }
    }

    /// Either. A new value: neither operand changes.
    #[must_use]
    pub fn or(self, other: Predicate) -> Predicate {
        match (self, other) {
            (Predicate::All, _) | (_, Predicate::All) => Predicate::All,
            (Predicate::Or(mut terms), Predicate::Or(more)) => {
                terms.extend(more);
                Predicate::Or(terms)
            }
            (Predicate::Or(mut terms), term) => {
                terms.push(term);
                Predicate::Or(terms)
            }
            (term, Predicate::Or(mut terms)) => {
                terms.insert(0, term);
                Predicate::Or(terms)
            }
            (a, b) => Predicate::Or(vec![a, b]),
        }
    }

    /// The opposite.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "`!predicate` works as well; the field's word is `not`"
    )]
    pub fn not(self) -> Predicate {
        match self {
            Predicate::Not(inner) => *inner,
            other => Predicate::Not(Box::new(other)),
        }
    }
}

impl std::ops::Not for Predicate {
    type Output = Predicate;
    fn not(self) -> Predicate {
        Predicate::not(self)
    }
}
