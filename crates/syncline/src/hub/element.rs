//! What an event tells of a mutation or a record.

use crate::dynamic::Item;
use crate::model::Origin;
use std::fmt;
use std::sync::Arc;
use syncline_core::record::MutationOp;
use syncline_core::{Key, Meta, Model, Record, Versioned};

/// A record and what was done to it.
#[derive(Clone, PartialEq)]
pub struct HubElement(Arc<Element>);

#[derive(Clone)]
struct Element {
    model: Arc<Model>,
    key: Key,
    op: MutationOp,
    mutation: Option<String>,
    record: Option<Record>,
    meta: Option<Meta>,
}

impl PartialEq for Element {
    fn eq(&self, other: &Element) -> bool {
        self.model.name == other.model.name
            && (&self.key, self.op, &self.mutation) == (&other.key, other.op, &other.mutation)
            && (&self.record, self.meta) == (&other.record, other.meta)
    }
}

/// By what it is about: an event is logged in a line, not with the description of its model.
impl fmt::Debug for HubElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("HubElement");
        out.field("model", &self.model()).field("key", &self.key().to_string()).field("op", &self.op());
        if let Some(mutation) = self.mutation() {
            out.field("mutation", &mutation);
        }
        if let Some(version) = self.version() {
            out.field("version", &version).field("deleted", &self.deleted());
        }
        if let Some(item) = self.item() {
            out.field("item", &item);
        }
        out.finish()
    }
}

impl HubElement {
    /// A mutation, and what this device shows of its record.
    pub(crate) fn of_mutation(
        model: &Arc<Model>,
        key: &Key,
        op: MutationOp,
        mutation: &str,
        shown: Option<Record>,
    ) -> HubElement {
        HubElement(Arc::new(Element {
            model: Arc::clone(model),
            key: key.clone(),
            op,
            mutation: Some(mutation.to_owned()),
            record: shown,
            meta: None,
        }))
    }

    /// A record of the server.
    pub(crate) fn of_remote(
        model: &Arc<Model>,
        op: MutationOp,
        mutation: Option<&str>,
        row: Versioned,
    ) -> HubElement {
        HubElement(Arc::new(Element {
            model: Arc::clone(model),
            key: Key::of(model, &row.record),
            op,
            mutation: mutation.map(str::to_owned),
            record: Some(row.record),
            meta: Some(row.meta),
        }))
    }

    /// The model's name.
    #[must_use]
    pub fn model(&self) -> &str {
        &self.0.model.name
    }

    /// The record's key.
    #[must_use]
    pub fn key(&self) -> &Key {
        &self.0.key
    }

    /// What was done to the record.
    #[must_use]
    pub fn op(&self) -> MutationOp {
        self.0.op
    }

    /// The id of the mutation in the outbox; `None` if it is not about one of this device.
    #[must_use]
    pub fn mutation(&self) -> Option<&str> {
        self.0.mutation.as_deref()
    }

    /// The record, as the event's description says. `None` where there is none, or it does not fit the model.
    #[must_use]
    pub fn item(&self) -> Option<Item> {
        let record = self.0.record.as_ref()?;
        let origin = Origin::read(record.clone(), self.version());
        Item::read(&self.0.model, record, origin).ok()
    }

    /// The record's `_version` at the server, if this is the server's record.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        self.0.meta.map(|meta| meta.version)
    }

    /// The record's `_lastChangedAt` at the server, in ms since 1970, if this is the server's record.
    #[must_use]
    pub fn last_changed_at(&self) -> Option<i64> {
        self.0.meta.map(|meta| meta.last_changed_at)
    }

    /// The record's `_deleted` at the server: whether this is a tombstone.
    #[must_use]
    pub fn deleted(&self) -> bool {
        self.0.meta.is_some_and(|meta| meta.deleted)
    }
}
