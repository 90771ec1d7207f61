//! Sorting and paging of query results.

use crate::{Record, Value};
use std::cmp::Ordering;

/// The direction of a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Direction {
    /// Smallest first; null comes before everything.
    #[default]
    Ascending,
    /// Largest first; null comes last.
    Descending,
}

/// One term of a sort: a field, by its place in the model, and a direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    /// The field's place in [`Model::fields`](crate::Model::fields).
    pub field: usize,
    /// Which way.
    pub direction: Direction,
}

/// A window of a sorted result, as `page` and `limit` of the existing clients: page 0 is the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Records to skip.
    pub offset: u64,
    /// The most records to return.
    pub limit: u64,
}

impl Page {
    /// Page `page` (the first is 0) of `limit` records each.
    #[must_use]
    pub fn new(page: u64, limit: u64) -> Page {
        Page { offset: page.saturating_mul(limit), limit }
    }
}

/// Compares two records by `sorts`, the first term first.
#[must_use]
pub fn compare(sorts: &[Sort], a: &Record, b: &Record) -> Ordering {
    sorts
        .iter()
        .map(|sort| {
            let order = Value::total_cmp(&a[sort.field], &b[sort.field]);
            match sort.direction {
                Direction::Ascending => order,
                Direction::Descending => order.reverse(),
            }
        })
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}
