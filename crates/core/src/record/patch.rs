//! Patches: which fields a save changed, from what, to what.

use super::merge::merge_value;
use super::policy::adds_up;
use crate::{Field, Model, Record, Value};

/// One changed field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldChange {
    /// Its place in the model.
    pub field: usize,
    /// What it was when the change was made.
    pub base: Value,
    /// What it became.
    pub value: Value,
}

impl FieldChange {
    /// This change and then `later`, of the same field, as one: the later value, the earlier base.
    pub(super) fn then(&self, field: &Field, later: &FieldChange) -> FieldChange {
        let value = if adds_up(field) {
            merge_value(field, Some(&later.base), &later.value, &self.value).value
        } else {
            later.value.clone()
        };
        FieldChange { field: self.field, base: self.base.clone(), value }
    }
}

/// The fields a save changed, in the order of the model; each field at most once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch(pub Vec<FieldChange>);

impl Patch {
    /// What turns `base` into `value`, key and read-only fields left out.
    #[must_use]
    pub fn diff(model: &Model, base: &Record, value: &Record) -> Patch {
        let changes = model.fields.iter().enumerate().filter_map(|(place, field)| {
            let hidden = base[place].is_unreadable() && value[place].is_null();
            let changed = !field.read_only && !model.is_key(place) && !hidden && base[place] != value[place];
            changed.then(|| FieldChange {
                field: place,
                base: base[place].clone(),
                value: value[place].clone(),
            })
        });
        Patch(changes.collect())
    }

    /// Everything that `value` sets, over `base`: what a create carries, or a save of a value without origin.
    #[must_use]
    pub fn overlay(model: &Model, base: Option<&Record>, value: &Record) -> Patch {
        let changes = model.fields.iter().enumerate().filter_map(|(place, field)| {
            let set = !field.read_only && !model.is_key(place) && !value[place].is_null();
            set.then(|| FieldChange {
                field: place,
                base: base.map_or(Value::Null, |base| base[place].clone()),
                value: value[place].clone(),
            })
        });
        Patch(changes.collect())
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The change of `field`.
    #[must_use]
    pub fn get(&self, field: usize) -> Option<&FieldChange> {
        self.0.iter().find(|change| change.field == field)
    }

    /// Writes the new values into `record`.
    pub fn write_to(&self, record: &mut Record) {
        for change in &self.0 {
            record[change.field] = change.value.clone();
        }
    }

    /// This patch and then `later`, as one: the later values, the earlier bases. Fields that end where they began
    /// drop out. Where it is the difference that counts, `later` may have been made on another value than this patch
    /// leaves: it was made on what the application saw, into which somebody else's change had gone as well.
    #[must_use]
    pub fn then(&self, model: &Model, later: &Patch) -> Patch {
        let mut changes = self.0.clone();
        for change in &later.0 {
            match changes.iter_mut().find(|own| own.field == change.field) {
                Some(own) => *own = own.then(&model.fields[change.field], change),
                None => changes.push(change.clone()),
            }
        }
        changes.retain(|change| change.base != change.value);
        changes.sort_by_key(|change| change.field);
        Patch(changes)
    }
}
