//! `@renamedFrom(name: "…")`: Syncline's own word on what a model or a field was called before, so that a device keeps
//! what it has of it.

use crate::ast::{Directive, find};
use crate::directives::arguments;
use crate::report::Reporter;

/// The old names of what is called `name` now, the last first.
pub(crate) fn read(directives: &[Directive], name: &str, report: &mut Reporter<'_>) -> Vec<String> {
    let found = directives.iter().filter(|directive| directive.name.text == "renamedFrom");
    found.filter_map(|directive| one(directive, name, report)).collect()
}

fn one(directive: &Directive, name: &str, report: &mut Reporter<'_>) -> Option<String> {
    if directive.arguments.is_empty() {
        let message = format!("`@renamedFrom` of `{name}` does not say what it was called");
        report.fault(directive.span, message, "for example `@renamedFrom(name: \"old\")`");
    }
    let old = arguments::string(&directive.arguments, "name", report)?;
    if old.text == name {
        let message = format!("`{name}` is said to have been called as it is now");
        report.fault(old.span, message, "leave the directive out, or write the old name");
        return None;
    }
    Some(old.text)
}

/// Reports the directive where it would say nothing.
pub(crate) fn refuse(directives: &[Directive], what: &str, hint: &str, report: &mut Reporter<'_>) {
    if let Some(directive) = find(directives, "renamedFrom") {
        report.fault(directive.span, format!("`@renamedFrom` has no meaning on {what}"), hint);
    }
}
