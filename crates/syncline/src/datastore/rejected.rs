//! What becomes of a mutation that the server refuses for good: the application says.

use super::DataStoreBuilder;
use crate::Error;
use crate::model::Model;
use std::collections::HashMap;
use syncline_core::{ModelId, Schema};

/// What becomes of a mutation that the server refuses for good. Whichever it is,
/// [`Verdict::Rejected`](crate::Verdict::Rejected) says so to those who wait, and the hub tells `OutboxMutationFailed`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnRejected {
    /// It is parked, with its reason, and what it wrote stays visible here: [`DataStore::outbox`](crate::DataStore::outbox)
    /// lists it, to be edited, retried or discarded.
    #[default]
    KeepLocal,
    /// It is dropped, and the server's record shows again. What it wanted is listed in
    /// [`conflicts`](crate::DataStore::conflicts), with the reason. Where the server has no such record, or does not show it,
    /// and in a transaction, it is parked all the same: nothing is restored from a guess.
    RestoreRemote,
}

/// The policies as they were given, by the names of models.
#[derive(Debug, Default)]
pub(super) struct ByName(HashMap<String, OnRejected>);

/// The policies of the models that have one.
#[derive(Debug, Default)]
pub(crate) struct Rejections(HashMap<ModelId, OnRejected>);

impl ByName {
    pub(super) fn of(&self, schema: &Schema) -> Result<Rejections, Error> {
        let policies = self.0.iter().map(|(name, policy)| {
            let model = schema.by_name(name).ok_or_else(|| Error::UnknownModel(name.clone()))?;
            Ok((model.id, *policy))
        });
        Ok(Rejections(policies.collect::<Result<_, Error>>()?))
    }
}

impl Rejections {
    /// Whether the server's record is to show again after a refusal.
    pub(crate) fn restores(&self, model: ModelId) -> bool {
        self.0.get(&model) == Some(&OnRejected::RestoreRemote)
    }
}

impl DataStoreBuilder {
    /// What becomes of mutations of `M` that the server refuses for good; without this, they are
    /// [kept](OnRejected::KeepLocal).
    pub fn on_rejected<M: Model>(self, policy: OnRejected) -> DataStoreBuilder {
        self.on_rejected_by_name(M::NAME, policy)
    }

    /// As [`on_rejected`](DataStoreBuilder::on_rejected), for the model called `model`.
    pub fn on_rejected_by_name(mut self, model: &str, policy: OnRejected) -> DataStoreBuilder {
        self.rejected.0.insert(model.to_owned(), policy);
        self
    }
}
