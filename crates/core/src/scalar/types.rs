//! The AWS scalars as Rust types: what generated models hold.
//!
//! Each keeps the text it was given, byte for byte. What an application or JSON gives is accepted only if it is a value
//! of the scalar; what lies in a file or comes from the cloud is the cloud's word and is taken as it is, so that one text
//! that AppSync accepts and we do not makes no record unreadable. Their order is the order of the bytes, as everywhere
//! (SYNC 3.8); JSON has none.

use super::{Scalar, ScalarError, validate};
use crate::Value;
use crate::predicate::{Comparable, Containing, Equatable, FieldValue, Measurable, Prefixed, Sortable};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

macro_rules! text_scalar {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// From text, which is kept as it is.
            ///
            /// # Errors
            /// If the scalar does not accept it; the message says what it does accept.
            pub fn new(text: impl Into<String>) -> Result<Self, ScalarError> {
                $name::try_from(text.into())
            }

            /// The text, as it was given.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The text, as it was given.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = ScalarError;
            fn try_from(text: String) -> Result<Self, ScalarError> {
                validate::check_text(Scalar::$name, &text)?;
                Ok($name(text))
            }
        }

        impl TryFrom<&str> for $name {
            type Error = ScalarError;
            fn try_from(text: &str) -> Result<Self, ScalarError> {
                $name::try_from(text.to_owned())
            }
        }

        impl FromStr for $name {
            type Err = ScalarError;
            fn from_str(text: &str) -> Result<Self, ScalarError> {
                $name::try_from(text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }

        impl From<$name> for Value {
            fn from(text: $name) -> Value {
                Value::Text(text.0)
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, text: &str) -> bool {
                self.0 == text
            }
        }

        impl PartialEq<&str> for $name {
            fn eq(&self, text: &&str) -> bool {
                self.0 == *text
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                $name::try_from(text).map_err(serde::de::Error::custom)
            }
        }

        impl FieldValue for $name {
            fn into_value(self) -> Value {
                Value::Text(self.0)
            }
            fn from_value(value: &Value) -> Option<Self> {
                value.as_text().map(|text| $name(text.to_owned()))
            }
        }

        impl Equatable for $name {}
        impl Prefixed for $name {}
        impl Containing for $name {
            type Part = String;
        }
        impl Measurable for $name {}
    };
}

macro_rules! made_of_more_than_text {
    ($($name:ident)*) => {
        $(
            impl $name {
                /// From text that is known to be a value.
                pub(super) fn known(text: String) -> Self {
                    $name(text)
                }
            }
        )*
    };
}

macro_rules! in_order {
    ($($name:ident)*) => {
        $(
            /// By bytes.
            impl Ord for $name {
                fn cmp(&self, other: &Self) -> Ordering {
                    self.0.cmp(&other.0)
                }
            }
            impl PartialOrd for $name {
                fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                    Some(self.cmp(other))
                }
            }
            impl Comparable for $name {}
            impl Sortable for $name {}
        )*
    };
}

text_scalar! {
    /// A day: `YYYY-MM-DD`, with an optional offset.
    AwsDate
}
text_scalar! {
    /// A time of day: `hh:mm[:ss[.sss]]`, with an optional offset.
    AwsTime
}
text_scalar! {
    /// A day and a time of day, with an offset: `YYYY-MM-DDThh:mm[:ss[.sss]]Z`.
    ///
    /// Times of one form and offset order as instants; mixed ones order by their bytes, as in DynamoDB.
    AwsDateTime
}
text_scalar! {
    /// An e-mail address.
    AwsEmail
}
text_scalar! {
    /// JSON, as the text it was given. Two are equal if their texts are.
    AwsJson
}
text_scalar! {
    /// A URL with a scheme.
    AwsUrl
}
text_scalar! {
    /// A telephone number.
    AwsPhone
}
text_scalar! {
    /// An IPv4 or IPv6 address, with an optional prefix length.
    AwsIpAddress
}

made_of_more_than_text! { AwsDate AwsDateTime AwsJson AwsIpAddress }
in_order! { AwsDate AwsTime AwsDateTime AwsEmail AwsUrl AwsPhone AwsIpAddress }

/// Whole seconds since 1970-01-01T00:00Z; 64 bits, before it negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct AwsTimestamp(pub i64);

impl AwsTimestamp {
    /// The seconds.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0
    }
}

impl From<AwsTimestamp> for i64 {
    fn from(timestamp: AwsTimestamp) -> i64 {
        timestamp.0
    }
}

impl From<AwsTimestamp> for Value {
    fn from(timestamp: AwsTimestamp) -> Value {
        Value::Int(timestamp.0)
    }
}

impl From<i64> for AwsTimestamp {
    fn from(seconds: i64) -> Self {
        AwsTimestamp(seconds)
    }
}

impl From<i32> for AwsTimestamp {
    fn from(seconds: i32) -> Self {
        AwsTimestamp(seconds.into())
    }
}

impl fmt::Display for AwsTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FieldValue for AwsTimestamp {
    fn into_value(self) -> Value {
        Value::Int(self.0)
    }
    fn from_value(value: &Value) -> Option<Self> {
        value.as_int().map(AwsTimestamp)
    }
}

impl Equatable for AwsTimestamp {}
impl Comparable for AwsTimestamp {}
impl Sortable for AwsTimestamp {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scalar_keeps_its_text_through_everything() {
        let text = "2024-02-29T12:30:15.123456789+05:30";
        let time: AwsDateTime = text.parse().unwrap();
        assert_eq!((time.as_str(), time.to_string().as_str()), (text, text));
        let json = serde_json::to_string(&time).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<AwsDateTime>(&json).unwrap(), time);
        assert_eq!(AwsDateTime::from_value(&time.clone().into_value()), Some(time));
    }

    #[test]
    fn a_scalar_is_validated_wherever_it_comes_from() {
        assert!(AwsDate::try_from("2023-02-29").is_err());
        assert!(AwsDate::try_from("2023-02-29".to_owned()).is_err());
        let error = serde_json::from_str::<AwsIpAddress>("\"1.2.3\"").unwrap_err();
        assert!(error.to_string().contains("not a valid AWSIPAddress"), "{error}");
        assert_eq!(AwsPhone::new("+49 30 1234").unwrap(), "+49 30 1234");
        assert!(AwsPhone::new("call me").is_err());
        assert_eq!(AwsTimestamp::from_value(&Value::from("1")), None);
    }

    #[test]
    fn what_was_stored_is_read_whatever_it_says() {
        let stored = Value::from("nobody");
        assert_eq!(AwsEmail::from_value(&stored).map(AwsEmail::into_value), Some(stored));
        assert_eq!(AwsEmail::from_value(&Value::Int(1)), None);
    }

    #[test]
    fn order_is_the_order_of_the_bytes() {
        let [a, b] =
            ["2024-01-01T00:00Z", "2024-01-01T00:00:00Z"].map(|text| text.parse::<AwsDateTime>().unwrap());
        assert!(b < a, "':' is below 'Z'");
        assert!(AwsTimestamp(-1) < AwsTimestamp(0));
    }
}
