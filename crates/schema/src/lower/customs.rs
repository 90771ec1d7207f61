//! Types that are no models: values of several fields, held inside a record.

use crate::ast::{Directive, Document, FieldDef, TypeDef};
use crate::directives::{self, relations, renames};
use crate::lower::draft::Catalogue;
use crate::lower::fields::{declared_twice, kind, list_of_lists};
use crate::report::{Reporter, few};
use std::collections::{HashMap, HashSet};
use syncline_core::model::{CustomType, Field, FieldSource, ListKind};

/// How deep such types may hold each other. Records nest no deeper in the databases behind an API.
const MAX_DEPTH: usize = 16;

/// Lowers all of them, each after those that it holds, and adds them to the catalogue.
pub(crate) fn lower<'a>(document: &'a Document, catalogue: &mut Catalogue<'a>, report: &mut Reporter<'_>) {
    let defs: Vec<&TypeDef> =
        document.types.iter().filter(|def| !def.is_model() && !def.is_hopeless()).collect();
    let places: HashMap<&str, usize> =
        defs.iter().enumerate().map(|(place, def)| (def.name.text.as_str(), place)).collect();
    let held = |place: usize| {
        defs[place].fields.iter().filter_map(|field| places.get(field.ty.name.text.as_str()).copied())
    };
    let mut waits: Vec<usize> = (0..defs.len()).map(|place| held(place).count()).collect();
    let mut holders: Vec<Vec<usize>> = vec![Vec::new(); defs.len()];
    for place in 0..defs.len() {
        held(place).for_each(|other| holders[other].push(place));
    }
    let mut depths = vec![1_usize; defs.len()];
    let mut ready: Vec<usize> = (0..defs.len()).rev().filter(|&place| waits[place] == 0).collect();
    while let Some(place) = ready.pop() {
        one(defs[place], depths[place], catalogue, report);
        for &holder in &holders[place] {
            depths[holder] = depths[holder].max(depths[place] + 1);
            waits[holder] -= 1;
            if waits[holder] == 0 {
                ready.push(holder);
            }
        }
    }
    // What still waits holds itself, or something that does.
    let mut walked = vec![false; defs.len()];
    for start in (0..defs.len()).filter(|&place| waits[place] > 0) {
        let mut path: Vec<usize> = Vec::new();
        let mut at = Some(start);
        while let Some(place) = at.filter(|&place| !walked[place]) {
            walked[place] = true;
            path.push(place);
            at = held(place).find(|&other| waits[other] > 0);
        }
        if let Some(from) = at.and_then(|end| path.iter().position(|&place| place == end)) {
            circle(&path[from..], &defs, report);
        }
    }
}

/// Reports types that hold each other.
fn circle(path: &[usize], defs: &[&TypeDef], report: &mut Reporter<'_>) {
    let name = |place: usize| defs[place].name.text.as_str();
    let Some(&first) = path.first() else { return };
    let next = path.get(1).copied().unwrap_or(first);
    let way: Vec<String> = path[1..].iter().map(|&place| format!("`{}`", name(place))).collect();
    let by = if way.is_empty() { String::new() } else { format!(" by way of {}", few(&way)) };
    for field in defs[first].fields.iter().filter(|field| field.ty.name.text == name(next)) {
        report.fault(
            field.ty.span,
            format!("`{}` would contain itself{by}, so its values would never end", name(first)),
            format!(
                "hold the inner value as text: `{}: AWSJSON`, or make `{}` a model",
                field.name.text,
                name(next)
            ),
        );
    }
}

fn one<'a>(def: &'a TypeDef, depth: usize, catalogue: &mut Catalogue<'a>, report: &mut Reporter<'_>) {
    let name = def.name.text.as_str();
    if depth > MAX_DEPTH {
        let message = format!("the types in `{name}` are nested more than {MAX_DEPTH} deep");
        report.fault(def.name.span, message, "hold the inner ones in an `AWSJSON` field");
        return;
    }
    for directive in def.directives.iter().filter(|directive| directive.name.text == "auth") {
        let message = format!("`@auth` needs a model, and `{name}` is none");
        report.fault(
            directive.span,
            message,
            format!("put the rules on the models that hold it, or write `type {name} @model …`"),
        );
    }
    let hint = "leave it out: a value is known by the fields that it has";
    renames::refuse(&def.directives, "a type that is no model", hint, report);
    if def.fields.is_empty() {
        report.fault(def.name.span, format!("type `{name}` has no fields"), "give it at least one");
    }
    let mut seen = HashSet::new();
    let fields = def.fields.iter().filter_map(|field| {
        let fresh = seen.insert(field.name.text.as_str());
        if !fresh {
            declared_twice(&field.name, report);
        }
        let field = stored(def, field, catalogue, report);
        field.filter(|_| fresh)
    });
    let fields = fields.collect();
    catalogue.add(def, CustomType { name: name.to_owned(), fields });
}

fn stored(
    def: &TypeDef,
    field: &FieldDef,
    catalogue: &Catalogue<'_>,
    report: &mut Reporter<'_>,
) -> Option<Field> {
    let (name, ty) = (&field.name, &field.ty);
    if name.text.starts_with("__") {
        report.fault(name.span, format!("`{}` is a reserved name", name.text), "rename the field");
    }
    if let Some(span) = field.arguments {
        report.fault(span, "arguments on a field are not supported yet", "leave them out");
    }
    let (owner, leads) = (&def.name.text, catalogue.model(&ty.name.text).is_some());
    let said = |directive: &&Directive| {
        let name = directive.name.text.as_str();
        directives::stands_on_fields(name) && !(leads && relations::NAMES.contains(&name))
    };
    for directive in field.directives.iter().filter(said) {
        report.fault(
            directive.span,
            format!("`@{}` needs a field of a model, and `{owner}` is none", directive.name.text),
            format!("leave it out, or write `type {owner} @model …`"),
        );
    }
    if leads {
        let key = match ty.list {
            Some(_) => format!("the keys, `{}: [ID]`", name.text),
            None => format!("the key, `{}Id: ID`", name.text),
        };
        report.fault(
            ty.span,
            format!(
                "`{owner}.{}` leads to the model `{}`, but `{owner}` is none itself",
                name.text, ty.name.text
            ),
            format!("hold {key}, or write `type {owner} @model …`"),
        );
        return None;
    }
    let kind = kind(field, catalogue, report)?;
    list_of_lists(field, report);
    Some(Field {
        required: ty.required,
        list: ty.list.map(|list| ListKind { item_required: list.item_required }),
        ..Field::new(&name.text, kind, FieldSource::Declared)
    })
}
