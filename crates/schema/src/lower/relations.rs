//! Relations joined to their other sides: foreign keys and the indexes they bring along.

use crate::ast::Name;
use crate::lower::draft::{Draft, Pending, plain};
use crate::lower::fields::clashes;
use crate::lower::names::{lower, upper};
use crate::report::Reporter;
use syncline_core::model::{Field, FieldSource, Index, ModelId, Relation, RelationKind};

/// The two sides' fields that a relation joins by equality.
struct Join {
    own: Vec<usize>,
    target: Vec<usize>,
}

/// Resolves all relations: has-many first, because their foreign keys serve the belongs-to on the other side.
pub(crate) fn resolve(drafts: &mut [Draft<'_>], report: &mut Reporter<'_>) {
    let mut joins: Vec<Vec<Option<Join>>> =
        drafts.iter().map(|draft| draft.pending.iter().map(|_| None).collect()).collect();
    for has_many in [true, false] {
        for model in 0..drafts.len() {
            for nth in 0..drafts[model].pending.len() {
                if drafts[model].pending[nth].spec.has_many == has_many {
                    joins[model][nth] = match has_many {
                        true => many(drafts, model, nth, report),
                        false => one(drafts, &joins, model, nth, report),
                    };
                }
            }
        }
    }
    for (draft, joins) in drafts.iter_mut().zip(joins) {
        for (pending, join) in draft.pending.iter().zip(joins) {
            let Some(join) = join else { continue };
            let ty = &pending.field.ty;
            let kind = if pending.spec.has_many { RelationKind::HasMany } else { RelationKind::BelongsTo };
            draft.relations.push(Relation {
                name: pending.field.name.text.clone(),
                kind,
                target: ModelId(pending.target),
                fields: join.own,
                target_fields: join.target,
                required: ty.list.map_or(ty.required, |list| list.item_required),
            });
        }
    }
}

/// A has-many: over an index of the child, or over foreign keys that the child gets for it.
fn many(drafts: &mut [Draft<'_>], model: usize, nth: usize, report: &mut Reporter<'_>) -> Option<Join> {
    let pending = &drafts[model].pending[nth];
    if !pending.spec.fields.is_empty() {
        return explicit_many(drafts, &drafts[model], pending, report);
    }
    if let Some(index) = &pending.spec.index {
        let key: Vec<String> = drafts[model]
            .key
            .iter()
            .map(|&place| format!("\"{}\"", drafts[model].fields[place].name))
            .collect();
        report.fault(
            index.span,
            format!("`{}` names an index but not the fields that it looks up", pending.field.name.text),
            format!("add `fields: [{}]`", key.join(", ")),
        );
        return None;
    }
    implicit_many(drafts, model, nth, report)
}

fn explicit_many(
    drafts: &[Draft<'_>],
    draft: &Draft<'_>,
    pending: &Pending<'_>,
    report: &mut Reporter<'_>,
) -> Option<Join> {
    let child = &drafts[pending.target];
    let (what, reached) = match &pending.spec.index {
        None => ("primary key".to_owned(), &child.key),
        Some(name) => match child.indexes.iter().find(|index| index.name == name.text) {
            Some(index) => (format!("index \"{}\"", name.text), &index.fields),
            None => {
                let known = child.indexes.iter().map(|index| index.name.as_str());
                let hint = crate::suggest::did_you_mean(&name.text, known, || {
                    format!(
                        "add `@index(name: \"{}\")` to the field of `{}` that holds the key",
                        name.text,
                        child.name()
                    )
                });
                report.fault(name.span, format!("`{}` has no index \"{}\"", child.name(), name.text), hint);
                return None;
            }
        },
    };
    join(draft, &pending.spec.fields, child, reached, &what, report)
}

/// Joins the named fields to the first fields of a key or index on the other side.
fn join(
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
    Some(Join { own, target: target_fields })
}

/// Foreign keys `<parent><Field><Key>` on the child, non-null if the list is, with an index of their own.
fn implicit_many(
    drafts: &mut [Draft<'_>],
    model: usize,
    nth: usize,
    report: &mut Reporter<'_>,
) -> Option<Join> {
    let parent = &drafts[model];
    let pending = &parent.pending[nth];
    let (child, required) = (pending.target, pending.field.ty.required);
    let field_name = pending.field.name.text.clone();
    let own = parent.key.clone();
    let wanted: Vec<Field> = own
        .iter()
        .map(|&place| {
            let key = &parent.fields[place];
            let name = camel(&[parent.name(), &field_name, &key.name]);
            Field { required, ..plain(&name, key.kind.clone(), FieldSource::ForeignKey) }
        })
        .collect();
    let index = format!("gsi-{}.{field_name}", parent.name());
    let draft = &mut drafts[child];
    let mut target = Vec::new();
    for field in wanted {
        target.push(match draft.place(&field.name) {
            Some(place) if draft.fields[place].kind.storage() == field.kind.storage() => place,
            Some(_) => {
                let message =
                    format!("`{}` is the foreign key of `{field_name}` and must hold its type", field.name);
                let hint = format!("write `{}: {}`, or rename it", field.name, field.kind.name());
                report.fault(draft.span(&field.name), message, hint);
                return None;
            }
            None if clashes(draft, &field.name, "a foreign key", report) => return None,
            None => draft.push(field),
        });
    }
    draft.indexes.push(Index { name: index, fields: target.clone(), query: None });
    Some(Join { own, target })
}

/// The words joined in camel case; what stands inside a word stays as it is.
fn camel(words: &[&str]) -> String {
    let mut words = words.iter();
    let first = words.next().map_or_else(String::new, |first| lower(first));
    words.fold(first, |name, word| name + &upper(word))
}

/// A belongs-to: over named fields, or over the foreign key of the has-many that it is the other side of.
fn one(
    drafts: &[Draft<'_>],
    joins: &[Vec<Option<Join>>],
    model: usize,
    nth: usize,
    report: &mut Reporter<'_>,
) -> Option<Join> {
    let draft = &drafts[model];
    let pending = &draft.pending[nth];
    let parent = &drafts[pending.target];
    let name = &pending.field.name;
    let is_inverse = |other: &&(usize, &Pending<'_>)| other.1.spec.has_many && other.1.target == model;
    let inverse: Vec<(usize, &Pending<'_>)> =
        parent.pending.iter().enumerate().filter(|p| is_inverse(&p)).collect();
    let Some(&(place, first)) = inverse.first() else {
        report.fault(
            pending.spec.span,
            format!(
                "`{}` has no relation to `{}` that `{}` is the other side of",
                parent.name(),
                draft.name(),
                name.text
            ),
            format!("add a field such as `items: [{}] @hasMany` to `{}`", draft.name(), parent.name()),
        );
        return None;
    };
    if !pending.spec.fields.is_empty() {
        let joined = join(draft, &pending.spec.fields, parent, &parent.key, "primary key", report)?;
        if joined.own.len() < parent.key.len() {
            let key: Vec<&str> = parent.key.iter().map(|&place| parent.fields[place].name.as_str()).collect();
            report.fault(
                pending.spec.span,
                format!("the primary key of `{}` is `{}`", parent.name(), key.join("`, `")),
                "name a field for each part of it",
            );
            return None;
        }
        return Some(joined);
    }
    let twins = draft.pending.iter().filter(|other| {
        !other.spec.has_many && other.target == pending.target && other.spec.fields.is_empty()
    });
    if inverse.len() > 1 && twins.count() > 1 {
        let names: Vec<&str> = inverse.iter().map(|(_, other)| other.field.name.text.as_str()).collect();
        report.fault(
            pending.spec.span,
            format!(
                "it is not clear which of `{}` of `{}` is the other side of `{}`",
                names.join("`, `"),
                parent.name(),
                name.text
            ),
            "declare a key field for each and name it: `@belongsTo(fields: […])`",
        );
        return None;
    }
    if !first.spec.fields.is_empty() {
        // That the other side's index is not there has been reported.
        let fields = match &first.spec.index {
            None => &draft.key,
            Some(name) => &draft.indexes.iter().find(|index| index.name == name.text)?.fields,
        };
        let fields: Vec<String> = fields
            .iter()
            .take(parent.key.len())
            .map(|&place| format!("\"{}\"", draft.fields[place].name))
            .collect();
        report.fault(
            pending.spec.span,
            format!(
                "the other side, `{}.{}`, names its fields, so `{}` must too",
                parent.name(),
                first.field.name.text,
                name.text
            ),
            format!("write `@belongsTo(fields: [{}])`", fields.join(", ")),
        );
        return None;
    }
    let join = joins[pending.target][place].as_ref()?;
    Some(Join { own: join.target.clone(), target: join.own.clone() })
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
