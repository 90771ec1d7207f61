//! GraphQL names as Rust names. Two that become the same are told apart by underscores at the end of the later one.

use proc_macro2::{Ident, Span};
use std::collections::{HashMap, HashSet};
use syncline_core::Schema;

/// The words that Rust keeps for itself.
#[rustfmt::skip]
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];
/// Words that not even `r#` frees.
const NEVER: &[&str] = &["self", "Self", "super", "crate", "_", ""];

/// Names given so far in one place.
#[derive(Default)]
pub(crate) struct Names(HashSet<String>);

impl Names {
    /// A name like `wanted` that nobody has.
    pub(crate) fn take(&mut self, wanted: &str) -> Ident {
        let mut name = wanted.to_owned();
        while NEVER.contains(&name.as_str()) || !self.0.insert(name.clone()) {
            name.push('_');
        }
        if KEYWORDS.contains(&name.as_str()) {
            Ident::new_raw(&name, Span::call_site())
        } else {
            Ident::new(&name, Span::call_site())
        }
    }
}

/// The Rust types of a schema's enums, custom types and models.
pub(crate) struct TypeNames(HashMap<String, Ident>);

impl TypeNames {
    pub(crate) fn new(schema: &Schema) -> TypeNames {
        let mut names = Names::default();
        let enums = schema.enums().iter().map(|ty| &ty.name);
        let customs = schema.customs().iter().map(|ty| &ty.name);
        let all = enums.chain(customs).chain(schema.models().iter().map(|model| &model.name));
        TypeNames(all.map(|name| (name.clone(), names.take(&type_name(name)))).collect())
    }

    /// A name like `wanted` that is no type of the schema, for a parameter of generated code.
    pub(crate) fn free(&self, wanted: &str) -> Ident {
        let mut name = wanted.to_owned();
        while self.0.values().any(|taken| *taken == name) {
            name.push('_');
        }
        Ident::new(&name, Span::call_site())
    }

    pub(crate) fn get(&self, name: &str) -> Ident {
        self.0.get(name).cloned().unwrap_or_else(|| Names::default().take(&type_name(name)))
    }
}

/// A type keeps its name if that looks like one in Rust.
fn type_name(name: &str) -> String {
    let fits = name.starts_with(|first: char| first.is_ascii_uppercase()) && !name.contains('_');
    if fits { name.to_owned() } else { pascal(name) }
}

/// The words of a name: parted by underscores, and where small letters or digits turn into capital ones.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    let mut words = vec![String::new()];
    for (place, &letter) in letters.iter().enumerate() {
        let before = place.checked_sub(1).map(|place| letters[place]);
        let next_is_small = letters.get(place + 1).is_some_and(char::is_ascii_lowercase);
        let begins = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                before.is_ascii_lowercase()
                    || before.is_ascii_digit()
                    || before.is_ascii_uppercase() && next_is_small
            });
        if letter == '_' || begins {
            words.push(String::new());
        }
        if letter != '_'
            && let Some(word) = words.last_mut()
        {
            word.push(letter);
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// A name cannot begin with a digit.
fn checked(name: String) -> String {
    if name.is_empty() {
        "underscore".to_owned()
    } else if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

/// `created_at`
pub(crate) fn snake(name: &str) -> String {
    checked(words(name).join("_").to_ascii_lowercase())
}

/// `CREATED_AT`
pub(crate) fn screaming(name: &str) -> String {
    checked(words(name).join("_")).to_ascii_uppercase()
}

/// `CreatedAt`
pub(crate) fn pascal(name: &str) -> String {
    let words = words(name);
    let upper = |word: &String| {
        let (first, rest) = word.split_at(word.len().min(1));
        first.to_ascii_uppercase() + &rest.to_ascii_lowercase()
    };
    let name: String = words.iter().map(upper).collect();
    if name.is_empty() { "Underscore".to_owned() } else { checked(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases() {
        for (name, s, c, p) in [
            ("title", "title", "TITLE", "Title"),
            ("createdAt", "created_at", "CREATED_AT", "CreatedAt"),
            ("IN_PROGRESS", "in_progress", "IN_PROGRESS", "InProgress"),
            ("htmlURL", "html_url", "HTML_URL", "HtmlUrl"),
            ("HTTPServer2Go", "http_server2_go", "HTTP_SERVER2_GO", "HttpServer2Go"),
            ("todo_kid", "todo_kid", "TODO_KID", "TodoKid"),
            ("_private", "private", "PRIVATE", "Private"),
            ("_1st", "_1st", "_1ST", "_1st"),
            ("_", "underscore", "UNDERSCORE", "Underscore"),
            ("ID", "id", "ID", "Id"),
        ] {
            assert_eq!(
                (snake(name).as_str(), screaming(name).as_str(), pascal(name).as_str()),
                (s, c, p),
                "{name}"
            );
        }
    }

    #[test]
    fn taken_names_and_keywords_are_avoided() {
        let mut names = Names::default();
        let taken: Vec<String> = ["type", "type", "self", "name", "name", "Self"]
            .map(|name| names.take(name).to_string())
            .to_vec();
        assert_eq!(taken, ["r#type", "type_", "self_", "name", "name_", "Self_"]);
    }
}
