//! Sending what waits in the outbox: batches as JSON, one server transaction for each.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use rusqlite::{Connection, params};
use tokio::runtime::Runtime;

use super::server::Written;
use super::{files, http, save};
use crate::bench::Program;
use crate::place::Place;
use crate::post::Post;
use crate::sample::Sample;
use crate::server::Server;
use crate::{Result, terms};

/// Sends `size` waiting creates: while a batch is settled, another is with the server.
pub(crate) const DRAIN: Program = Program {
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
            && let Some(body) = waiting(&db, &mut last, batch)?
        {
            let sender = Arc::clone(&sender);
            flights.push_back(runtime.spawn(async move { sender.send(body).await }));
        }
        let Some(flight) = flights.pop_front() else { break };
        let written = runtime.block_on(flight)??;
        settle(&db, &written)?;
        sent += u32::try_from(written.len())?;
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

/// The oldest `most` entries behind the one of the number `last`, as one JSON array; `None` if there are none.
fn waiting(db: &Connection, last: &mut i64, most: usize) -> Result<Option<String>> {
    let mut statement =
        db.prepare_cached("SELECT seq, content FROM outbox WHERE seq > ?1 ORDER BY seq LIMIT ?2")?;
    let mut rows = statement.query(params![*last, i64::try_from(most)?])?;
    let mut body = String::from("[");
    while let Some(row) = rows.next()? {
        if body.len() > 1 {
            body.push(',');
        }
        *last = row.get(0)?;
        body += row.get_ref(1)?.as_str()?;
    }
    body.push(']');
    Ok((body.len() > 2).then_some(body))
}

/// Takes what the server wrote into the rows and drops the entries.
///
/// # Errors
/// SQLite's.
pub(crate) fn settle(db: &Connection, written: &[Written]) -> Result<()> {
    files::within(db, |db| {
        for one in written {
            db.prepare_cached("UPDATE post SET version = ?2, last_changed_at = ?3 WHERE id = ?1")?
                .execute(params![one.id, one.version, one.last_changed_at])?;
            db.prepare_cached("DELETE FROM outbox WHERE seq = (SELECT min(seq) FROM outbox WHERE id = ?1)")?
                .execute(params![one.id])?;
        }
        Ok(())
    })
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

    /// Sends a JSON array of posts.
    ///
    /// # Errors
    /// The network's and the server's.
    pub(crate) async fn send(&self, posts: String) -> Result<Vec<Written>> {
        let request = self.client.post(&self.url).header("content-type", "application/json").body(posts);
        let body = request.send().await?.error_for_status()?.bytes().await?;
        Ok(serde_json::from_slice(&body)?)
    }
}
