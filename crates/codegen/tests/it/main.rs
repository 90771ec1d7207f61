//! What is generated.

use syncline_codegen::{rust, rust_tokens};

const BLOG: &str = include_str!("../../../schema/tests/fixtures/blog.graphql");
const RICH: &str = include_str!("../../../schema/tests/fixtures/rich.graphql");
/// Names that Rust, the generated code or each other could be hurt by.
const NAMES: &str = include_str!("../fixtures/names.graphql");
/// Every kind of field in every form.
const KINDS: &str = include_str!("../../../syncline/tests/models/schemas/kinds.graphql");

fn compile(source: &str) -> syncline_core::Schema {
    syncline_schema::compile(source, "schema.graphql").unwrap_or_else(|found| panic!("{found}"))
}

#[test]
fn the_blog() {
    insta::assert_snapshot!(rust(&compile(BLOG)));
}

#[test]
fn awkward_names() {
    let code = rust(&compile(NAMES));
    let lines = code.lines().map(str::trim);
    let shown: Vec<&str> = lines
        .filter(|line| line.starts_with("pub ") || line.starts_with("origin") || line.starts_with("Unknown"))
        .collect();
    insta::assert_snapshot!(shown.join("\n"));
}

#[test]
fn the_text_is_the_tokens() {
    for source in [BLOG, RICH, NAMES, KINDS] {
        let schema = compile(source);
        let text = rust(&schema);
        let file: syn::File = syn::parse2(rust_tokens(&schema)).unwrap();
        assert!(text.ends_with(&prettyplease::unparse(&file)));
        assert_eq!(prettyplease::unparse(&syn::parse_file(&text).unwrap()), prettyplease::unparse(&file));
    }
}

#[test]
fn the_same_schema_gives_the_same_text() {
    for source in [BLOG, RICH, NAMES, KINDS] {
        let schema = compile(source);
        let again = syncline_core::Schema::from_json(&schema.to_json()).unwrap();
        assert_eq!(rust(&schema), rust(&compile(source)));
        assert_eq!(rust(&schema), rust(&again));
    }
}

/// The client's tests use it, and clippy judges it there as it judges an application's code.
#[test]
fn the_generated_file_of_the_clients_tests_is_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../syncline/tests/models/kinds.rs");
    let code = rust(&compile(KINDS));
    if std::fs::read_to_string(path).unwrap() != code {
        std::fs::write(path, code).unwrap();
        panic!("{path} was out of date; it has been written anew: look at the difference and commit it");
    }
}
