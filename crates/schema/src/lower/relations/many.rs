//! Has-many.

use super::join::{Join, foreign_keys, join};
use crate::features::Features;
use crate::lower::draft::{Draft, Pending};
use crate::lower::names::made_index_name;
use crate::report::Reporter;
use syncline_core::model::Index;

/// A has-many: over an index of the child, or over foreign keys that the child gets for it.
pub(super) fn many(
    drafts: &mut [Draft<'_>],
    model: usize,
    nth: usize,
    features: Features,
    report: &mut Reporter<'_>,
) -> Option<Join> {
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
    implicit_many(drafts, model, nth, features, report)
}

fn explicit_many(
    drafts: &[Draft<'_>],
    draft: &Draft<'_>,
    pending: &Pending<'_>,
    report: &mut Reporter<'_>,
) -> Option<Join> {
    let child = &drafts[pending.target];
    let (what, reached, place) = match &pending.spec.index {
        None => ("primary key".to_owned(), &child.key, None),
        Some(name) => match child.indexes.iter().position(|index| index.name == name.text) {
            Some(place) => (format!("index \"{}\"", name.text), &child.indexes[place].fields, Some(place)),
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
    let join = join(draft, &pending.spec.fields, child, reached, &what, report)?;
    Some(Join { index: place, ..join })
}

/// Foreign keys on the child, non-null if the list is, with an index of their own.
fn implicit_many(
    drafts: &mut [Draft<'_>],
    model: usize,
    nth: usize,
    features: Features,
    report: &mut Reporter<'_>,
) -> Option<Join> {
    let parent = &drafts[model];
    let pending = &parent.pending[nth];
    let (child, required, field) = (pending.target, pending.field.ty.required, &pending.field.name);
    let index = made_index_name(parent.name(), &field.text);
    let own = parent.key.clone();
    let keys = parent.referred_key();
    let (stem, field) = ([parent.name().to_owned(), field.text.clone()], field.clone());
    let target = foreign_keys(&mut drafts[child], &stem, &field, &keys, (required, features), report)?;
    drafts[child].indexes.push(Index { name: index, fields: target.clone(), query: None });
    let index = Some(drafts[child].indexes.len() - 1);
    Some(Join { own, target, index })
}
