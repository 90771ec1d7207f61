//! Has-one and belongs-to: this side holds the key of the other.

use super::Joins;
use super::join::{Join, foreign_key, foreign_keys, join_to_key};
use crate::ast::Name;
use crate::features::Features;
use crate::lower::draft::{Draft, Pending};
use crate::report::Reporter;
use syncline_core::model::RelationKind;

/// A has-one: over named fields, or over foreign keys of its own.
pub(super) fn has_one(
    drafts: &mut [Draft<'_>],
    model: usize,
    nth: usize,
    features: Features,
    report: &mut Reporter<'_>,
) -> Option<Join> {
    let pending = &drafts[model].pending[nth];
    if pending.spec.fields.is_empty() {
        return own_key(drafts, model, nth, features, report);
    }
    let target = &drafts[pending.target];
    join_to_key(&drafts[model], &pending.spec.fields, target, pending.spec.span, report)
}

/// Foreign keys on this side, non-null if the relation is.
fn own_key(
    drafts: &mut [Draft<'_>],
    model: usize,
    nth: usize,
    features: Features,
    report: &mut Reporter<'_>,
) -> Option<Join> {
    let draft = &drafts[model];
    let pending = &draft.pending[nth];
    let (name, required): (Name, bool) = (pending.field.name.clone(), pending.field.ty.required);
    let target = &drafts[pending.target];
    let reached = target.key.clone();
    let keys = target.referred_key();
    let stem = [draft.name().to_owned(), name.text.clone()];
    let own = foreign_keys(&mut drafts[model], &stem, &name, &keys, (required, features), report)?;
    Some(Join { own, target: reached, index: None })
}

/// A belongs-to: over named fields, over the foreign key of the has-many that it is the other side of, or, on the other
/// side of a has-one, over foreign keys of its own.
pub(super) fn belongs_to(
    drafts: &mut [Draft<'_>],
    joins: &Joins,
    model: usize,
    nth: usize,
    features: Features,
    report: &mut Reporter<'_>,
) -> Option<Join> {
    let draft = &drafts[model];
    let pending = &draft.pending[nth];
    let parent = &drafts[pending.target];
    let is_inverse = |other: &&(usize, &Pending<'_>)| {
        other.1.spec.kind != RelationKind::BelongsTo && other.1.target == model
    };
    let inverse: Vec<(usize, &Pending<'_>)> =
        parent.pending.iter().enumerate().filter(|other| is_inverse(&other)).collect();
    let Some(&(place, first)) = inverse.first() else {
        no_other_side(draft, pending, parent, report);
        return None;
    };
    if !pending.spec.fields.is_empty() {
        return join_to_key(draft, &pending.spec.fields, parent, pending.spec.span, report);
    }
    let is_many = |pending: &Pending<'_>| pending.spec.kind == RelationKind::HasMany;
    let many = inverse.iter().filter(|(_, other)| is_many(other)).count();
    if many == 0 {
        return own_key(drafts, model, nth, features, report);
    }
    let twins = draft.pending.iter().filter(|other| {
        other.spec.kind == RelationKind::BelongsTo
            && other.target == pending.target
            && other.spec.fields.is_empty()
    });
    if many < inverse.len() || many > 1 && twins.count() > 1 {
        unclear(draft, pending, parent, &inverse, report);
        return None;
    }
    if !first.spec.fields.is_empty() {
        unnamed(draft, pending, parent, first, report);
        return None;
    }
    let join = joins[pending.target][place].as_ref()?;
    Some(Join { own: join.target.clone(), target: join.own.clone(), index: None })
}

fn no_other_side(draft: &Draft<'_>, pending: &Pending<'_>, parent: &Draft<'_>, report: &mut Reporter<'_>) {
    let name = &pending.field.name.text;
    let message = format!(
        "`{}` has no relation to `{}` that `{name}` is the other side of",
        parent.name(),
        draft.name()
    );
    let hint = format!(
        "add a field such as `items: [{}] @hasMany` to `{}`, or write `{name}: {} @hasOne`",
        draft.name(),
        parent.name(),
        parent.name()
    );
    report.fault(pending.spec.span, message, hint);
}

fn unclear(
    draft: &Draft<'_>,
    pending: &Pending<'_>,
    parent: &Draft<'_>,
    inverse: &[(usize, &Pending<'_>)],
    report: &mut Reporter<'_>,
) {
    let name = &pending.field.name.text;
    let lead = parent.key.first().map_or("id", |&place| parent.fields[place].name.as_str());
    // The key that goes with each of them, under the name that it has or would get.
    let keys = inverse.iter().map(|(_, other)| {
        let field = &other.field.name.text;
        let key = match other.spec.kind {
            RelationKind::HasMany => foreign_key(parent.name(), field, lead),
            _ => foreign_key(draft.name(), name, lead),
        };
        (field.as_str(), key)
    });
    let keys: Vec<(&str, String)> = keys.collect();
    let names: Vec<&str> = keys.iter().map(|(field, _)| *field).collect();
    let ways: Vec<String> = keys.iter().map(|(field, key)| format!("`{key}` for `{field}`")).collect();
    report.fault(
        pending.spec.span,
        format!(
            "it is not clear which of `{}` of `{}` is the other side of `{name}`",
            names.join("`, `"),
            parent.name()
        ),
        format!(
            "declare its key, {}, and name it: `@belongsTo(fields: [\"{}\"])`",
            ways.join(" or "),
            keys[0].1
        ),
    );
}

/// The other side is a has-many over fields of the child, so that this side has to name them.
fn unnamed(
    draft: &Draft<'_>,
    pending: &Pending<'_>,
    parent: &Draft<'_>,
    other: &Pending<'_>,
    report: &mut Reporter<'_>,
) {
    let fields = match &other.spec.index {
        None => Some(&draft.key),
        Some(name) => draft.indexes.iter().find(|index| index.name == name.text).map(|index| &index.fields),
    };
    // That the other side's index is not there has been reported.
    let Some(fields) = fields else { return };
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
            other.field.name.text,
            pending.field.name.text
        ),
        format!("write `@belongsTo(fields: [{}])`", fields.join(", ")),
    );
}
