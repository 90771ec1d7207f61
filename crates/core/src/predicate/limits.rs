//! How large a predicate may be: what hostile input must not exceed, and what every place that evaluates one can do.
//!
//! SQLite allows 32,766 variables and expressions 1,000 deep, and `serde_json` reads 128 levels, of which one level of
//! a predicate takes two; the limits keep clear of all three.

use super::error::PredicateProblem;

/// How deep groups (`and`, `or`, `not`) may nest. `in` and `notIn` count as a group, since they may be written as one.
pub const MAX_DEPTH: usize = 32;

/// How many comparisons and groups a predicate may have.
pub const MAX_TERMS: usize = 1_000;

/// How many values it may compare with, over all comparisons. A query's filter JSON has no `in`, so that there each
/// value of an `in` is a comparison of its own.
pub const MAX_VALUES: usize = 10_000;

/// How many items a list may have that a list field is compared with as a whole.
pub const MAX_LIST_OPERAND: usize = 1_000;

/// What is left of the limits while a predicate is read.
#[derive(Debug, Default)]
pub(super) struct Budget {
    terms: usize,
    values: usize,
}

impl Budget {
    /// Goes down to `depth`; the outermost predicate is at 0.
    pub(super) fn level(depth: usize) -> Result<(), PredicateProblem> {
        if depth > MAX_DEPTH {
            return Err(PredicateProblem::TooLarge { what: "levels of groups", limit: MAX_DEPTH });
        }
        Ok(())
    }

    /// Takes one comparison or group.
    pub(super) fn term(&mut self) -> Result<(), PredicateProblem> {
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(PredicateProblem::TooLarge { what: "comparisons and groups", limit: MAX_TERMS });
        }
        Ok(())
    }

    /// Takes `count` values.
    pub(super) fn values(&mut self, count: usize) -> Result<(), PredicateProblem> {
        self.values = self.values.saturating_add(count);
        if self.values > MAX_VALUES {
            return Err(PredicateProblem::TooLarge { what: "values to compare with", limit: MAX_VALUES });
        }
        Ok(())
    }
}
