//! Deleting records, with what belongs to them.

use super::cascade;
use super::save::{With, bind_condition, check_condition, entry, with};
use super::{Tx, table, visible};
use crate::change::Source;
use crate::codec::{Bind, read_key};
use crate::layout::Table;
use crate::local::{self, Loaded};
use crate::{StoreError, validate};
use syncline_core::predicate::{Filter, to_sql};
use syncline_core::record::{Entry, MutationOp, Patch};
use syncline_core::{Key, ModelId, Predicate, Record};

/// What a delete did.
#[derive(Clone, Debug, PartialEq)]
pub struct DeleteDone {
    /// The record that is gone.
    pub record: Record,
    /// The mutation that carries the delete. `None`: there is nothing to send, because the server never saw the record.
    pub mutation: Option<String>,
    /// Pending mutations that this delete made unnecessary or took the place of; they will not be sent.
    pub ended: Vec<String>,
    /// What belonged to the record and is gone with it, in the order of the deletes: each after what belonged to it.
    pub cascaded: Vec<Gone>,
}

/// What deleting many records did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeleteAllDone {
    /// The records that were selected, in the order of their keys.
    pub items: Vec<Gone>,
    /// What belonged to them and was not selected itself, in the order of the deletes.
    pub cascaded: Vec<Gone>,
}

/// A record that was deleted together with others.
#[derive(Clone, Debug, PartialEq)]
pub struct Gone {
    /// The model.
    pub model: ModelId,
    /// The record's key.
    pub key: Key,
    /// The record as it was.
    pub record: Record,
    /// The mutation that carries the delete. `None`: there is nothing to send, because the server never saw the record.
    pub mutation: Option<String>,
    /// Pending mutations that the delete made unnecessary or took the place of; they will not be sent.
    pub ended: Vec<String>,
}

/// The ids of the mutations of one operation: the one that was handed in, for the record it is about, and numbers behind
/// it for the others.
pub(super) struct Ids {
    first: String,
    others: u64,
}

impl Ids {
    fn next(&mut self) -> String {
        self.others += 1;
        format!("{}.{}", self.first, self.others)
    }
}

impl Tx<'_> {
    /// Deletes a record and what belongs to it by has-many and has-one, and so on. Each row goes, and the outbox gets a
    /// mutation for each of them: what belongs to a record is sent before it. The condition is on the record itself.
    /// `None`: there is no such record.
    ///
    /// `mutation` is the id of the record's mutation; those of the others have a number behind it.
    ///
    /// # Errors
    /// A condition that does not hold or does not fit the model, a key that does not fit it.
    pub fn delete(
        &mut self,
        model: ModelId,
        key: &Key,
        condition: Option<&Predicate>,
        mutation: String,
    ) -> Result<Option<DeleteDone>, StoreError> {
        self.delete_in(model, key, condition, mutation, None)
    }

    /// A delete outside a transaction group or in this one.
    pub(crate) fn delete_in(
        &mut self,
        model: ModelId,
        key: &Key,
        condition: Option<&Predicate>,
        mutation: String,
        group: Option<i64>,
    ) -> Result<Option<DeleteDone>, StoreError> {
        let table = table(self.reads, model)?;
        validate::key(table, key)?;
        let before = local::load(self.conn(), table, key)?;
        if before.visible.is_none() {
            condition.map(|condition| bind_condition(table, condition)).transpose()?;
            return Ok(None);
        }
        let condition = check_condition(table, &before, condition)?;
        let mut ids = Ids { first: mutation.clone(), others: 0 };
        let mut gone =
            self.delete_trees(table, vec![before], Some((condition, mutation)), &mut ids, group)?;
        Ok(gone.pop().map(|Gone { record, mutation, ended, .. }| DeleteDone {
            record,
            mutation,
            ended,
            cascaded: gone,
        }))
    }

    /// Deletes every record that `filter` selects, and what belongs to them, as [`Tx::delete`] does, without conditions.
    /// What is selected is loaded once. `mutation` is what the ids of the mutations begin with.
    ///
    /// # Errors
    /// An unknown model, a damaged file or a failing disk.
    pub fn delete_where(
        &mut self,
        model: ModelId,
        filter: &Filter,
        mutation: String,
    ) -> Result<DeleteAllDone, StoreError> {
        let table = table(self.reads, model)?;
        let filter = &filter.clone().readable();
        let mut ids = Ids { first: mutation, others: 0 };
        let mut done = DeleteAllDone::default();
        let keys = self.selected(table, filter)?;
        let tops = keys.iter().map(|key| local::load(self.conn(), table, key));
        let tops = tops.collect::<Result<Vec<Loaded>, StoreError>>()?;
        for gone in self.delete_trees(table, tops, None, &mut ids, None)? {
            let selected = gone.model == model && filter.matches(&gone.record, false);
            if selected { &mut done.items } else { &mut done.cascaded }.push(gone);
        }
        if !done.items.is_sorted_by(|a, b| a.key <= b.key) {
            done.items.sort_by(|a, b| a.key.cmp(&b.key));
        }
        Ok(done)
    }

    /// The keys of the records that `filter` selects, in order.
    fn selected(&self, table: &Table, filter: &Filter) -> Result<Vec<Key>, StoreError> {
        let key = table.model.key.iter().map(|&field| table.columns[field].as_str());
        let key = key.collect::<Vec<_>>().join(", ");
        let filter = to_sql(filter, &|field| table.column(field));
        let sql = format!("SELECT {key} FROM {} WHERE {} ORDER BY {key}", table.name, filter.text);
        let mut statement = self.conn().prepare(&sql)?;
        for (place, value) in filter.params.iter().enumerate() {
            statement.raw_bind_parameter(place + 1, Bind(value))?;
        }
        let mut rows = statement.raw_query();
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            keys.push(read_key(&table.model, row)?);
        }
        Ok(keys)
    }

    /// Deletes records, if they are there, and what belongs to them; of one, it comes last, with this condition and id.
    fn delete_trees(
        &mut self,
        table: &Table,
        mut tops: Vec<Loaded>,
        mut only: Option<(Option<Predicate>, String)>,
        ids: &mut Ids,
        group: Option<i64>,
    ) -> Result<Vec<Gone>, StoreError> {
        let mut gone = Vec::new();
        tops.retain(|top| top.visible.is_some());
        let nodes = cascade::plan(self.reads, table, tops)?;
        let last = nodes.len().saturating_sub(1);
        for (place, node) in nodes.into_iter().enumerate() {
            let before = match node.loaded {
                Some(loaded) => *loaded,
                None => local::load(self.conn(), node.table, &node.key)?,
            };
            let key_text = before.key_text.clone();
            let (condition, id) = match only.take_if(|_| place == last) {
                Some((condition, id)) => (condition, id),
                None => (None, ids.next()),
            };
            let Some(deleted) = self.delete_one(node.table, before, condition, id, group)? else { continue };
            if deleted.mutation.is_some() {
                for (owner, owner_key) in node.owners {
                    crate::outbox::belonged(self.conn(), node.table, &key_text, (owner, &owner_key))?;
                }
            }
            gone.push(deleted);
        }
        Ok(gone)
    }

    fn delete_one(
        &mut self,
        table: &Table,
        before: Loaded,
        condition: Option<Predicate>,
        id: String,
        group: Option<i64>,
    ) -> Result<Option<Gone>, StoreError> {
        let Some(record) = before.visible.clone() else { return Ok(None) };
        let key = before.key.clone();
        let entry = entry(table, &before, id, MutationOp::Delete, Patch::default(), condition);
        let entry = Entry { group, ..entry };
        let With { local: after, mutation, ended } = with(table, &before.local, entry, &before.more);
        let shown = visible(table, &after);
        self.store(table, before, &after, shown.as_ref(), Source::Local)?;
        Ok(Some(Gone { model: table.model.id, key, record, mutation, ended }))
    }
}
