//! What every answer has around its data.

use super::ResponseError;
use crate::error::{GraphqlError, read_errors};
use crate::extension::{ResponseExtension, read_lenient};
use crate::raw::{RawJson, kind_of};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// `{"data", "errors", "extensions"}`.
pub(super) struct Envelope<D> {
    /// The data, unless it is null or missing.
    pub(super) data: Option<D>,
    /// The errors.
    pub(super) errors: Vec<GraphqlError>,
    /// The object `extensions`, as it came.
    extensions: Option<RawJson>,
}

impl<D> Envelope<D> {
    /// Our extension, if it is there and can be read.
    pub(super) fn extension(&self) -> Option<ResponseExtension> {
        self.extensions.as_ref().and_then(read_lenient)
    }

    /// Our extension of a frame.
    pub(super) fn frame_extension(&self) -> Option<crate::extension::FrameExtension> {
        self.extensions.as_ref().and_then(read_lenient)
    }

    /// The answer is its errors; without any, it is not of the form that was asked for.
    pub(super) fn refusal(self, missing: &str) -> ResponseError {
        let extension = self.extension().map(Box::new);
        if self.errors.is_empty() {
            ResponseError::Unexpected(format!("{missing} is null or missing, and no error says why"))
        } else {
            ResponseError::Refused { errors: self.errors, extension }
        }
    }
}

/// The text of a body.
pub(super) fn text_of(body: &[u8]) -> Result<&str, ResponseError> {
    std::str::from_utf8(body).map_err(|error| ResponseError::NotJson {
        reason: format!("byte {} is not UTF-8", error.valid_up_to()),
        begins: crate::raw::shorten(&String::from_utf8_lossy(body.get(..80).unwrap_or(body)), 80),
    })
}

/// Reads an answer whose data `seed` reads.
pub(super) fn read_envelope<'de, S>(text: &'de str, seed: S) -> Result<Envelope<S::Value>, ResponseError>
where
    S: DeserializeSeed<'de>,
{
    match kind_of(text) {
        "an object" | "not JSON" | "nothing" => {}
        kind => return Err(ResponseError::Unexpected(format!("it is {kind}"))),
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = reader.deserialize_map(EnvelopeVisitor(seed)).and_then(|read| reader.end().map(|()| read));
    read.map_err(|error| ResponseError::from_json(&error, text))
}

struct EnvelopeVisitor<S>(S);

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for EnvelopeVisitor<S> {
    type Value = Envelope<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer with \"data\" or \"errors\"")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut seed = Some(self.0);
        let mut envelope = Envelope { data: None, errors: Vec::new(), extensions: None };
        while let Some(name) = map.next_key::<Cow<'_, str>>()? {
            match &*name {
                "data" => {
                    let seed = seed.take().ok_or_else(|| A::Error::custom("\"data\" comes twice"))?;
                    envelope.data = map.next_value_seed(Nullable(seed))?;
                }
                "errors" => envelope.errors = read_errors(&map.next_value::<RawJson>()?),
                "extensions" => envelope.extensions = Some(map.next_value::<RawJson>()?),
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(envelope)
    }
}

/// Reads null as `None`, anything else by its seed.
pub(super) struct Nullable<S>(pub(super) S);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Nullable<S> {
    type Value = Option<S::Value>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_option(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for Nullable<S> {
    type Value = Option<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or null")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        self.0.deserialize(deserializer).map(Some)
    }
}

/// Reads the one root field that a document asked for: `None` if it is missing, `Some(None)` if it is null.
pub(super) struct RootField<'n, S> {
    /// Its name.
    pub(super) name: &'n str,
    /// What reads it.
    pub(super) seed: S,
}

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for RootField<'_, S> {
    type Value = Option<Option<S::Value>>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, S: DeserializeSeed<'de>> Visitor<'de> for RootField<'_, S> {
    type Value = Option<Option<S::Value>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"data\" to be an object with {}", self.name)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let RootField { name, seed } = self;
        let mut seed = Some(seed);
        let mut read = None;
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            if key == name {
                let seed = seed.take().ok_or_else(|| A::Error::custom(format!("{name} comes twice")))?;
                read = Some(map.next_value_seed(Nullable(seed))?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(read)
    }
}

/// The errors in the body of an answer with an HTTP error status; none if it is anything else, such as a proxy's page.
#[must_use]
pub fn read_error_body(body: &[u8]) -> Vec<GraphqlError> {
    #[derive(Deserialize)]
    struct Body {
        errors: Option<RawJson>,
    }
    let read: Result<Body, _> = serde_json::from_slice(body);
    read.ok().and_then(|body| body.errors).map_or_else(Vec::new, |raw| read_errors(&raw))
}
