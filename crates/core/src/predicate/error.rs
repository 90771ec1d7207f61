//! What can be wrong with a predicate.

/// A predicate that does not fit its model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct PredicateError {
    /// Where: the groups that lead there, then the field and the operator, e.g. `and[1].not.rating.gt`.
    pub path: String,
    /// What.
    pub problem: PredicateProblem,
}

/// What is wrong at one place of a predicate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PredicateProblem {
    /// The model has no such field.
    #[error("{model} has no field `{field}`; it has {}", shown(known))]
    UnknownField {
        /// The model.
        model: String,
        /// The name that was asked for.
        field: String,
        /// The names there are.
        known: Vec<String>,
    },
    /// The field's type does not support the operator.
    #[error("`{operator}` does not work on {type_name}; use {}", allowed.join(", "))]
    Operator {
        /// The operator.
        operator: &'static str,
        /// The type, as GraphQL writes it.
        type_name: String,
        /// The operators that work.
        allowed: Vec<&'static str>,
    },
    /// The value does not fit the field's type.
    #[error("{value} cannot be compared with {type_name}: {reason}")]
    Value {
        /// The value, shortened.
        value: String,
        /// The type, as GraphQL writes it.
        type_name: String,
        /// What would fit.
        reason: String,
    },
    /// Records cannot be sorted by the field.
    #[error("records cannot be sorted by {type_name}; use a field that is neither a list nor a custom type")]
    Unsortable {
        /// The type, as GraphQL writes it.
        type_name: String,
    },
    /// It is larger than anything that is evaluated.
    #[error("too many {what}: at most {limit} are allowed")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
}

/// Names for a message; long lists are cut.
fn shown(names: &[String]) -> String {
    const MOST: usize = 20;
    let list = names.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
    if names.len() > MOST { format!("{list}, …") } else { list }
}
