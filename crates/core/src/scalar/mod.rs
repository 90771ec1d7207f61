//! The scalars of the AppSync dialect and what each accepts
//! (<https://docs.aws.amazon.com/appsync/latest/devguide/scalars.html>).

mod convert;
mod field;
mod kind;
mod shown;
mod types;
mod validate;

pub use field::{FieldError, FieldProblem, canonical, check_field, is_held};
pub use kind::{Scalar, ScalarError, Storage};
pub(crate) use shown::{shorten, show};
pub use types::{
    AwsDate, AwsDateTime, AwsEmail, AwsIpAddress, AwsJson, AwsPhone, AwsTime, AwsTimestamp, AwsUrl,
};
