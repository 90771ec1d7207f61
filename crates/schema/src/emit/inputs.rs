//! The inputs of mutations, and the filters.

use super::keys;
use super::type_names;
use super::writer::Writer;
use syncline_core::Schema;
use syncline_core::model::{Allow, CustomType, Field, FieldKind, FieldSource, Model, RelationKind};
use syncline_core::scalar::{Scalar, Storage};

/// The inputs of create, update and delete.
pub(crate) fn mutation_inputs(model: &Model, out: &mut Writer) {
    let upper = &model.names.upper;
    let places = |late: bool| {
        let fields = model.fields.iter().enumerate().filter(|(_, field)| !field.read_only);
        fields.filter(move |(_, field)| (field.source == FieldSource::ForeignKey) == late)
    };
    let version = || std::iter::once("_version: Int".to_owned());
    let all = |write: &dyn Fn(usize, &Field) -> String| -> Vec<String> {
        let line = |(place, field): (usize, &Field)| write(place, field);
        places(false).map(line).chain(version()).chain(places(true).map(line)).collect()
    };
    let create = |place: usize, field: &Field| {
        // The server makes a missing `id` and fills missing timestamps, also declared ones.
        let default_key = model.is_key(place) && field.name == "id" && model.key.len() == 1;
        let filled = default_key || is_timestamp(model, place);
        format!("{}: {}", field.name, if filled { nullable(field) } else { input_type(field) })
    };
    let update = |place: usize, field: &Field| {
        format!("{}: {}", field.name, if model.is_key(place) { input_type(field) } else { nullable(field) })
    };
    out.block("input", &type_names::input("Create", upper), all(&create));
    out.block("input", &type_names::input("Update", upper), all(&update));
    out.block("input", &type_names::input("Delete", upper), keys::key_fields(model).chain(version()));
}

fn is_timestamp(model: &Model, place: usize) -> bool {
    let field = &model.fields[place];
    let fills = [model.timestamps.created_at, model.timestamps.updated_at].contains(&Some(place));
    fills && field.kind == FieldKind::Scalar(Scalar::AwsDateTime)
}

/// A custom type as part of what is written.
pub(crate) fn custom(ty: &CustomType, out: &mut Writer) {
    let lines = ty.fields.iter().map(|field| format!("{}: {}", field.name, input_type(field)));
    out.block("input", &type_names::of_custom(&ty.name), lines);
}

/// The type of a field where it is written.
fn input_type(field: &Field) -> String {
    match &field.kind {
        FieldKind::Custom(ty) => field.type_name().replacen(&ty.name, &type_names::of_custom(&ty.name), 1),
        FieldKind::Scalar(_) | FieldKind::Enum(_) => field.type_name(),
    }
}

/// The same without the outer `!`.
fn nullable(field: &Field) -> String {
    let mut ty = input_type(field);
    if field.required {
        ty.pop();
    }
    ty
}

/// The filters for lists and syncs, for conditions and for subscriptions.
pub(crate) fn filters(schema: &Schema, model: &Model, out: &mut Writer) {
    let upper = &model.names.upper;
    let late = |field: &Field| matches!(field.source, FieldSource::ForeignKey | FieldSource::Owner);
    let term = |field: &Field| operator(field).map(|ty| format!("{}: {ty}", field.name));
    // The transformer lets every model be filtered by `id`, also one that has none.
    let id = |ty: &str| model.field("id").is_none().then(|| format!("id: {ty}"));

    let name = type_names::filter(upper);
    let mut lines: Vec<String> = model.fields.iter().filter(|field| !late(field)).filter_map(term).collect();
    lines.extend(id("ModelIDInput"));
    lines.extend(groups(&name, true));
    lines.extend(model.fields.iter().filter(|field| late(field)).filter_map(term));
    out.block("input", &name, lines);

    let name = type_names::condition(upper);
    let places = model.fields.iter().enumerate().filter(|(place, _)| !model.is_key(*place));
    let fields: Vec<&Field> = places.map(|(_, field)| field).collect();
    let mut lines: Vec<String> =
        fields.iter().filter(|field| !late(field)).filter_map(|field| term(field)).collect();
    lines.extend(groups(&name, true));
    lines.extend(fields.iter().filter(|field| late(field)).filter_map(|field| term(field)));
    out.block("input", &name, lines);

    let name = type_names::subscription_filter(upper);
    let owners = owner_fields(model);
    let dynamic: Vec<&str> = model.auth.iter().filter_map(|rule| rule.groups_field.as_deref()).collect();
    let open = |field: &&Field| {
        let name = field.name.as_str();
        field.source != FieldSource::Owner && !owners.contains(&name) && !dynamic.contains(&name)
    };
    let term = |field: &Field| subscription_operator(field).map(|ty| format!("{}: {ty}", field.name));
    let mut lines: Vec<String> =
        model.fields.iter().filter(|field| !late(field)).filter(open).filter_map(term).collect();
    lines.extend(id("ModelSubscriptionIDInput"));
    lines.extend(groups(&name, false));
    lines.extend(model.fields.iter().filter(|field| late(field)).filter(open).filter_map(term));
    lines.extend(foreign_keys_of_children(schema, model));
    lines.extend(owners.iter().map(|owner| format!("{owner}: ModelStringInput")));
    out.block("input", &name, lines);
}

/// `and`, `or`, `not` and the tombstone.
fn groups(name: &str, negation: bool) -> Vec<String> {
    let mut lines = vec![format!("and: [{name}]"), format!("or: [{name}]")];
    lines.extend(negation.then(|| format!("not: {name}")));
    lines.push("_deleted: ModelBooleanInput".to_owned());
    lines
}

/// The transformer puts the foreign keys of implicit has-many relations on the parent's subscription filter.
fn foreign_keys_of_children(schema: &Schema, model: &Model) -> Vec<String> {
    let mut lines = Vec::new();
    let many = model.relations.iter().filter(|relation| relation.kind == RelationKind::HasMany);
    for relation in many.filter(|relation| relation.target != model.id) {
        let child = schema.model(relation.target);
        let keys = relation.target_fields.iter().map(|&place| &child.fields[place]);
        for key in keys.filter(|key| key.source == FieldSource::ForeignKey) {
            if model.field(&key.name).is_none() {
                lines.extend(subscription_operator(key).map(|ty| format!("{}: {ty}", key.name)));
            }
        }
    }
    lines
}

/// The fields that owner rules name, each once.
pub(crate) fn owner_fields(model: &Model) -> Vec<&str> {
    let mut owners: Vec<&str> = Vec::new();
    for rule in model.auth.iter().filter(|rule| rule.allow == Allow::Owner) {
        owners.extend(
            rule.owner_field
                .as_deref()
                .filter(|owner| !owners.contains(owner))
                .into_iter()
                .collect::<Vec<_>>(),
        );
    }
    owners
}

/// The operators of a field's type. A custom type has none.
fn operator(field: &Field) -> Option<String> {
    match &field.kind {
        FieldKind::Enum(ty) => {
            let [single, list] = type_names::of_enum(&ty.name);
            Some(if field.is_list() { list } else { single })
        }
        FieldKind::Scalar(scalar) => Some(format!("Model{}Input", base(*scalar))),
        FieldKind::Custom(_) => None,
    }
}

fn subscription_operator(field: &Field) -> Option<String> {
    match &field.kind {
        FieldKind::Enum(_) => Some("ModelSubscriptionStringInput".to_owned()),
        FieldKind::Scalar(scalar) => Some(format!("ModelSubscription{}Input", base(*scalar))),
        FieldKind::Custom(_) => None,
    }
}

/// The GraphQL scalar whose operators serve an AWS scalar.
pub(crate) fn base(scalar: Scalar) -> &'static str {
    match (scalar, scalar.storage()) {
        (Scalar::Id, _) => "ID",
        (_, Storage::Bool) => "Boolean",
        (_, Storage::Int) => "Int",
        (_, Storage::Float) => "Float",
        (_, Storage::Text | Storage::Object) => "String",
    }
}
