//! Records that are no models.

use syncline_core::predicate::{Misfit, MisfitProblem};

/// A record that does not fit a model.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place} {problem}; is the store open with the schema that the models were made from?")]
pub struct ModelError {
    /// The model, the field, and the way into its value, e.g. `Post.address.street`.
    pub place: String,
    /// What is wrong there.
    pub problem: MisfitProblem,
}

impl ModelError {
    /// The value of a field does not fit.
    pub(crate) fn of(model: &str, field: &str, misfit: &Misfit) -> ModelError {
        ModelError { place: format!("{model}.{field}{}", misfit.path), problem: misfit.problem }
    }
}
