//! What a save means, seen from the record it was read as.

use super::policy::adds_up;
use super::{
    Conflict, ConflictKind, FieldChange, Local, MutationOp, Patch, Presence, Resolution, merge_value,
};
use crate::{Key, Model, Record};

/// The record that an edited value was read as.
#[derive(Clone, Copy, Debug)]
pub struct ReadAs<'a> {
    /// Its values.
    pub record: &'a Record,
    /// The server's version at that time; `None` if the server had not seen it yet.
    pub version: Option<i64>,
}

/// What a save does.
#[derive(Clone, Debug, PartialEq)]
pub enum PlannedSave {
    /// Nothing: the stored record already says it.
    Nothing,
    /// A mutation.
    Write {
        /// Create or update.
        op: MutationOp,
        /// What changes, over what is visible now.
        patch: Patch,
        /// What is visible then.
        record: Record,
        /// Fields that somebody else changed since the value was read: theirs stays (the mutation's id is filled in
        /// by the caller).
        conflicts: Vec<Conflict>,
    },
    /// The server deleted the record since the value was read. Saving a value without origin makes it anew.
    Deleted,
}

/// Plans a save of `value`. It is compared with the record it was read as, never with the one that is stored now, so
/// that a change of another field that arrived in between stays (DESIGN §4).
#[must_use]
pub fn plan_save(
    model: &Model,
    local: &Local,
    visible: Option<&Record>,
    read_as: Option<ReadAs<'_>>,
    value: &Record,
) -> PlannedSave {
    let (Some(visible), read_as) = (visible, read_as) else {
        if read_as.is_some() && matches!(local.server, Presence::Deleted(_)) {
            return PlannedSave::Deleted;
        }
        let patch = Patch::overlay(model, None, value);
        let mut record = value.clone();
        clear_read_only(model, &mut record);
        return PlannedSave::Write { op: MutationOp::Create, patch, record, conflicts: Vec::new() };
    };
    let wanted = match read_as {
        Some(origin) => Patch::diff(model, origin.record, value),
        None => Patch::overlay(model, Some(visible), value),
    };
    let foreign = read_as.is_some_and(|origin| local.foreign_since(origin.version.unwrap_or(0)));
    let mut conflicts = Vec::new();
    let mut changes = Vec::new();
    for change in wanted.0 {
        let now = &visible[change.field];
        let mut value = change.value.clone();
        // Of what adds up it is the difference that was made, over an own pending edit as well.
        let adds_up = adds_up(&model.fields[change.field]);
        if *now != change.base && (adds_up || foreign && theirs(local, &change)) {
            let merged = merge_value(&model.fields[change.field], Some(&change.base), &change.value, now);
            if merged.conflict {
                conflicts.push(Conflict {
                    model: model.id,
                    key: Key::of(model, visible),
                    mutation: String::new(),
                    kind: ConflictKind::Field {
                        field: change.field,
                        base: change.base.clone(),
                        local: change.value.clone(),
                        remote: now.clone(),
                    },
                    resolution: Resolution::Remote,
                });
            }
            value = merged.value;
        }
        if value != *now {
            changes.push(FieldChange { field: change.field, base: now.clone(), value });
        }
    }
    if changes.is_empty() && conflicts.is_empty() {
        return PlannedSave::Nothing;
    }
    let patch = Patch(changes);
    let mut record = visible.clone();
    patch.write_to(&mut record);
    PlannedSave::Write { op: MutationOp::Update, patch, record, conflicts }
}

/// Whether the server itself has another value than the one that was read: if not, the difference is this device's
/// own pending edit, and the later edit wins (I6).
fn theirs(local: &Local, change: &FieldChange) -> bool {
    local.server.live().is_some_and(|server| server.record[change.field] != change.base)
}

fn clear_read_only(model: &Model, record: &mut Record) {
    for (place, field) in model.fields.iter().enumerate() {
        if field.read_only {
            record[place] = crate::Value::Null;
        }
    }
}
