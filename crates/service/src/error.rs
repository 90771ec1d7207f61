//! Errors of a service's start.

/// Why a service cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServiceError {
    /// The generated API does not validate, which no schema should be able to cause.
    #[error("the API generated from the schema is not valid GraphQL; this is a fault of Syncline: {0}")]
    Api(String),
    /// No caller could get in.
    #[error("the API has no key; give at least one, of 1 to 128 visible ASCII characters")]
    NoKey,
    /// A strategy for a model that is not there.
    #[error(
        "there is a conflict strategy for the model {name}, which the schema does not have; it has {known}"
    )]
    NoModel {
        /// The model.
        name: String,
        /// The schema's models.
        known: String,
    },
    /// A key that cannot travel in a header.
    #[error("an API key must have 1 to 128 visible ASCII characters")]
    BadKey,
}
