//! `@primaryKey` and `@index`.

use crate::ast::{Directive, Name, ValueKind};
use crate::directives::{arguments, model::is_name};
use crate::report::{Reporter, Span};

/// An `@index` as written.
#[derive(Debug)]
pub(crate) struct IndexSpec {
    pub(crate) name: Option<Name>,
    pub(crate) sort: Vec<Name>,
    pub(crate) query: QuerySpec,
    pub(crate) span: Span,
}

/// What an `@index` says of its query.
#[derive(Debug)]
pub(crate) enum QuerySpec {
    /// Nothing: it gets a name of its own.
    Default,
    /// `null`: there is none.
    None,
    /// A name.
    Named(Name),
}

/// The sort fields of `@primaryKey`.
pub(crate) fn primary_key(directive: &Directive, report: &mut Reporter<'_>) -> Vec<Name> {
    arguments::strings(&directive.arguments, "sortKeyFields", report).unwrap_or_default()
}

/// Reads `@index`.
pub(crate) fn index(directive: &Directive, report: &mut Reporter<'_>) -> IndexSpec {
    let given = &directive.arguments;
    let query = match arguments::find(given, "queryField") {
        None => QuerySpec::Default,
        Some(argument) if matches!(argument.value.kind, ValueKind::Null) => QuerySpec::None,
        Some(argument) => match arguments::string(given, "queryField", report) {
            Some(name) if is_name(&name.text) => QuerySpec::Named(name),
            Some(name) => {
                let message = format!("\"{}\" cannot be the name of a query", name.text);
                report.fault(argument.value.span, message, "use letters, digits and `_`, a letter first");
                QuerySpec::None
            }
            None => QuerySpec::None,
        },
    };
    let name = arguments::string(given, "name", report);
    if let Some(name) = &name {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
        if !(3..=255).contains(&name.text.len()) || !name.text.bytes().all(fits) {
            report.fault(
                name.span,
                format!("\"{}\" cannot be the name of an index", name.text),
                "use 3 to 255 letters, digits, `_`, `-` and `.`",
            );
        }
    }
    let sort = arguments::strings(given, "sortKeyFields", report).unwrap_or_default();
    IndexSpec { name, sort, query, span: directive.span }
}
