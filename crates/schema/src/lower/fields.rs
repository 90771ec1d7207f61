//! Fields: those declared, and those that come by themselves.

use crate::ast::{FieldDef, find};
use crate::directives::model::TimestampNames;
use crate::directives::relations;
use crate::lower::draft::{Catalogue, Draft, Pending, plain};
use crate::report::Reporter;
use crate::suggest::did_you_mean;
use std::collections::HashMap;
use syncline_core::Scalar;
use syncline_core::model::{Allow, Field, FieldKind, FieldSource, ListKind};

/// Names that the protocol uses beside the fields of a record, or beside the fields of a filter.
const RESERVED: [&str; 6] = ["_version", "_deleted", "_lastChangedAt", "and", "or", "not"];

/// Takes the declared fields: scalars and enums become fields, relations wait.
pub(crate) fn declared<'a>(draft: &mut Draft<'a>, catalogue: &Catalogue<'_>, report: &mut Reporter<'_>) {
    let def = draft.def;
    let mut seen: HashMap<String, &str> = HashMap::new();
    for field in &def.fields {
        let name = field.name.text.as_str();
        if RESERVED.contains(&name) || name.starts_with("__") {
            report.fault(field.name.span, format!("`{name}` is a reserved name"), "rename the field");
        }
        match seen.insert(name.to_ascii_lowercase(), name) {
            Some(other) if other == name => {
                report.fault(
                    field.name.span,
                    format!("field `{name}` is declared twice"),
                    "keep one of them",
                );
                continue;
            }
            Some(other) => report.fault(
                field.name.span,
                format!("fields `{name}` and `{other}` differ only in case"),
                "rename one: a database cannot tell them apart",
            ),
            None => {}
        }
        if let Some(span) = field.arguments {
            report.fault(span, "arguments on a field are not supported yet", "leave them out");
        }
        if let Some(target) = catalogue.model(&field.ty.name.text) {
            relation(draft, field, target, report);
        } else if let Some(kind) = kind(field, catalogue, report) {
            stored(draft, field, kind, report);
        }
    }
    if def.fields.is_empty() {
        let message = format!("model `{}` has no fields", def.name.text);
        report.fault(def.name.span, message, "give it at least one");
    }
}

fn kind(field: &FieldDef, catalogue: &Catalogue<'_>, report: &mut Reporter<'_>) -> Option<FieldKind> {
    let ty = &field.ty;
    let name = ty.name.text.as_str();
    let found = Scalar::from_name(name)
        .map(FieldKind::Scalar)
        .or_else(|| catalogue.enumeration(name).map(|ty| FieldKind::Enum(ty.clone())));
    if found.is_none() && !catalogue.plain.contains(name) {
        let scalars = Scalar::ALL.map(Scalar::name);
        let hint = did_you_mean(name, scalars.into_iter().chain(catalogue.names()), || {
            "define it as a model or an enum, or use a scalar".to_owned()
        });
        report.fault(ty.name.span, format!("unknown type `{name}`"), hint);
    }
    found
}

fn stored(draft: &mut Draft<'_>, field: &FieldDef, kind: FieldKind, report: &mut Reporter<'_>) {
    let ty = &field.ty;
    for name in ["hasMany", "belongsTo"] {
        if let Some(directive) = find(&field.directives, name) {
            report.fault(
                directive.span,
                format!("`@{name}` needs a model, and `{}` is none", ty.name.text),
                "name the model on the other side as the field's type",
            );
        }
    }
    if ty.list.is_some_and(|list| list.nested) {
        report.fault(ty.span, "a list of lists is not supported", "use one list, or an `AWSJSON` field");
    }
    draft.push(Field {
        required: ty.required,
        list: ty.list.map(|list| ListKind { item_required: list.item_required }),
        ..plain(&field.name.text, kind, FieldSource::Declared)
    });
}

fn relation<'a>(draft: &mut Draft<'a>, field: &'a FieldDef, target: usize, report: &mut Reporter<'_>) {
    let (name, ty) = (&field.name.text, &field.ty.name.text);
    let is_list = field.ty.list.is_some();
    for key in ["primaryKey", "index"] {
        if let Some(directive) = find(&field.directives, key) {
            let message = format!("`@{key}` needs a scalar or an enum, and `{ty}` is a model");
            report.fault(
                directive.span,
                message,
                "put it on the field that holds the key of the other model",
            );
        }
    }
    let many = find(&field.directives, "hasMany");
    let one = find(&field.directives, "belongsTo");
    let directive = match (many, one) {
        (Some(directive), None) if is_list => directive,
        (None, Some(directive)) if !is_list => directive,
        (Some(_), Some(second)) => {
            report.fault(second.span, format!("`{name}` has two relation directives"), "keep one of them");
            return;
        }
        (Some(_), None) => {
            let hint = format!("write `{name}: [{ty}] @hasMany`, or `@belongsTo` for a single one");
            report.fault(field.ty.span, "`@hasMany` needs a list", hint);
            return;
        }
        (None, Some(_)) => {
            let hint = format!("write `{name}: {ty} @belongsTo`, or `@hasMany` for many");
            report.fault(field.ty.span, "`@belongsTo` leads to one record, not to a list", hint);
            return;
        }
        (None, None) => {
            // A directive that was refused already explains enough.
            if field.directives.is_empty() {
                let hint = if is_list { "add `@hasMany`" } else { "add `@belongsTo`" };
                let message = format!("`{name}` is of the model `{ty}` but says nothing of the relation");
                report.fault(field.ty.span, message, hint);
            }
            return;
        }
    };
    if field.ty.list.is_some_and(|list| list.nested) {
        report.fault(field.ty.span, "a relation is one list", format!("write `[{ty}]`"));
        return;
    }
    let spec = relations::read(directive, report);
    draft.pending.push(Pending { field, target, spec });
}

/// Adds the timestamps and the owner fields that nobody declared.
pub(crate) fn automatic(draft: &mut Draft<'_>, names: &TimestampNames, report: &mut Reporter<'_>) {
    draft.timestamps.created_at = timestamp(draft, names.created_at.as_deref(), report);
    draft.timestamps.updated_at = timestamp(draft, names.updated_at.as_deref(), report);
    let owners: Vec<String> = draft
        .auth
        .iter()
        .filter(|rule| rule.allow == Allow::Owner)
        .filter_map(|rule| rule.owner_field.clone())
        .collect();
    for owner in owners {
        if draft.place(&owner).is_none() && !clashes(draft, &owner, "the owner", report) {
            let field = plain(&owner, FieldKind::Scalar(Scalar::String), FieldSource::Owner);
            draft.push(Field { read_only: true, ..field });
        }
    }
}

/// The place of a timestamp. A declared one is filled by the server only if it can hold the text of a time.
fn timestamp(draft: &mut Draft<'_>, name: Option<&str>, report: &mut Reporter<'_>) -> Option<usize> {
    let name = name?;
    if let Some(place) = draft.place(name) {
        let field = &draft.fields[place];
        let fits = matches!(field.kind, FieldKind::Scalar(Scalar::AwsDateTime | Scalar::String));
        return (fits && !field.is_list()).then_some(place);
    }
    if clashes(draft, name, "a timestamp", report) {
        return None;
    }
    let field = plain(name, FieldKind::Scalar(Scalar::AwsDateTime), FieldSource::Timestamp);
    Some(draft.push(Field { read_only: true, ..field }))
}

/// Whether a field that comes by itself would hide a relation, or another field but for its case.
pub(crate) fn clashes(draft: &Draft<'_>, name: &str, what: &str, report: &mut Reporter<'_>) -> bool {
    let stored = draft.fields.iter().map(|field| field.name.as_str());
    let declared = draft.def.fields.iter().map(|field| field.name.text.as_str());
    let found = stored.chain(declared).find(|other| other.eq_ignore_ascii_case(name));
    if let Some(other) = found {
        let message =
            format!("`{}` gets a field `{name}` for {what}, which `{other}` is in the way of", draft.name());
        report.fault(draft.span(other), message, "rename the declared one");
    }
    found.is_some() || {
        let reserved = RESERVED.contains(&name);
        if reserved {
            let message = format!("`{}` cannot call {what} `{name}`: the name is reserved", draft.name());
            report.fault(draft.def.name.span, message, "choose another name");
        }
        reserved
    }
}
