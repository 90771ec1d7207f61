//! What a base sync costs the server: planning, authorizing, reading, writing JSON, and HTTP.

use std::time::Instant;

use tokio::runtime;

use super::ask::{is_good, sync};
use super::models::PLAIN;
use super::seed::seed;
use super::server::{FILE, KEY};
use crate::bench::Program;
use crate::load::Connection;
use crate::place::Place;
use crate::post::{self, Post};
use crate::sample::Sample;
use crate::server::Server;
use crate::{Result, terms};

/// Fetches `size` posts, page after page, as a client of AppSync that accepts no compression does.
pub(crate) const PAGES: Program = Program {
    label: "syncline",
    prepare: |place, size| seed(&PLAIN, &place.file(FILE), (0..size).map(Post::numbered)),
    run: fetch,
};

fn fetch(place: &Place, size: u32) -> Result<Sample> {
    let server = Server::start(PLAIN.name, place.dir())?;
    runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
        let mut connection = Connection::open(&server.url, &[("x-api-key", KEY)]).await?;
        // Plans the document and brings the file into memory.
        page(&mut connection, None).await?;
        let (cpu, start) = (server.cpu(), Instant::now());
        let (mut bytes, mut pages) = (0, 0);
        let mut next = None;
        loop {
            let page = page(&mut connection, next.as_deref()).await?;
            (bytes, pages) = (bytes + page.bytes, pages + 1);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        let (total, cpu) = (start.elapsed(), cpu.used());
        // A comma for each post but the last of a page.
        match post::json_bytes(size)? {
            expected if expected == bytes + pages => Ok(Sample { cpu, ..Sample::whole(size, total) }),
            expected => Err(format!("{pages} pages have {bytes} bytes of posts, of {expected}").into()),
        }
    })
}

/// What came in a page.
struct Page {
    /// Of the posts' JSON.
    bytes: u64,
    next: Option<String>,
}

async fn page(connection: &mut Connection, next: Option<&str>) -> Result<Page> {
    let answer = connection.post(&sync(terms::PAGE, next, None)).await?;
    if !is_good(answer) {
        return Err(format!("a page is refused: {answer}").into());
    }
    let begin = answer.find('[').ok_or("the page has no items")?;
    let end = answer.rfind("],\"nextToken\":").ok_or("the page does not say what comes next")?;
    let next = answer[end..].split('"').nth(3).filter(|_| !answer[end..].contains("\"nextToken\":null"));
    Ok(Page { bytes: u64::try_from(end - begin - 1)?, next: next.map(str::to_owned) })
}
