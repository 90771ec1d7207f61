//! A base sync: SQLite → JSON → HTTP → structs → SQLite, page by page in key order.

use std::time::Instant;

use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use super::server::{After, FILE, Page};
use super::{files, http};
use crate::place::Place;
use crate::sample::Sample;
use crate::server::Server;
use crate::{Result, terms};

/// Brings `size` posts to an empty device. While a page is merged, the next one is on the wire.
pub(crate) fn base(place: &Place, size: u32) -> Result<Sample> {
    drop(files::seeded(&place.file(FILE), size)?);
    let server = Server::start("bare", place.dir())?;
    let mut db = files::open(&place.file("device.db"))?;
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    let runtime = Runtime::new()?;

    let start = Instant::now();
    let (pages, mut arriving) = mpsc::channel(terms::PREFETCH);
    let fetching = runtime.spawn(fetch(server.url.clone(), pages));
    while let Some(page) = arriving.blocking_recv() {
        files::put_all(&mut db, &page.items)?;
    }
    runtime.block_on(fetching)??;
    files::checkpoint(&db)?;
    let total = start.elapsed();

    match files::count(&db, "post")? {
        count if count == size => Ok(Sample::whole(size, total)),
        count => Err(format!("{count} of {size} posts arrived").into()),
    }
}

/// Asks for page after page until one is short.
async fn fetch(url: String, pages: mpsc::Sender<Page>) -> Result<()> {
    let client = http::client()?;
    let mut after = String::new();
    loop {
        let from = After { after, limit: terms::PAGE };
        let request = client.get(format!("{url}/page?after={}&limit={}", from.after, from.limit));
        let body = request.send().await?.error_for_status()?.bytes().await?;
        let page: Page = serde_json::from_slice(&body)?;
        let last = match page.items.last() {
            Some(post) if page.items.len() == terms::PAGE => Some(post.id.clone()),
            _ => None,
        };
        // Nobody takes it when merging failed, which is reported there.
        let taken = pages.send(page).await;
        match last {
            Some(id) if taken.is_ok() => after = id,
            _ => return Ok(()),
        }
    }
}
