//! The groups of one model and operation, each entered where its scope says.

use super::GroupId;
use super::place::Place;
use super::ranges::Ranges;
use std::collections::{BTreeSet, HashMap};
use syncline_core::predicate::Filter;
use syncline_core::{Key, Record, Value};

/// The groups of one model and operation.
#[derive(Debug, Default)]
pub(in crate::subscribe) struct GroupIndex {
    /// By a field, by the value that it must have.
    hashed: HashMap<usize, HashMap<Key, BTreeSet<GroupId>>>,
    /// By a field, by the range that its value must be in.
    ranges: HashMap<usize, Ranges>,
    /// Looked at for every change.
    others: BTreeSet<GroupId>,
    /// How many groups there are.
    groups: usize,
    /// Subscriptions that are told of records that leave their scope.
    leaving: usize,
}

impl GroupIndex {
    pub(in crate::subscribe) fn insert(&mut self, scope: &Filter, id: GroupId) {
        self.groups += 1;
        match Place::of(scope) {
            Place::Nowhere => {}
            Place::Values(field, keys) => {
                let values = self.hashed.entry(field).or_default();
                for key in keys {
                    values.entry(key).or_default().insert(id);
                }
            }
            Place::Range(field, range) => self.ranges.entry(field).or_default().insert(id, range),
            Place::Anywhere => {
                self.others.insert(id);
            }
        }
    }

    /// Takes out a group that was entered with this scope.
    pub(in crate::subscribe) fn remove(&mut self, scope: &Filter, id: GroupId) {
        self.groups = self.groups.saturating_sub(1);
        match Place::of(scope) {
            Place::Nowhere => {}
            Place::Values(field, keys) => {
                let Some(values) = self.hashed.get_mut(&field) else { return };
                for key in keys {
                    if let Some(groups) = values.get_mut(&key) {
                        groups.remove(&id);
                        if groups.is_empty() {
                            values.remove(&key);
                        }
                    }
                }
                if values.is_empty() {
                    self.hashed.remove(&field);
                }
            }
            Place::Range(field, _) => {
                let Some(ranges) = self.ranges.get_mut(&field) else { return };
                ranges.remove(id);
                if ranges.is_empty() {
                    self.ranges.remove(&field);
                }
            }
            Place::Anywhere => {
                self.others.remove(&id);
            }
        }
    }

    /// The groups whose equality or range `record` satisfies, and those that have none, each once and in the order in
    /// which they were made. Whether the record is in their scope is still to be asked.
    pub(in crate::subscribe) fn candidates(&mut self, record: &Record) -> Vec<GroupId> {
        let value = |field: usize| record.0.get(field).unwrap_or(&Value::Null);
        let mut found: Vec<GroupId> = self.others.iter().copied().collect();
        for (field, values) in &self.hashed {
            // A value hashes as a key of one column.
            found.extend(values.get(&Key(vec![value(*field).clone()])).into_iter().flatten());
        }
        for (field, ranges) in &mut self.ranges {
            ranges.around(value(*field), &mut found);
        }
        found.sort_unstable();
        found
    }

    /// Notes that a subscription is told of records that leave its scope, or no longer.
    pub(in crate::subscribe) fn leaves(&mut self, comes: bool) {
        self.leaving = if comes { self.leaving + 1 } else { self.leaving.saturating_sub(1) };
    }

    /// Whether anybody is told of records that leave a scope.
    pub(in crate::subscribe) fn tells_leaves(&self) -> bool {
        self.leaving > 0
    }

    pub(in crate::subscribe) fn is_empty(&self) -> bool {
        self.groups == 0
    }

    /// How many groups are found by a range.
    pub(in crate::subscribe) fn ranged(&self) -> usize {
        self.ranges.values().map(Ranges::len).sum()
    }

    /// How many groups every change has to be compared with.
    pub(in crate::subscribe) fn unhashed(&self) -> usize {
        self.others.len()
    }
}
