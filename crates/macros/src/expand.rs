//! What the macro expands to.

use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use std::path::Path;

/// The models of the schema file that `input` names, relative to `root`; or what is wrong.
pub(crate) fn expand(input: TokenStream, root: &Path) -> TokenStream {
    let (literal, file) = match argument(input) {
        Ok(found) => found,
        Err(error) => return error,
    };
    let path = root.join(&file);
    let source = match std::fs::read_to_string(&path) {
        Ok(source) => source,
        Err(error) => {
            let message = format!(
                "the schema {file} cannot be read: {error}\n  help: the path is relative to the directory of \
                 Cargo.toml, which is {}",
                root.display()
            );
            return error_at(&literal, &message);
        }
    };
    // Cargo watches what is included: a changed schema rebuilds, also one that was wrong.
    let watch = path.to_str().map(|path| {
        quote!(
            const _: &[u8] = ::core::include_bytes!(#path);
        )
    });
    let code = match syncline_schema::compile(&source, &file) {
        Ok(schema) => syncline_codegen::rust_tokens(&schema),
        Err(found) => found.into_iter().map(|finding| error_at(&literal, &finding.to_string())).collect(),
    };
    quote!(#watch #code)
}

/// The one string literal that the macro takes.
fn argument(input: TokenStream) -> Result<(Literal, String), TokenStream> {
    const USAGE: &str = "write the path of the schema: `syncline::schema!(\"schema.graphql\")`";
    let mut tokens = input.into_iter();
    let (first, rest) = (tokens.next(), tokens.next());
    match (first, rest) {
        (Some(TokenTree::Literal(literal)), None) => text(&literal.to_string())
            .map(|text| (literal.clone(), text))
            .ok_or_else(|| error_at(&literal, USAGE)),
        (Some(other), _) => {
            let span = other.span();
            Err(quote_spanned!(span=> ::core::compile_error!(#USAGE);))
        }
        (None, _) => Err(quote!(::core::compile_error!(#USAGE);)),
    }
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
    fn a_wrong_use_says_what_to_write() {
        for input in [quote!(), quote!(schema), quote!(5), quote!("a.graphql", 1), quote!(b"a")] {
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
