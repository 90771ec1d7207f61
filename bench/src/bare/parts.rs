//! Parts of the bare programs beside less than them, to show that they are the least: JSON and the merge.

use std::hint::black_box;
use std::time::Instant;

use rusqlite::Connection;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::files;
use super::wire::{self, PostRef};
use crate::bench::Program;
use crate::place::Place;
use crate::post::Post;
use crate::sample::Sample;
use crate::{Result, terms};

/// Reads pages whose text is known to be in them as it is.
pub(crate) const RAW_JSON: Program =
    Program { label: "raw", prepare: Program::NOTHING, run: |_, size| parse(size, raw) };

/// Reads pages as the bare base sync does.
pub(crate) const JSON: Program =
    Program { label: "bare", prepare: Program::NOTHING, run: |_, size| parse(size, bare) };

/// Writes posts that are not there, in key order.
pub(crate) const RAW_MERGE: Program =
    Program { label: "raw", prepare: Program::NOTHING, run: |place, size| merge(place, size, insert) };

/// Writes the same as the bare base sync does.
pub(crate) const MERGE: Program = Program {
    label: "bare",
    prepare: Program::NOTHING,
    run: |place, size| merge(place, size, files::put_all),
};

/// A post as it stands in the JSON.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "reading them is what is measured")]
struct RawPost<'a> {
    id: &'a str,
    title: &'a str,
    content: &'a str,
    author: &'a str,
    status: &'a str,
    rating: i64,
    score: f64,
    views: i64,
    published: bool,
    #[serde(borrow)]
    tags: &'a RawValue,
    created_at: &'a str,
    updated_at: &'a str,
    #[serde(rename = "_version")]
    version: i64,
    #[serde(rename = "_deleted")]
    deleted: Option<bool>,
    #[serde(rename = "_lastChangedAt")]
    last_changed_at: i64,
}

fn raw(body: &[u8]) -> Result<usize> {
    let page: Vec<RawPost<'_>> = serde_json::from_slice(body)?;
    Ok(black_box(page).len())
}

fn bare(body: &[u8]) -> Result<usize> {
    Ok(black_box(wire::page(body)?).len())
}

fn parse(size: u32, read: fn(&[u8]) -> Result<usize>) -> Result<Sample> {
    let limit = u32::try_from(terms::PAGE)?;
    let body = serde_json::to_vec(&(0..limit).map(Post::numbered).collect::<Vec<_>>())?;
    read(&body)?;
    let start = Instant::now();
    for _ in 0..size.div_ceil(limit) {
        if read(&body)? != terms::PAGE {
            return Err("a post is missing".into());
        }
    }
    Ok(Sample::whole(size, start.elapsed()))
}

/// Writes a page's posts.
type Write = fn(&Connection, &[PostRef<'_>]) -> Result<()>;

fn insert(db: &Connection, posts: &[PostRef<'_>]) -> Result<()> {
    files::within(db, |db| {
        let mut statement = db.prepare_cached(files::INSERT)?;
        posts.iter().try_for_each(|post| files::bind(&mut statement, post))
    })
}

fn merge(place: &Place, size: u32, write: Write) -> Result<Sample> {
    let db = files::open(&place.file("device.db"))?;
    files::hold_checkpoints(&db)?;
    let posts: Vec<_> = (0..size).map(Post::numbered).collect();
    let refs = posts.iter().map(PostRef::of).collect::<Result<Vec<_>>>()?;
    let start = Instant::now();
    refs.chunks(terms::PAGE).try_for_each(|page| write(&db, page))?;
    files::checkpoint(&db)?;
    let total = start.elapsed();
    match files::count(&db, "post")? {
        count if count == size => Ok(Sample::whole(size, total)),
        count => Err(format!("{count} of {size} posts were written").into()),
    }
}
