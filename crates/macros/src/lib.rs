//! The schema! macro: Rust models from a GraphQL schema file.
