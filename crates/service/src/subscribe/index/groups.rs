//! The groups of one model and operation, each entered where its scope says.

use super::GroupId;
use super::place::{Place, named, places};
use super::ranges::Ranges;
use crate::subscribe::group::Wanted;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use syncline_core::{Key, Record, Value};

/// The groups of one model and operation.
#[derive(Debug, Default)]
pub(in crate::subscribe) struct GroupIndex {
    /// By a field, by the value that it must have.
    hashed: HashMap<usize, HashMap<Key, BTreeSet<GroupId>>>,
    /// By a field, by the range that its value must be in.
    ranges: HashMap<usize, Ranges>,
    /// Looked at for every change.
    others: BTreeMap<GroupId, Arc<Wanted>>,
    /// How many groups there are, and how many of them are found by a range.
    groups: usize,
    ranged: usize,
    /// Subscriptions that are told of records that leave their scope.
    leaving: usize,
}

impl GroupIndex {
    pub(in crate::subscribe) fn insert(&mut self, wanted: &Arc<Wanted>, id: GroupId) {
        self.groups += 1;
        let Some(places) = places(&wanted.scope) else {
            self.others.insert(id, Arc::clone(wanted));
            return;
        };
        self.ranged += usize::from(places.iter().any(Place::is_range));
        for (number, place) in places.into_iter().enumerate() {
            match place {
                Place::Value(field, key) => {
                    self.hashed.entry(field).or_default().entry(key).or_default().insert(id);
                }
                Place::Range(field, range) => {
                    self.ranges.entry(field).or_default().insert((id, number), range);
                }
            }
        }
    }

    /// Takes out a group that was entered.
    pub(in crate::subscribe) fn remove(&mut self, wanted: &Wanted, id: GroupId) {
        self.groups = self.groups.saturating_sub(1);
        let Some(places) = places(&wanted.scope) else {
            self.others.remove(&id);
            return;
        };
        self.ranged = self.ranged.saturating_sub(usize::from(places.iter().any(Place::is_range)));
        for (number, place) in places.into_iter().enumerate() {
            match place {
                Place::Value(field, key) => self.remove_value(field, &key, id),
                Place::Range(field, _) => {
                    let Some(ranges) = self.ranges.get_mut(&field) else { continue };
                    ranges.remove((id, number));
                    if ranges.is_empty() {
                        self.ranges.remove(&field);
                    }
                }
            }
        }
    }

    fn remove_value(&mut self, field: usize, key: &Key, id: GroupId) {
        let Some(values) = self.hashed.get_mut(&field) else { return };
        if let Some(groups) = values.get_mut(key) {
            groups.remove(&id);
            if groups.is_empty() {
                values.remove(key);
            }
        }
        if values.is_empty() {
            self.hashed.remove(&field);
        }
    }

    /// The groups that name a value or a range in which `record` is, each once. Whether it is in their scope is still to
    /// be asked.
    pub(in crate::subscribe) fn found(&mut self, record: &Record) -> Vec<GroupId> {
        let value = |field: usize| record.0.get(field).unwrap_or(&Value::Null);
        let mut found = Vec::new();
        for (field, values) in &self.hashed {
            found.extend(values.get(&named(value(*field))).into_iter().flatten());
        }
        for (field, ranges) in &mut self.ranges {
            ranges.around(value(*field), &mut found);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The groups that name neither.
    pub(in crate::subscribe) fn others(&self) -> impl Iterator<Item = (GroupId, &Arc<Wanted>)> {
        self.others.iter().map(|(id, wanted)| (*id, wanted))
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
        self.ranged
    }

    /// How many groups every change has to be compared with.
    pub(in crate::subscribe) fn unhashed(&self) -> usize {
        self.others.len()
    }
}
