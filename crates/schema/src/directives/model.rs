//! `@model`.

use crate::ast::{Argument, Directive, ValueKind};
use crate::directives::operations::{self, Operations};
use crate::directives::{arguments, check_names};
use crate::features::Features;
use crate::report::Reporter;

/// What `@model` says.
#[derive(Debug)]
pub(crate) struct ModelSpec {
    pub(crate) timestamps: TimestampNames,
    pub(crate) operations: Operations,
}

/// The names of a model's timestamps; `None` where it has none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TimestampNames {
    pub(crate) created_at: Option<String>,
    pub(crate) updated_at: Option<String>,
}

/// Reads `@model`.
pub(crate) fn read(directive: &Directive, features: Features, report: &mut Reporter<'_>) -> ModelSpec {
    ModelSpec {
        timestamps: timestamps(directive, report),
        operations: operations::read(directive, features, report),
    }
}

fn timestamps(directive: &Directive, report: &mut Reporter<'_>) -> TimestampNames {
    let default =
        TimestampNames { created_at: Some("createdAt".to_owned()), updated_at: Some("updatedAt".to_owned()) };
    let Some(argument) = directive.argument("timestamps") else { return default };
    match &argument.value.kind {
        ValueKind::Null => TimestampNames { created_at: None, updated_at: None },
        ValueKind::Object(fields) => {
            check_names(fields, &["createdAt", "updatedAt"], "`timestamps`", report);
            TimestampNames {
                created_at: timestamp(fields, "createdAt", report),
                updated_at: timestamp(fields, "updatedAt", report),
            }
        }
        other => {
            let message = format!("`timestamps` takes an object or null, not {}", other.words());
            let hint = "for example `timestamps: {createdAt: \"made\", updatedAt: null}`";
            report.fault(argument.value.span, message, hint);
            default
        }
    }
}

fn timestamp(fields: &[Argument], name: &str, report: &mut Reporter<'_>) -> Option<String> {
    let Some(argument) = arguments::find(fields, name) else { return Some(name.to_owned()) };
    let given = arguments::string(fields, name, report)?;
    if !is_name(&given.text) {
        report.fault(
            argument.value.span,
            format!("\"{}\" cannot be the name of a field", given.text),
            "use letters, digits and `_`, a letter first",
        );
        return None;
    }
    Some(given.text)
}

/// Whether GraphQL takes `text` as a name of ours; names that begin with two underscores are its own.
pub(crate) fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    first && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') && !text.starts_with("__")
}
