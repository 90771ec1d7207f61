//! What is checked before a document is lowered: which definitions there are, and what they are called.

use crate::ast::{Document, EnumDef, Name, TypeDef, ValueKind, is_root};
use crate::directives::{self, Place};
use crate::report::Reporter;
use crate::suggest::did_you_mean;
use std::collections::{HashMap, HashSet};
use syncline_core::Scalar;

/// Checks every definition's kind, name and directives.
pub(crate) fn check(document: &Document, report: &mut Reporter<'_>) {
    others(document, report);
    let names = document.types.iter().map(|ty| &ty.name).chain(document.enums.iter().map(|ty| &ty.name));
    let mut names: Vec<&Name> = names.collect();
    names.sort_by_key(|name| name.span);
    type_names(&names, report);
    for ty in &document.types {
        directives::check(&ty.directives, Place::Type, report);
        if let Some(span) = ty.interfaces {
            report.fault(
                span,
                "interfaces are not supported yet",
                "leave `implements …` out and repeat the fields",
            );
        }
        for field in &ty.fields {
            directives::check(&field.directives, Place::Field, report);
        }
    }
    document.enums.iter().for_each(|ty| enumeration(ty, report));
    if !document.types.iter().any(TypeDef::is_model) && report.is_clean() {
        report.fault(
            crate::report::Span::default(),
            "the schema has no models",
            "for example `type Post @model @auth(rules: [{allow: public}]) { title: String! }`",
        );
    }
}

fn others(document: &Document, report: &mut Reporter<'_>) {
    for other in &document.others {
        let hint = match other.kind {
            "operation" | "fragment" => "a schema holds types; operations belong to the application",
            "directive definition" | "schema definition" => "leave it out: it is made for you",
            "custom scalar" => "use one of the AWS scalars, e.g. `AWSJSON`",
            "input type" => "leave it out: inputs are made for each model",
            "interface" | "union" => "use a model, an enum or an `AWSJSON` field",
            _ => "write the fields into the type itself",
        };
        let name = other.name.as_ref().map_or_else(String::new, |name| format!(" `{}`", name.text));
        let span = other.name.as_ref().map_or(other.span, |name| name.span);
        report.fault(span, format!("{}{name} is not supported yet", other.kind), hint);
    }
    for setting in &document.settings {
        let name = setting.name.text.as_str();
        if name != "globalAuthRule" {
            let hint = did_you_mean(name, ["globalAuthRule"], || "leave it out".to_owned());
            report.fault(setting.name.span, format!("unknown setting `{name}`"), hint);
        } else if !allows_public(setting.value.as_ref().map(|value| &value.kind)) {
            let hint = "write `globalAuthRule: AuthRule = { allow: public }`";
            report.fault(setting.name.span, "`globalAuthRule` can only be `{ allow: public }`", hint);
        }
    }
}

fn allows_public(value: Option<&ValueKind>) -> bool {
    let Some(ValueKind::Object(fields)) = value else { return false };
    let public = |value: &ValueKind| matches!(value, ValueKind::Enum(word) if word == "public");
    matches!(fields.as_slice(), [only] if only.name.text == "allow" && public(&only.value.kind))
}

/// Whether the settings let everybody with the API key into models without rules.
pub(crate) fn is_sandbox(document: &Document) -> bool {
    document.settings.iter().any(|setting| setting.name.text == "globalAuthRule")
}

fn type_names(names: &[&Name], report: &mut Reporter<'_>) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    for name in names {
        let text = name.text.as_str();
        if is_root(text) {
            let hint = "leave it out: queries, mutations and subscriptions are made for each model";
            report.fault(name.span, format!("`{text}` of your own is not supported yet"), hint);
        } else if Scalar::from_name(text).is_some() || text.starts_with("AWS") || text.starts_with("__") {
            report.fault(name.span, format!("`{text}` is a reserved name"), "choose another one");
        }
        match seen.insert(text.to_ascii_lowercase(), text) {
            Some(other) if other == text => {
                report.fault(name.span, format!("`{text}` is defined twice"), "rename one, or join them");
            }
            Some(other) => report.fault(
                name.span,
                format!("`{text}` and `{other}` differ only in case"),
                "rename one: a database cannot tell them apart",
            ),
            None => {}
        }
    }
}

fn enumeration(ty: &EnumDef, report: &mut Reporter<'_>) {
    directives::check(&ty.directives, Place::Enum, report);
    if ty.values.is_empty() {
        report.fault(ty.name.span, format!("enum `{}` has no values", ty.name.text), "give it at least one");
    }
    let mut seen = HashSet::new();
    for value in &ty.values {
        let text = value.text.as_str();
        if !seen.insert(text) {
            report.fault(
                value.span,
                format!("`{text}` stands twice in `{}`", ty.name.text),
                "keep one of them",
            );
        } else if text.starts_with("__") || matches!(text, "true" | "false" | "null") {
            report.fault(value.span, format!("`{text}` is a reserved name"), "choose another one");
        }
    }
}
