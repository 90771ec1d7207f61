//! How a socket says who opens it. Clients differ in where they put the header object (`spec/backend.md` §7.2):
//! in the query string (A), in a subprotocol (B), or as plain HTTP headers (C). A server reads all three; our client
//! writes B.

use super::Authorization;

/// The subprotocol that a server must answer with.
pub const SUBPROTOCOL: &str = "graphql-ws";

/// What precedes the header object in a subprotocol.
const HEADER_PREFIX: &str = "header-";

/// Where the header object was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// In the query string: `?header=<base64>&payload=<base64>`.
    Query,
    /// In `Sec-WebSocket-Protocol: graphql-ws, header-<base64url>`.
    Subprotocol,
    /// As headers of the upgrade request.
    Headers,
}

/// What an upgrade request says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// Who opens the socket; [empty](Authorization::is_empty) if it does not say.
    pub authorization: Authorization,
    /// Where it said so.
    pub variant: Variant,
}

/// An upgrade request that cannot be understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    /// The header object cannot be read.
    #[error("the authorization header object in the {place} cannot be read: {reason}")]
    Header {
        /// Where it was.
        place: &'static str,
        /// What is wrong.
        reason: String,
    },
}

/// The value of `Sec-WebSocket-Protocol` that our client sends.
#[must_use]
pub fn client_protocols(authorization: &Authorization) -> String {
    format!("{SUBPROTOCOL}, {HEADER_PREFIX}{}", authorization.to_base64url())
}

/// Reads an upgrade request: its query string (without `?`), the value of its `Sec-WebSocket-Protocol` headers, joined
/// by commas, and its other headers.
///
/// # Errors
/// If there is a header object that cannot be read. That there is none is no error here: each `start` may bring its
/// own, and refusing is the server's decision.
pub fn read_handshake<'a>(
    query: Option<&str>,
    protocols: Option<&str>,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Handshake, HandshakeError> {
    let offered = protocols.unwrap_or_default().split(',').map(str::trim);
    if let Some(header) = offered.filter_map(|offer| offer.strip_prefix(HEADER_PREFIX)).next() {
        return read("subprotocol", header, Variant::Subprotocol);
    }
    let pairs = query.unwrap_or_default().split('&').filter_map(|pair| pair.split_once('='));
    if let Some((_, header)) = pairs.into_iter().find(|(name, value)| *name == "header" && !value.is_empty())
    {
        let header = percent_decode(header).ok_or_else(|| HandshakeError::Header {
            place: "query string",
            reason: "a % is not followed by two hexadecimal digits".to_owned(),
        })?;
        return read("query string", &header, Variant::Query);
    }
    let kept = headers.into_iter().filter(|(name, _)| {
        ["host", "x-api-key", "authorization"].iter().any(|kept| name.eq_ignore_ascii_case(kept))
            || name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
    });
    Ok(Handshake { authorization: Authorization::from_fields(kept), variant: Variant::Headers })
}

fn read(place: &'static str, header: &str, variant: Variant) -> Result<Handshake, HandshakeError> {
    Authorization::from_base64(header)
        .map(|authorization| Handshake { authorization, variant })
        .map_err(|reason| HandshakeError::Header { place, reason })
}

fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let high = char::from(rest.next()?).to_digit(16)?;
            let low = char::from(rest.next()?).to_digit(16)?;
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Authorization {
        Authorization::api_key("h", "k", None)
    }

    #[test]
    fn all_three_variants_are_read() {
        let none: [(&str, &str); 0] = [];
        let b = client_protocols(&key());
        assert!(b.starts_with("graphql-ws, header-") && !b.contains('='), "{b}");
        let escaped = key().to_base64().replace('+', "%2B").replace('/', "%2f").replace('=', "%3D");
        for (query, protocols, headers, variant) in [
            (None, Some(b.as_str()), &none[..], Variant::Subprotocol),
            (Some(""), Some(b.as_str()), &[("x-api-key", "other")], Variant::Subprotocol),
            (
                Some(&*format!("header={}&payload=e30=", key().to_base64())),
                Some("graphql-ws"),
                &none,
                Variant::Query,
            ),
            (Some(&*format!("payload=e30%3D&header={escaped}")), None, &none, Variant::Query),
            (
                None,
                Some("graphql-ws"),
                &[("host", "h"), ("x-api-key", "k"), ("cookie", "c")],
                Variant::Headers,
            ),
        ] {
            let read = read_handshake(query, protocols, headers.iter().copied()).unwrap();
            assert_eq!(read, Handshake { authorization: key(), variant }, "{query:?} {protocols:?}");
        }
    }

    #[test]
    fn without_a_header_object_the_authorization_is_empty() {
        for (query, protocols) in
            [(None, None), (Some("header=&payload="), Some("graphql-ws")), (Some("a&b=c"), Some(""))]
        {
            assert!(read_handshake(query, protocols, []).unwrap().authorization.is_empty());
        }
    }

    #[test]
    fn a_broken_header_object_is_named() {
        for (query, protocols, part) in [
            (Some("header=%4"), None, "query string"),
            (Some("header=***"), None, "not base64"),
            (None, Some("graphql-ws, header-W10"), "subprotocol"),
        ] {
            let error = read_handshake(query, protocols, []).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
