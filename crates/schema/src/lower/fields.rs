//! Fields: those declared, and those that come by themselves.

use crate::ast::{Directive, FieldDef, Name, find};
use crate::directives::model::TimestampNames;
use crate::directives::{merge, relations, renames};
use crate::lower::defaults;
use crate::lower::draft::{Catalogue, Draft, Pending, plain};
use crate::report::Reporter;
use crate::suggest::did_you_mean;
use std::collections::HashMap;
use syncline_core::Scalar;
use syncline_core::model::{Allow, Field, FieldKind, FieldSource, ListKind};
use syncline_core::scalar::Storage;

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
                declared_twice(&field.name, report);
                continue;
            }
            Some(other) => {
                let message = format!("fields `{name}` and `{other}` differ only in case");
                report.fault(field.name.span, message, "rename one: a database cannot tell them apart");
            }
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

/// Reports a field whose name another one has.
pub(crate) fn declared_twice(name: &Name, report: &mut Reporter<'_>) {
    report.fault(name.span, format!("field `{}` is declared twice", name.text), "keep one of them");
}

/// The type of a field that holds a value; reported if there is none of that name.
pub(crate) fn kind(
    field: &FieldDef,
    catalogue: &Catalogue<'_>,
    report: &mut Reporter<'_>,
) -> Option<FieldKind> {
    let ty = &field.ty;
    let name = ty.name.text.as_str();
    let found = Scalar::from_name(name)
        .map(FieldKind::Scalar)
        .or_else(|| catalogue.enumeration(name).map(|ty| FieldKind::Enum(ty.clone())))
        .or_else(|| catalogue.custom(name).map(|ty| FieldKind::Custom(ty.clone())));
    if found.is_none() && !catalogue.is_hopeless(name) {
        let scalars = Scalar::ALL.map(Scalar::name);
        let hint = did_you_mean(name, scalars.into_iter().chain(catalogue.names()), || {
            "define it as a type or an enum, or use a scalar".to_owned()
        });
        report.fault(ty.name.span, format!("unknown type `{name}`"), hint);
    }
    found
}

/// Reports a list whose items are lists.
pub(crate) fn list_of_lists(field: &FieldDef, report: &mut Reporter<'_>) {
    if field.ty.list.is_some_and(|list| list.nested) {
        report.fault(
            field.ty.span,
            "a list of lists is not supported",
            "use one list, or an `AWSJSON` field",
        );
    }
}

fn stored(draft: &mut Draft<'_>, def: &FieldDef, kind: FieldKind, report: &mut Reporter<'_>) {
    let ty = &def.ty;
    for directive in def.directives.iter().filter(is_relation) {
        report.fault(
            directive.span,
            format!("`@{}` needs a model, and `{}` is none", directive.name.text, ty.name.text),
            "name the model on the other side as the field's type",
        );
    }
    list_of_lists(def, report);
    let mut field = Field {
        required: ty.required,
        list: ty.list.map(|list| ListKind { item_required: list.item_required }),
        ..plain(&def.name.text, kind, FieldSource::Declared)
    };
    field.default = defaults::read(def, &field, report);
    field.merge = find(&def.directives, "merge").and_then(|directive| merge::read(directive, &field, report));
    let old = renames::read(&def.directives, &def.name.text, report);
    let place = draft.push(field);
    draft.renamed_fields.extend(old.into_iter().map(|old| (place, old)));
}

fn is_relation(directive: &&Directive) -> bool {
    relations::NAMES.contains(&directive.name.text.as_str())
}

fn relation<'a>(draft: &mut Draft<'a>, field: &'a FieldDef, target: usize, report: &mut Reporter<'_>) {
    let (name, ty) = (&field.name.text, &field.ty.name.text);
    let is_list = field.ty.list.is_some();
    for (key, hint) in [
        ("primaryKey", "put it on the field that holds the key of the other model"),
        ("index", "put it on the field that holds the key of the other model"),
        ("default", "leave it out: nobody knows which record it would be"),
        ("merge", "put it on the fields that hold the key of the other model"),
        ("renamedFrom", "put it on the field that holds the key of the other model, which is what is stored"),
    ] {
        if let Some(directive) = find(&field.directives, key) {
            let message = format!("`@{key}` needs a scalar or an enum, and `{ty}` is a model");
            report.fault(directive.span, message, hint);
        }
    }
    let mut found = field.directives.iter().filter(is_relation);
    let Some(directive) = found.next() else {
        // A directive that was refused already explains enough.
        if field.directives.is_empty() {
            let hint = if is_list {
                "add `@hasMany`, or `@manyToMany(relationName: \"…\")` on both sides"
            } else {
                "add `@belongsTo` or `@hasOne`"
            };
            let message = format!("`{name}` is of the model `{ty}` but says nothing of the relation");
            report.fault(field.ty.span, message, hint);
        }
        return;
    };
    if let Some(second) = found.next() {
        report.fault(second.span, format!("`{name}` has two relation directives"), "keep one of them");
        return;
    }
    if field.ty.list.is_some_and(|list| list.nested) {
        report.fault(field.ty.span, "a relation is one list", format!("write `[{ty}]`"));
        return;
    }
    let which = directive.name.text.as_str();
    match (which, is_list) {
        // What is left of those has been reported.
        ("manyToMany", _) => return,
        ("hasMany", false) => {
            let hint =
                format!("write `{name}: [{ty}] @hasMany`, or `@hasOne` or `@belongsTo` for a single one");
            report.fault(field.ty.span, "`@hasMany` needs a list", hint);
            return;
        }
        ("hasOne" | "belongsTo", true) => {
            let hint = format!("write `{name}: {ty} @{which}`, or `@hasMany` for many");
            report.fault(field.ty.span, format!("`@{which}` leads to one record, not to a list"), hint);
            return;
        }
        _ => {}
    }
    let spec = relations::read(directive, report);
    draft.pending.push(Pending { field, target, spec });
}

/// Adds the timestamps and the owner fields that nobody declared.
pub(crate) fn automatic(draft: &mut Draft<'_>, names: &TimestampNames, report: &mut Reporter<'_>) {
    draft.timestamps.created_at = timestamp(draft, names.created_at.as_deref(), report);
    draft.timestamps.updated_at = timestamp(draft, names.updated_at.as_deref(), report);
    callers(draft, report);
}

/// The fields that say whose a record is: they hold text, and an owner that nobody declares is added.
fn callers(draft: &mut Draft<'_>, report: &mut Reporter<'_>) {
    let rules = draft.auth.iter().filter(|rule| matches!(rule.allow, Allow::Owner | Allow::Groups));
    let named = rules.flat_map(|rule| {
        let owner = rule.owner_field.clone().map(|name| (name, "the owner"));
        owner.into_iter().chain(rule.groups_field.clone().map(|name| (name, "the groups")))
    });
    for (name, what) in named.collect::<Vec<_>>() {
        let declared = draft.def.fields.iter().find(|def| def.name.text == name);
        let fits = |place: usize| draft.fields[place].kind.storage() == Storage::Text;
        match (draft.place(&name), declared) {
            (Some(place), _) if fits(place) => {}
            (_, Some(def)) => {
                let message = format!("`{name}` says {what} of a `{}`, so it holds text", draft.name());
                let hint = "name a field of the type `String` or `[String]` in the rule";
                report.fault(def.ty.span, message, hint);
            }
            (None, None) if what == "the owner" && !clashes(draft, &name, what, report) => {
                let field = plain(&name, FieldKind::Scalar(Scalar::String), FieldSource::Owner);
                draft.push(Field { read_only: true, ..field });
            }
            _ => {}
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

/// Reports merge policies of fields whose values are nobody's to merge: a key stays as it is, and a timestamp is the
/// server's.
pub(crate) fn merged(draft: &Draft<'_>, report: &mut Reporter<'_>) {
    let timestamps = [draft.timestamps.created_at, draft.timestamps.updated_at];
    for (place, field) in draft.fields.iter().enumerate() {
        let message = if draft.key.contains(&place) {
            format!("`{}` is part of the primary key, which never changes", field.name)
        } else if timestamps.contains(&Some(place)) {
            format!("`{}` is a timestamp, which the server sets", field.name)
        } else {
            continue;
        };
        let def = draft.def.fields.iter().find(|def| def.name.text == field.name);
        if let Some(directive) = def.and_then(|def| find(&def.directives, "merge")) {
            report.fault(directive.span, message, "leave `@merge` out: there is nothing to merge");
        }
    }
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
