//! What an operation selects of a record.

use super::Style;
use syncline_core::model::RelationKind;
use syncline_core::{Field, Model, Schema};

/// The selection of a record: all stored fields in the order of the model, foreign keys included and custom types with
/// all that is in them, then the metadata. Readers rely on that order to predict what comes next.
pub(super) fn select(model: &Model, style: Style) -> String {
    let mut out = String::new();
    select_fields(&mut out, &model.fields);
    out.push_str("_version _lastChangedAt _deleted");
    if style.typename {
        out.push_str(" __typename");
    }
    out
}

/// Each field and a space; of a custom type, whatever it is made of. A custom type never contains itself.
fn select_fields(out: &mut String, fields: &[Field]) {
    for field in fields {
        out.push_str(&field.name);
        out.push(' ');
        if let Some(ty) = field.kind.custom() {
            out.push_str("{ ");
            select_fields(out, &ty.fields);
            out.push_str("} ");
        }
    }
}

/// The same with the keys of the records whose keys it holds.
pub(super) fn select_with_parents(schema: &Schema, model: &Model, style: Style) -> String {
    let mut out = select(model, style);
    let parents = model.relations.iter().filter(|relation| relation.kind != RelationKind::HasMany);
    for relation in parents {
        let target = schema.model(relation.target);
        out.push(' ');
        out.push_str(&relation.name);
        out.push_str(" {");
        for &field in &relation.target_fields {
            out.push(' ');
            out.push_str(&target.fields[field].name);
        }
        out.push_str(" _deleted }");
    }
    out
}
