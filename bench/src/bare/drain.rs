//! Sending what waits in the outbox: rows as typed records, a batch of them as JSON, one server transaction for each, and
//! the server's records merged into the rows.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use rusqlite::{Connection, params};
use tokio::runtime::Runtime;

use super::{files, http, save, wire};
use crate::bench::Program;
use crate::place::Place;
use crate::post::Post;
use crate::sample::Sample;
use crate::server::Server;
use crate::{Result, terms};

/// Sends `size` waiting creates, a batch of [`terms::BARE_BATCH`] after the other.
pub(crate) const DRAIN: Program =
    Program { label: "bare", prepare: fill, run: |place, size| drain(place, size, terms::BARE_BATCH, 1) };

/// The same in batches as large as those of a device, and with as many under way: while one is settled, others are with the
/// server.
pub(crate) const DRAIN_AS_OURS: Program = Program {
    label: "bare",
    prepare: fill,
    run: |place, size| drain(place, size, terms::BATCH, terms::WINDOW),
};

/// The same one at a time.
pub(crate) const DRAIN_SINGLE: Program =
    Program { label: "bare", prepare: fill, run: |place, size| drain(place, size, 1, 1) };

fn drain(place: &Place, size: u32, batch: usize, window: usize) -> Result<Sample> {
    let db = files::open(&place.file(FILE))?;
    let server = Server::start("bare", place.dir())?;
    let runtime = Runtime::new()?;
    let sender = Arc::new(Sender::new(&server.url)?);

    let start = Instant::now();
    let (mut last, mut sent) = (0, 0);
    let mut flights = VecDeque::new();
    loop {
        while flights.len() < window
            && let posts = waiting(&db, &mut last, batch)?
            && !posts.is_empty()
        {
            let sender = Arc::clone(&sender);
            flights.push_back(runtime.spawn(async move { sender.send(&posts).await }));
        }
        let Some(flight) = flights.pop_front() else { break };
        sent += settle(&db, &runtime.block_on(flight)??)?;
    }
    let total = start.elapsed();

    match (sent, files::count(&db, "outbox")?) {
        (sent, 0) if sent == size => Ok(Sample::whole(size, total)),
        (sent, left) => Err(format!("{sent} of {size} were sent, {left} wait").into()),
    }
}

const FILE: &str = "device.db";

fn fill(place: &Place, size: u32) -> Result<()> {
    let db = files::open(&place.file(FILE))?;
    files::within(&db, |db| (0..size).try_for_each(|number| save::write(db, &Post::numbered(number))))
}

/// The posts of the oldest `most` entries behind the one of the number `last`.
fn waiting(db: &Connection, last: &mut i64, most: usize) -> Result<Vec<Post>> {
    let mut statement =
        db.prepare_cached("SELECT seq, content FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let mut rows = statement.query(params![*last, i64::try_from(most)?])?;
    let mut posts = Vec::with_capacity(most);
    while let Some(row) = rows.next()? {
        *last = row.get(0)?;
        posts.push(serde_json::from_str(row.get_ref(1)?.as_str()?)?);
    }
    Ok(posts)
}

/// Merges the server's answer, which is an array of posts, and drops the entries; how many there were.
///
/// # Errors
/// It is no such array, or SQLite's.
pub(crate) fn settle(db: &Connection, answer: &[u8]) -> Result<u32> {
    let posts = wire::page(answer)?;
    files::within(db, |db| {
        for post in &posts {
            files::put_ref(db, post)?;
            db.prepare_cached("DELETE FROM outbox WHERE seq = (SELECT min(seq) FROM outbox WHERE id = ?1)")?
                .execute(params![post.id])?;
        }
        Ok(())
    })?;
    Ok(u32::try_from(posts.len())?)
}

/// Posts arrays of mutations.
#[derive(Debug)]
pub(crate) struct Sender {
    client: reqwest::Client,
    url: String,
}

impl Sender {
    /// # Errors
    /// The HTTP client could not be made.
    pub(crate) fn new(url: &str) -> Result<Self> {
        Ok(Self { client: http::client()?, url: format!("{url}/mutate") })
    }

    /// Sends posts; a JSON array of what the server made of them.
    ///
    /// # Errors
    /// The network's and the server's.
    pub(crate) async fn send(&self, posts: &[Post]) -> Result<Vec<u8>> {
        let body = serde_json::to_vec(posts)?;
        let request = self.client.post(&self.url).header("content-type", "application/json").body(body);
        Ok(request.send().await?.error_for_status()?.bytes().await?.into())
    }
}
