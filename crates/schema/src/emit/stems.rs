//! The names of root fields, and the stems of the types that belong to them.

use super::Extent;
use crate::lower::names::{LONGEST_SUBSCRIPTION, shortened};
use crate::plural::plural;
use syncline_core::Model;
use syncline_core::model::{RootField, RootKind};

/// The stems of a model's inputs: its name with a capital, and what clients that take it as declared make of it.
pub(super) fn stems(model: &Model, extent: Extent) -> Vec<&str> {
    let declared =
        (extent == Extent::Served && model.name != model.names.upper).then_some(model.name.as_str());
    std::iter::once(model.names.upper.as_str()).chain(declared).collect()
}

/// The root fields of a model, each with the stem of its inputs.
pub(super) fn of_model(model: &Model, extent: Extent) -> Vec<(RootField, &str)> {
    let upper = model.names.upper.as_str();
    let mut found: Vec<(RootField, &str)> = model.roots().iter().map(|root| (root.clone(), upper)).collect();
    if extent == Extent::Served {
        for root in model.roots() {
            let kind = root.kind;
            let full = usual_name(kind, upper);
            if root.name == usual_name_cut(kind, &full) {
                let spellings = [(full, upper), (usual_name(kind, &model.name), model.name.as_str())];
                for (name, stem) in spellings {
                    if found.iter().all(|(other, _)| other.name != name) {
                        found.push((RootField { kind, name }, stem));
                    }
                }
            }
        }
    }
    found
}

/// The root fields that a server has for a model, index queries aside: those of [`Model::roots`], and under other names
/// again what [`served_sdl`](super::served_sdl) says.
#[must_use]
pub fn served_roots(model: &Model) -> Vec<RootField> {
    of_model(model, Extent::Served).into_iter().map(|(root, _)| root).collect()
}

/// The name of an operation for a model that is spelt `stem`, at its full length.
fn usual_name(kind: RootKind, stem: &str) -> String {
    let plural = kind.is_plural().then(|| plural(stem));
    format!("{}{}", kind.prefix(), plural.as_deref().unwrap_or(stem))
}

fn usual_name_cut(kind: RootKind, full: &str) -> String {
    let long = kind.follows().is_some() && full.len() > LONGEST_SUBSCRIPTION;
    if long { shortened(full) } else { full.to_owned() }
}
