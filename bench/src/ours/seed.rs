//! The server's records before a base sync.

use std::path::Path;

use futures_util::FutureExt as _;
use syncline::Model as _;
use syncline_backend::{Applied, Backend as _, Decision, Mutation, Write};
use syncline_backend_sqlite::Threads;
use syncline_core::record::MutationOp;
use syncline_core::{Key, ModelId, Schema};

use super::models::{Api, Post, model};
use super::server;
use crate::{Result, post};

/// Writes in one transaction.
const GROUP: usize = 5_000;

/// Writes these posts to the server's file, in their order.
///
/// # Errors
/// The backend's.
pub(super) fn seed(api: &Api, file: &Path, posts: impl Iterator<Item = post::Post>) -> Result<()> {
    let backend = server::store(api, file, Threads::Inline)?;
    let id = posts_of(&backend.schema())?;
    let mut posts = posts.map(|post| create(id, &post)).peekable();
    while posts.peek().is_some() {
        let writes: Vec<_> = posts.by_ref().take(GROUP).collect::<Result<_>>()?;
        // In the calling future it never waits.
        let applied = backend.apply(writes, false).now_or_never().ok_or("the backend waits")??;
        if !applied.iter().all(|applied| matches!(applied, Applied::Written(_))) {
            return Err("a post was not written".into());
        }
    }
    backend.close();
    Ok(())
}

/// The model of posts.
///
/// # Errors
/// There is none.
pub(super) fn posts_of(schema: &Schema) -> Result<ModelId> {
    Ok(schema.by_name(Post::NAME).ok_or("the schema has no posts")?.id)
}

/// A new post. Both schemas have the same fields in the same order.
///
/// # Errors
/// The record and the schema differ.
pub(super) fn create(id: ModelId, post: &post::Post) -> Result<Write> {
    write(id, post, MutationOp::Create)
}

/// Writes the post over the one that is there, with another title.
///
/// # Errors
/// The record and the schema differ.
pub(super) fn update(schema: &Schema, post: &post::Post) -> Result<Write> {
    write(
        posts_of(schema)?,
        &post::Post { title: format!("{} again", post.title), ..post.clone() },
        MutationOp::Update,
    )
}

fn write(id: ModelId, post: &post::Post, op: MutationOp) -> Result<Write> {
    let (key, record) = (Key::id(post.id.as_str()), model(post)?.to_record());
    let mutation = Mutation { model: id, key, op, id: None, base_version: None, session: None, origin: None };
    Ok(Write { mutation, decide: Box::new(move |_| Decision::Write(record.clone())) })
}
