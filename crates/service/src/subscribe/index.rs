//! Finds the groups that a change may concern by one equality term of each (SYNC 3.7).

use std::collections::HashMap;
use syncline_core::predicate::{FieldRef, Filter};
use syncline_core::{Key, Record, Value};

/// A group's number.
pub(super) type GroupId = u64;

/// The groups of one model and operation.
#[derive(Debug, Default)]
pub(super) struct GroupIndex {
    /// By a field, by the value that it must have.
    hashed: HashMap<usize, HashMap<Key, Vec<GroupId>>>,
    /// Without an equality: looked at for every change.
    others: Vec<GroupId>,
}

/// The equality by which a group is found. Of several the first; a value hashes as a key of one column.
fn term(scope: &Filter) -> Option<(usize, Key)> {
    scope.equalities().into_iter().find_map(|(field, value)| match field {
        FieldRef::Stored(place) => Some((place, Key(vec![value.clone()]))),
        FieldRef::Deleted => None,
    })
}

impl GroupIndex {
    pub(super) fn insert(&mut self, scope: &Filter, id: GroupId) {
        match term(scope) {
            Some((field, value)) => self.hashed.entry(field).or_default().entry(value).or_default().push(id),
            None => self.others.push(id),
        }
    }

    pub(super) fn remove(&mut self, scope: &Filter, id: GroupId) {
        let Some((field, value)) = term(scope) else {
            self.others.retain(|other| *other != id);
            return;
        };
        let Some(values) = self.hashed.get_mut(&field) else { return };
        if let Some(groups) = values.get_mut(&value) {
            groups.retain(|other| *other != id);
            if groups.is_empty() {
                values.remove(&value);
            }
        }
        if values.is_empty() {
            self.hashed.remove(&field);
        }
    }

    /// The groups whose equality term `record` satisfies, and those that have none.
    pub(super) fn candidates(&self, record: &Record) -> impl Iterator<Item = GroupId> {
        let hashed = self.hashed.iter().flat_map(|(field, values)| {
            let value: &Value = &record[*field];
            values.get(&Key(vec![value.clone()])).into_iter().flatten().copied()
        });
        hashed.chain(self.others.iter().copied())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.hashed.is_empty() && self.others.is_empty()
    }

    /// How many groups every change has to be compared with.
    pub(super) fn unhashed(&self) -> usize {
        self.others.len()
    }
}
