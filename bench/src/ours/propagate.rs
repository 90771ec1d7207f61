//! From a save on one device to what an observer on another is told.

use std::time::{Duration, Instant};

use syncline::Verdict;
use tokio::runtime::Runtime;

use super::device::ready;
use super::models::{PLAIN, Post, posts};
use crate::Result;
use crate::bench::Program;
use crate::place::Place;
use crate::sample::{Sample, warm};
use crate::server::Server;

/// Saves `size` posts on A, each when B has the one before and A knows its outcome. A call ends with B's observer.
pub(crate) const PROPAGATE: Program =
    Program { label: "syncline", prepare: Program::NOTHING, run: propagate };

fn propagate(place: &Place, size: u32) -> Result<Sample> {
    let server = Server::start(PLAIN.name, place.dir())?;
    Runtime::new()?.block_on(async {
        let a = ready(&PLAIN, &place.file("a.db"), &server.url).await?;
        let b = ready(&PLAIN, &place.file("b.db"), &server.url).await?;
        let mut changes = b.observe::<Post>()?;
        let warm = warm(size);
        let mut each: Vec<Duration> = Vec::new();
        let mut start = Instant::now();
        for (number, post) in (0..).zip(posts(warm + size)?) {
            if number == warm {
                each.clear();
                start = Instant::now();
            }
            let id = post.id.clone();
            let before = Instant::now();
            let saved = a.save(post).await?;
            match changes.next().await {
                Some(change) if change.item().is_some_and(|item| item.id == id) => {
                    each.push(before.elapsed())
                }
                Some(_) => return Err("another post than the saved one arrived".into()),
                None => return Err("the observed store ended early".into()),
            }
            match saved.synced().await {
                Verdict::Applied { .. } | Verdict::Superseded => {}
                verdict => return Err(format!("a post was not applied: {verdict:?}").into()),
            }
        }
        Ok(Sample::from_each(each, start.elapsed()))
    })
}
