//! `@hasMany` and `@belongsTo`.

use crate::ast::{Directive, Name};
use crate::directives::arguments;
use crate::report::{Reporter, Span};

/// A relation directive as written.
#[derive(Debug)]
pub(crate) struct RelationSpec {
    pub(crate) has_many: bool,
    pub(crate) index: Option<Name>,
    pub(crate) fields: Vec<Name>,
    pub(crate) span: Span,
}

/// Reads `@hasMany` or `@belongsTo`.
pub(crate) fn read(directive: &Directive, report: &mut Reporter<'_>) -> RelationSpec {
    RelationSpec {
        has_many: directive.name.text == "hasMany",
        index: arguments::string(&directive.arguments, "indexName", report),
        fields: arguments::strings(&directive.arguments, "fields", report).unwrap_or_default(),
        span: directive.span,
    }
}
