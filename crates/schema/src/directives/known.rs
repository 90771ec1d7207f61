//! The directives by name: where each may stand and which arguments it takes.

use crate::ast::{Argument, Directive};
use crate::report::Reporter;
use crate::suggest::{did_you_mean, nearest};

/// Where a directive stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Type,
    Field,
    Enum,
}

struct Known {
    name: &'static str,
    places: &'static [Place],
    arguments: &'static [&'static str],
    repeatable: bool,
}

const KNOWN: &[Known] = &[
    Known {
        name: "model",
        places: &[Place::Type],
        arguments: &["queries", "mutations", "subscriptions", "timestamps"],
        repeatable: false,
    },
    Known { name: "auth", places: &[Place::Type], arguments: &["rules"], repeatable: false },
    Known { name: "primaryKey", places: &[Place::Field], arguments: &["sortKeyFields"], repeatable: false },
    Known {
        name: "index",
        places: &[Place::Field],
        arguments: &["name", "sortKeyFields", "queryField"],
        repeatable: true,
    },
    Known {
        name: "hasMany",
        places: &[Place::Field],
        arguments: &["indexName", "fields"],
        repeatable: false,
    },
    Known { name: "hasOne", places: &[Place::Field], arguments: &["fields"], repeatable: false },
    Known { name: "belongsTo", places: &[Place::Field], arguments: &["fields"], repeatable: false },
    Known { name: "manyToMany", places: &[Place::Field], arguments: &["relationName"], repeatable: false },
    Known { name: "default", places: &[Place::Field], arguments: &["value"], repeatable: false },
    Known { name: "merge", places: &[Place::Field], arguments: &["policy"], repeatable: false },
    Known {
        name: "renamedFrom",
        places: &[Place::Field, Place::Type],
        arguments: &["name"],
        repeatable: true,
    },
];

/// Directives that mean something to Amplify but nothing here, with the way out.
const OTHERS: &[(&str, &str)] = &[
    ("searchable", "query through an `@index`, or filter"),
    ("function", "call the function from the application"),
    ("http", "call the service from the application"),
    ("predictions", "call the service from the application"),
    ("mapsTo", "name the model as its table is named"),
    ("validate", "check the value in the application"),
    ("connection", "that is the old transformer: use `@hasMany` and `@belongsTo`"),
    ("key", "that is the old transformer: use `@primaryKey` and `@index`"),
    ("versioned", "that is the old transformer: every model is versioned here, leave it out"),
    ("aws_subscribe", "leave it out: subscriptions come with `@model`"),
    ("aws_api_key", "leave it out: `@auth` says who may do what"),
    ("aws_iam", "leave it out: `@auth` says who may do what"),
    ("aws_oidc", "leave it out: `@auth` says who may do what"),
    ("aws_cognito_user_pools", "leave it out: `@auth` says who may do what"),
    ("aws_lambda", "leave it out: `@auth` says who may do what"),
    ("aws_auth", "leave it out: `@auth` says who may do what"),
    ("deprecated", "leave it out: the generated API would not show it"),
];

/// Arguments that mean something to Amplify but nothing here, with the way out.
const OTHER_ARGUMENTS: &[(&str, &str)] = &[
    ("limit", "leave it out: each query says how many records it wants"),
    (
        "references",
        "name the key where it is held, `@belongsTo(fields: […])`, and its index on the other side",
    ),
    ("overrideIndexName", "leave it out: an index is found by the name that `@index` gives it"),
    ("projection", "leave it out: an index holds whole records"),
];

/// Whether a directive of that name has its place on fields.
pub(crate) fn stands_on_fields(name: &str) -> bool {
    KNOWN.iter().any(|known| known.name == name && known.places.contains(&Place::Field))
}

/// Checks the directives at one place: known, in the right place, once, with known arguments.
pub(crate) fn check(directives: &[Directive], place: Place, report: &mut Reporter<'_>) {
    for (nth, directive) in directives.iter().enumerate() {
        let name = directive.name.text.as_str();
        let Some(known) = KNOWN.iter().find(|known| known.name == name) else {
            unknown(directive, place, report);
            continue;
        };
        if !known.places.contains(&place) {
            misplaced(directive, known.places, place, report);
            continue;
        }
        if !known.repeatable && directives[..nth].iter().any(|other| other.name.text == name) {
            report.fault(directive.span, format!("`@{name}` stands here twice"), "keep one of them");
        }
        check_names(&directive.arguments, known.arguments, &format!("`@{name}`"), report);
    }
}

fn unknown(directive: &Directive, place: Place, report: &mut Reporter<'_>) {
    let name = directive.name.text.as_str();
    if let Some((_, way_out)) = OTHERS.iter().find(|(other, _)| *other == name) {
        report.fault(directive.span, format!("`@{name}` is not supported yet"), *way_out);
        return;
    }
    let hint = match nearest(name, names(place)) {
        Some(near) => format!("did you mean `@{near}`?"),
        None => {
            let here = KNOWN.iter().filter(|known| known.places.contains(&place));
            let here: Vec<String> = here.map(|known| format!("`@{}`", known.name)).collect();
            if here.is_empty() {
                "leave it out".to_owned()
            } else {
                format!("here may stand {}", here.join(", "))
            }
        }
    };
    report.fault(directive.span, format!("unknown directive `@{name}`"), hint);
}

/// Every name, those that fit the place first.
fn names(place: Place) -> impl Iterator<Item = &'static str> {
    let here = KNOWN.iter().filter(move |known| known.places.contains(&place));
    let there = KNOWN.iter().filter(move |known| !known.places.contains(&place));
    here.chain(there).map(|known| known.name).chain(OTHERS.iter().map(|(other, _)| *other))
}

fn misplaced(directive: &Directive, right: &[Place], place: Place, report: &mut Reporter<'_>) {
    let name = directive.name.text.as_str();
    let hint = match (name, place) {
        ("auth", Place::Field) => {
            let message = "`@auth` on a field is not supported yet";
            report.fault(directive.span, message, "for now, put the rule on the type");
            return;
        }
        ("primaryKey" | "index", Place::Type) => {
            format!("write `@{name}` behind the field that leads the key")
        }
        (_, Place::Enum) => "leave it out".to_owned(),
        _ if right.contains(&Place::Type) => format!("write `@{name}` behind the name of the type"),
        ("default" | "merge", _) => format!("write `@{name}` behind the field that it is about"),
        _ => format!("write `@{name}` behind the field that holds the relation"),
    };
    let what = match place {
        Place::Type => "a type",
        Place::Field => "a field",
        Place::Enum => "an enum",
    };
    report.fault(directive.span, format!("`@{name}` does not stand on {what}"), hint);
}

/// Checks that each argument (or field of an object) is known and given once.
pub(crate) fn check_names(given: &[Argument], known: &[&str], of: &str, report: &mut Reporter<'_>) {
    for (nth, argument) in given.iter().enumerate() {
        let name = argument.name.text.as_str();
        let other = OTHER_ARGUMENTS.iter().find(|(other, _)| *other == name);
        if let (false, Some((_, way_out))) = (known.contains(&name), other) {
            report.fault(
                argument.name.span,
                format!("argument `{name}` of {of} is not supported yet"),
                *way_out,
            );
        } else if !known.contains(&name) {
            let hint = did_you_mean(name, known.iter().copied(), || match known {
                [] => "leave it out".to_owned(),
                _ => format!("{of} takes `{}`", known.join("`, `")),
            });
            report.fault(argument.name.span, format!("unknown argument `{name}` of {of}"), hint);
        } else if given[..nth].iter().any(|other| other.name.text == name) {
            report.fault(argument.name.span, format!("`{name}` of {of} is given twice"), "keep one of them");
        }
    }
}
