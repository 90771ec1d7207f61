//! The server's records before a base sync.

use std::path::Path;

use futures_util::FutureExt as _;
use syncline::Model as _;
use syncline_backend::{Applied, Backend as _, Decision, Mutation, Write};
use syncline_backend_sqlite::Threads;
use syncline_core::record::MutationOp;
use syncline_core::{Key, ModelId};

use super::models::{Post, post};
use super::server;
use crate::Result;

/// Writes in one transaction.
const GROUP: u32 = 5_000;

/// Makes the server's file with the first `count` posts.
///
/// # Errors
/// The backend's.
pub(super) fn seed(file: &Path, count: u32) -> Result<()> {
    let backend = server::store(file, Threads::Inline)?;
    let schema = backend.schema();
    let model = schema.by_name(Post::NAME).ok_or("the schema has no posts")?.id;
    for first in (0..count).step_by(GROUP as usize) {
        let numbers = first..(first + GROUP).min(count);
        let writes: Vec<_> = numbers.map(|number| create(model, number)).collect::<Result<_>>()?;
        // In the calling future it never waits.
        let applied = backend.apply(writes, false).now_or_never().ok_or("the backend waits")??;
        if !applied.iter().all(|applied| matches!(applied, Applied::Written(_))) {
            return Err("a post was not written".into());
        }
    }
    backend.close();
    Ok(())
}

fn create(model: ModelId, number: u32) -> Result<Write> {
    let post = post(number)?;
    let (key, record) = (Key::id(post.id.as_str()), post.to_record());
    let mutation =
        Mutation { model, key, op: MutationOp::Create, id: None, base_version: None, session: None };
    Ok(Write { mutation, decide: Box::new(move |_| Decision::Write(record.clone())) })
}
