//! Which parser judges which scalar.

use super::super::{Scalar, ScalarError, shorten, show};
use super::{date, mail, net, phone, url};
use crate::Value;

/// What is wrong, and what would be right.
pub(super) type Reason = &'static str;

/// Whether `value` is one of the values of `scalar`.
pub(in crate::scalar) fn validate(scalar: Scalar, value: &Value) -> Result<(), ScalarError> {
    let judged = match (scalar, value) {
        (Scalar::Int, Value::Int(int)) => {
            i32::try_from(*int).map(|_| ()).map_err(|_| "expected a whole number of 32 bits")
        }
        (Scalar::Int, _) => Err("expected a whole number"),
        (Scalar::AwsTimestamp, Value::Int(_)) => Ok(()),
        (Scalar::AwsTimestamp, _) => Err("expected whole seconds since 1970-01-01T00:00Z"),
        (Scalar::Float, Value::Float(float)) => finite(*float),
        (Scalar::Float, Value::Int(int)) => exact(*int),
        (Scalar::Float, _) => Err("expected a number"),
        (Scalar::Boolean, Value::Bool(_)) => Ok(()),
        (Scalar::Boolean, _) => Err("expected true or false"),
        (_, Value::Text(text)) => validate_text(scalar, text),
        _ => Err("expected text"),
    };
    judged.map_err(|reason| ScalarError { scalar, shown: show(value), reason: reason.to_owned() })
}

/// Whether `text` is one of the values of `scalar`, which is held as text.
pub(in crate::scalar) fn check_text(scalar: Scalar, text: &str) -> Result<(), ScalarError> {
    let shown = || format!("{:?}", shorten(text));
    validate_text(scalar, text).map_err(|reason| ScalarError {
        scalar,
        shown: shown(),
        reason: reason.to_owned(),
    })
}

fn validate_text(scalar: Scalar, text: &str) -> Result<(), Reason> {
    // PostgreSQL cannot store it, and C code that reads our file would stop there (SYNC 3.8).
    if text.contains('\0') {
        return Err("text must not contain U+0000");
    }
    match scalar {
        Scalar::AwsDate => date::date(text),
        Scalar::AwsTime => date::time(text),
        Scalar::AwsDateTime => date::date_time(text),
        Scalar::AwsEmail => mail::email(text),
        Scalar::AwsJson => json(text),
        Scalar::AwsUrl => url::url(text),
        Scalar::AwsPhone => phone::phone(text),
        Scalar::AwsIpAddress => net::ip_address(text),
        _ => Ok(()),
    }
}

fn finite(float: f64) -> Result<(), Reason> {
    if float.is_finite() { Ok(()) } else { Err("expected a finite number") }
}

/// A whole number is a double only if no bit of it is lost.
fn exact(int: i64) -> Result<(), Reason> {
    if (int as f64) as i128 == i128::from(int) { Ok(()) } else { Err("a double cannot represent it exactly") }
}

fn json(text: &str) -> Result<(), Reason> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(()),
        Err(_) => Err("expected JSON, as text"),
    }
}
