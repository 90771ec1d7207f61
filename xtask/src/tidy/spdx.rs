//! SPDX licence expressions: whether one of the ways to read them is made of accepted licences only.

/// Whether `expression` can be satisfied with licences for which `accepted` holds. It is asked with a licence
/// and, after `WITH`, its exception. The old form `MIT/Apache-2.0` means `OR`.
///
/// # Errors
/// The expression is not well formed.
pub(crate) fn satisfied(expression: &str, accepted: Accepted<'_>) -> Result<bool, String> {
    let text = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut parser = Parser { words: text.split_whitespace().collect(), at: 0, accepted };
    let value = parser.any()?;
    match parser.peek() {
        None => Ok(value),
        Some(word) => Err(format!("`{word}` is not expected in `{expression}`")),
    }
}

/// Whether a licence, with its exception if it has one, is accepted.
pub(crate) type Accepted<'a> = &'a dyn Fn(&str, Option<&str>) -> bool;

struct Parser<'a> {
    words: Vec<&'a str>,
    at: usize,
    accepted: Accepted<'a>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.words.get(self.at).copied()
    }

    /// Whether the next word is `word`, which is then taken.
    fn take(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        self.at += usize::from(found);
        found
    }

    /// `a OR b OR …`, the loosest.
    fn any(&mut self) -> Result<bool, String> {
        let mut value = self.all()?;
        while self.take("OR") {
            // Both sides are read in any case, so that a malformed one is reported.
            let other = self.all()?;
            value |= other;
        }
        Ok(value)
    }

    /// `a AND b AND …`
    fn all(&mut self) -> Result<bool, String> {
        let mut value = self.one()?;
        while self.take("AND") {
            let other = self.one()?;
            value &= other;
        }
        Ok(value)
    }

    /// A licence, perhaps with an exception, or an expression in brackets.
    fn one(&mut self) -> Result<bool, String> {
        if self.take("(") {
            let value = self.any()?;
            return if self.take(")") { Ok(value) } else { Err("a `)` is missing".to_owned()) };
        }
        let licence = self.name()?;
        let exception = if self.take("WITH") { Some(self.name()?) } else { None };
        Ok((self.accepted)(licence, exception))
    }

    fn name(&mut self) -> Result<&'a str, String> {
        match self.peek() {
            Some("AND" | "OR" | "WITH" | "(" | ")") | None => {
                Err("the name of a licence is missing".to_owned())
            }
            Some(name) => {
                self.at += 1;
                Ok(name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evaluates_expressions() {
        let accepted = |licence: &str, exception: Option<&str>| match exception {
            None => matches!(licence, "MIT" | "ISC"),
            Some(exception) => (licence, exception) == ("Apache-2.0", "LLVM-exception"),
        };
        let cases = [
            ("MIT", Some(true)),
            ("GPL-3.0", Some(false)),
            ("GPL-3.0 OR MIT", Some(true)),
            ("GPL-3.0/MIT", Some(true)),
            ("GPL-3.0 AND MIT", Some(false)),
            ("MIT AND ISC", Some(true)),
            ("MIT OR GPL-3.0 AND GPL-2.0", Some(true)),
            ("(MIT OR GPL-3.0) AND GPL-2.0", Some(false)),
            ("(MIT OR GPL-3.0) AND ISC", Some(true)),
            ("Apache-2.0 WITH LLVM-exception", Some(true)),
            ("MIT WITH LLVM-exception", Some(false)),
            ("Apache-2.0", Some(false)),
            ("mit", Some(false)),
            ("", None),
            ("MIT OR", None),
            ("MIT MIT", None),
            ("(MIT", None),
            ("MIT)", None),
            ("MIT WITH", None),
        ];
        for (expression, expected) in cases {
            assert_eq!(satisfied(expression, &accepted).ok(), expected, "{expression}");
        }
    }
}
