//! What a plan would lose, and what the application has given up.

use super::names::path;
use super::plan::MigrationPlan;
use super::step::Step;
use crate::record::{Entry, EntryState};
use crate::{Model, Predicate};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A reason why a file cannot be brought to a schema. Its text is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What it is about: `Post` or `Post.title`, by its old name.
    pub place: String,
    /// Why.
    pub reason: String,
    /// What can be done about it.
    pub way_out: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, self.reason, self.way_out)
    }
}

/// The models and fields whose pending changes the application has given up: `Draft`, `Post.title`, by their old names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discards(BTreeSet<String>);

impl Discards {
    /// Gives up what is pending of a model or of a field, if a migration cannot keep it.
    pub fn add(&mut self, place: impl Into<String>) {
        self.0.insert(place.into());
    }

    /// Whether the model is given up.
    #[must_use]
    pub fn model(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Whether the field, or its whole model, is given up.
    #[must_use]
    pub fn field(&self, model: &str, field: &str) -> bool {
        self.model(model) || self.0.contains(&path(model, field))
    }
}

/// Of what the pending changes of a file speak, by names of the schema that they were made under.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    models: BTreeMap<String, u64>,
    fields: BTreeMap<(String, String), u64>,
}

impl Spoken {
    /// Notes an entry. What has been sent is kept as it was sent, whatever becomes of its fields.
    pub fn note(&mut self, model: &Model, entry: &Entry) {
        *self.models.entry(model.name.clone()).or_default() += 1;
        if entry.state == EntryState::Sent {
            return;
        }
        let mut fields: BTreeSet<String> = BTreeSet::new();
        let changed = entry.patch.0.iter().filter_map(|change| model.fields.get(change.field));
        fields.extend(changed.map(|field| field.name.clone()));
        entry.condition.iter().for_each(|condition| named(condition, &mut fields));
        for field in fields {
            *self.fields.entry((model.name.clone(), field)).or_default() += 1;
        }
    }

    fn of_model(&self, model: &str) -> u64 {
        self.models.get(model).copied().unwrap_or(0)
    }

    fn of_field(&self, model: &str, field: &str) -> u64 {
        self.fields.get(&(model.to_owned(), field.to_owned())).copied().unwrap_or(0)
    }
}

/// The fields that a condition names.
fn named(condition: &Predicate, found: &mut BTreeSet<String>) {
    match condition {
        Predicate::All => {}
        Predicate::Compare(comparison) => drop(found.insert(comparison.field.clone())),
        Predicate::And(terms) | Predicate::Or(terms) => terms.iter().for_each(|term| named(term, found)),
        Predicate::Not(inner) => named(inner, found),
    }
}

impl MigrationPlan {
    /// What of the pending changes it cannot keep and nobody has given up. None: it may be carried out.
    #[must_use]
    pub fn refusals(&self, spoken: &Spoken, discards: &Discards) -> Vec<Refusal> {
        let lost = self.steps.iter().filter_map(|step| match step {
            Step::DropModel { model } if !discards.model(model) => {
                refused(model.clone(), spoken.of_model(model), "the new schema does not have it", true)
            }
            Step::KeyChange { model, .. } if !discards.model(model) => {
                refused(model.clone(), spoken.of_model(model), "its primary key is another one", false)
            }
            Step::DropField { model, field } if !discards.field(model, field) => refused(
                path(model, field),
                spoken.of_field(model, field),
                "the new schema does not have it",
                true,
            ),
            _ => None,
        });
        lost.collect()
    }
}

fn refused(place: String, count: u64, what: &str, renames: bool) -> Option<Refusal> {
    let changes = match count {
        0 => return None,
        1 => "a pending change speaks of it".to_owned(),
        count => format!("{count} pending changes speak of it"),
    };
    let reason = format!("{what}, and {changes}");
    let renamed = if renames { "say what it is called now if it was renamed, " } else { "" };
    let way_out = format!(
        "send it with the old schema first, {renamed}or give it up with discard_on_migration([\"{place}\"])"
    );
    Some(Refusal { place, reason, way_out })
}
