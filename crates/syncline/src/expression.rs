//! Sync expressions: which records of a model a device wants.

use crate::Error;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use syncline_core::predicate::{Filter, to_json};
use syncline_core::{ModelId, Predicate, Schema};

type Closure = Arc<dyn Fn() -> Predicate + Send + Sync>;

/// The expressions of a store: closures, evaluated once per run.
#[derive(Clone, Default)]
pub(crate) struct Expressions {
    closures: Vec<(String, Closure)>,
}

impl fmt::Debug for Expressions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.closures.iter().map(|(model, _)| model)).finish()
    }
}

/// An expression of one run.
#[derive(Clone, Debug)]
pub(crate) struct Expression {
    /// As the application wrote it: what is sent.
    pub(crate) predicate: Predicate,
    /// Resolved: what frames are checked with.
    pub(crate) filter: Filter,
    /// Its filter JSON: another one than the stored one means a base sync.
    pub(crate) text: String,
}

/// The expressions of one run, for every model.
pub(crate) type Evaluated = HashMap<ModelId, Expression>;

impl Expressions {
    pub(crate) fn add(&mut self, model: &str, closure: Closure) {
        self.closures.retain(|(name, _)| name != model);
        self.closures.push((model.to_owned(), closure));
    }

    /// Evaluates every closure once.
    pub(crate) fn evaluate(&self, schema: &Schema) -> Result<Evaluated, Error> {
        if let Some((unknown, _)) = self.closures.iter().find(|(name, _)| schema.by_name(name).is_none()) {
            return Err(Error::UnknownModel(unknown.clone()));
        }
        schema
            .models()
            .iter()
            .map(|model| {
                let closure = self.closures.iter().find(|(name, _)| *name == model.name);
                let predicate = closure.map_or(Predicate::All, |(_, closure)| closure());
                let filter = predicate.bind(model).map_err(|source| Error::Predicate {
                    model: model.name.clone(),
                    source: Box::new(source),
                })?;
                let text = to_json(&predicate).to_string();
                // What is asked of a field that the server does not show is false, as in every predicate.
                let filter = filter.readable();
                Ok((model.id, Expression { predicate, filter, text }))
            })
            .collect()
    }
}
