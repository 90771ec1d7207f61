//! What each scalar accepts.

use super::{Scalar, ScalarError};
use crate::Value;

pub(super) fn validate(_scalar: Scalar, _value: &Value) -> Result<(), ScalarError> {
    Ok(())
}
