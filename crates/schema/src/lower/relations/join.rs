//! How two models are joined: over fields that the schema names, or over foreign keys that are made for them.

use crate::ast::Name;
use crate::features::Features;
use crate::lower::draft::{Draft, plain};
use crate::lower::fields::clashes;
use crate::lower::names::{lower, upper};
use crate::report::{Reporter, Span};
use syncline_core::Scalar;
use syncline_core::model::{Field, FieldKind, FieldSource};

/// The two sides' fields that a relation joins by equality.
pub(super) struct Join {
    pub(super) own: Vec<usize>,
    pub(super) target: Vec<usize>,
    /// The index of the other side that leads there, if it is not the primary key.
    pub(super) index: Option<usize>,
}

/// Joins the named fields to the first fields of a key or index on the other side.
pub(super) fn join(
    draft: &Draft<'_>,
    names: &[Name],
    target: &Draft<'_>,
    reached: &[usize],
    what: &str,
    report: &mut Reporter<'_>,
) -> Option<Join> {
    let own: Vec<usize> =
        names.iter().filter_map(|name| draft.lookup(name, "the relation", report)).collect();
    if own.len() != names.len() {
        return None;
    }
    if own.len() > reached.len() {
        report.fault(
            names[reached.len()].span,
            format!("the {what} of `{}` has {} field(s), not {}", target.name(), reached.len(), own.len()),
            "name as many fields as it has",
        );
        return None;
    }
    for ((name, &own), &other) in names.iter().zip(&own).zip(reached) {
        let (mine, theirs) = (&draft.fields[own], &target.fields[other]);
        if mine.is_list() || mine.kind.storage() != theirs.kind.storage() {
            report.fault(
                name.span,
                format!(
                    "`{}: {}` cannot match `{}.{}: {}`",
                    mine.name,
                    mine.type_name(),
                    target.name(),
                    theirs.name,
                    theirs.type_name()
                ),
                "give both fields the same type",
            );
            return None;
        }
    }
    let target_fields = reached[..own.len()].to_vec();
    Some(Join { own, target: target_fields, index: None })
}

/// Joins the named fields to the whole primary key of the other side.
pub(super) fn join_to_key(
    draft: &Draft<'_>,
    names: &[Name],
    target: &Draft<'_>,
    span: Span,
    report: &mut Reporter<'_>,
) -> Option<Join> {
    let joined = join(draft, names, target, &target.key, "primary key", report)?;
    if joined.own.len() < target.key.len() {
        let key: Vec<&str> = target.key.iter().map(|&place| target.fields[place].name.as_str()).collect();
        report.fault(
            span,
            format!("the primary key of `{}` is `{}`", target.name(), key.join("`, `")),
            "name a field for each part of it",
        );
        return None;
    }
    Some(joined)
}

/// The places of the foreign keys `<model><Field><Key>` of `draft`, for the key `keys` on the other side of the
/// relation `stem` (model and field). Those that nobody declared are added, non-null if the relation is.
pub(super) fn foreign_keys(
    draft: &mut Draft<'_>,
    stem: &[String; 2],
    relation: &Name,
    keys: &[Field],
    (required, features): (bool, Features),
    report: &mut Reporter<'_>,
) -> Option<Vec<usize>> {
    let mut places = Vec::new();
    for (nth, key) in keys.iter().enumerate() {
        let (called, kind) = match nth {
            // An old project calls every key an id.
            0 if !features.respect_primary_key_attributes => ("id", FieldKind::Scalar(Scalar::Id)),
            _ => (key.name.as_str(), key.kind.clone()),
        };
        let name = foreign_key(&stem[0], &stem[1], called);
        if kind.storage() != key.kind.storage() {
            report.warn(
                relation.span,
                format!(
                    "`{name}` holds an `ID`, but `{}`, which it refers to, is `{}`",
                    key.name,
                    key.type_name()
                ),
                "turn on `respectprimarykeyattributesonconnectionfield`, or name fields of that type",
            );
        }
        places.push(match draft.place(&name) {
            Some(place) if draft.fields[place].source == FieldSource::ForeignKey => {
                let message = format!(
                    "the key of `{}.{}` would be `{}.{name}`, which another relation claims",
                    stem[0],
                    stem[1],
                    draft.name()
                );
                report.fault(relation.span, message, format!("rename `{}`", stem[1]));
                return None;
            }
            Some(place) => {
                let field = &draft.fields[place];
                if field.is_list() || field.kind.storage() != kind.storage() {
                    let message =
                        format!("`{name}` is the foreign key of `{}` and must hold its type", stem[1]);
                    let hint = format!("write `{name}: {}`, or rename it", kind.name());
                    report.fault(draft.span(&name), message, hint);
                    return None;
                }
                place
            }
            None if clashes(draft, &name, "a foreign key", report) => return None,
            None => draft.push(Field { required, ..plain(&name, kind, FieldSource::ForeignKey) }),
        });
    }
    Some(places)
}

/// The name of a foreign key.
pub(super) fn foreign_key(model: &str, field: &str, key: &str) -> String {
    camel(&[model, field, key])
}

/// The words joined in camel case; what stands inside a word stays as it is.
fn camel(words: &[&str]) -> String {
    let mut words = words.iter();
    let first = words.next().map_or_else(String::new, |first| lower(first));
    words.fold(first, |name, word| name + &upper(word))
}

#[cfg(test)]
mod tests {
    use super::camel;

    #[test]
    fn foreign_keys_are_camel_case() {
        assert_eq!(camel(&["Post", "comments", "id"]), "postCommentsId");
        assert_eq!(camel(&["P", "cs", "pid"]), "pCsPid");
        assert_eq!(camel(&["todo", "kids", "id"]), "todoKidsId");
        assert_eq!(camel(&["my_Parent", "theKids_all", "my_key"]), "my_ParentTheKids_allMy_key");
    }
}
