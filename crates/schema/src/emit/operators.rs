//! The operator inputs that filters are made of.

use super::filters::{is_listed, operator};
use super::writer::Writer;
use super::{Api, Extent, late, type_names};
use std::collections::BTreeSet;
use syncline_core::model::{FieldKind, Model};

/// The places of the two inputs of an enum: for a value, and for a list.
pub(super) const ONE: usize = 0;
pub(super) const LIST: usize = 1;

/// Equality on the enums that a field has, and membership for lists of them, where something can be filtered or be
/// conditional.
pub(crate) fn of_enums(api: &Api<'_>, out: &mut Writer) {
    let schema = api.schema;
    let is_filtered = |model: &Model| {
        is_listed(model)
            || model.roots().iter().any(|root| root.kind.is_mutation())
            || model.indexes.iter().any(|index| index.query.is_some())
    };
    let mut used: BTreeSet<String> = BTreeSet::new();
    for model in schema.models() {
        let enums = model.fields.iter().filter(|field| matches!(field.kind, FieldKind::Enum(_)));
        if is_filtered(model) {
            // What is served has everything that the exact API has.
            let exact = Api { schema, extent: Extent::Exact };
            used.extend(enums.flat_map(|field| [operator(&exact, field), operator(api, field)]).flatten());
        } else if late::maker(schema, model).is_some() {
            used.extend(enums.map(|field| type_names::of_enum(field.kind.name())[ONE].clone()));
        }
    }
    for ty in schema.enums() {
        let name = &ty.name;
        let names = type_names::of_enum(name);
        if used.contains(&names[ONE]) {
            out.block("input", &names[ONE], [format!("eq: {name}"), format!("ne: {name}")]);
        }
        if used.contains(&names[LIST]) {
            let equal = [format!("eq: [{name}]"), format!("ne: [{name}]")];
            let member = [format!("contains: {name}"), format!("notContains: {name}")];
            out.block("input", &names[LIST], equal.into_iter().chain(member));
        }
    }
}

const ORDER: [&str; 6] = ["ne", "eq", "le", "lt", "ge", "gt"];
const EQUALITY: [&str; 2] = ["ne", "eq"];
const TEXT: [&str; 2] = ["contains", "notContains"];
const ATTRIBUTE: [&str; 2] = ["attributeExists: Boolean", "attributeType: ModelAttributeTypes"];

/// The inputs that every API has, used or not.
pub(crate) fn fixed(out: &mut Writer) {
    for base in ["String", "ID", "Int", "Float", "Boolean"] {
        let text = matches!(base, "String" | "ID");
        let ordered = base != "Boolean";
        let of = |operators: &[&str]| -> Vec<String> {
            operators.iter().map(|operator| format!("{operator}: {base}")).collect()
        };
        let mut shared = of(if ordered { &ORDER } else { &EQUALITY });
        if text {
            shared.extend(of(&TEXT));
        }
        if ordered {
            shared.push(format!("between: [{base}]"));
        }
        if text {
            shared.extend(of(&["beginsWith"]));
        }
        let size = text.then(|| "size: ModelSizeInput".to_owned());
        let stored = shared.iter().cloned().chain(ATTRIBUTE.map(str::to_owned)).chain(size);
        out.block("input", &format!("Model{base}Input"), stored);
        let lists = ordered.then(|| [format!("in: [{base}]"), format!("notIn: [{base}]")]);
        let live = shared.iter().cloned().chain(lists.into_iter().flatten());
        out.block("input", &format!("ModelSubscription{base}Input"), live);
    }
    let size = ORDER.map(|operator| format!("{operator}: Int"));
    out.block("input", "ModelSizeInput", size.into_iter().chain(["between: [Int]".to_owned()]));
    let types =
        ["binary", "binarySet", "bool", "list", "map", "number", "numberSet", "string", "stringSet", "_null"];
    out.block("enum", "ModelAttributeTypes", types.map(str::to_owned));
    out.block("enum", "ModelSortDirection", ["ASC", "DESC"].map(str::to_owned));
}
