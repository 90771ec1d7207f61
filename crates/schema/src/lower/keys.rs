//! Primary keys and indexes.

use crate::ast::{Name, find};
use crate::directives::keys::{self, QuerySpec};
use crate::features::Features;
use crate::lower::draft::{Draft, plain};
use crate::plural::plural;
use crate::report::Reporter;
use syncline_core::Scalar;
use syncline_core::model::{Field, FieldKind, FieldSource, Index};

/// Finds the key: the declared one, or `id`, which is added if nobody declared it.
pub(crate) fn primary(draft: &mut Draft<'_>, report: &mut Reporter<'_>) {
    let def = draft.def;
    let mut declared = None;
    for field in &def.fields {
        let Some(directive) = find(&field.directives, "primaryKey") else { continue };
        if declared.is_some() {
            let hint = "keep one, and name the others in its `sortKeyFields`";
            report.fault(directive.span, format!("`{}` has two `@primaryKey`s", draft.name()), hint);
            continue;
        }
        let sort = keys::primary_key(directive, report);
        declared = Some(std::iter::once(field.name.clone()).chain(sort).collect::<Vec<Name>>());
    }
    let Some(names) = declared else { return default(draft, report) };
    // A relation cannot lead the key; that has been said.
    let is_relation = |name: &Name| draft.pending.iter().any(|pending| pending.field.name.text == name.text);
    if is_relation(&names[0]) {
        return;
    }
    draft.key = places(draft, &names, "the primary key", true, report);
    draft.custom_key = true;
}

fn default(draft: &mut Draft<'_>, report: &mut Reporter<'_>) {
    let place = match draft.place("id") {
        Some(place) => {
            let field = &draft.fields[place];
            let fits =
                matches!(field.kind, FieldKind::Scalar(Scalar::Id | Scalar::String)) && !field.is_list();
            if !fits || !field.required {
                let declared = draft.def.fields.iter().find(|field| field.name.text == "id");
                let span = declared.map_or(draft.def.name.span, |field| field.ty.span);
                let hint = "write `id: ID!`, or put `@primaryKey` on the field that is the key";
                report.fault(span, "the default key `id` is an `ID!`", hint);
            }
            place
        }
        None if super::fields::clashes(draft, "id", "its key", report) => return,
        None => {
            let field = plain("id", FieldKind::Scalar(Scalar::Id), FieldSource::ImplicitId);
            draft.push(Field { required: true, ..field })
        }
    };
    draft.key = vec![place];
}

/// Takes the `@index`es of all fields.
pub(crate) fn indexes(draft: &mut Draft<'_>, features: Features, report: &mut Reporter<'_>) {
    let def = draft.def;
    for field in &def.fields {
        if draft.place(&field.name.text).is_none() {
            continue;
        }
        for directive in field.directives.iter().filter(|directive| directive.name.text == "index") {
            let spec = keys::index(directive, report);
            let names: Vec<Name> = std::iter::once(field.name.clone()).chain(spec.sort).collect();
            let purpose = match &spec.name {
                Some(name) => format!("index \"{}\"", name.text),
                None => "the index".to_owned(),
            };
            let fields = places(draft, &names, &purpose, false, report);
            let automatic = query_name(draft.name(), &names);
            let name = spec.name.map_or_else(|| automatic.clone(), |name| name.text);
            if draft.indexes.iter().any(|index| index.name == name) {
                let message = format!("`{}` has two indexes \"{name}\"", draft.name());
                report.fault(spec.span, message, "give this one another `name`");
            }
            let query = match spec.query {
                QuerySpec::Default => features.auto_index_query_names.then_some(automatic),
                QuerySpec::None => None,
                QuerySpec::Named(name) => Some(name.text),
            };
            draft.indexes.push(Index { name, fields, query });
            draft.index_spans.push(spec.span);
        }
    }
}

/// `postsByRatingAndTitle`, the name that an index's query gets by itself.
fn query_name(model: &str, names: &[Name]) -> String {
    let upper: Vec<String> = names.iter().map(|name| super::names::upper(&name.text)).collect();
    format!("{}By{}", super::names::lower(&plural(model)), upper.join("And"))
}

/// The places of key fields: stored, single, ordered, and (for the primary key) never null.
fn places(
    draft: &Draft<'_>,
    names: &[Name],
    purpose: &str,
    required: bool,
    report: &mut Reporter<'_>,
) -> Vec<usize> {
    let mut places = Vec::new();
    for name in names {
        let Some(place) = draft.lookup(name, purpose, report) else { continue };
        if places.contains(&place) {
            report.fault(name.span, format!("`{}` stands twice in {purpose}", name.text), "keep one of them");
            continue;
        }
        let field = &draft.fields[place];
        if let Some((message, hint)) = unfit(field, required) {
            report.fault(name.span, format!("`{}` cannot be part of {purpose}: {message}", name.text), hint);
        }
        places.push(place);
    }
    places
}

fn unfit(field: &Field, required: bool) -> Option<(&'static str, &'static str)> {
    if field.is_list() {
        Some(("it is a list", "use a field with a single value"))
    } else if matches!(field.kind, FieldKind::Scalar(Scalar::Boolean | Scalar::AwsJson)) {
        Some(("its values have no order", "use text or a number"))
    } else if field.kind.custom().is_some() {
        Some(("it has fields of its own", "use a field with a single value"))
    } else if required && !field.required {
        Some(("it may be null", "make it non-null with `!`"))
    } else {
        None
    }
}
