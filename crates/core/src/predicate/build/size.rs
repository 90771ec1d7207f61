//! Lengths.

use crate::predicate::{Op, Predicate, SizeOp};

/// The length of a field, to be compared. All of it is false on null.
#[derive(Clone, Copy, Debug)]
pub struct SizeField<N = &'static str> {
    name: N,
}

impl<N: Into<String>> SizeField<N> {
    pub(super) fn new(name: N) -> SizeField<N> {
        SizeField { name }
    }

    fn compare(self, op: SizeOp) -> Predicate {
        Predicate::compare(self.name, Op::Size(op))
    }

    /// Exactly `size`.
    #[must_use]
    pub fn eq(self, size: i64) -> Predicate {
        self.compare(SizeOp::Eq(size))
    }

    /// Any other than `size`.
    #[must_use]
    pub fn ne(self, size: i64) -> Predicate {
        self.compare(SizeOp::Ne(size))
    }

    /// Below `size`.
    #[must_use]
    pub fn lt(self, size: i64) -> Predicate {
        self.compare(SizeOp::Lt(size))
    }

    /// At most `size`.
    #[must_use]
    pub fn le(self, size: i64) -> Predicate {
        self.compare(SizeOp::Le(size))
    }

    /// Above `size`.
    #[must_use]
    pub fn gt(self, size: i64) -> Predicate {
        self.compare(SizeOp::Gt(size))
    }

    /// At least `size`.
    #[must_use]
    pub fn ge(self, size: i64) -> Predicate {
        self.compare(SizeOp::Ge(size))
    }

    /// From `low` to `high`, both included.
    #[must_use]
    pub fn between(self, low: i64, high: i64) -> Predicate {
        self.compare(SizeOp::Between(low, high))
    }
}
