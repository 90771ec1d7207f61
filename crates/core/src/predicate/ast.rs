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
    /// Present and of this kind. The schema fixes a field's kind, so that binding makes an [`Op::Exists`] of it, or nothing.
    Type(AttributeType),
}

/// The kinds of values that DynamoDB knows, by their names in `ModelAttributeTypes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AttributeType {
    /// `binary`: no field of a model is.
    Binary,
    /// `binarySet`: no field of a model is.
    BinarySet,
    /// `bool`
    Bool,
    /// `list`
    List,
    /// `map`: a custom type.
    Map,
    /// `number`
    Number,
    /// `numberSet`: no field of a model is; lists are lists.
    NumberSet,
    /// `string`
    String,
    /// `stringSet`: no field of a model is; lists are lists.
    StringSet,
    /// `_null`: null, which is the same as missing here (SYNC 3.8).
    Null,
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
            (a, b) => {
                let mut terms = a.terms_of_and();
                terms.append(&mut b.terms_of_and());
                Predicate::And(terms)
            }
        }
    }

    /// Either. A new value: neither operand changes.
    #[must_use]
    pub fn or(self, other: Predicate) -> Predicate {
        match (self, other) {
            (Predicate::All, _) | (_, Predicate::All) => Predicate::All,
            (a, b) => {
                let mut terms = a.terms_of_or();
                terms.append(&mut b.terms_of_or());
                Predicate::Or(terms)
            }
        }
    }

    fn terms_of_and(mut self) -> Vec<Predicate> {
        if let Predicate::And(terms) = &mut self { std::mem::take(terms) } else { vec![self] }
    }

    fn terms_of_or(mut self) -> Vec<Predicate> {
        if let Predicate::Or(terms) = &mut self { std::mem::take(terms) } else { vec![self] }
    }

    /// The opposite.
    #[must_use]
    #[expect(
        clippy::should_implement_trait,
        reason = "`!predicate` works as well; the field's word is `not`"
    )]
    pub fn not(mut self) -> Predicate {
        match &mut self {
            Predicate::Not(inner) => std::mem::replace(inner, Predicate::All),
            _ => Predicate::Not(Box::new(self)),
        }
    }

    /// Moves the predicates right inside it to `parts`.
    fn take_apart(&mut self, parts: &mut Vec<Predicate>) {
        match self {
            Predicate::All | Predicate::Compare(_) => {}
            Predicate::And(terms) | Predicate::Or(terms) => parts.append(terms),
            Predicate::Not(inner) => parts.push(std::mem::replace(inner, Predicate::All)),
        }
    }
}

impl Drop for Predicate {
    /// Level by level: dropped by recursion, a predicate that a loop has nested a hundred thousand deep would end the
    /// process for want of stack after it had been refused.
    fn drop(&mut self) {
        let mut parts = Vec::new();
        self.take_apart(&mut parts);
        while let Some(mut part) = parts.pop() {
            part.take_apart(&mut parts);
        }
    }
}

impl std::ops::Not for Predicate {
    type Output = Predicate;
    fn not(self) -> Predicate {
        Predicate::not(self)
    }
}
