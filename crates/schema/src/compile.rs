//! The way from text to IR.

use crate::report::{Diagnostics, Reporter};
use crate::{check, join, lower, parse};
use syncline_core::Schema;

/// Compiles the schema in `source`; `file_name` is only for messages.
///
/// The rules are those of the Amplify GraphQL transformer with the feature flags of a new project.
///
/// # Errors
/// Everything that is wrong with it, at most 50 findings. A source over 1 MiB is not read.
pub fn compile(source: &str, file_name: &str) -> Result<Schema, Diagnostics> {
    let mut report = Reporter::new(file_name, source);
    let schema = parse::parse(source, &mut report).and_then(|mut document| {
        check::check(&document, &mut report);
        join::models(&mut document, &mut report);
        lower::lower(&document, &mut report)
    });
    match schema {
        Some(schema) if report.is_clean() => Ok(schema),
        _ => Err(report.finish()),
    }
}
