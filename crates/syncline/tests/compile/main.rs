//! Generated models: what they do, and what does not compile.
//!
//! The cases in `wrong/` are built by trybuild in a package of its own, which lies three directories below the target
//! directory; the schemas that they name are put beside it.

syncline::schema!("../schema/tests/fixtures/blog.graphql");

/// Names that Rust, the generated code or each other could be hurt by.
mod names {
    syncline::schema!("../codegen/tests/fixtures/names.graphql");
}

/// Every form of key, relation and rule.
mod rich {
    syncline::schema!("../schema/tests/fixtures/rich.graphql");
}

mod models;

#[test]
fn what_does_not_fit_does_not_compile() {
    let schemas = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/compile/schemas");
    for name in ["good.graphql", "wrong.graphql"] {
        let to = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::copy(format!("{schemas}/{name}"), to).unwrap();
    }
    trybuild::TestCases::new().compile_fail("tests/compile/wrong/*.rs");
}
