//! Sending what waits in the outbox: a device comes online, until nothing waits.

use std::time::{Duration, Instant};

use syncline::{HubEvent, HubKind};
use tokio::runtime::Runtime;

use super::device::{FILE, filled, online, wait_for};
use super::models::PLAIN;
use super::server::{APPSYNC, SINGLE};
use crate::Result;
use crate::bench::Program;
use crate::line::{LATENCY, Line};
use crate::place::Place;
use crate::sample::Sample;
use crate::server::Server;

/// Sends `size` creates that were made offline. The socket, the subscriptions and the sync of a new device are
/// included.
pub(crate) const DRAIN: Program = program("syncline", |place, size| drain(place, size, PLAIN.name));

/// The same to a server that takes one mutation in a document.
pub(crate) const DRAIN_SINGLE: Program = program("one at a time", |place, size| drain(place, size, SINGLE));

/// The same over a line without latency.
pub(crate) const DRAIN_NEAR: Program =
    program("near", |place, size| over(place, size, PLAIN.name, Duration::ZERO));

/// The same over a long line.
pub(crate) const DRAIN_FAR: Program = program("far", |place, size| over(place, size, PLAIN.name, LATENCY));

/// The same over a long line to a server without extensions.
pub(crate) const DRAIN_APPSYNC: Program = program("far", |place, size| over(place, size, APPSYNC, LATENCY));

const fn program(label: &'static str, run: fn(&Place, u32) -> Result<Sample>) -> Program {
    Program { label, prepare: filled, run }
}

fn drain(place: &Place, size: u32, which: &str) -> Result<Sample> {
    let server = Server::start(which, place.dir())?;
    send(place, size, &server.url)
}

fn over(place: &Place, size: u32, which: &str, latency: Duration) -> Result<Sample> {
    let server = Server::start(which, place.dir())?;
    let line = Line::open(&server.url, latency)?;
    let sample = send(place, size, &line.url)?;
    Ok(Sample { requests: Some(line.posts()), ..sample })
}

fn send(place: &Place, size: u32, url: &str) -> Result<Sample> {
    Runtime::new()?.block_on(async {
        let store = online(&PLAIN, &place.file(FILE), url).open().await?;
        let mut events = store.hub().listen_to(&[HubKind::OutboxStatus]);
        let start = Instant::now();
        store.start().await?;
        wait_for(&mut events, |event| *event == HubEvent::OutboxStatus { is_empty: true }).await?;
        let total = start.elapsed();
        match store.pending_count()? {
            0 => Ok(Sample::whole(size, total)),
            left => Err(format!("{left} of {size} mutations still wait").into()),
        }
    })
}
