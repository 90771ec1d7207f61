//! Relations joined to their other sides: foreign keys and the indexes they bring along.

mod claims;
mod cycles;
mod join;
mod many;
mod one;

use crate::features::Features;
use crate::lower::draft::Draft;
use crate::report::Reporter;
use join::Join;
use syncline_core::model::{ModelId, Relation, RelationKind};

/// By model and relation: how it is joined, once that is known.
type Joins = Vec<Vec<Option<Join>>>;

/// Resolves all relations: has-many first, because their foreign keys serve the belongs-to on the other side.
pub(crate) fn resolve(drafts: &mut [Draft<'_>], features: Features, report: &mut Reporter<'_>) {
    claims::mutual(drafts, report);
    let mut joins: Joins = drafts.iter().map(|draft| draft.pending.iter().map(|_| None).collect()).collect();
    for kind in [RelationKind::HasMany, RelationKind::HasOne, RelationKind::BelongsTo] {
        for model in 0..drafts.len() {
            for nth in 0..drafts[model].pending.len() {
                if drafts[model].pending[nth].spec.kind == kind {
                    joins[model][nth] = match kind {
                        RelationKind::HasMany => many::many(drafts, model, nth, features, report),
                        RelationKind::HasOne => one::has_one(drafts, model, nth, features, report),
                        RelationKind::BelongsTo => {
                            one::belongs_to(drafts, &joins, model, nth, features, report)
                        }
                    };
                }
            }
        }
    }
    for (draft, joins) in drafts.iter_mut().zip(joins) {
        for (pending, join) in draft.pending.iter().zip(joins) {
            let Some(join) = join else { continue };
            let ty = &pending.field.ty;
            draft.relations.push(Relation {
                name: pending.field.name.text.clone(),
                kind: pending.spec.kind,
                target: ModelId(pending.target),
                fields: join.own,
                target_fields: join.target,
                index: join.index,
                required: ty.list.map_or(ty.required, |list| list.item_required),
            });
        }
    }
    claims::keys(drafts, report);
    cycles::check(drafts, report);
}
