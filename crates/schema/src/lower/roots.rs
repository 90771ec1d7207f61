//! The root fields that the API has for a model.

use crate::directives::operations::Operations;
use crate::lower::draft::Draft;
use crate::lower::names;
use crate::report::{Reporter, Span};
use syncline_core::model::{RootField, RootKind};

/// The root fields of a model: the usual ones, but for what the schema renames or removes. Each place that does gets a
/// warning, because a DataStore client asks by the usual names.
pub(crate) fn of(draft: &Draft<'_>, operations: &Operations, report: &mut Reporter<'_>) -> Vec<RootField> {
    let usual = names::of(draft.name());
    let mut roots: Vec<RootField> = Vec::new();
    let mut gone: Vec<(Span, String)> = Vec::new();
    for kind in RootKind::ALL {
        let name = usual.of(kind);
        // A subscription goes with the mutation that it follows.
        let is_followed =
            kind.follows().is_none_or(|mutation| roots.iter().any(|root| root.kind == mutation));
        let said = operations.names(kind);
        let given = said.map_or_else(|| vec![name.to_owned()], <[String]>::to_vec);
        let given = if is_followed { given } else { Vec::new() };
        if !given.iter().any(|given| given == name) {
            let mutation = kind.follows().filter(|_| !is_followed);
            if let Some(span) = mutation.map_or_else(|| operations.span(kind), |kind| operations.span(kind)) {
                gone.push((span, name.to_owned()));
            }
        }
        for name in given {
            let root = RootField { kind, name };
            if !roots.contains(&root) {
                roots.push(root);
            }
        }
    }
    gone.sort_by_key(|(span, _)| *span);
    for same in gone.chunk_by(|(a, _), (b, _)| a == b) {
        let names: Vec<&str> = same.iter().map(|(_, name)| name.as_str()).collect();
        report.warn(
            same[0].0,
            format!("the API of `{}` has no `{}`", draft.name(), names.join("`, `")),
            "a DataStore client asks for a model by the usual names: keep them if one syncs this model",
        );
    }
    roots
}
