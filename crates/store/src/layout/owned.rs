//! Which records go with a record that is deleted: those it has by has-many or has-one.

use super::links::{held, is_key};
use super::table::Table;
use syncline_core::model::{Relation, RelationKind};
use syncline_core::{Model, ModelId, Schema};

/// What belongs to the records of a model by one relation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Owned {
    /// The model of what belongs to them.
    pub(crate) child: ModelId,
    /// The fields on the owner's side.
    pub(crate) fields: Vec<usize>,
    /// The fields on the side of what belongs to it, in the same order.
    pub(crate) child_fields: Vec<usize>,
    /// Selects the keys of what belongs to an owner, in order; the values of `fields` are the parameters.
    pub(crate) select: String,
    /// Whether the child holds a foreign key of the whole key of its owner, so that a delete of the owner waits for the
    /// child's by that.
    pub(crate) linked: bool,
}

/// Notes in the tables of a schema what belongs to what.
pub(super) fn note(schema: &Schema, tables: &mut [Table]) {
    for model in schema.models() {
        for relation in &model.relations {
            if relation.kind == RelationKind::BelongsTo {
                continue;
            }
            let Some(owned) = tables.get(relation.target.0).map(|child| owned(model, relation, child)) else {
                continue;
            };
            if !owned.linked {
                tables[owned.child.0].is_owned = true;
                tables[model.id.0].is_parent = true;
            }
            let owns = &mut tables[model.id.0].owns;
            if !owns.contains(&owned) {
                owns.push(owned);
            }
        }
    }
}

fn owned(model: &Model, relation: &Relation, child: &Table) -> Owned {
    let column = |field: &usize| child.columns[*field].as_str();
    let key = child.model.key.iter().map(column).collect::<Vec<_>>().join(", ");
    let terms = relation.target_fields.iter().enumerate();
    let terms = terms.map(|(place, field)| format!("{} = ?{}", column(field), place + 1));
    let terms = terms.collect::<Vec<_>>().join(" AND ");
    let by_key = relation.kind == RelationKind::HasMany || is_key(model, relation);
    Owned {
        child: relation.target,
        fields: relation.fields.clone(),
        child_fields: relation.target_fields.clone(),
        select: format!("SELECT {key} FROM {} WHERE {terms} ORDER BY {key}", child.name),
        linked: by_key && held(model, relation).is_some(),
    }
}
