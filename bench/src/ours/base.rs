//! A base sync: a device with an empty file comes online, until it is ready.

use std::time::{Duration, Instant};

use syncline::{HubEvent, HubKind, Model};
use tokio::runtime::Runtime;

use super::device::{FILE, holds, online, wait_for};
use super::models::{self, Api, INDEXED, PLAIN, Post};
use super::seed::seed;
use super::server::{self, APPSYNC};
use crate::Result;
use crate::bench::Program;
use crate::line::{LATENCY, Line};
use crate::machine::Memory;
use crate::place::{self, Place};
use crate::post;
use crate::sample::Sample;
use crate::server::Server;

/// Brings `size` posts to an empty device. The socket, the subscriptions and the final checkpoint are included.
pub(crate) const BASE: Program =
    Program { label: "syncline", prepare: |place, size| ascending(&PLAIN, place, size), run: plain };

/// The same for a model with two indexes.
pub(crate) const BASE_INDEXED: Program = Program {
    label: "syncline",
    prepare: |place, size| ascending(&INDEXED, place, size),
    run: |place, size| bring::<models::indexed::Post>(&INDEXED, place, size),
};

/// The same with random UUIDs as ids. The server sends them in the order of the keys all the same.
pub(crate) const BASE_RANDOM: Program = Program { label: "syncline", prepare: shuffled, run: plain };

/// The same to a device that synced before there were any, which is sent what has changed since, in that order.
pub(crate) const DELTA_RANDOM: Program = Program { label: "syncline", prepare: changed, run: plain };

/// [`BASE`] over a line without latency.
pub(crate) const BASE_NEAR: Program =
    over("near", |place, size| line(PLAIN.name, place, size, Duration::ZERO));

/// The same over a long line.
pub(crate) const BASE_FAR: Program = over("far", |place, size| line(PLAIN.name, place, size, LATENCY));

/// The same over a long line from a server without extensions.
pub(crate) const BASE_APPSYNC: Program = over("far", |place, size| line(APPSYNC, place, size, LATENCY));

const fn over(label: &'static str, run: fn(&Place, u32) -> Result<Sample>) -> Program {
    Program { label, prepare: |place, size| ascending(&PLAIN, place, size), run }
}

/// A server's file with `size` posts, their ids ascending.
///
/// # Errors
/// The backend's.
pub(super) fn ascending(api: &Api, place: &Place, size: u32) -> Result<()> {
    seed(api, &place.file(server::FILE), (0..size).map(post::Post::numbered))
}

fn shuffled(place: &Place, size: u32) -> Result<()> {
    seed(&PLAIN, &place.file(server::FILE), (0..size).map(post::Post::shuffled))
}

fn changed(place: &Place, size: u32) -> Result<()> {
    plain(place, 0)?;
    shuffled(place, size)
}

/// Makes a device's file with the first `size` posts, none of which waits in its outbox.
///
/// # Errors
/// See [`BASE`].
pub(super) fn brought(place: &Place, size: u32) -> Result<()> {
    ascending(&PLAIN, place, size)?;
    plain(place, size).map(drop)
}

fn plain(place: &Place, size: u32) -> Result<Sample> {
    bring::<Post>(&PLAIN, place, size)
}

fn bring<M: Model>(api: &Api, place: &Place, size: u32) -> Result<Sample> {
    let server = Server::start(api.name, place.dir())?;
    from::<M>(api, place, size, &server.url)
}

fn line(which: &str, place: &Place, size: u32, latency: Duration) -> Result<Sample> {
    let server = Server::start(which, place.dir())?;
    let line = Line::open(&server.url, latency)?;
    let sample = from::<Post>(&PLAIN, place, size, &line.url)?;
    // What the line holds is in the memory of the process too.
    Ok(Sample { requests: Some(line.posts()), growth: None, file: None, ..sample })
}

fn from<M: Model>(api: &Api, place: &Place, size: u32, url: &str) -> Result<Sample> {
    let file = place.file(FILE);
    let (total, growth) = Runtime::new()?.block_on(async {
        let memory = Memory::now();
        let store = online(api, &file, url).open().await?;
        let mut events = store.hub().listen_to(&[HubKind::Ready]);
        let start = Instant::now();
        store.start().await?;
        wait_for(&mut events, |event| *event == HubEvent::Ready).await?;
        // The end of sync waits for the checkpoint.
        store.stop().await?;
        let (total, growth) = (start.elapsed(), memory.growth());
        holds::<M>(&store, size).await?;
        Ok::<_, crate::Error>((total, growth))
    })?;
    // The file was closed with its last handle.
    let file = match size {
        0 => None,
        _ => Some(place::database_bytes(&file)? as f64 / post::json_bytes(size)? as f64),
    };
    Ok(Sample { growth, file, ..Sample::whole(size, total) })
}
