//! Errors as AppSync writes them, and what each means for whoever sent the request.

mod class;
mod envelope;
mod http_date;
mod types;

pub use class::{ErrorClass, classify, classify_error, retry_after_seconds};
pub use envelope::{GraphqlError, Location, PathItem, error_body, read_errors};
pub use types::ErrorType;
