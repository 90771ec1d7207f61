//! What an entry was before a migration.

use super::Reads;
use crate::codec::{read_condition, read_patch};
use crate::outbox::LOSSY;
use crate::{StoreError, outbox};
use rusqlite::{OptionalExtension, params};
use serde_json::Value as Json;
use std::sync::Arc;
use syncline_core::record::{Entry, Outcome};
use syncline_core::{Schema, predicate, value};

/// A mutation as it was under an earlier schema: as it was sent, or with what cannot be said under the new one
/// (SYNC 1.13).
#[derive(Clone, Debug)]
pub struct Original {
    /// The schema that it was written with.
    pub schema: Arc<Schema>,
    /// The mutation; its model and fields are those of that schema.
    pub entry: Entry,
    /// What of it cannot be said under the new schema, in sentences; `None` if all of it can.
    pub problem: Option<String>,
}

impl Original {
    /// What it was to change, for a person: by field, what it was and what it was to be.
    #[must_use]
    pub fn shown(&self) -> Json {
        let model = self.schema.model(self.entry.model);
        let changes = self.entry.patch.0.iter().filter_map(|change| {
            let field = model.fields.get(change.field)?;
            let (base, value) = (value::to_json(&change.base), value::to_json(&change.value));
            Some((field.name.clone(), Json::from(vec![base, value])))
        });
        let condition = self.entry.condition.as_ref().map(predicate::to_json);
        serde_json::json!({
            "model": model.name,
            "changes": changes.collect::<serde_json::Map<_, _>>(),
            "condition": condition,
        })
    }
}

impl Reads {
    /// These outcomes, where none sends again what is left of a mutation without what the new schema has no place for: such
    /// a one is refused instead, so that it is parked with its old content (SYNC 1.13). Those come first: what becomes of the
    /// one before it would make it wait again.
    /// → a save is in flight when its field gets another type, and nobody can tell whether it was applied: what is left of it
    /// is sent, and the value that has no counterpart is nowhere.
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn whole(&self, outcomes: Vec<(Entry, Outcome)>) -> Result<Vec<(Entry, Outcome)>, StoreError> {
        let (mut refused, mut others) = (Vec::new(), Vec::with_capacity(outcomes.len()));
        for (entry, outcome) in outcomes {
            let again = matches!(
                outcome,
                Outcome::Conflict { .. } | Outcome::Ambiguous { .. } | Outcome::NotApplied { .. }
            );
            match if again { self.loss(&entry.id)? } else { None } {
                Some(problem) => refused.push((entry, Outcome::Refused(problem.into()))),
                None => others.push((entry, outcome)),
            }
        }
        refused.extend(others);
        Ok(refused)
    }

    /// What of the mutation the new schema has no place for, if it was written under an earlier one.
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn loss(&self, mutation: &str) -> Result<Option<String>, StoreError> {
        let sql = format!("SELECT original ->> '$.problem' FROM _outbox WHERE id = ?1 AND {LOSSY}");
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(statement.query_row([mutation], |row| row.get(0)).optional()?)
    }

    /// What the mutation was before a migration, if that is not what it is now and matters still: it was sent as it was,
    /// or it is parked because the new schema has no place for some of it. A mutation that got a new id has become
    /// another one.
    ///
    /// # Errors
    /// A damaged or unreadable file.
    pub fn original(&self, mutation: &str) -> Result<Option<Original>, StoreError> {
        let mut statement = self.conn.prepare_cached(
            "SELECT original, schema FROM _outbox JOIN _schemas ON version = schema_version \
             WHERE id = ?1 AND original IS NOT NULL",
        )?;
        let mut rows = statement.query(params![mutation])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let (text, schema): (String, String) = (row.get(0)?, row.get(1)?);
        let damaged = || StoreError::damaged("the outbox", "what an entry was cannot be read");
        let json: Json = serde_json::from_str(&text).map_err(|_| damaged())?;
        let named = |name: &str| json.get(name).and_then(Json::as_str);
        if named("id") != Some(mutation) {
            return Ok(None);
        }
        let schema = Arc::new(Schema::from_json(&schema).map_err(|_| damaged())?);
        let model = named("model").and_then(|name| schema.by_name(name)).ok_or_else(damaged)?;
        let Some(now) = outbox::by_id(&self.conn, &self.tables, mutation)? else { return Ok(None) };
        let entry = Entry {
            model: model.id,
            patch: read_patch(model, named("patch").ok_or_else(damaged)?)?,
            condition: named("condition").map(|text| read_condition(model, text)).transpose()?,
            ..now
        };
        let problem = named("problem").map(str::to_owned);
        Ok(Some(Original { schema: Arc::clone(&schema), entry, problem }))
    }
}
