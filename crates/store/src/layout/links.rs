//! Which records of other models a record refers to: what a parent's and a child's mutations wait for.

use syncline_core::model::{Relation, RelationKind};
use syncline_core::{Model, ModelId, Schema};

/// A foreign key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    /// The model it refers to.
    pub(crate) parent: ModelId,
    /// Its name.
    pub(crate) parent_name: String,
    /// The fields on this side, in the order of the parent's key.
    pub(crate) fields: Vec<usize>,
    /// Whether it is a has-one whose key this side holds: the record it refers to goes with this one.
    pub(crate) owns: bool,
}

/// By model: the foreign keys of its records.
pub(super) fn links(schema: &Schema) -> Vec<Vec<Link>> {
    let mut links: Vec<Vec<Link>> = vec![Vec::new(); schema.models().len()];
    let mut add = |child: ModelId, link: Option<Link>| {
        if let Some(link) = link
            && !links[child.0].contains(&link)
        {
            links[child.0].push(link);
        }
    };
    for model in schema.models() {
        for relation in &model.relations {
            let target = schema.model(relation.target);
            let holds = |owns| link(target, &relation.target_fields, &relation.fields, owns);
            match relation.kind {
                RelationKind::BelongsTo => add(model.id, holds(false)),
                RelationKind::HasMany => add(target.id, held(model, relation)),
                RelationKind::HasOne if is_key(model, relation) => add(target.id, held(model, relation)),
                RelationKind::HasOne => add(model.id, holds(true)),
            }
        }
    }
    links
}

/// The link of the other side of a relation, where that holds the foreign key.
pub(super) fn held(model: &Model, relation: &Relation) -> Option<Link> {
    link(model, &relation.fields, &relation.target_fields, false)
}

/// Whether a has-one is held by the other side: the side whose fields are not its key holds the foreign key.
pub(super) fn is_key(model: &Model, relation: &Relation) -> bool {
    relation.fields.len() == model.key.len() && relation.fields.iter().all(|&field| model.is_key(field))
}

/// The link from `own` fields to `parent`, if they cover its whole key.
fn link(parent: &Model, of_parent: &[usize], own: &[usize], owns: bool) -> Option<Link> {
    if of_parent.len() != parent.key.len() || own.len() != of_parent.len() {
        return None;
    }
    let field_for = |key: &usize| {
        of_parent.iter().position(|field| field == key).and_then(|place| own.get(place)).copied()
    };
    let fields = parent.key.iter().map(field_for).collect::<Option<Vec<_>>>()?;
    Some(Link { parent: parent.id, parent_name: parent.name.clone(), fields, owns })
}
