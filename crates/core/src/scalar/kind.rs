//! The scalars themselves.

use super::validate;
use crate::Value;

/// A scalar type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scalar {
    /// An identifier; text.
    Id,
    /// Text.
    String,
    /// A 32-bit whole number.
    Int,
    /// A double.
    Float,
    /// True or false.
    Boolean,
    /// `YYYY-MM-DD`, with an optional offset.
    AwsDate,
    /// `hh:mm[:ss[.sss]]`, with an optional offset.
    AwsTime,
    /// A date and time with a mandatory offset.
    AwsDateTime,
    /// Whole seconds since the epoch; 64 bits.
    AwsTimestamp,
    /// An e-mail address.
    AwsEmail,
    /// JSON, as text.
    AwsJson,
    /// A URL with a scheme.
    AwsUrl,
    /// A telephone number.
    AwsPhone,
    /// An IPv4 or IPv6 address, with an optional prefix length.
    AwsIpAddress,
}

impl Scalar {
    /// Every scalar.
    pub const ALL: [Scalar; 14] = [
        Scalar::Id,
        Scalar::String,
        Scalar::Int,
        Scalar::Float,
        Scalar::Boolean,
        Scalar::AwsDate,
        Scalar::AwsTime,
        Scalar::AwsDateTime,
        Scalar::AwsTimestamp,
        Scalar::AwsEmail,
        Scalar::AwsJson,
        Scalar::AwsUrl,
        Scalar::AwsPhone,
        Scalar::AwsIpAddress,
    ];

    /// Its name in GraphQL.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Scalar::Id => "ID",
            Scalar::String => "String",
            Scalar::Int => "Int",
            Scalar::Float => "Float",
            Scalar::Boolean => "Boolean",
            Scalar::AwsDate => "AWSDate",
            Scalar::AwsTime => "AWSTime",
            Scalar::AwsDateTime => "AWSDateTime",
            Scalar::AwsTimestamp => "AWSTimestamp",
            Scalar::AwsEmail => "AWSEmail",
            Scalar::AwsJson => "AWSJSON",
            Scalar::AwsUrl => "AWSURL",
            Scalar::AwsPhone => "AWSPhone",
            Scalar::AwsIpAddress => "AWSIPAddress",
        }
    }

    /// The scalar of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Scalar> {
        Scalar::ALL.into_iter().find(|scalar| scalar.name() == name)
    }

    /// How values of this scalar are held and compared.
    #[must_use]
    pub fn storage(self) -> Storage {
        match self {
            Scalar::Int | Scalar::AwsTimestamp => Storage::Int,
            Scalar::Float => Storage::Float,
            Scalar::Boolean => Storage::Bool,
            _ => Storage::Text,
        }
    }

    /// Whether `value` is one of this scalar's values. Null is not judged here.
    ///
    /// # Errors
    /// What is wrong with the value, in words that name the scalar.
    pub fn validate(self, value: &Value) -> Result<(), ScalarError> {
        validate::validate(self, value)
    }
}

/// The ways a value is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Storage {
    /// [`Value::Bool`]
    Bool,
    /// [`Value::Int`]
    Int,
    /// [`Value::Float`]
    Float,
    /// [`Value::Text`]
    Text,
    /// [`Value::Object`]: no scalar, but a custom type.
    Object,
}

/// A value that its scalar does not accept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{shown} is not a valid {}: {reason}", scalar.name())]
pub struct ScalarError {
    /// The scalar.
    pub scalar: Scalar,
    /// The value, shortened.
    pub shown: String,
    /// What is wrong, and what would be right.
    pub reason: String,
}
