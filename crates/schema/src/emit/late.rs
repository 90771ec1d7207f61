//! What an index query or a has-many makes where no list has made it: a filter from what is declared alone, and a
//! connection that knows no time. That is so for a model without list and sync. For a model whose name begins with a small
//! letter the transformer makes both, because it spells the name in two ways.

use super::filters::{DELETED, groups, is_late, is_listed, making, term};
use super::operators::{LIST, ONE};
use super::writer::Writer;
use super::{Api, type_names};
use syncline_core::Schema;
use syncline_core::model::{Field, FieldKind, FieldSource, Model, ModelId, Relation, RelationKind};

/// What makes the filter and the connection of a model beside its list.
#[derive(Clone, Copy)]
pub(super) enum Maker {
    /// The query of an index.
    Index,
    /// The first has-many that leads to it: that relation of that model.
    HasMany(ModelId, usize),
}

/// What makes another filter and connection for a model than the list does, if something does.
pub(super) fn maker(schema: &Schema, model: &Model) -> Option<Maker> {
    if is_listed(model) && model.name == model.names.upper {
        return None;
    }
    if model.indexes.iter().any(|index| index.query.is_some()) {
        return Some(Maker::Index);
    }
    schema.models().iter().find_map(|parent| {
        let leads =
            |relation: &Relation| relation.kind == RelationKind::HasMany && relation.target == model.id;
        let nth = parent.relations.iter().position(leads)?;
        Some(Maker::HasMany(parent.id, nth))
    })
}

/// The filter of an index query or a has-many, if the list does not make one of that name.
pub(super) fn filter(api: &Api<'_>, model: &Model, out: &mut Writer) {
    let Some(maker) = maker(api.schema, model) else { return };
    let name = type_names::filter(&model.name);
    let of_index = matches!(maker, Maker::Index);
    let declared = model.fields.iter().filter(|field| field.source == FieldSource::Declared);
    let line = |field: &Field| match &field.kind {
        FieldKind::Enum(ty) => {
            let names = type_names::of_enum(&ty.name);
            let ty = &names[if of_index && field.is_list() { LIST } else { ONE }];
            Some(format!("{}: {ty}", field.name))
        }
        FieldKind::Scalar(_) | FieldKind::Custom(_) => term(api, field),
    };
    let mut lines: Vec<String> = declared.filter_map(line).collect();
    lines.extend(groups(&name, true));
    lines.extend((!of_index).then(|| DELETED.to_owned()));
    // Keys that come later find only a filter whose name begins with a capital.
    if model.name == model.names.upper {
        let keys = model.fields.iter().enumerate().filter(|(_, field)| is_late(field));
        let after = keys.filter(|(place, _)| comes_after(api.schema, model, *place, maker));
        lines.extend(after.filter_map(|(_, field)| term(api, field)));
    }
    out.block("input", &name, lines);
}

/// Whether a key that comes by itself comes after the filter: has-many relations are worked through in their order, then
/// all others.
fn comes_after(schema: &Schema, model: &Model, place: usize, maker: Maker) -> bool {
    let Maker::HasMany(first, nth) = maker else { return true };
    let first = &schema.model(first).relations[nth];
    let makers = making(schema).filter(|(_, relation)| relation.target == model.id);
    match { makers }.find(|(_, relation)| relation.target_fields.contains(&place)) {
        Some((_, relation)) => !std::ptr::eq(relation, first),
        None => true,
    }
}
