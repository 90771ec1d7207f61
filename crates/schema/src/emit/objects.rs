//! Object types and their connections.

use super::keys;
use super::type_names;
use super::writer::Writer;
use syncline_core::Schema;
use syncline_core::model::{CustomType, Field, FieldSource, Model, Relation, RelationKind};

/// The type of a model: what is declared and added, the metadata, foreign keys and owners.
pub(crate) fn object(schema: &Schema, model: &Model, out: &mut Writer) {
    let early = |field: &&Field| !matches!(field.source, FieldSource::ForeignKey | FieldSource::Owner);
    let mut lines: Vec<String> = model.fields.iter().filter(early).map(line).collect();
    lines.extend(model.relations.iter().map(|relation| relation_line(schema, relation)));
    lines.extend(["_version: Int!", "_deleted: Boolean", "_lastChangedAt: AWSTimestamp!"].map(str::to_owned));
    lines.extend(model.fields.iter().filter(|field| !early(field)).map(line));
    out.block("type", &model.name, lines);
}

/// A custom type.
pub(crate) fn custom(ty: &CustomType, out: &mut Writer) {
    out.block("type", &ty.name, ty.fields.iter().map(line));
}

fn line(field: &Field) -> String {
    // The server always fills a timestamp; only on the client may it still be missing.
    let bang = if field.source == FieldSource::Timestamp && !field.required { "!" } else { "" };
    format!("{}: {}{bang}", field.name, field.type_name())
}

fn relation_line(schema: &Schema, relation: &Relation) -> String {
    let target = schema.model(relation.target);
    let (name, upper) = (&relation.name, &target.names.upper);
    match relation.kind {
        RelationKind::HasMany => {
            let sort = keys::relation_sort(target, relation).map_or_else(String::new, |sort| sort + ", ");
            let filter = type_names::filter(upper);
            let connection = type_names::connection(upper);
            let page = "sortDirection: ModelSortDirection, limit: Int, nextToken: String";
            format!("{name}({sort}filter: {filter}, {page}): {connection}")
        }
        RelationKind::HasOne | RelationKind::BelongsTo => {
            format!("{name}: {}{}", target.name, if relation.required { "!" } else { "" })
        }
    }
}

/// A page of a model.
pub(crate) fn connection(model: &Model, out: &mut Writer) {
    let items = format!("items: [{}]!", model.name);
    let rest = ["nextToken: String", "startedAt: AWSTimestamp"].map(str::to_owned);
    out.block("type", &type_names::connection(&model.names.upper), std::iter::once(items).chain(rest));
}
