//! A base sync: SQLite → JSON → HTTP → SQLite, page by page.

use std::time::Instant;

use rusqlite::Connection;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::server::{FILE, NEXT};
use super::{files, http, wire};
use crate::bench::Program;
use crate::machine::Memory;
use crate::place::{self, Place};
use crate::post::{self, Post};
use crate::sample::Sample;
use crate::server::Server;
use crate::{Result, terms};

/// Brings `size` posts to an empty device, in key order.
pub(crate) const BASE: Program =
    Program { label: "bare", prepare: ascending, run: |place, size| bring(place, size, "page", plain) };

/// The same into a table with two indexes.
pub(crate) const BASE_INDEXED: Program = Program {
    label: "bare",
    prepare: ascending,
    run: |place, size| bring(place, size, "page", files::index),
};

/// The same with random UUIDs as ids.
pub(crate) const BASE_RANDOM: Program =
    Program { label: "bare", prepare: shuffled, run: |place, size| bring(place, size, "page", plain) };

/// Those in the order in which they were made, which is not that of the keys.
pub(crate) const DELTA_RANDOM: Program =
    Program { label: "bare", prepare: shuffled, run: |place, size| bring(place, size, "changes", plain) };

/// A server's file with `size` posts, their ids ascending.
///
/// # Errors
/// SQLite's.
pub(super) fn ascending(place: &Place, size: u32) -> Result<()> {
    files::seeded(&place.file(FILE), (0..size).map(Post::numbered)).map(drop)
}

fn shuffled(place: &Place, size: u32) -> Result<()> {
    files::seeded(&place.file(FILE), (0..size).map(Post::shuffled)).map(drop)
}

fn plain(_: &Connection) -> Result<()> {
    Ok(())
}

/// While a page is merged, the next one is on the wire.
fn bring(place: &Place, size: u32, path: &str, make: fn(&Connection) -> Result<()>) -> Result<Sample> {
    let file = place.file("device.db");
    let server = Server::start("bare", place.dir())?;
    let runtime = Runtime::new()?;
    let memory = Memory::now();
    let db = files::open(&file)?;
    make(&db)?;
    files::hold_checkpoints(&db)?;

    let start = Instant::now();
    bring_all(&db, &runtime, format!("{}/{path}", server.url))?;
    let total = start.elapsed();

    let growth = memory.growth();
    let count = files::count(&db, "post")?;
    if count != size {
        return Err(format!("{count} of {size} posts arrived").into());
    }
    drop(db);
    let file = place::database_bytes(&file)? as f64 / post::json_bytes(size)? as f64;
    Ok(Sample { growth, file: Some(file), ..Sample::whole(size, total) })
}

/// Merges everything that comes from `url`, and moves it from the log into the database.
///
/// # Errors
/// SQLite's, the network's and the server's.
pub(super) fn bring_all(db: &Connection, runtime: &Runtime, url: String) -> Result<()> {
    let (pages, mut arriving) = mpsc::channel(terms::PREFETCH);
    let fetching = runtime.spawn(fetch(url, pages));
    while let Some(body) = arriving.blocking_recv() {
        files::put_all(db, &wire::page(&body)?)?;
    }
    runtime.block_on(fetching)??;
    files::checkpoint(db)
}

/// Asks for page after page.
async fn fetch(url: String, pages: mpsc::Sender<Vec<u8>>) -> Result<()> {
    let client = http::client()?;
    let mut after = String::new();
    loop {
        let request = client.get(format!("{url}?after={after}&limit={}", terms::PAGE));
        let answer = request.send().await?.error_for_status()?;
        let next = answer.headers().get(NEXT).ok_or("the server does not say what comes next")?;
        after = next.to_str()?.to_owned();
        let body = answer.bytes().await?.into();
        // Nobody takes it when merging failed, which is reported there.
        if pages.send(body).await.is_err() || after.is_empty() {
            return Ok(());
        }
    }
}
