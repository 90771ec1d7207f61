//! `@manyToMany`, rewritten: a model that joins both sides, and a has-many of it on each side. Everything after this
//! sees only those.

use crate::ast::{Argument, Directive, Document, FieldDef, Name, TypeDef, TypeRef, Value, ValueKind, find};
use crate::directives::{arguments, model::is_name, relations};
use crate::features::Features;
use crate::lower::names::{lower, upper};
use crate::report::{Reporter, Span};
use std::collections::{HashMap, HashSet};

/// A field with `@manyToMany`.
struct Side {
    /// Its type and itself, by their places in the document.
    ty: usize,
    field: usize,
    /// The name of the relation as written, and the name of the model that it makes.
    relation: String,
    model: String,
    span: Span,
    /// Whether it leads to a list of models; else that has been reported.
    fits: bool,
}

/// Adds the join models of a document and rewrites the relations to them.
pub(crate) fn models(document: &mut Document, features: Features, report: &mut Reporter<'_>) {
    let mut relations: Vec<Vec<Side>> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for side in sides(document, report) {
        let place = *places.entry(side.model.clone()).or_insert(relations.len());
        match relations.get_mut(place) {
            Some(sides) => sides.push(side),
            None => relations.push(vec![side]),
        }
    }
    for sides in &relations {
        if let [a, b] = sides.as_slice()
            && a.fits
            && b.fits
        {
            join(document, [a, b], features, report);
        } else {
            miscounted(document, sides, report);
        }
    }
}

fn sides(document: &Document, report: &mut Reporter<'_>) -> Vec<Side> {
    let mut found = Vec::new();
    let models = document.types.iter().filter(|def| def.is_model()).map(|def| def.name.text.as_str());
    let models: HashSet<&str> = models.collect();
    for (ty, def) in document.types.iter().enumerate().filter(|(_, def)| def.is_model()) {
        for (place, field) in def.fields.iter().enumerate() {
            let Some(directive) = find(&field.directives, "manyToMany") else { continue };
            let Some(name) = arguments::string(&directive.arguments, "relationName", report) else {
                // What is not a string, or a misspelt argument, has been reported.
                if directive.arguments.iter().all(|given| matches!(given.value.kind, ValueKind::Null)) {
                    let hint =
                        "for example `@manyToMany(relationName: \"PostTags\")`, the same on both sides";
                    report.fault(directive.span, "`@manyToMany` does not name its relation", hint);
                }
                continue;
            };
            let model = upper(&name.text);
            if !is_name(&model) {
                let message =
                    format!("\"{}\" cannot be the name of the model that joins both sides", name.text);
                report.fault(name.span, message, "use letters, digits and `_`, a letter first");
                continue;
            }
            let fits = fits(&models, field, &name.text, report);
            found.push(Side { ty, field: place, relation: name.text, model, span: name.span, fits });
        }
    }
    found
}

/// Whether a side is a list of models and nothing else. What is no model at all, a list of lists, or two relations in one
/// is reported with the field.
fn fits(models: &HashSet<&str>, field: &FieldDef, relation: &str, report: &mut Reporter<'_>) -> bool {
    let ty = &field.ty.name.text;
    let is_model = models.contains(ty.as_str());
    if is_model && field.ty.list.is_none() {
        let hint = format!("write `{}: [{ty}] @manyToMany(relationName: \"{relation}\")`", field.name.text);
        report.fault(field.ty.span, "`@manyToMany` needs a list", hint);
    }
    let relations =
        field.directives.iter().filter(|directive| relations::NAMES.contains(&directive.name.text.as_str()));
    is_model && field.ty.list.is_some_and(|list| !list.nested) && relations.count() == 1
}

fn miscounted(document: &Document, sides: &[Side], report: &mut Reporter<'_>) {
    match sides {
        [one] if one.fits => {
            let (owner, field) = at(document, one);
            let hint = format!(
                "add a field such as `{}: [{owner}] @manyToMany(relationName: \"{}\")` to `{}`",
                lower(&crate::plural::plural(&owner)),
                one.relation,
                field.ty.name.text
            );
            report.fault(one.span, format!("relation \"{}\" has only one side", one.relation), hint);
        }
        [_, _, rest @ ..] => {
            for side in rest {
                let message = format!("relation \"{}\" has {} sides", side.relation, sides.len());
                report.fault(
                    side.span,
                    message,
                    "a relation has two: give the others another `relationName`",
                );
            }
        }
        _ => {}
    }
}

fn at<'a>(document: &'a Document, side: &Side) -> (String, &'a FieldDef) {
    let def = &document.types[side.ty];
    (def.name.text.clone(), &def.fields[side.field])
}

fn join(document: &mut Document, [a, b]: [&Side; 2], features: Features, report: &mut Reporter<'_>) {
    let ((of_a, field_a), (of_b, field_b)) = (at(document, a), at(document, b));
    if a.ty == b.ty {
        let hint = format!(
            "write `type {} @model` yourself: two keys with an `@index` each, and a `@belongsTo(fields: […])` for each",
            a.model
        );
        report.fault(b.span, format!("relation \"{}\" joins `{of_a}` with itself", b.relation), hint);
        return;
    }
    for (field, other, of, side) in [(field_b, &of_a, &of_b, b), (field_a, &of_b, &of_a, a)] {
        if field.ty.name.text != *other {
            let message = format!(
                "the other side of relation \"{}\" is in `{other}`, and `{}` leads to `{}`",
                side.relation, field.name.text, field.ty.name.text
            );
            let hint = format!(
                "write `{}: [{other}]` in `{of}`, or give the relation another `relationName`",
                field.name.text
            );
            report.fault(field.ty.span, message, hint);
            return;
        }
    }
    let taken = |name: &Name| name.text.eq_ignore_ascii_case(&a.model);
    let types = document.types.iter().map(|def| &def.name).chain(document.enums.iter().map(|def| &def.name));
    if let Some(other) = { types }.find(|name| taken(name)) {
        let message =
            format!("relation \"{}\" makes a model `{}`, and `{}` is there", a.relation, a.model, other.text);
        report.fault(
            a.span,
            message,
            "choose another `relationName` on both sides: that model is made for you",
        );
        return;
    }
    // A key that is wrong is reported with its model.
    let (Some(key_a), Some(key_b)) = (key(&document.types[a.ty]), key(&document.types[b.ty])) else { return };
    let model = model(document, [(a, &key_a), (b, &key_b)], features);
    document.types.push(model);
    for (side, key) in [(a, key_a), (b, key_b)] {
        let owner = document.types[side.ty].name.text.clone();
        let names = key.iter().map(|(name, _)| string(name, side.span)).collect();
        let arguments = vec![
            argument("indexName", string(&index(&owner), side.span)),
            argument("fields", list(names, side.span)),
        ];
        let field = &mut document.types[side.ty].fields[side.field];
        field.ty.name.text.clone_from(&side.model);
        for directive in field.directives.iter_mut().filter(|directive| directive.name.text == "manyToMany") {
            directive.name.text = "hasMany".to_owned();
            directive.arguments.clone_from(&arguments);
        }
    }
}

/// The key fields of a model and their types.
fn key(def: &TypeDef) -> Option<Vec<(String, String)>> {
    let lead = def.fields.iter().find_map(|field| Some((field, find(&field.directives, "primaryKey")?)));
    let ty = |name: &str| {
        let field = def.fields.iter().find(|field| field.name.text == name)?;
        Some((name.to_owned(), field.ty.name.text.clone()))
    };
    let Some((lead, directive)) = lead else {
        return Some(vec![ty("id").unwrap_or_else(|| ("id".to_owned(), "ID".to_owned()))]);
    };
    let sort = match directive.argument("sortKeyFields").map(|argument| &argument.value.kind) {
        Some(ValueKind::List(items)) => items.iter().collect(),
        _ => directive
            .argument("sortKeyFields")
            .map(|argument| &argument.value)
            .into_iter()
            .collect::<Vec<_>>(),
    };
    let sort = sort.into_iter().filter_map(|value| match &value.kind {
        ValueKind::String(name) => Some(ty(name)),
        _ => None,
    });
    std::iter::once(ty(&lead.name.text)).chain(sort).collect()
}

/// The model that joins two sides: its key, the keys of both, and the way to both.
fn model(document: &Document, sides: [(&Side, &Vec<(String, String)>); 2], features: Features) -> TypeDef {
    let (first, _) = sides[0];
    let name = Name { text: first.model.clone(), span: first.span };
    let directive = |name: &str, span, arguments| Directive {
        name: Name { text: name.to_owned(), span },
        span,
        arguments,
    };
    let field = |name: &str, ty: &str, span, directives| FieldDef {
        name: Name { text: name.to_owned(), span },
        arguments: None,
        ty: TypeRef { name: Name { text: ty.to_owned(), span }, span, required: true, list: None },
        directives,
    };
    let mut fields = vec![field("id", "ID", first.span, Vec::new())];
    let mut ways = Vec::new();
    for (side, key) in sides {
        let (owner, span) = (&document.types[side.ty].name.text, side.span);
        let stem = lower(owner);
        let called = |(nth, (name, _)): (usize, &(String, String))| match nth {
            0 if features.respect_primary_key_attributes => upper(name),
            0 => "ID".to_owned(),
            // The transformer writes the first letter of a sort field as it is.
            _ => name.clone(),
        };
        let names: Vec<String> =
            key.iter().enumerate().map(|field| format!("{stem}{}", called(field))).collect();
        let strings = |names: &[String]| list(names.iter().map(|name| string(name, span)).collect(), span);
        for (nth, (name, (_, ty))) in names.iter().zip(key).enumerate() {
            let arguments = vec![
                argument("name", string(&index(owner), span)),
                argument("sortKeyFields", strings(&names[1..])),
            ];
            let leads = (nth == 0).then(|| directive("index", span, arguments));
            fields.push(field(name, ty, span, leads.into_iter().collect()));
        }
        let way = directive("belongsTo", span, vec![argument("fields", strings(&names))]);
        ways.push(field(&stem, owner, span, vec![way]));
    }
    fields.append(&mut ways);
    let rules = sides.iter().filter_map(|(side, _)| {
        let auth = find(&document.types[side.ty].directives, "auth")?;
        let rules = &auth.argument("rules")?.value;
        matches!(rules.kind, ValueKind::List(_)).then_some(rules)
    });
    let rules: Vec<Value> = rules
        .flat_map(|rules| match &rules.kind {
            ValueKind::List(rules) => rules.clone(),
            _ => Vec::new(),
        })
        .collect();
    let mut directives = vec![directive("model", first.span, Vec::new())];
    if !rules.is_empty() {
        directives.push(directive("auth", first.span, vec![argument("rules", list(rules, first.span))]));
    }
    TypeDef { name, made: true, interfaces: None, directives, fields }
}

/// The name of the index of a join model that leads from `owner`.
fn index(owner: &str) -> String {
    format!("by{owner}")
}

fn string(text: &str, span: Span) -> Value {
    Value { kind: ValueKind::String(text.to_owned()), span }
}

fn list(items: Vec<Value>, span: Span) -> Value {
    Value { kind: ValueKind::List(items), span }
}

fn argument(name: &str, value: Value) -> Argument {
    Argument { name: Name { text: name.to_owned(), span: value.span }, value }
}
