//! Which mutations of a document depend on which before them (SYNC 2.4).

use syncline_core::model::{Relation, RelationKind};
use syncline_core::record::MutationOp;
use syncline_core::{Key, Model, ModelId, Schema, Value};

/// What a mutation is about.
#[derive(Clone, Debug)]
pub(super) struct Target {
    pub(super) model: ModelId,
    pub(super) key: Key,
    pub(super) op: MutationOp,
    /// The records that its record belongs to, as far as the mutation says so.
    pub(super) parents: Vec<(ModelId, Key)>,
}

/// For each mutation the places of those before it on which it depends: those of the same record, and those that create
/// or change a record that its own belongs to. What a target is not known of depends on nothing.
pub(super) fn needs(targets: &[Option<Target>]) -> Vec<Vec<usize>> {
    let needs = |(place, target): (usize, &Option<Target>)| {
        let Some(target) = target else { return Vec::new() };
        let before = targets[..place].iter().enumerate();
        let needed = before.filter(|(_, other)| other.as_ref().is_some_and(|other| depends(target, other)));
        needed.map(|(place, _)| place).collect()
    };
    targets.iter().enumerate().map(needs).collect()
}

fn depends(target: &Target, other: &Target) -> bool {
    let is = |model: ModelId, key: &Key| model == other.model && *key == other.key;
    is(target.model, &target.key)
        || other.op != MutationOp::Delete && target.parents.iter().any(|(model, key)| is(*model, key))
}

/// The records that a record of `model` belongs to, by its key and the values that a mutation gives it: through its own
/// relations, and through those of others that lead to it.
pub(super) fn parents(
    schema: &Schema,
    model: &Model,
    own_key: &Key,
    given: &[(usize, Value)],
) -> Vec<(ModelId, Key)> {
    let in_key = |field: usize| own_key.0.get(model.key.iter().position(|known| *known == field)?);
    let value = |field: usize| {
        let given = given.iter().find(|(known, _)| *known == field).map(|(_, value)| value);
        given.or_else(|| in_key(field))
    };
    // `parent`'s key, whose fields are joined to ours.
    let key = |parent: &Model, theirs: &[usize], ours: &[usize]| {
        if theirs.len() != parent.key.len() {
            return None;
        }
        let part = |field: &usize| {
            let place = theirs.iter().position(|their| their == field)?;
            value(*ours.get(place)?).filter(|value| !value.is_null()).cloned()
        };
        let key = parent.key.iter().map(part).collect::<Option<Vec<_>>>()?;
        Some((parent.id, Key(key)))
    };
    let own = model.relations.iter().filter(|relation| relation.kind != RelationKind::HasMany);
    let up = own
        .filter_map(|relation| key(schema.model(relation.target), &relation.target_fields, &relation.fields));
    let leads_here =
        |relation: &&Relation| relation.target == model.id && relation.kind != RelationKind::BelongsTo;
    let down = schema.models().iter().flat_map(|parent| {
        let relations = parent.relations.iter().filter(leads_here);
        relations.filter_map(|relation| key(parent, &relation.fields, &relation.target_fields))
    });
    up.chain(down).collect()
}
