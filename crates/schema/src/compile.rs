//! The way from text to IR.

use crate::features::Features;
use crate::report::{Diagnostics, Reporter};
use crate::{check, join, lower, parse};
use syncline_core::Schema;

/// A schema, and what its author should know of it.
#[derive(Clone, Debug)]
pub struct Compiled {
    /// The schema.
    pub schema: Schema,
    /// What is allowed but may surprise: existing clients may not get along with it.
    pub warnings: Diagnostics,
}

/// Compiles the schema in `source`; `file_name` is only for messages.
///
/// The rules are those of the Amplify GraphQL transformer with all feature flags on.
///
/// # Errors
/// Everything that is wrong with it, at most 50 findings. A source over 1 MiB is not read.
pub fn compile(source: &str, file_name: &str) -> Result<Schema, Diagnostics> {
    compile_with(source, file_name, Features::default()).map(|compiled| compiled.schema)
}

/// [`compile`] with the feature flags of a project, and with warnings.
///
/// # Errors
/// As [`compile`].
pub fn compile_with(source: &str, file_name: &str, features: Features) -> Result<Compiled, Diagnostics> {
    let mut report = Reporter::new(file_name, source);
    let schema = parse::parse(source, &mut report).and_then(|mut document| {
        check::check(&document, &mut report);
        join::models(&mut document, features, &mut report);
        lower::lower(&document, features, &mut report)
    });
    match schema {
        Some(schema) if report.is_clean() => Ok(Compiled { schema, warnings: report.warnings() }),
        _ => Err(report.finish()),
    }
}
