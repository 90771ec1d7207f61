//! Sending what waits in the outbox: a device comes online, until nothing waits.

use std::time::Instant;

use syncline::HubEvent;
use tokio::runtime::Runtime;

use super::device::{FILE, filled, online, wait_for};
use super::models::PLAIN;
use crate::Result;
use crate::bench::Program;
use crate::place::Place;
use crate::sample::Sample;
use crate::server::Server;

/// Sends `size` creates that were made offline. The socket, the subscriptions and the sync of a new device are
/// included.
pub(crate) const DRAIN: Program = Program { label: "syncline", prepare: filled, run: drain };

fn drain(place: &Place, size: u32) -> Result<Sample> {
    let server = Server::start(PLAIN.name, place.dir())?;
    Runtime::new()?.block_on(async {
        let store = online(&PLAIN, &place.file(FILE), &server).open().await?;
        let mut events = store.hub().listen();
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
