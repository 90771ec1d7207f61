//! Arguments and inputs for keys and indexes.

use super::inputs::base;
use super::type_names;
use super::writer::Writer;
use crate::lower::names::{lower, upper};
use std::collections::BTreeSet;
use syncline_core::Schema;
use syncline_core::model::{Field, FieldKind, Model, Relation, RelationKind};
use syncline_core::scalar::Scalar;

/// How the composite key of a model's primary key is called, where an index has its own name.
const PRIMARY: &str = "Primary";

/// The sort part of a key: nothing, one field, or a composite.
pub(crate) enum Sort<'a> {
    None,
    One(&'a Field),
    Many(Vec<&'a Field>),
}

fn sort<'a>(model: &'a Model, fields: &[usize]) -> Sort<'a> {
    let fields: Vec<&Field> = fields.iter().map(|&place| &model.fields[place]).collect();
    match fields.as_slice() {
        [] => Sort::None,
        [one] => Sort::One(one),
        _ => Sort::Many(fields),
    }
}

/// The argument for a sort part, if there is one: its own name and condition, or all names joined.
fn argument(model: &Model, index: &str, fields: &[usize]) -> Option<String> {
    match sort(model, fields) {
        Sort::None => None,
        Sort::One(field) => Some(format!("{}: Model{}KeyConditionInput", field.name, key_base(field))),
        Sort::Many(fields) => {
            let name = joined(&fields);
            let [condition, _] = type_names::of_composite(&model.names.upper, index);
            Some(format!("{name}: {condition}"))
        }
    }
}

/// `createdAtContent`
fn joined(fields: &[&Field]) -> String {
    let mut names = fields.iter().map(|field| field.name.as_str());
    let first = names.next().map_or_else(String::new, lower);
    names.fold(first, |name, next| name + &upper(next))
}

fn key_base(field: &Field) -> &'static str {
    match &field.kind {
        // No custom type is part of a key.
        FieldKind::Enum(_) | FieldKind::Custom(_) => "String",
        FieldKind::Scalar(scalar) => base(*scalar),
    }
}

/// The arguments of `get`.
pub(crate) fn get_arguments(model: &Model) -> String {
    key_fields(model).collect::<Vec<_>>().join(", ")
}

/// The fields of a key, each of which must be given.
pub(crate) fn key_fields(model: &Model) -> impl Iterator<Item = String> {
    model.key.iter().map(|&place| format!("{}: {}!", model.fields[place].name, model.key_type(place)))
}

/// The key arguments of `list`: none for a default key.
pub(crate) fn list_arguments(model: &Model) -> Vec<String> {
    let Some((&hash, rest)) = model.key.split_first().filter(|_| model.custom_key) else { return Vec::new() };
    let hash = &model.fields[hash];
    let hash = format!("{}: {}", hash.name, hash.kind.name());
    std::iter::once(hash).chain(argument(model, PRIMARY, rest)).collect()
}

/// The key arguments of an index query.
pub(crate) fn index_arguments(model: &Model, name: &str, fields: &[usize]) -> Vec<String> {
    let Some((&hash, rest)) = fields.split_first() else { return Vec::new() };
    let hash = &model.fields[hash];
    let hash = format!("{}: {}!", hash.name, hash.kind.name());
    std::iter::once(hash).chain(argument(model, &upper(name), rest)).collect()
}

/// The argument of a has-many for the part of the child's index that the relation does not bind.
pub(crate) fn relation_sort(child: &Model, relation: &Relation) -> Option<String> {
    let (name, rest) = reached(child, relation);
    argument(child, &name, rest)
}

/// The part of the child's index or key that a has-many leaves open, and the name of its composite.
fn reached<'a>(child: &'a Model, relation: &Relation) -> (String, &'a [usize]) {
    let index = relation.index.and_then(|place| child.indexes.get(place));
    let (name, fields) = match index {
        Some(index) => (upper(&index.name), index.fields.as_slice()),
        None => (PRIMARY.to_owned(), child.key.as_slice()),
    };
    (name, fields.get(relation.target_fields.len()..).unwrap_or_default())
}

/// The composite inputs that queries and relations refer to.
pub(crate) fn composites(schema: &Schema, model: &Model, out: &mut Writer) {
    let mut used: Vec<(String, Vec<usize>)> = Vec::new();
    if model.custom_key {
        used.push((PRIMARY.to_owned(), model.key[1..].to_vec()));
    }
    let queried = model.indexes.iter().filter(|index| index.query.is_some());
    used.extend(queried.map(|index| (upper(&index.name), index.fields[1..].to_vec())));
    for parent in schema.models() {
        let many = parent.relations.iter().filter(|relation| relation.kind == RelationKind::HasMany);
        for relation in many.filter(|relation| relation.target == model.id) {
            let (name, rest) = reached(model, relation);
            used.push((name, rest.to_vec()));
        }
    }
    let mut written = BTreeSet::new();
    for (name, fields) in used {
        let [condition, value] = type_names::of_composite(&model.names.upper, &name);
        if fields.len() < 2 || !written.insert(condition.clone()) {
            continue;
        }
        let operators = ["eq", "le", "lt", "ge", "gt"].map(|operator| format!("{operator}: {value}"));
        let rest = [format!("between: [{value}]"), format!("beginsWith: {value}")];
        out.block("input", &condition, operators.into_iter().chain(rest));
        let last = fields.len() - 1;
        let parts = fields.iter().enumerate().map(|(nth, &place)| {
            let field = &model.fields[place];
            // The transformer maps only the last part to a plain scalar.
            let ty = match &field.kind {
                FieldKind::Scalar(scalar) if nth == last && *scalar != Scalar::AwsTimestamp => base(*scalar),
                kind => kind.name(),
            };
            format!("{}: {ty}", field.name)
        });
        out.block("input", &value, parts);
    }
}

/// The conditions on single sort fields that are in use.
pub(crate) fn conditions(schema: &Schema, out: &mut Writer) {
    let mut used = BTreeSet::new();
    for model in schema.models() {
        let mut note = |model: &Model, fields: &[usize]| {
            if let Sort::One(field) = sort(model, fields) {
                used.insert(key_base(field));
            }
        };
        if model.custom_key {
            note(model, &model.key[1..]);
        }
        for index in model.indexes.iter().filter(|index| index.query.is_some()) {
            note(model, &index.fields[1..]);
        }
        for relation in model.relations.iter().filter(|relation| relation.kind == RelationKind::HasMany) {
            let child = schema.model(relation.target);
            note(child, reached(child, relation).1);
        }
    }
    for base in used {
        let compare = ["eq", "le", "lt", "ge", "gt"].map(|operator| format!("{operator}: {base}"));
        let between = std::iter::once(format!("between: [{base}]"));
        let prefix = matches!(base, "String" | "ID").then(|| format!("beginsWith: {base}"));
        let lines = compare.into_iter().chain(between).chain(prefix);
        out.block("input", &format!("Model{base}KeyConditionInput"), lines);
    }
}
