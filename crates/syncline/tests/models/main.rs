//! What generated models do.

syncline::schema!("../schema/tests/fixtures/blog.graphql");

/// Names that Rust, the generated code or each other could be hurt by.
mod names {
    syncline::schema!("../codegen/tests/fixtures/names.graphql");
}

/// Every form of key, relation and rule.
mod rich {
    syncline::schema!("../schema/tests/fixtures/rich.graphql");
}

/// Every kind of field in every form. This is what `syncline codegen models --target rust` writes, as a file of its own,
/// so that clippy judges it as it judges an application's code; a test of `syncline-codegen` keeps it up to date.
#[deny(warnings, missing_docs, clippy::all, clippy::pedantic)]
#[rustfmt::skip]
mod kinds;

#[cfg(test)]
mod dynamic;
#[cfg(test)]
mod json;
#[cfg(test)]
mod models;
#[cfg(test)]
mod relations;
#[cfg(test)]
mod stored;
#[cfg(test)]
mod wrong;
