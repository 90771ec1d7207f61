//! The keys of a development API. They stay the same as long as its data directory does, so that neither clients nor
//! the page tokens they hold notice a restart.

use super::private;
use crate::edge::random;
use crate::failure::Failure;
use serde_json::{Value, json};
use std::fmt;
use std::io::ErrorKind;
use std::path::Path;

/// The file in the data directory.
const FILE: &str = "keys.json";
/// What keys look like on AppSync: a prefix and 26 letters and digits.
const PREFIX: &str = "da2-";
const LETTERS: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";

/// The keys of an API.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Keys {
    /// Lets a caller in.
    pub(crate) api_key: String,
    /// Signs page tokens.
    pub(crate) token_key: [u8; 32],
}

/// Without the secrets.
impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// New keys.
    pub(crate) fn generate() -> Result<Keys, Failure> {
        let letters = random::<26>()?.map(|byte| char::from(LETTERS[usize::from(byte % 32)]));
        let api_key = PREFIX.chars().chain(letters).collect();
        Ok(Keys { api_key, token_key: random()? })
    }

    /// The keys of a data directory; made and kept if it has none.
    pub(crate) fn of(directory: &Path) -> Result<Keys, Failure> {
        let path = directory.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => Keys::parse(&text).map_err(|wrong| {
                let help = "remove it to have new keys made; clients then need the new API key";
                Failure::new(format!("{} is damaged: {wrong}", path.display()), help)
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let keys = Keys::generate()?;
                private::write(&path, &keys.to_text())?;
                Ok(keys)
            }
            Err(error) => Err(private::unusable(&path, "read", &error)),
        }
    }

    fn to_text(&self) -> String {
        let token_key: String = self.token_key.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{:#}\n", json!({ "apiKey": self.api_key, "tokenKey": token_key }))
    }

    fn parse(text: &str) -> Result<Keys, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let text = |name: &str| value[name].as_str().ok_or_else(|| format!("it has no text \"{name}\""));
        let api_key = text("apiKey")?.to_owned();
        let token_key = bytes(text("tokenKey")?).ok_or("\"tokenKey\" is not 64 hexadecimal digits")?;
        Ok(Keys { api_key, token_key })
    }
}

fn bytes(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_with_their_directory() {
        let directory = tempfile::tempdir().unwrap();
        let first = Keys::of(directory.path()).unwrap();
        assert_eq!(Keys::of(directory.path()).unwrap(), first);
        assert!(first.api_key.starts_with("da2-") && first.api_key.len() == 30, "{}", first.api_key);
        assert_ne!(Keys::of(tempfile::tempdir().unwrap().path()).unwrap(), first);
    }

    #[test]
    fn damaged_keys_are_named() {
        for (text, part) in [
            ("", "EOF"),
            ("[]", "no text \"apiKey\""),
            (r#"{"apiKey":1,"tokenKey":""}"#, "no text \"apiKey\""),
            (r#"{"apiKey":"k"}"#, "no text \"tokenKey\""),
            (r#"{"apiKey":"k","tokenKey":"00"}"#, "64 hexadecimal"),
            (&format!(r#"{{"apiKey":"k","tokenKey":"{}"}}"#, "é".repeat(32)), "64 hexadecimal"),
        ] {
            let wrong = Keys::parse(text).unwrap_err();
            assert!(wrong.contains(part), "{text}: {wrong}");
        }
    }
}
