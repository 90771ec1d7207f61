//! Values counted, for lists that are compared as wholes. Lists come from clients: what is done to them grows no faster
//! than sorting them, for a server does it inside its transaction.

use crate::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;

/// How often each value is there.
#[derive(Debug, Default)]
pub(super) struct Bag<'v>(BTreeMap<Ordered<'v>, usize>);

impl<'v> Bag<'v> {
    /// The items of a list.
    pub(super) fn of(items: &'v [Value]) -> Bag<'v> {
        let mut bag = Bag::default();
        for item in items {
            *bag.0.entry(Ordered(item)).or_default() += 1;
        }
        bag
    }

    /// Whether `item` is there.
    pub(super) fn contains(&self, item: &'v Value) -> bool {
        self.0.contains_key(&Ordered(item))
    }

    /// Takes one `item` out; false if there is none.
    pub(super) fn take(&mut self, item: &'v Value) -> bool {
        let Some(count) = self.0.get_mut(&Ordered(item)).filter(|count| **count > 0) else { return false };
        *count -= 1;
        true
    }

    /// Puts `item` in; false if it is there already.
    pub(super) fn put(&mut self, item: &'v Value) -> bool {
        self.0.insert(Ordered(item), 1).is_none()
    }
}

/// A value by its total order. Items of one list are of one kind, for which that order's equality is equality.
#[derive(Debug)]
struct Ordered<'v>(&'v Value);

impl Ord for Ordered<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.total_cmp(other.0)
    }
}

impl PartialOrd for Ordered<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ordered<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ordered<'_> {}
