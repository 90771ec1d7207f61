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

#[cfg(test)]
mod models;
#[cfg(test)]
mod wrong;
