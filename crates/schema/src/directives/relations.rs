//! `@hasMany`, `@hasOne`, `@belongsTo` and `@manyToMany`.

use crate::ast::{Directive, Name, ValueKind};
use crate::directives::arguments;
use crate::report::{Reporter, Span};
use syncline_core::model::RelationKind;

/// The directives that make a field a relation; the last one is rewritten to the first before anything is lowered.
pub(crate) const NAMES: [&str; 4] = ["hasMany", "hasOne", "belongsTo", "manyToMany"];

/// A relation directive as written.
#[derive(Debug)]
pub(crate) struct RelationSpec {
    pub(crate) kind: RelationKind,
    pub(crate) index: Option<Name>,
    pub(crate) fields: Vec<Name>,
    pub(crate) span: Span,
}

/// Reads `@hasMany`, `@hasOne` or `@belongsTo`.
pub(crate) fn read(directive: &Directive, report: &mut Reporter<'_>) -> RelationSpec {
    let kind = match directive.name.text.as_str() {
        "hasMany" => RelationKind::HasMany,
        "hasOne" => RelationKind::HasOne,
        _ => RelationKind::BelongsTo,
    };
    if let Some(argument) = directive.argument("fields")
        && matches!(&argument.value.kind, ValueKind::List(fields) if fields.is_empty())
    {
        let message = format!("`@{}` has an empty list of fields", directive.name.text);
        report.fault(argument.value.span, message, "name the fields of the key, or leave `fields` out");
    }
    RelationSpec {
        kind,
        index: arguments::string(&directive.arguments, "indexName", report),
        fields: arguments::strings(&directive.arguments, "fields", report).unwrap_or_default(),
        span: directive.span,
    }
}
