//! The inputs of mutations.

use super::writer::Writer;
use super::{Extent, keys, stems, type_names};
use syncline_core::model::{Allow, CustomType, Field, FieldKind, FieldSource, Model, RootKind};
use syncline_core::scalar::{Scalar, Storage};

/// The inputs of create, update and delete, as far as the API has them.
pub(crate) fn mutation_inputs(model: &Model, extent: Extent, out: &mut Writer) {
    let has = |kind: RootKind| model.roots().iter().any(|root| root.kind == kind);
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
        let made = is_filled(model, place);
        format!("{}: {}", field.name, if made { nullable(field) } else { input_type(field) })
    };
    let update = |place: usize, field: &Field| {
        format!("{}: {}", field.name, if model.is_key(place) { input_type(field) } else { nullable(field) })
    };
    for stem in stems::stems(model, extent) {
        if has(RootKind::Create) {
            out.block("input", &type_names::input("Create", stem), all(&create));
        }
        if has(RootKind::Update) {
            out.block("input", &type_names::input("Update", stem), all(&update));
        }
        if has(RootKind::Delete) {
            let lines = keys::key_fields(model).chain(version());
            out.block("input", &type_names::input("Delete", stem), lines);
        }
    }
}

/// Whether a new record may leave the field out although it may not be null: the server makes a missing `id`, whether it
/// is the key or not, and fills missing timestamps. The transformer takes a declared `createdAt` or `updatedAt` for one
/// even where the model says that it has none.
fn is_filled(model: &Model, place: usize) -> bool {
    let field = &model.fields[place];
    let FieldKind::Scalar(scalar) = &field.kind else { return false };
    if field.is_list() {
        return false;
    }
    let names_time = matches!(field.name.as_str(), "createdAt" | "updatedAt");
    let is_time = [model.timestamps.created_at, model.timestamps.updated_at].contains(&Some(place));
    match field.name.as_str() {
        "id" => matches!(scalar, Scalar::Id | Scalar::String),
        _ => (names_time || is_time) && matches!(scalar, Scalar::AwsDateTime | Scalar::String),
    }
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

/// The fields that owner rules name, each once.
pub(crate) fn owner_fields(model: &Model) -> Vec<&str> {
    let mut owners: Vec<&str> = Vec::new();
    for rule in model.auth.iter().filter(|rule| rule.allow == Allow::Owner) {
        if let Some(owner) = rule.owner_field.as_deref().filter(|owner| !owners.contains(owner)) {
            owners.push(owner);
        }
    }
    owners
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
