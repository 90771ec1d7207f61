//! `@merge(policy: …)`: Syncline's own word on how a field is settled that two sides have changed.

use crate::ast::Directive;
use crate::directives::arguments;
use crate::report::Reporter;
use syncline_core::Scalar;
use syncline_core::model::{Field, FieldKind, MergePolicy};

/// The policy of a stored field, if its values can be merged so.
pub(crate) fn read(directive: &Directive, field: &Field, report: &mut Reporter<'_>) -> Option<MergePolicy> {
    let Some(argument) = directive.argument("policy") else {
        // An argument of another name has been reported.
        if directive.arguments.is_empty() {
            let message = format!("`@merge` of `{}` has no policy", field.name);
            report.fault(directive.span, message, "for example `@merge(policy: client)`");
        }
        return None;
    };
    let place =
        arguments::word(&directive.arguments, "policy", &MergePolicy::NAMED.map(|(name, _)| name), report)?;
    let (name, policy) = MergePolicy::NAMED[place];
    let Some(needs) = needs(policy).filter(|_| !fits(policy, field)) else { return Some(policy) };
    report.fault(
        argument.value.span,
        format!("policy `{name}` needs {needs}, and `{}` is `{}`", field.name, field.type_name()),
        format!("use `{}`, or give the field another type", fitting(field).join("`, `")),
    );
    None
}

/// What a policy asks of the type of a field, in words.
fn needs(policy: MergePolicy) -> Option<&'static str> {
    match policy {
        MergePolicy::Server | MergePolicy::Client => None,
        MergePolicy::Max | MergePolicy::Min => Some("a number, a date, a time or a `String`"),
        MergePolicy::Union | MergePolicy::Append => Some("a list"),
        MergePolicy::Counter => Some("an `Int` or a `Float`"),
    }
}

fn fits(policy: MergePolicy, field: &Field) -> bool {
    let scalar = match &field.kind {
        FieldKind::Scalar(scalar) if !field.is_list() => Some(*scalar),
        _ => None,
    };
    match policy {
        MergePolicy::Server | MergePolicy::Client => true,
        MergePolicy::Max | MergePolicy::Min => matches!(
            scalar,
            Some(
                Scalar::Int
                    | Scalar::Float
                    | Scalar::String
                    | Scalar::AwsDate
                    | Scalar::AwsTime
                    | Scalar::AwsDateTime
                    | Scalar::AwsTimestamp
            )
        ),
        MergePolicy::Union | MergePolicy::Append => field.is_list(),
        MergePolicy::Counter => matches!(scalar, Some(Scalar::Int | Scalar::Float)),
    }
}

fn fitting(field: &Field) -> Vec<&'static str> {
    let fitting = MergePolicy::NAMED.into_iter().filter(|(_, policy)| fits(*policy, field));
    fitting.map(|(name, _)| name).collect()
}
