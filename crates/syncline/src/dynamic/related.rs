//! Relations by their names.

use super::{Item, ItemError};
use crate::model::relation;
use std::sync::Arc;
use syncline_core::model::{Relation, RelationKind};
use syncline_core::{Key, Model as Ir, Predicate, Schema, Value};

/// A relation of an item.
pub(super) struct Related<'a> {
    model: &'a Ir,
    relation: &'a Relation,
    item: &'a Item,
    /// The model on the other side.
    pub(super) target: Arc<Ir>,
}

impl<'a> Related<'a> {
    /// The relation of `item`, which is to be one of `model`, called `name`.
    pub(super) fn of(
        schema: &Schema,
        model: &'a Ir,
        name: &str,
        item: &'a Item,
    ) -> Result<Related<'a>, ItemError> {
        item.check_of(model)?;
        let relation = model.relation(name).ok_or_else(|| ItemError::UnknownRelation {
            model: model.name.clone(),
            relation: name.to_owned(),
            known: model.relations.iter().map(|relation| relation.name.clone()).collect(),
        })?;
        Ok(Related { model, relation, item, target: Arc::clone(schema.model(relation.target)) })
    }

    /// Which records of the other side they are.
    pub(super) fn filter(&self) -> Predicate {
        let there = self.relation.target_fields.iter();
        let there = there.map(|&field| self.target.fields[field].name.as_str());
        let here = self.relation.fields.iter().map(|&field| self.item.record[field].clone());
        relation::filter(there.zip(here))
    }

    /// The key of the one record; `None` if the item leads to none.
    pub(super) fn key(&self) -> Result<Option<Key>, ItemError> {
        let own = |place: &usize| {
            let other = self.relation.target_fields.iter().position(|field| field == place)?;
            self.relation.fields.get(other).map(|&field| self.item.record[field].clone())
        };
        let values: Option<Vec<Value>> = self.target.key.iter().map(own).collect();
        match values.filter(|_| self.relation.kind != RelationKind::HasMany) {
            Some(values) => Ok(relation::key(values)),
            None => {
                Err(ItemError::Many { model: self.model.name.clone(), relation: self.relation.name.clone() })
            }
        }
    }
}
