//! The plan.

use super::convert::Conversion;
use super::loss::Refusal;
use super::model::{FieldPlan, ModelPlan, is_retyped};
use super::renames::Renames;
use super::step::Step;
use crate::model::{Change, diff};
use crate::{Field, Model, Schema};
use std::sync::Arc;

/// What has to be done to a file so that it has another schema.
#[derive(Clone, Debug)]
pub struct MigrationPlan {
    /// What changes, in words.
    pub steps: Vec<Step>,
    /// The models that both have, in the order of the new schema.
    pub models: Vec<ModelPlan>,
    /// The models that only the new schema has.
    pub added: Vec<Arc<Model>>,
    /// The models that only the old schema has.
    pub dropped: Vec<Arc<Model>>,
}

impl MigrationPlan {
    /// What becomes of the old model called `name`; `None` if it is gone.
    #[must_use]
    pub fn of(&self, name: &str) -> Option<&ModelPlan> {
        self.models.iter().find(|model| model.old.name == name)
    }
}

/// Plans how what was stored under `old` is brought to `new`.
///
/// # Errors
/// Renames that cannot be: each with what to do about it.
pub fn plan(old: &Schema, new: &Schema, renames: &Renames) -> Result<MigrationPlan, Vec<Refusal>> {
    let mut refused = Vec::new();
    let from = renames.models(old, new, &mut refused);
    let mut plan =
        MigrationPlan { steps: Vec::new(), models: Vec::new(), added: Vec::new(), dropped: Vec::new() };
    for (model, from) in new.models().iter().zip(&from) {
        let Some(was) = from.and_then(|place| old.models().get(place)) else {
            plan.added.push(Arc::clone(model));
            plan.steps.push(Step::AddModel { model: model.name.clone() });
            continue;
        };
        let fields = renames.fields(was, model, &mut refused);
        let model = ModelPlan::new(was, model, &fields);
        steps_of(&model, &mut plan.steps);
        plan.models.push(model);
    }
    for (place, model) in old.models().iter().enumerate() {
        if !from.contains(&Some(place)) {
            plan.dropped.push(Arc::clone(model));
            plan.steps.push(Step::DropModel { model: model.name.clone() });
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    plan.steps.extend(diff(old, new).into_iter().filter(is_other).map(Step::Other));
    Ok(plan)
}

fn steps_of(plan: &ModelPlan, steps: &mut Vec<Step>) {
    let (old, new) = (&plan.old, &plan.new);
    let model = || new.name.clone();
    if plan.is_renamed() {
        steps.push(Step::RenameModel { from: old.name.clone(), to: model() });
    }
    for (was, field, how) in plan.pairs() {
        of_field(&new.name, was, field, how, steps);
    }
    for (field, to) in old.fields.iter().zip(&plan.to) {
        if to.is_none() {
            steps.push(Step::DropField { model: old.name.clone(), field: field.name.clone() });
        }
    }
    let names = |model: &Model, places: &[usize]| {
        places.iter().map(|&place| model.fields[place].name.as_str()).collect::<Vec<_>>().join(", ")
    };
    if plan.key_changed {
        let (from, to) = (names(old, &old.key), names(new, &new.key));
        steps.push(Step::KeyChange { model: old.name.clone(), from, to });
    }
    // An index is what it covers; under its new names.
    let moved = |places: &[usize]| places.iter().map(|&place| plan.to[place]).collect::<Option<Vec<_>>>();
    let was: Vec<_> = old.indexes.iter().map(|index| (index, moved(&index.fields))).collect();
    for index in &new.indexes {
        if !was.iter().any(|(_, fields)| fields.as_ref() == Some(&index.fields)) {
            steps.push(Step::AddIndex { model: model(), fields: names(new, &index.fields) });
        }
    }
    for (index, fields) in was {
        if !new.indexes.iter().any(|twin| Some(&twin.fields) == fields.as_ref()) {
            steps.push(Step::DropIndex { model: model(), fields: names(old, &index.fields) });
        }
    }
}

fn of_field(model: &str, was: Option<&Field>, is: &Field, how: &FieldPlan, steps: &mut Vec<Step>) {
    let (model, field, filled) = (|| model.to_owned(), || is.name.clone(), how.fill.is_some());
    let Some(was) = was else {
        steps.push(Step::AddField { model: model(), field: field(), filled });
        return;
    };
    if was.name != is.name {
        steps.push(Step::RenameField { model: model(), from: was.name.clone(), to: field() });
    }
    if is_retyped(was, is) || how.conversion != Conversion::Same {
        let (from, to) = (was.type_name(), is.type_name());
        steps.push(Step::Retype { model: model(), field: field(), from, to, conversion: how.conversion });
    }
    if was.required != is.required {
        steps.push(Step::Nullability { model: model(), field: field(), required: is.required, filled });
    }
}

/// Whether a change is none that the plan has a step of its own for.
fn is_other(change: &Change) -> bool {
    matches!(
        change,
        Change::RuleChanged { .. }
            | Change::RelationAdded { .. }
            | Change::RelationRemoved { .. }
            | Change::RelationChanged { .. }
            | Change::OperationsChanged { .. }
            | Change::AuthChanged { .. }
            | Change::EnumAdded { .. }
            | Change::EnumRemoved { .. }
            | Change::EnumValueAdded { .. }
            | Change::EnumValueRemoved { .. }
    )
}
