//! Relations that get in each other's way.

use crate::lower::draft::Draft;
use crate::report::Reporter;
use std::collections::{HashMap, HashSet};
use syncline_core::model::RelationKind;

/// Reports two models that each have one or many of the other, which DataStore clients refuse: neither is the parent.
pub(super) fn mutual(drafts: &[Draft<'_>], report: &mut Reporter<'_>) {
    let owns = |draft: &Draft<'_>| -> Vec<(usize, String)> {
        let owned = draft.pending.iter().filter(|pending| pending.spec.kind != RelationKind::BelongsTo);
        owned.map(|pending| (pending.target, pending.field.name.text.clone())).collect()
    };
    let mut first: HashMap<(usize, usize), String> = HashMap::new();
    let mut told: HashSet<(usize, usize)> = HashSet::new();
    for (model, draft) in drafts.iter().enumerate() {
        for (target, field) in owns(draft) {
            if target == model {
                continue;
            }
            if let Some(other) = first.get(&(target, model))
                && told.insert((model, target))
            {
                let name = drafts[target].name();
                report.fault(
                    draft.span(&field),
                    format!(
                        "`{name}.{other}` and `{}.{field}` each have the other model: neither would be the parent",
                        draft.name()
                    ),
                    "write `@belongsTo` on the side that holds the key, or `@manyToMany` on both",
                );
            }
            first.entry((model, target)).or_insert(field);
        }
    }
}

/// Reports two relations of a model that keep their keys in the same fields: they could only ever change together.
pub(super) fn keys(drafts: &[Draft<'_>], report: &mut Reporter<'_>) {
    for draft in drafts {
        let mut claimed: HashMap<&[usize], &str> = HashMap::new();
        for relation in &draft.relations {
            let is_key = relation.fields.iter().all(|place| draft.key.contains(place));
            if relation.kind == RelationKind::HasMany || is_key && relation.kind == RelationKind::HasOne {
                continue;
            }
            if let Some(other) = claimed.insert(&relation.fields, &relation.name) {
                let fields: Vec<&str> =
                    relation.fields.iter().map(|&place| draft.fields[place].name.as_str()).collect();
                report.fault(
                    draft.span(&relation.name),
                    format!(
                        "`{}` and `{other}` both keep their key in `{}`",
                        relation.name,
                        fields.join("`, `")
                    ),
                    "keep one of them, or give each a key of its own and name it: `fields: […]`",
                );
            }
        }
    }
}
