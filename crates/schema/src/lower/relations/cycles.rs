//! Records that could never be created, because each needs another one first.

use crate::lower::draft::Draft;
use crate::report::{Reporter, Span, few};
use syncline_core::model::{FieldSource, RelationKind};

/// A model's record needs a record of `parent` first.
struct Need {
    parent: usize,
    /// The relation that says so, as `Model.field`, its place, and how it would be written without.
    relation: String,
    span: Span,
    without: String,
}

/// Reports the circles of required parents.
pub(super) fn check(drafts: &[Draft<'_>], report: &mut Reporter<'_>) {
    let mut needs: Vec<Vec<Need>> = drafts.iter().map(|_| Vec::new()).collect();
    for (model, draft) in drafts.iter().enumerate() {
        for relation in &draft.relations {
            let target = relation.target.0;
            let need = |parent, without: String| Need {
                parent,
                relation: format!("{}.{}", draft.name(), relation.name),
                span: draft.span(&relation.name),
                without,
            };
            let target_name = drafts[target].name();
            if relation.kind == RelationKind::HasMany {
                if made_and_required(&drafts[target], &relation.target_fields) {
                    let item = if relation.required { "!" } else { "" };
                    let without = format!("{}: [{target_name}{item}] @hasMany", relation.name);
                    needs[target].push(need(model, without));
                }
            } else if relation.required {
                let directive = if relation.kind == RelationKind::HasOne { "hasOne" } else { "belongsTo" };
                needs[model].push(need(target, format!("{}: {target_name} @{directive}", relation.name)));
            }
        }
    }
    themselves(drafts, &needs, report);
    each_other(&needs, report);
}

fn themselves(drafts: &[Draft<'_>], needs: &[Vec<Need>], report: &mut Reporter<'_>) {
    for (model, own) in needs.iter().enumerate() {
        let name = drafts[model].name();
        for need in own.iter().filter(|need| need.parent == model) {
            let message = format!(
                "`{}` makes every `{name}` need another `{name}`: the first could never be created",
                need.relation
            );
            report.fault(
                need.span,
                message,
                format!("write `{}`, without `!` at the end of the type", need.without),
            );
        }
    }
}

fn each_other(needs: &[Vec<Need>], report: &mut Reporter<'_>) {
    let others = |model: usize| needs[model].iter().filter(move |need| need.parent != model);
    let mut children: Vec<Vec<usize>> = needs.iter().map(|_| Vec::new()).collect();
    let mut open: Vec<usize> = (0..needs.len()).map(|model| others(model).count()).collect();
    for model in 0..needs.len() {
        others(model).for_each(|need| children[need.parent].push(model));
    }
    let mut free: Vec<usize> = (0..needs.len()).filter(|&model| open[model] == 0).collect();
    while let Some(model) = free.pop() {
        for &child in &children[model] {
            open[child] -= 1;
            if open[child] == 0 {
                free.push(child);
            }
        }
    }
    // What is left is on a circle, or needs something that is.
    let mut walked = vec![false; needs.len()];
    for start in 0..needs.len() {
        let mut path: Vec<(usize, &Need)> = Vec::new();
        let mut at = start;
        while open[at] > 0 && !walked[at] {
            walked[at] = true;
            let Some(need) = others(at).find(|need| open[need.parent] > 0) else { break };
            path.push((at, need));
            at = need.parent;
        }
        if let Some(from) = path.iter().position(|(model, _)| *model == at) {
            circle(&path[from..], report);
        }
    }
}

fn circle(path: &[(usize, &Need)], report: &mut Reporter<'_>) {
    let Some((_, last)) = path.iter().max_by_key(|(_, need)| need.span) else { return };
    let names: Vec<String> = path.iter().map(|(_, need)| format!("`{}`", need.relation)).collect();
    let message =
        format!("{} make each record need another one first: none could ever be created", few(&names));
    report.fault(last.span, message, format!("let one of them be null, for example `{}`", last.without));
}

/// Whether a key was made for a relation that may not be null. A declared key may name any record, or none that exists.
fn made_and_required(draft: &Draft<'_>, fields: &[usize]) -> bool {
    let made = |&place: &usize| {
        draft.fields[place].source == FieldSource::ForeignKey && draft.fields[place].required
    };
    !fields.is_empty() && fields.iter().all(made)
}
