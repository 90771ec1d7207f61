//! Answers of which only the extension matters.

use super::ResponseError;
use super::envelope::{read_envelope, text_of};
use crate::extension::ResponseExtension;
use serde::de::IgnoredAny;
use std::marker::PhantomData;

/// Our extension in an answer to anything; `None` if the server does not speak it.
///
/// # Errors
/// If it is no answer of a GraphQL server: that says nothing about what the server speaks.
pub fn parse_extension(body: &[u8]) -> Result<Option<ResponseExtension>, ResponseError> {
    let envelope = read_envelope(text_of(body)?, PhantomData::<IgnoredAny>)?;
    Ok(envelope.extension())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_graphql_answer_says_what_a_server_speaks() {
        assert_eq!(parse_extension(br#"{"data":{"__typename":"Query"}}"#), Ok(None));
        assert_eq!(parse_extension(br#"{"data":null,"extensions":{"other":1}}"#), Ok(None));
        let spoken =
            parse_extension(br#"{"data":{},"extensions":{"syncline":{"v":1,"caps":{},"epoch":"e"}}}"#);
        assert_eq!(spoken.ok().flatten().map(|extension| extension.epoch), Some("e".to_owned()));
        assert!(parse_extension(b"<html>").is_err());
    }
}
