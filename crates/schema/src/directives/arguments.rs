//! Arguments read as what they ought to be.

use crate::ast::{Argument, Name, Value, ValueKind};
use crate::report::Reporter;

/// The argument called `name`.
pub(crate) fn find<'a>(given: &'a [Argument], name: &str) -> Option<&'a Argument> {
    given.iter().find(|argument| argument.name.text == name)
}

/// A string; `None` if it is missing, null or something else (which is reported).
pub(crate) fn string(given: &[Argument], name: &str, report: &mut Reporter<'_>) -> Option<Name> {
    let argument = find(given, name)?;
    if matches!(argument.value.kind, ValueKind::Null) {
        return None;
    }
    text(&argument.value, name, report)
}

/// A list of strings, or one string that stands for a list of one.
pub(crate) fn strings(given: &[Argument], name: &str, report: &mut Reporter<'_>) -> Option<Vec<Name>> {
    let argument = find(given, name)?;
    match &argument.value.kind {
        ValueKind::Null => None,
        ValueKind::List(items) => Some(items.iter().filter_map(|item| text(item, name, report)).collect()),
        _ => Some(vec![text(&argument.value, name, report)?]),
    }
}

/// One of `words`, written bare, by its place in the list.
pub(crate) fn word(
    given: &[Argument],
    name: &str,
    words: &[&str],
    report: &mut Reporter<'_>,
) -> Option<usize> {
    let argument = find(given, name)?;
    one_of(&argument.value, name, words, report)
}

/// The same for a value.
pub(crate) fn one_of(value: &Value, name: &str, words: &[&str], report: &mut Reporter<'_>) -> Option<usize> {
    let choices = || format!("one of `{}`", words.join("`, `"));
    match &value.kind {
        ValueKind::Enum(word) => {
            let place = words.iter().position(|known| known == word);
            if place.is_none() {
                let hint = crate::suggest::did_you_mean(word, words.iter().copied(), || {
                    format!("write {}", choices())
                });
                report.fault(value.span, format!("`{word}` is not a value of `{name}`"), hint);
            }
            place
        }
        ValueKind::String(word) if words.contains(&word.as_str()) => {
            report.fault(
                value.span,
                format!("`{name}` takes a bare name"),
                format!("write `{name}: {word}`"),
            );
            None
        }
        other => {
            let message = format!("`{name}` takes {}, not {}", choices(), other.words());
            report.fault(
                value.span,
                message,
                format!("for example `{name}: {}`", words.first().unwrap_or(&"")),
            );
            None
        }
    }
}

fn text(value: &Value, name: &str, report: &mut Reporter<'_>) -> Option<Name> {
    match &value.kind {
        ValueKind::String(text) => Some(Name { text: text.clone(), span: value.span }),
        ValueKind::Enum(word) => {
            report.fault(value.span, format!("`{name}` takes a string"), format!("write `\"{word}\"`"));
            None
        }
        other => {
            let message = format!("`{name}` takes a string, not {}", other.words());
            report.fault(value.span, message, "write it in double quotes");
            None
        }
    }
}
