//! The operator inputs that filters are made of.

use super::type_names;
use super::writer::Writer;
use syncline_core::Schema;
use syncline_core::model::{Field, FieldKind};

/// Equality on the enums that a field has, and membership for lists of them.
pub(crate) fn of_enums(schema: &Schema, out: &mut Writer) {
    let fields: Vec<&Field> = schema.models().iter().flat_map(|model| &model.fields).collect();
    for ty in schema.enums() {
        let of = |list: bool| {
            let is = |field: &&&Field| matches!(&field.kind, FieldKind::Enum(kind) if kind.name == ty.name);
            fields.iter().filter(is).any(|field| field.is_list() == list)
        };
        let name = &ty.name;
        let [single, list] = type_names::of_enum(name);
        if of(false) {
            out.block("input", &single, [format!("eq: {name}"), format!("ne: {name}")]);
        }
        if of(true) {
            let equal = [format!("eq: [{name}]"), format!("ne: [{name}]")];
            let member = [format!("contains: {name}"), format!("notContains: {name}")];
            out.block("input", &list, equal.into_iter().chain(member));
        }
    }
}

const ORDER: [&str; 6] = ["ne", "eq", "le", "lt", "ge", "gt"];
const EQUALITY: [&str; 2] = ["ne", "eq"];
const TEXT: [&str; 2] = ["contains", "notContains"];
const ATTRIBUTE: [&str; 2] = ["attributeExists: Boolean", "attributeType: ModelAttributeTypes"];

/// The inputs that every API has, used or not.
pub(crate) fn fixed(schema: &Schema, out: &mut Writer) {
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
    if !schema.models().is_empty() {
        out.block("enum", "ModelSortDirection", ["ASC", "DESC"].map(str::to_owned));
    }
}
