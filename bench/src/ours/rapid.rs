//! Saves of one record that follow each other faster than the server answers.

use std::time::{Duration, Instant};

use syncline::{DataStore, Saved, Verdict};
use tokio::runtime::Runtime;

use super::device::{FILE, device, ready};
use super::models::{PLAIN, Post, model};
use crate::Result;
use crate::bench::Program;
use crate::line::{LATENCY, Line};
use crate::place::Place;
use crate::post;
use crate::sample::Sample;
use crate::server::Server;

/// Saves one post `size` times, one after the other, on a device without an API.
pub(crate) const RAPID_OFFLINE: Program =
    Program { label: "offline", prepare: Program::NOTHING, run: offline };

/// The same on a device that is in sync with a server behind a long line, until the server has the last.
pub(crate) const RAPID: Program =
    Program { label: "far", prepare: Program::NOTHING, run: |place, size| online(place, size, LATENCY) };

/// The same with nothing between the device and the server.
pub(crate) const RAPID_NEAR: Program = Program {
    label: "near",
    prepare: Program::NOTHING,
    run: |place, size| online(place, size, Duration::ZERO),
};

fn offline(place: &Place, size: u32) -> Result<Sample> {
    Runtime::new()?.block_on(async {
        let store = device(&PLAIN, &place.file(FILE)).open().await?;
        let first = store.save(model(&post::Post::numbered(0))?).await?.into_inner();
        let start = Instant::now();
        save(&store, first, size).await?;
        Ok(Sample::whole(size, start.elapsed()))
    })
}

fn online(place: &Place, size: u32, latency: Duration) -> Result<Sample> {
    let server = Server::start(PLAIN.name, place.dir())?;
    let line = Line::open(&server.url, latency)?;
    Runtime::new()?.block_on(async {
        let store = ready(&PLAIN, &place.file(FILE), &line.url).await?;
        let first = store.save(model(&post::Post::numbered(0))?).await?;
        applied(first.synced().await)?;
        let first = stored(&store).await?;
        let (before, start) = (line.posts(), Instant::now());
        let last = save(&store, first, size).await?;
        applied(last.synced().await)?;
        let (requests, total) = (Some(line.posts() - before), start.elapsed());
        match stored(&store).await?.title {
            found if found == title(size - 1) => Ok(Sample { requests, ..Sample::whole(size, total) }),
            found => Err(format!("the record says `{found}`, not `{}`", title(size - 1)).into()),
        }
    })
}

/// Saves the post `count` times and gives the last save.
async fn save(store: &DataStore, post: Post, count: u32) -> Result<Saved<Post>> {
    let mut last = None;
    for number in 0..count {
        last = Some(store.save(Post { title: title(number), ..post.clone() }).await?);
    }
    last.ok_or_else(|| "there was nothing to save".into())
}

/// What the save of that number says.
fn title(number: u32) -> String {
    format!("save {number}")
}

fn applied(verdict: Verdict<Post>) -> Result<()> {
    match verdict {
        Verdict::Applied { .. } => Ok(()),
        other => Err(format!("the post was not applied: {other:?}").into()),
    }
}

/// The one post, as it lies on the device.
async fn stored(store: &DataStore) -> Result<Post> {
    let post = store.get::<Post>(post::Post::numbered(0).id).await?;
    post.ok_or_else(|| "the post is not on the device".into())
}
