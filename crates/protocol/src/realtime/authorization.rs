//! The authorization header object: what says who asks, on a socket that has no HTTP headers of its own.

use base64::Engine;
use base64::alphabet;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The header object `{"host", "x-api-key" | "Authorization", …}`: names and texts, in a stable order.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Authorization {
    fields: BTreeMap<String, String>,
}

/// The most bytes that a header object may have; a token is some thousands.
const MOST_BYTES: usize = 32 * 1024;

/// Takes both alphabets and any padding: clients differ.
const STANDARD_LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Authorization {
    /// For an API key. `date` is the time as `yyyyMMddTHHmmssZ`, which AppSync does without.
    #[must_use]
    pub fn api_key(host: &str, key: &str, date: Option<&str>) -> Authorization {
        let mut fields =
            BTreeMap::from([("host".to_owned(), host.to_owned()), ("x-api-key".to_owned(), key.to_owned())]);
        if let Some(date) = date {
            fields.insert("x-amz-date".to_owned(), date.to_owned());
        }
        Authorization { fields }
    }

    /// For a token of a user pool, an OpenID provider or a Lambda authorizer.
    #[must_use]
    pub fn token(host: &str, token: &str) -> Authorization {
        Authorization {
            fields: BTreeMap::from([
                ("host".to_owned(), host.to_owned()),
                ("Authorization".to_owned(), token.to_owned()),
            ]),
        }
    }

    /// From the fields of an upgrade request or of any other list; later ones of a name replace earlier ones.
    pub fn from_fields<'a>(fields: impl IntoIterator<Item = (&'a str, &'a str)>) -> Authorization {
        Authorization {
            fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        }
    }

    /// The value of a field; the case of `name` does not matter.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// All fields.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether it says anything about who asks.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.get("x-api-key").is_none() && self.get("authorization").is_none()
    }

    /// The JSON object.
    #[must_use]
    pub fn to_json(&self) -> String {
        let map: Map<String, Value> =
            self.fields.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        Value::Object(map).to_string()
    }

    /// Reads the JSON object. Fields that are not text are left out.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_json(text: &str) -> Result<Authorization, String> {
        if text.len() > MOST_BYTES {
            return Err(format!("it has more than {MOST_BYTES} bytes"));
        }
        let map: Map<String, Value> =
            serde_json::from_str(text).map_err(|error| format!("it is not a JSON object: {error}"))?;
        let fields = map.into_iter().filter_map(|(name, value)| match value {
            Value::String(value) => Some((name, value)),
            _ => None,
        });
        Ok(Authorization { fields: fields.collect() })
    }

    /// The JSON in base64, padded: the query parameter `header`.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.to_json())
    }

    /// The JSON in base64url, unpadded: what follows `header-` in the subprotocol.
    #[must_use]
    pub fn to_base64url(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.to_json())
    }

    /// Reads base64 of either alphabet, padded or not.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_base64(text: &str) -> Result<Authorization, String> {
        if text.len() > 2 * MOST_BYTES {
            return Err(format!("it has more than {} bytes", 2 * MOST_BYTES));
        }
        // A plus sign that travelled unescaped in a query string arrives as a space.
        let standard: String = text
            .chars()
            .map(|char| match char {
                '-' => '+',
                '_' => '/',
                ' ' => '+',
                other => other,
            })
            .collect();
        let bytes =
            STANDARD_LENIENT.decode(standard).map_err(|error| format!("it is not base64: {error}"))?;
        let text = String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned())?;
        Authorization::from_json(&text)
    }
}

/// Without the secrets.
impl std::fmt::Debug for Authorization {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Authorization").field(&self.fields.keys().collect::<Vec<_>>()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_travels_in_every_form() {
        let key = Authorization::api_key("127.0.0.1:4010", "da2-?>~ü", Some("20261122T070935Z"));
        assert_eq!(
            key.to_json(),
            r#"{"host":"127.0.0.1:4010","x-amz-date":"20261122T070935Z","x-api-key":"da2-?>~ü"}"#
        );
        for form in [key.to_base64(), key.to_base64url(), key.to_base64().replace('+', " ")] {
            assert_eq!(Authorization::from_base64(&form), Ok(key.clone()), "{form}");
        }
        assert_eq!(Authorization::from_json(&key.to_json()), Ok(key));
        let token = Authorization::token("h", "jwt");
        assert_eq!(token.get("authorization"), Some("jwt"));
        assert!(!token.is_empty());
        assert_eq!(Authorization::from_base64("e30="), Ok(Authorization::default()));
        assert!(Authorization::default().is_empty());
    }

    #[test]
    fn faults_are_named_and_secrets_are_not_shown() {
        assert!(Authorization::from_base64("!!").unwrap_err().contains("not base64"));
        assert!(Authorization::from_base64("/w==").unwrap_err().contains("not UTF-8"));
        assert!(Authorization::from_base64("W10=").unwrap_err().contains("not a JSON object"));
        assert!(Authorization::from_base64(&"A".repeat(100_000)).unwrap_err().contains("more than"));
        assert!(!format!("{:?}", Authorization::token("h", "secret")).contains("secret"));
    }
}
