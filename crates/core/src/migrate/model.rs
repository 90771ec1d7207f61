//! What becomes of one model.

use super::convert::{Conversion, convert};
use crate::model::{Field, FieldKind};
use crate::{Model, Record, Value};
use std::sync::Arc;

/// Where the values of a new field come from.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldPlan {
    /// The old field's place; `None` if the field is new.
    pub from: Option<usize>,
    /// How its values are brought over.
    pub conversion: Conversion,
    /// What a record has that has nothing there: the `@default` of a field that may not be null now.
    pub fill: Option<Value>,
}

/// What becomes of a model that both schemas have, under the same name or another.
#[derive(Clone, Debug)]
pub struct ModelPlan {
    /// As it was.
    pub old: Arc<Model>,
    /// As it is.
    pub new: Arc<Model>,
    /// By the places of the new fields.
    pub fields: Vec<FieldPlan>,
    /// By the places of the old fields: the new place, if there is one.
    pub to: Vec<Option<usize>>,
    /// Whether its primary key is another one: none of its records can be found by it.
    pub key_changed: bool,
    /// Whether it has to be fetched anew, because its records hold what is not here yet, or might.
    pub refill: bool,
}

impl ModelPlan {
    pub(super) fn new(old: &Arc<Model>, new: &Arc<Model>, from: &[Option<usize>]) -> ModelPlan {
        let fields: Vec<FieldPlan> = new
            .fields
            .iter()
            .zip(from)
            .map(|(field, &from)| {
                let was = from.and_then(|place| old.fields.get(place));
                let conversion = was.map_or(Conversion::Same, |was| Conversion::of(was, field));
                let required = field.required && !field.read_only && was.is_none_or(|was| !was.required);
                FieldPlan { from, conversion, fill: field.default.clone().filter(|_| required) }
            })
            .collect();
        let mut to = vec![None; old.fields.len()];
        for (place, field) in fields.iter().enumerate() {
            if let Some(target) = field.from.and_then(|from| to.get_mut(from)) {
                *target = Some(place);
            }
        }
        let same_key = old.key.len() == new.key.len()
            && old
                .key
                .iter()
                .zip(&new.key)
                .all(|(was, is)| to[*was] == Some(*is) && fields[*is].conversion == Conversion::Same);
        let mut plan = ModelPlan {
            old: Arc::clone(old),
            new: Arc::clone(new),
            fields,
            to,
            key_changed: !same_key,
            refill: false,
        };
        plan.refill = plan.key_changed || plan.is_renamed() || plan.unknown_fields().next().is_some();
        plan
    }

    /// The names of its new fields of which it is not known here what the server has in them: new ones, and those that
    /// were something else. Of a model that was renamed, all.
    pub fn unknown_fields(&self) -> impl Iterator<Item = &str> {
        let renamed = self.is_renamed();
        let unknown = move |(was, is, _): &(Option<&Field>, &Field, &FieldPlan)| {
            renamed
                || was.is_none_or(|was| {
                    was.name != is.name
                        || is_retyped(was, is)
                        || (is.required && !was.required && !is.read_only)
                })
        };
        self.pairs().filter(unknown).map(|(_, is, _)| is.name.as_str())
    }

    /// The name that the old field `name` has now, if it is still there.
    #[must_use]
    pub fn renamed_field(&self, name: &str) -> Option<&str> {
        let place = self.to.get(self.old.field(name)?).copied().flatten()?;
        self.new.fields.get(place).map(|field| field.name.as_str())
    }

    /// Its new fields, each with the old one and its plan.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (Option<&Field>, &Field, &FieldPlan)> {
        let was = |plan: &FieldPlan| plan.from.and_then(|place| self.old.fields.get(place));
        self.new.fields.iter().zip(&self.fields).map(move |(field, plan)| (was(plan), field, plan))
    }

    /// Whether it has another name.
    #[must_use]
    pub fn is_renamed(&self) -> bool {
        self.old.name != self.new.name
    }

    /// Whether what is stored of its records has to be written anew; fields may only have been added otherwise.
    #[must_use]
    pub fn rewrites(&self) -> bool {
        let moved = |(was, is, plan): (Option<&Field>, &Field, &FieldPlan)| {
            plan.fill.is_some()
                || plan.conversion != Conversion::Same
                || was.is_some_and(|was| was.name != is.name)
        };
        self.key_changed || self.to.iter().any(Option::is_none) || self.pairs().any(moved)
    }

    /// Whether what is said of its records elsewhere, by their names and those of their fields, changes.
    #[must_use]
    pub fn moves(&self) -> bool {
        self.is_renamed() || self.rewrites()
    }

    /// A record of the old model as one of the new. What has no counterpart is null.
    #[must_use]
    pub fn record(&self, old: &Record) -> Record {
        let value = |(was, is, plan): (Option<&Field>, &Field, &FieldPlan)| {
            let value = plan.from.and_then(|place| old.0.get(place));
            match (was, value) {
                (Some(was), Some(value)) if !value.is_null() => convert(was, is, value).rest(),
                _ => plan.fill.clone().unwrap_or_default(),
            }
        };
        Record(self.pairs().map(value).collect())
    }

    /// A value of an old field as one of the new field that it became. `None`: it has no counterpart.
    #[must_use]
    pub fn value(&self, old_field: usize, value: &Value) -> Option<(usize, Value)> {
        let place = self.to.get(old_field).copied().flatten()?;
        let converted = convert(self.old.fields.get(old_field)?, &self.new.fields[place], value).whole()?;
        let fill = self.fields[place].fill.as_ref().filter(|_| converted.is_null());
        Some((place, fill.cloned().unwrap_or(converted)))
    }
}

/// Whether values of the one are not values of the other: another type, or a custom type with other fields. What an enum
/// may hold is not looked at.
pub(super) fn is_retyped(was: &Field, is: &Field) -> bool {
    was.is_list() != is.is_list() || kinds_differ(&was.kind, &is.kind)
}

fn kinds_differ(was: &FieldKind, is: &FieldKind) -> bool {
    match (was, is) {
        (FieldKind::Enum(was), FieldKind::Enum(is)) => was.name != is.name,
        (FieldKind::Custom(was), FieldKind::Custom(is)) => {
            was.fields.len() != is.fields.len()
                || was.fields.iter().any(|field| {
                    is.fields
                        .iter()
                        .find(|twin| twin.name == field.name)
                        .is_none_or(|twin| is_retyped(field, twin))
                })
        }
        (was, is) => was != is,
    }
}
