//! Object types and their connections.

use super::writer::Writer;
use super::{filters, keys, late, type_names};
use syncline_core::Schema;
use syncline_core::model::{CustomType, Field, FieldSource, Model, Relation, RelationKind};

/// The type of a model: what is declared and added, the metadata, foreign keys and owners.
pub(crate) fn object(schema: &Schema, model: &Model, out: &mut Writer) {
    let early = |field: &&Field| !matches!(field.source, FieldSource::ForeignKey | FieldSource::Owner);
    let mut lines: Vec<String> = model.fields.iter().filter(early).map(line).collect();
    lines.extend(model.relations.iter().map(|relation| relation_line(schema, model, relation)));
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

fn relation_line(schema: &Schema, model: &Model, relation: &Relation) -> String {
    let target = schema.model(relation.target);
    let name = &relation.name;
    match relation.kind {
        RelationKind::HasMany => {
            let sort =
                keys::relation_sort(schema, model, relation).map_or_else(String::new, |sort| sort + ", ");
            let filter = type_names::filter(&target.name);
            let connection = type_names::connection(&target.name);
            let page = "sortDirection: ModelSortDirection, limit: Int, nextToken: String";
            format!("{name}({sort}filter: {filter}, {page}): {connection}")
        }
        RelationKind::HasOne | RelationKind::BelongsTo => {
            format!("{name}: {}{}", target.name, if relation.required { "!" } else { "" })
        }
    }
}

/// The pages of a model: the one of its list and sync, and the one that an index query or a has-many makes, which knows no
/// time. They differ where the model's name begins with a small letter.
pub(crate) fn connections(schema: &Schema, model: &Model, out: &mut Writer) {
    let mut page = |name: &str, time: Option<&str>| {
        let items = format!("items: [{}]!", model.name);
        let lines = [items, "nextToken: String".to_owned()].into_iter().chain(time.map(str::to_owned));
        out.block("type", &type_names::connection(name), lines);
    };
    if filters::is_listed(model) {
        page(&model.names.upper, Some("startedAt: AWSTimestamp"));
    }
    if late::maker(schema, model).is_some() {
        page(&model.name, None);
    }
}
