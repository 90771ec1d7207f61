//! The models of the schemas, as an application has them.

use std::sync::Arc;

use syncline::Schema;

use crate::Result;
use crate::post;

syncline::schema!("schema.graphql");

/// Those of `indexed.graphql`.
pub(super) mod indexed {
    syncline::schema!("indexed.graphql");
}

/// One API: what the server compiles, and what devices open their files with.
#[derive(Debug)]
pub(super) struct Api {
    /// What the runner calls its server.
    pub(super) name: &'static str,
    pub(super) source: &'static str,
    pub(super) schema: fn() -> Arc<Schema>,
}

/// Of `schema.graphql`.
pub(super) const PLAIN: Api = Api { name: "syncline", source: include_str!("../../schema.graphql"), schema };

/// Of `indexed.graphql`.
pub(super) const INDEXED: Api =
    Api { name: "syncline-indexed", source: include_str!("../../indexed.graphql"), schema: indexed::schema };

/// A post as a model: the same fields, and no metadata.
///
/// # Errors
/// The record and the schema differ.
pub(super) fn model(post: &post::Post) -> Result<Post> {
    Ok(serde_json::from_value(serde_json::to_value(post)?)?)
}

/// The posts with the numbers below `count`.
///
/// # Errors
/// See [`model`].
pub(super) fn posts(count: u32) -> Result<Vec<Post>> {
    (0..count).map(|number| model(&post::Post::numbered(number))).collect()
}
