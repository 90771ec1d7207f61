//! What becomes of a pending change.

use super::loss::Discards;
use super::model::ModelPlan;
use super::names::path;
use super::predicate;
use crate::record::{Entry, FieldChange, MutationOp, Patch};
use crate::value::to_json;
use crate::{Predicate, Value};

/// An entry's content under the new schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MovedEntry {
    /// What it changes, as far as that can be said under the new schema.
    pub patch: Patch,
    /// Its condition; the old one's place is taken by none if it cannot be said any more, which is a problem.
    pub condition: Option<Predicate>,
    /// What of it cannot be said any more, each in a sentence. An entry with a problem is not to be sent.
    pub problems: Vec<String>,
    /// Whether it has another content, or is about another name, than before.
    pub changed: bool,
}

impl MovedEntry {
    /// Whether nothing is left of an update.
    #[must_use]
    pub fn is_empty(&self, op: MutationOp) -> bool {
        op == MutationOp::Update && self.patch.is_empty() && self.problems.is_empty()
    }
}

impl ModelPlan {
    /// Brings an entry over: names and types of its values, of their bases and of its condition. What `discards` gives
    /// up goes without a word; anything else that has no counterpart is a problem.
    #[must_use]
    pub fn entry(&self, entry: &Entry, discards: &Discards) -> MovedEntry {
        let mut moved = MovedEntry {
            patch: Patch::default(),
            condition: entry.condition.clone(),
            problems: Vec::new(),
            changed: self.is_renamed(),
        };
        for change in &entry.patch.0 {
            self.change(entry.op, change, discards, &mut moved);
        }
        if let Some(condition) = &entry.condition {
            match predicate::condition(self, condition) {
                Ok(condition) => {
                    moved.changed |= moved.condition.as_ref() != Some(&condition);
                    moved.condition = Some(condition);
                }
                Err(field) => {
                    moved.changed = true;
                    moved.condition = None;
                    moved.problems.push(format!("its condition speaks of {field} as it was"));
                }
            }
        }
        if entry.op == MutationOp::Create {
            self.fill(&mut moved);
        }
        moved.patch.0.sort_by_key(|change| change.field);
        moved
    }

    /// Brings one change of a mutation over.
    pub(super) fn change(
        &self,
        op: MutationOp,
        change: &FieldChange,
        discards: &Discards,
        moved: &mut MovedEntry,
    ) {
        let Some(was) = self.old.fields.get(change.field) else { return };
        let Some(is) = self.to.get(change.field).copied().flatten().map(|place| &self.new.fields[place])
        else {
            moved.changed = true;
            if !discards.field(&self.old.name, &was.name) {
                moved.problems.push(format!(
                    "{} is gone; it was {}",
                    path(&self.old.name, &was.name),
                    shown(change)
                ));
            }
            return;
        };
        // A create is made over nothing, whatever a record has by default.
        let base = match op {
            MutationOp::Create if change.base.is_null() => {
                self.value(change.field, &Value::Null).map(|_| Value::Null)
            }
            _ => self.value(change.field, &change.base).map(|(_, base)| base),
        };
        match (self.value(change.field, &change.value), base) {
            (Some((field, value)), Some(base)) => {
                moved.changed |= was.name != is.name || value != change.value || base != change.base;
                moved.patch.0.push(FieldChange { field, base, value });
            }
            _ => {
                moved.changed = true;
                let what = if was.type_name() == is.type_name() {
                    "has other fields".to_owned()
                } else {
                    format!("is {} now", is.type_name())
                };
                let place = path(&self.new.name, &is.name);
                moved.problems.push(format!("{place} {what}; it was {}", shown(change)));
            }
        }
    }

    /// A record that is made gets what every other record gets.
    fn fill(&self, moved: &mut MovedEntry) {
        for (field, plan) in self.fields.iter().enumerate() {
            if let Some(value) = plan.fill.clone().filter(|_| moved.patch.get(field).is_none()) {
                moved.changed = true;
                moved.patch.0.push(FieldChange { field, base: Value::Null, value });
            }
        }
    }
}

/// A change, for a person.
fn shown(change: &FieldChange) -> String {
    let text = to_json(&change.value).to_string();
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
