//! The filters of lists and syncs, of conditions and of subscriptions.

use super::inputs::{base, owner_fields};
use super::keys::{has_index, made_index};
use super::writer::Writer;
use super::{Api, Extent, late, stems, type_names};
use syncline_core::Schema;
use syncline_core::model::{Field, FieldKind, FieldSource, Model, Relation};
use syncline_core::scalar::Scalar;

/// The filters of a model, as far as its API has something to filter.
pub(crate) fn filters(api: &Api<'_>, model: &Model, out: &mut Writer) {
    let stems = stems::stems(model, api.extent);
    if is_listed(model) {
        stems.iter().for_each(|stem| list_filter(api, model, stem, out));
    }
    if !is_listed(model) || stems.iter().all(|stem| *stem != model.name) {
        late::filter(api, model, out);
    }
    if model.roots().iter().any(|root| root.kind.is_mutation()) {
        stems.iter().for_each(|stem| condition(api, model, stem, out));
    }
    if model.roots().iter().any(|root| root.kind.follows().is_some()) {
        stems.iter().for_each(|stem| subscription_filter(api, model, stem, out));
    }
}

/// Whether the API has a list or a sync of the model, which bring its connection and its filter along.
pub(super) fn is_listed(model: &Model) -> bool {
    use syncline_core::model::RootKind::{List, Sync};
    model.roots().iter().any(|root| matches!(root.kind, List | Sync))
}

/// Whether a field comes after the operators of a filter: the transformer adds it later.
pub(super) fn is_late(field: &Field) -> bool {
    matches!(field.source, FieldSource::ForeignKey | FieldSource::Owner)
}

pub(super) fn term(api: &Api<'_>, field: &Field) -> Option<String> {
    operator(api, field).map(|ty| format!("{}: {ty}", field.name))
}

fn list_filter(api: &Api<'_>, model: &Model, stem: &str, out: &mut Writer) {
    let name = type_names::filter(stem);
    let mut lines: Vec<String> =
        model.fields.iter().filter(|field| !is_late(field)).filter_map(|field| term(api, field)).collect();
    // The transformer lets every model be filtered by `id`, also one that has none.
    lines.extend(model.field("id").is_none().then(|| "id: ModelIDInput".to_owned()));
    lines.extend(groups(&name, true));
    lines.push(DELETED.to_owned());
    lines.extend(model.fields.iter().filter(|field| is_late(field)).filter_map(|field| term(api, field)));
    out.block("input", &name, lines);
}

fn condition(api: &Api<'_>, model: &Model, stem: &str, out: &mut Writer) {
    let name = type_names::condition(stem);
    // The transformer looks for what it takes out under the declared name, and so finds nothing in small letters.
    let is_upper = model.name == model.names.upper;
    let without_id = is_upper && (model.custom_key || has_index(api.schema, model));
    let is_gone = |place: usize, field: &Field| {
        let is_id = field.name == "id"
            && (without_id
                || field.kind == FieldKind::Scalar(Scalar::Id)
                || field.source != FieldSource::Declared);
        is_id || is_upper && model.custom_key && model.is_key(place)
    };
    let open = |(place, field): &(usize, &Field)| !is_gone(*place, field);
    let fields: Vec<&Field> = model.fields.iter().enumerate().filter(open).map(|(_, field)| field).collect();
    let of = |late: bool| {
        fields.iter().filter(move |field| is_late(field) == late).filter_map(|field| term(api, field))
    };
    let lines = of(false).chain(groups(&name, true)).chain([DELETED.to_owned()]).chain(of(true));
    // An owner is in it even as a part of the key.
    let owners =
        owner_fields(model).into_iter().filter(|owner| fields.iter().all(|field| field.name != *owner));
    let owners = owners.map(|owner| format!("{owner}: ModelStringInput"));
    out.block("input", &name, lines.chain(owners).collect::<Vec<_>>());
}

fn subscription_filter(api: &Api<'_>, model: &Model, stem: &str, out: &mut Writer) {
    let name = type_names::subscription_filter(stem);
    let owners = owner_fields(model);
    let dynamic: Vec<&str> = model.auth.iter().filter_map(|rule| rule.groups_field.as_deref()).collect();
    let open = |field: &Field| {
        let name = field.name.as_str();
        field.source != FieldSource::Owner && !owners.contains(&name) && !dynamic.contains(&name)
    };
    let term = |field: &Field| subscription_operator(&field.kind).map(|ty| format!("{}: {ty}", field.name));
    let mut lines: Vec<String> = Vec::new();
    for field in model.fields.iter().filter(|field| !is_late(field) && open(field)) {
        lines.extend(term(field));
    }
    lines.extend(model.field("id").is_none().then(|| "id: ModelSubscriptionIDInput".to_owned()));
    lines.extend(groups(&name, false));
    lines.push(DELETED.to_owned());
    for (place, field) in model.fields.iter().enumerate().filter(|(_, field)| is_late(field) && open(field)) {
        if api.extent == Extent::Served || !comes_from_another(api.schema, model, place) {
            lines.extend(term(field));
        }
    }
    lines.extend(keys_of_children(api.schema, model));
    lines.extend(owners.iter().map(|owner| format!("{owner}: ModelStringInput")));
    out.block("input", &name, lines);
}

pub(super) const DELETED: &str = "_deleted: ModelBooleanInput";

/// `and`, `or` and `not`.
pub(super) fn groups(name: &str, negation: bool) -> Vec<String> {
    let mut lines = vec![format!("and: [{name}]"), format!("or: [{name}]")];
    lines.extend(negation.then(|| format!("not: {name}")));
    lines
}

/// The has-many relations that bring keys of their own along, with their models.
pub(super) fn making(schema: &Schema) -> impl Iterator<Item = (&Model, &Relation)> {
    let all = schema.models().iter();
    let all = all.flat_map(|model| model.relations.iter().map(move |relation| (&**model, relation)));
    all.filter(|(model, relation)| made_index(schema, model, relation))
}

/// Whether the has-many of another model brought the key along: the transformer puts it into that model's subscription
/// filter, and not into this one's.
fn comes_from_another(schema: &Schema, model: &Model, place: usize) -> bool {
    making(schema).any(|(parent, relation)| {
        parent.id != model.id && relation.target == model.id && relation.target_fields.contains(&place)
    })
}

/// The foreign keys of has-many relations, which the transformer puts into the parent's subscription filter.
fn keys_of_children(schema: &Schema, model: &Model) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (_, relation) in making(schema).filter(|(parent, _)| parent.id == model.id) {
        let child = schema.model(relation.target);
        let keys = relation.target_fields.iter().map(|&place| &child.fields[place]);
        for key in keys.filter(|key| model.field(&key.name).is_none()) {
            let line = subscription_operator(&key.kind).map(|ty| format!("{}: {ty}", key.name));
            lines.extend(line.filter(|line| !lines.contains(line)));
        }
    }
    lines
}

/// The operators of a field's type. A custom type has none. A non-null list of an enum has those of a single value; what
/// is served are those of a list, which take a single value, too.
pub(super) fn operator(api: &Api<'_>, field: &Field) -> Option<String> {
    match &field.kind {
        FieldKind::Enum(ty) => {
            let [single, list] = type_names::of_enum(&ty.name);
            let as_list = field.is_list() && (!field.required || api.extent == Extent::Served);
            Some(if as_list { list } else { single })
        }
        FieldKind::Scalar(scalar) => Some(format!("Model{}Input", base(*scalar))),
        FieldKind::Custom(_) => None,
    }
}

fn subscription_operator(kind: &FieldKind) -> Option<String> {
    match kind {
        FieldKind::Enum(_) => Some("ModelSubscriptionStringInput".to_owned()),
        FieldKind::Scalar(scalar) => Some(format!("ModelSubscription{}Input", base(*scalar))),
        FieldKind::Custom(_) => None,
    }
}
