//! What `@model` says of its operations: `queries`, `mutations` and `subscriptions`.

use crate::ast::{Argument, Directive, ValueKind};
use crate::directives::model::is_name;
use crate::directives::{arguments, check_names};
use crate::features::Features;
use crate::report::{Reporter, Span};
use syncline_core::model::RootKind;

/// What is said of each operation.
#[derive(Debug, Default)]
pub(crate) struct Operations {
    /// Whether subscriptions are open to everybody.
    pub(crate) open: bool,
    said: Vec<(RootKind, Vec<String>, Span)>,
}

impl Operations {
    /// The names that the schema gives to an operation: none if it removes it; `None` if it says nothing of it.
    pub(crate) fn names(&self, kind: RootKind) -> Option<&[String]> {
        self.find(kind).map(|(_, names, _)| names.as_slice())
    }

    /// Where the schema speaks of the operation.
    pub(crate) fn span(&self, kind: RootKind) -> Option<Span> {
        self.find(kind).map(|(_, _, span)| *span)
    }

    fn find(&self, kind: RootKind) -> Option<&(RootKind, Vec<String>, Span)> {
        self.said.iter().find(|(other, _, _)| *other == kind)
    }
}

/// An argument: the operations that its fields name, and those that go with them.
struct Group {
    argument: &'static str,
    fields: &'static [(&'static str, RootKind)],
    silent: &'static [RootKind],
}

const GROUPS: [Group; 3] = [
    Group {
        argument: "queries",
        fields: &[("get", RootKind::Get), ("list", RootKind::List)],
        // Nobody can rename it.
        silent: &[RootKind::Sync],
    },
    Group {
        argument: "mutations",
        fields: &[("create", RootKind::Create), ("update", RootKind::Update), ("delete", RootKind::Delete)],
        silent: &[],
    },
    Group {
        argument: "subscriptions",
        fields: &[
            ("onCreate", RootKind::OnCreate),
            ("onUpdate", RootKind::OnUpdate),
            ("onDelete", RootKind::OnDelete),
        ],
        silent: &[],
    },
];

/// Reads what a `@model` says of its operations.
pub(crate) fn read(directive: &Directive, features: Features, report: &mut Reporter<'_>) -> Operations {
    let mut found = Operations::default();
    for group in &GROUPS {
        if let Some(argument) = directive.argument(group.argument) {
            read_group(group, argument, features, &mut found, report);
        }
    }
    found
}

fn read_group(
    group: &Group,
    argument: &Argument,
    features: Features,
    found: &mut Operations,
    report: &mut Reporter<'_>,
) {
    let kinds = group.fields.iter().map(|(_, kind)| *kind).chain(group.silent.iter().copied());
    let span = argument.name.span;
    let fields = match &argument.value.kind {
        ValueKind::Null => {
            found.said.extend(kinds.map(|kind| (kind, Vec::new(), span)));
            return;
        }
        ValueKind::Object(fields) => fields,
        other => {
            let message = format!("`{}` takes an object or null, not {}", group.argument, other.words());
            let hint = format!("for example `{}: {{{}: \"…\"}}`", group.argument, group.fields[0].0);
            report.fault(argument.value.span, message, hint);
            return;
        }
    };
    let is_live = group.argument == "subscriptions";
    let known: Vec<&str> =
        group.fields.iter().map(|(name, _)| *name).chain(is_live.then_some("level")).collect();
    check_names(fields, &known, &format!("`{}`", group.argument), report);
    let level = if is_live { level(fields, report) } else { Level::On };
    found.open |= level == Level::Public;
    if level == Level::Off {
        found.said.extend(kinds.map(|kind| (kind, Vec::new(), span)));
        return;
    }
    for (name, kind) in group.fields {
        if let Some(field) = arguments::find(fields, name) {
            found.said.extend(names(field, is_live, report).map(|names| (*kind, names, field.name.span)));
        }
    }
    // Without the flag, what is said takes the place of everything that goes without saying.
    let public = level == Level::Public && found.said.iter().all(|(kind, _, _)| kind.follows().is_none());
    if !features.deep_merge_directive_defaults && !public {
        for kind in kinds {
            if found.find(kind).is_none() {
                found.said.push((kind, Vec::new(), span));
            }
        }
    }
}

/// Who hears of a change.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Off,
    Public,
    On,
}

fn level(fields: &[Argument], report: &mut Reporter<'_>) -> Level {
    const WORDS: [(&str, Level); 3] = [("off", Level::Off), ("public", Level::Public), ("on", Level::On)];
    let place = arguments::word(fields, "level", &WORDS.map(|(word, _)| word), report);
    place.map_or(Level::On, |place| WORDS[place].1)
}

/// The names that a field gives: none for null. A subscription may have several.
fn names(field: &Argument, several: bool, report: &mut Reporter<'_>) -> Option<Vec<String>> {
    let given = std::slice::from_ref(field);
    let name = field.name.text.as_str();
    let found = match &field.value.kind {
        ValueKind::Null => return Some(Vec::new()),
        ValueKind::List(items) if several && items.is_empty() => return None,
        _ if several => arguments::strings(given, name, report)?,
        _ => vec![arguments::string(given, name, report)?],
    };
    for name in &found {
        if !is_name(&name.text) {
            report.fault(
                name.span,
                format!("\"{}\" cannot be the name of an operation", name.text),
                "use letters, digits and `_`, a letter first",
            );
        }
    }
    Some(found.into_iter().map(|name| name.text).collect())
}
