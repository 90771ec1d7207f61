//! Reading JSON, and the one object that `aws-exports.js` consists of.
//!
//! That file is JavaScript, but nobody writes more into it than `const awsmobile = {…}; export default awsmobile;`.
//! The object may have what JSON does not: comments, names without quotes, single quotes and a comma at the end.

use super::fault::Problem;
use serde_json::{Map, Number, Value as Json};

/// How deep objects and lists may nest; configuration files have about six levels, with a model introspection ten.
const MOST_DEPTH: usize = 64;

/// Reads the content of a file: JSON, or JavaScript with one object in it.
pub(super) fn read(content: &str) -> Result<Json, Problem> {
    let content = content.strip_prefix('\u{feff}').unwrap_or(content);
    let strict = serde_json::from_str(content);
    let error = match strict {
        Ok(json) => return Ok(json),
        Err(error) => error,
    };
    let looks_like_json = content.trim_start().starts_with(['{', '[', '"']) || content.trim().is_empty();
    if looks_like_json {
        return Err(Problem::File(format!("it is not valid JSON: {error}")));
    }
    let mut reader = Reader { text: content, place: 0 };
    reader.find_object()?;
    reader.value(0)
}

struct Reader<'a> {
    text: &'a str,
    place: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.place..).unwrap_or_default()
    }

    fn fail(&self, what: &str) -> Problem {
        let line = self.text.get(..self.place).unwrap_or_default().matches('\n').count() + 1;
        Problem::File(format!("line {line}: {what}"))
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let char = self.peek()?;
        self.place += char.len_utf8();
        Some(char)
    }

    /// Skips white space and comments.
    fn skip(&mut self) {
        loop {
            let rest = self.rest();
            let skipped = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                rest.len() - rest.trim_start().len()
            };
            if skipped == 0 {
                return;
            }
            self.place += skipped;
        }
    }

    /// Goes to the first `{` that follows a `=` or `export default`, outside comments.
    fn find_object(&mut self) -> Result<(), Problem> {
        let mut value_next = false;
        loop {
            self.skip();
            match self.peek() {
                Some('{') if value_next => return Ok(()),
                Some('=') => {
                    value_next = true;
                    self.next();
                }
                Some(char) if char.is_alphabetic() || char == '_' || char == '$' => {
                    value_next = self.word() == "default";
                }
                Some(_) => {
                    value_next = false;
                    self.next();
                }
                None => {
                    return Err(Problem::File(
                        "it has no configuration: expected JSON, or JavaScript with `const awsmobile = {…}`"
                            .to_owned(),
                    ));
                }
            }
        }
    }

    fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let is_part = |char: char| char.is_alphanumeric() || char == '_' || char == '$';
        let end = rest.find(|char| !is_part(char)).unwrap_or(rest.len());
        self.place += end;
        &rest[..end]
    }

    fn value(&mut self, depth: usize) -> Result<Json, Problem> {
        if depth > MOST_DEPTH {
            return Err(self.fail("the object is nested too deeply"));
        }
        self.skip();
        match self.peek() {
            Some('{') => self.object(depth),
            Some('[') => self.list(depth),
            Some('"' | '\'') => self.text().map(Json::String),
            Some(char) if char.is_ascii_digit() || char == '-' => self.number(),
            Some(_) => match self.word() {
                "true" => Ok(Json::Bool(true)),
                "false" => Ok(Json::Bool(false)),
                "null" | "undefined" => Ok(Json::Null),
                _ => Err(self.fail("expected a value: text in quotes, a number, true, false, null, { or [")),
            },
            None => Err(self.fail("the object does not end")),
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, Problem> {
        let mut map = Map::new();
        self.next();
        loop {
            self.skip();
            let key = match self.peek() {
                Some('}') => {
                    self.next();
                    return Ok(Json::Object(map));
                }
                Some('"' | '\'') => self.text()?,
                Some(_) => self.word().to_owned(),
                None => return Err(self.fail("the object does not end")),
            };
            self.skip();
            if key.is_empty() || self.next() != Some(':') {
                return Err(self.fail("expected a name, a colon and a value"));
            }
            let value = self.value(depth + 1)?;
            map.insert(key, value);
            self.comma('}')?;
        }
    }

    fn list(&mut self, depth: usize) -> Result<Json, Problem> {
        let mut items = Vec::new();
        self.next();
        loop {
            self.skip();
            if self.peek() == Some(']') {
                self.next();
                return Ok(Json::Array(items));
            }
            items.push(self.value(depth + 1)?);
            self.comma(']')?;
        }
    }

    /// A comma, or the end that is left for the caller.
    fn comma(&mut self, end: char) -> Result<(), Problem> {
        self.skip();
        match self.peek() {
            Some(',') => {
                self.next();
                Ok(())
            }
            Some(char) if char == end => Ok(()),
            _ => Err(self.fail(&format!("expected a comma or {end}"))),
        }
    }

    fn number(&mut self) -> Result<Json, Problem> {
        let rest = self.rest();
        let end = rest.find(|char: char| !matches!(char, '0'..='9' | '-' | '+' | '.' | 'e' | 'E'));
        let digits = &rest[..end.unwrap_or(rest.len())];
        let number: Number = serde_json::from_str(digits).map_err(|_| self.fail("this is no number"))?;
        self.place += digits.len();
        Ok(Json::Number(number))
    }

    fn text(&mut self) -> Result<String, Problem> {
        let quote = self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                Some('\n') | None => return Err(self.fail("a quote is not closed")),
                char if char == quote => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(char) => text.push(char),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Problem> {
        match self.next() {
            Some('n') => Ok('\n'),
            Some('t') => Ok('\t'),
            Some('r') => Ok('\r'),
            Some('u') => {
                let digits = self.rest().get(..4).unwrap_or_default();
                let char = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                self.place += digits.len();
                char.ok_or_else(|| self.fail("\\u needs four hexadecimal digits"))
            }
            Some(char @ ('"' | '\'' | '\\' | '/')) => Ok(char),
            _ => Err(self.fail("an unknown escape follows a backslash")),
        }
    }
}
