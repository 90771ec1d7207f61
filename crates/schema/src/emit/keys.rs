//! Arguments and inputs for keys and indexes.

use super::inputs::base;
use super::type_names;
use super::writer::Writer;
use crate::lower::names::{lower, made_index_name, upper};
use std::collections::BTreeSet;
use syncline_core::Schema;
use syncline_core::model::{Field, FieldKind, Index, Model, Relation, RelationKind};

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
            let [condition, _] = type_names::of_composite(&model.name, index);
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

/// Whether a has-many names neither fields nor index, so that it has brought an index of the child along.
pub(super) fn made_index(schema: &Schema, parent: &Model, relation: &Relation) -> bool {
    let child = schema.model(relation.target);
    let index = relation.index.and_then(|place| child.indexes.get(place));
    relation.kind == RelationKind::HasMany
        && index.is_some_and(|index| index.name == made_index_name(&parent.name, &relation.name))
}

/// Whether an `@index` stands in the model.
pub(super) fn has_index(schema: &Schema, model: &Model) -> bool {
    declared_indexes(schema, model).next().is_some()
}

/// The indexes of a model that its schema declares.
fn declared_indexes<'a>(schema: &'a Schema, model: &'a Model) -> impl Iterator<Item = &'a Index> {
    let made = move |place: usize| {
        schema.models().iter().any(|parent| {
            let leads = |relation: &&Relation| relation.target == model.id && relation.index == Some(place);
            parent.relations.iter().filter(leads).any(|relation| made_index(schema, parent, relation))
        })
    };
    model.indexes.iter().enumerate().filter(move |(place, _)| !made(*place)).map(|(_, index)| index)
}

/// The argument of a has-many for the part of the child's key that the relation does not bind.
pub(crate) fn relation_sort(schema: &Schema, parent: &Model, relation: &Relation) -> Option<String> {
    let child = schema.model(relation.target);
    let index = relation.index.and_then(|place| child.indexes.get(place));
    // Where a has-many brings its own index along, the transformer offers the child's primary key nonetheless.
    let (name, rest) = match index {
        Some(_) if made_index(schema, parent, relation) => (PRIMARY.to_owned(), child.key.get(1..)),
        Some(index) => (upper(&index.name), index.fields.get(relation.target_fields.len()..)),
        None => (PRIMARY.to_owned(), child.key.get(relation.target_fields.len()..)),
    };
    argument(child, &name, rest.unwrap_or_default())
}

/// The composite inputs of a model's keys.
pub(crate) fn composites(schema: &Schema, model: &Model, out: &mut Writer) {
    let mut used: Vec<(String, &[usize])> = Vec::new();
    if model.custom_key {
        used.push((PRIMARY.to_owned(), &model.key[1..]));
    }
    used.extend(declared_indexes(schema, model).map(|index| (upper(&index.name), &index.fields[1..])));
    let mut written = BTreeSet::new();
    for (name, fields) in used {
        let [condition, value] = type_names::of_composite(&model.name, &name);
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
                FieldKind::Scalar(scalar) if nth == last => base(*scalar),
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
        let key = model.custom_key.then_some(&model.key);
        let indexes = declared_indexes(schema, model).map(|index| &index.fields);
        for fields in key.into_iter().chain(indexes) {
            if let Sort::One(field) = sort(model, &fields[1..]) {
                used.insert(key_base(field));
            }
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
