//! What the macro expands to.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use std::path::Path;
use syncline_schema::{Features, FeaturesError};

/// A file that the macro's argument names.
struct File {
    literal: Literal,
    name: String,
}

/// The models of the schema file that `input` names, relative to `root`; or what is wrong.
pub(crate) fn expand(input: TokenStream, root: &Path) -> TokenStream {
    let (schema, flags) = match arguments(input) {
        Ok(found) => found,
        Err(error) => return error,
    };
    let found = (|| {
        let (source, mut watch) = schema.read(root, "the schema")?;
        let features = match &flags {
            None => Features::default(),
            Some(flags) => {
                let (text, watch_flags) = flags.read(root, "the project's flags")?;
                watch.extend(watch_flags);
                Features::from_cli_json(&text).map_err(|error| flags.unusable(&error))?
            }
        };
        Ok((source, features, watch))
    })();
    let (source, features, watch) = match found {
        Ok(found) => found,
        Err(error) => return error,
    };
    let code = match syncline_schema::compile_with(&source, &schema.name, features) {
        Ok(compiled) => syncline_codegen::rust_tokens(&compiled.schema),
        Err(found) => {
            found.into_iter().map(|finding| error_at(&schema.literal, &finding.to_string())).collect()
        }
    };
    quote!(#watch #code)
}

impl File {
    /// The text of the file, and code that makes Cargo watch it: a changed file rebuilds, also one that was wrong.
    fn read(&self, root: &Path, what: &str) -> Result<(String, TokenStream), TokenStream> {
        let (path, name) = (root.join(&self.name), &self.name);
        let text = std::fs::read_to_string(&path).map_err(|error| {
            let message = format!(
                "{what} {name} cannot be read: {error}\n  help: the path is relative to the directory of \
                 Cargo.toml, which is {}",
                root.display()
            );
            error_at(&self.literal, &message)
        })?;
        let watch = path.to_str().map(|path| {
            quote!(
                const _: &[u8] = ::core::include_bytes!(#path);
            )
        });
        Ok((text, quote!(#watch)))
    }

    fn unusable(&self, error: &FeaturesError) -> TokenStream {
        let message = format!("{} cannot be used: {error}\n  help: {}", self.name, error.hint());
        error_at(&self.literal, &message)
    }
}

/// The string literals that the macro takes: the schema, and the `cli.json` of the Amplify project that it comes from.
fn arguments(input: TokenStream) -> Result<(File, Option<File>), TokenStream> {
    const USAGE: &str = "write the path of the schema: `syncline::schema!(\"schema.graphql\")`, and for the schema of an \
                         Amplify project also that of its flags: `schema!(\"schema.graphql\", \"amplify/cli.json\")`";
    let file = |token: TokenTree| {
        let span = token.span();
        let named = match token {
            TokenTree::Literal(literal) => {
                text(&literal.to_string()).map(|name| File { literal: literal.clone(), name })
            }
            _ => None,
        };
        named.ok_or_else(|| quote_spanned!(span=> ::core::compile_error!(#USAGE);))
    };
    let mut tokens = input.into_iter();
    let Some(first) = tokens.next() else { return Err(quote!(::core::compile_error!(#USAGE);)) };
    let schema = file(first)?;
    let mut flags = None;
    if let Some(comma) = tokens.next() {
        let is_comma = matches!(&comma, TokenTree::Punct(punct) if punct.as_char() == ',');
        if !is_comma {
            return Err(error_at(&schema.literal, USAGE));
        }
        flags = tokens.next().map(file).transpose()?;
        let more = tokens.next();
        if more.is_some_and(|token| !matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ','))
            || tokens.next().is_some()
        {
            return Err(error_at(&schema.literal, USAGE));
        }
    }
    Ok((schema, flags))
}

/// What a string literal says. The only escapes that a path needs are those of the backslash and the quote.
fn text(literal: &str) -> Option<String> {
    if let Some(raw) = literal.strip_prefix('r') {
        let text = raw.trim_start_matches('#');
        let hashes = &raw[..raw.len() - text.len()];
        return Some(text.strip_suffix(hashes)?.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    }
    let mut text = String::new();
    let mut letters = literal.strip_prefix('"')?.strip_suffix('"')?.chars();
    while let Some(letter) = letters.next() {
        let escaped = letter == '\\';
        let letter = if escaped { letters.next().filter(|next| matches!(next, '\\' | '"'))? } else { letter };
        text.push(letter);
    }
    Some(text)
}

fn error_at(literal: &Literal, message: &str) -> TokenStream {
    let span = literal.span();
    quote_spanned!(span=> ::core::compile_error!(#message);)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(input: TokenStream, root: &str, expected: &[&str]) -> String {
        let text = expand(input, Path::new(root)).to_string();
        for part in expected {
            assert!(text.contains(part), "{part:?} is not in {text}");
        }
        text
    }

    #[test]
    fn a_schema_becomes_the_code_that_codegen_writes() {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../schema/tests/fixtures");
        let text =
            check(quote!("blog.graphql"), root, &["include_bytes", "pub struct Post", "pub fn schema ()"]);
        let source = std::fs::read_to_string(format!("{root}/blog.graphql")).unwrap();
        let schema = syncline_schema::compile(&source, "blog.graphql").unwrap();
        let code = syncline_codegen::rust_tokens(&schema).to_string();
        assert!(text.ends_with(&code));
    }

    #[test]
    fn the_flags_of_a_project_count() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path().to_str().unwrap();
        let source =
            "type A @model @auth(rules: [{allow: public}]) { key: String! @primaryKey bs: [B] @hasMany }
            type B @model @auth(rules: [{allow: public}]) { a: Int }";
        let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).unwrap();
        write("schema.graphql", source);
        write("old.json", r#"{"features":{"graphqltransformer":{"transformerversion":2}}}"#);
        write("bad.json", r#"{"features":{}}"#);
        check(quote!("schema.graphql"), root, &["a_bs_key"]);
        check(quote!("schema.graphql",), root, &["a_bs_key"]);
        check(quote!("schema.graphql", "old.json"), root, &["a_bs_id", "old.json"]);
        check(
            quote!("schema.graphql", "bad.json"),
            root,
            &["compile_error", "bad.json cannot be used: it has no `features.graphqltransformer`", "help: "],
        );
        check(
            quote!("schema.graphql", "none.json"),
            root,
            &["compile_error", "the project's flags none.json cannot be read"],
        );
    }

    #[test]
    fn a_wrong_use_says_what_to_write() {
        for input in [
            quote!(),
            quote!(schema),
            quote!(5),
            quote!("a.graphql", 1),
            quote!("a.graphql" "b.json"),
            quote!("a.graphql", "b.json", "c"),
            quote!("a.graphql", "b.json" "c"),
            quote!(b"a"),
        ] {
            check(input, ".", &["compile_error", "write the path of the schema"]);
        }
    }

    #[test]
    fn literals() {
        for (literal, expected) in [
            (r#""a/b.graphql""#, Some("a/b.graphql")),
            (r#""a\\b \"c\"""#, Some(r#"a\b "c""#)),
            (r##"r#"a\b"#"##, Some(r"a\b")),
            (r#"r"a""#, Some("a")),
            (r#""a\n""#, None),
            (r#"b"a""#, None),
            ("'a'", None),
            ("5", None),
        ] {
            assert_eq!(text(literal).as_deref(), expected, "{literal}");
        }
    }

    #[test]
    fn a_missing_file_is_named() {
        check(
            quote!("nowhere.graphql"),
            ".",
            &["compile_error", "the schema nowhere.graphql cannot be read"],
        );
    }
}
