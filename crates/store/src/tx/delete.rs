//! Deleting a record.

use super::save::{check_condition, entry, with};
use super::{Tx, table, visible};
use crate::change::Source;
use crate::{StoreError, local, validate};
use syncline_core::record::{MutationOp, Patch};
use syncline_core::{Key, ModelId, Predicate, Record};

/// What a delete did.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteDone {
    /// The record that is gone.
    pub record: Record,
    /// The mutation that carries the delete. `None`: there is nothing to send, because the server never saw the record.
    pub mutation: Option<String>,
    /// A pending mutation that this delete made unnecessary or took the place of; it will not be sent.
    pub ended: Option<String>,
}

impl Tx<'_> {
    /// Deletes a record: the row goes, and the outbox gets the mutation. `None`: there is no such record.
    ///
    /// # Errors
    /// A condition that does not hold, a key that does not fit the model, a mutation id that was used before.
    pub fn delete(
        &mut self,
        model: ModelId,
        key: &Key,
        condition: Option<&Predicate>,
        mutation: String,
    ) -> Result<Option<DeleteDone>, StoreError> {
        let table = table(self.reads, model)?;
        validate::key(table, key)?;
        let before = local::load(self.conn(), table, key)?;
        let Some(record) = before.visible.clone() else { return Ok(None) };
        let condition = check_condition(table, &before, condition)?;
        let entry = entry(table, &before, mutation, MutationOp::Delete, Patch::default(), condition);
        let (after, mutation, ended) = with(table, &before.local, entry);
        let shown = visible(table, &after);
        self.store(table, before, &after, shown.as_ref(), Source::Local)?;
        Ok(Some(DeleteDone { record, mutation, ended }))
    }
}
