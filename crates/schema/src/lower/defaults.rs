//! `@default`: the value of a field that nobody says anything about.

use crate::ast::{Directive, FieldDef, ValueKind, find};
use crate::lower::draft::Draft;
use crate::report::Reporter;
use syncline_core::Value;
use syncline_core::model::{Field, FieldKind};
use syncline_core::scalar::{FieldProblem, Storage, canonical, check_field};

/// The default of a stored field, if it has a valid one.
pub(crate) fn read(def: &FieldDef, field: &Field, report: &mut Reporter<'_>) -> Option<Value> {
    let directive = find(&def.directives, "default")?;
    if field.is_list() || field.kind.custom().is_some() {
        let message = if field.is_list() {
            format!("`{}` is a list, which cannot have a default", field.name)
        } else {
            format!("`{}` is a `{}`, which cannot have a default", field.name, field.kind.name())
        };
        report.fault(
            directive.span,
            message,
            "leave `@default` out, and set the value where a record is created",
        );
        return None;
    }
    let text = text(directive, field, report)?;
    // A text that is not of the field's kind stays a text, and is refused with the reason.
    let value = value(&field.kind, &text.0).unwrap_or_else(|| Value::text(&text.0));
    let value = canonical(field, value);
    let Err(error) = check_field(field, &value) else { return Some(value) };
    let hint = match (&field.kind, &error.problem) {
        (FieldKind::Enum(ty), _) => {
            let values = ty.values.iter().map(String::as_str);
            crate::suggest::did_you_mean(&text.0, values.clone(), || {
                format!(
                    "`{}` has {}",
                    ty.name,
                    values.map(|value| format!("`{value}`")).collect::<Vec<_>>().join(", ")
                )
            })
        }
        (_, FieldProblem::Scalar(error)) => error.reason.clone(),
        _ => "write one of its values".to_owned(),
    };
    report.fault(text.1, format!("{:?} is not a value of `{}`", text.0, field.kind.name()), hint);
    None
}

/// The text of the default and its place.
fn text(
    directive: &Directive,
    field: &Field,
    report: &mut Reporter<'_>,
) -> Option<(String, crate::report::Span)> {
    let example = example(&field.kind);
    let Some(argument) = directive.argument("value") else {
        // An argument of another name has been reported.
        if !directive.arguments.is_empty() {
            return None;
        }
        let message = format!("`@default` of `{}` has no value", field.name);
        report.fault(directive.span, message, format!("for example `@default(value: \"{example}\")`"));
        return None;
    };
    let span = argument.value.span;
    let (message, hint) = match &argument.value.kind {
        ValueKind::String(text) => return Some((text.clone(), span)),
        ValueKind::Null => ("a default is not null".to_owned(), "leave `@default` out".to_owned()),
        ValueKind::Enum(word) => (
            format!("`value` takes a string, not {}", argument.value.kind.words()),
            format!("write `\"{word}\"`"),
        ),
        ValueKind::Other => (
            "`value` takes a string, whatever the type of the field".to_owned(),
            format!("write `\"{}\"`", report.text(span)),
        ),
        other => {
            (format!("`value` takes a string, not {}", other.words()), format!("for example `\"{example}\"`"))
        }
    };
    report.fault(span, message, hint);
    None
}

/// The value that `text` stands for; whether the field's type has it is not judged.
fn value(kind: &FieldKind, text: &str) -> Option<Value> {
    match kind.storage() {
        Storage::Text => Some(Value::text(text)),
        Storage::Int => text.parse().ok().map(Value::Int),
        Storage::Float => text.parse().ok().filter(|float: &f64| float.is_finite()).map(Value::Float),
        Storage::Bool if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
        Storage::Bool if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
        Storage::Bool | Storage::Object => None,
    }
}

fn example(kind: &FieldKind) -> &str {
    match (kind, kind.storage()) {
        (FieldKind::Enum(ty), _) => ty.values.first().map_or("", String::as_str),
        (_, Storage::Int) => "0",
        (_, Storage::Float) => "0.5",
        (_, Storage::Bool) => "false",
        (_, Storage::Text | Storage::Object) => "…",
    }
}

/// Reports defaults on the fields of the primary key.
pub(crate) fn not_on_keys(draft: &Draft<'_>, report: &mut Reporter<'_>) {
    for &place in &draft.key {
        let name = &draft.fields[place].name;
        let def = draft.def.fields.iter().find(|def| def.name.text == *name);
        if let Some(directive) = def.and_then(|def| find(&def.directives, "default")) {
            report.fault(
                directive.span,
                format!("`{name}` is part of the primary key, which cannot have a default"),
                "leave `@default` out: two records would get the same key",
            );
        }
    }
}
