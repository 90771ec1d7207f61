//! The models of `schema.graphql`, as an application has them.

use crate::Result;
use crate::post;

syncline::schema!("schema.graphql");

/// The post of that number, as a model: the same fields, and no metadata.
///
/// # Errors
/// The record and the schema differ.
pub(super) fn post(number: u32) -> Result<Post> {
    Ok(serde_json::from_value(serde_json::to_value(post::Post::numbered(number))?)?)
}

/// The posts with the numbers below `count`.
///
/// # Errors
/// See [`post`].
pub(super) fn posts(count: u32) -> Result<Vec<Post>> {
    (0..count).map(post).collect()
}
