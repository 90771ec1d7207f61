//! A base sync: a device with an empty file comes online, until it is ready.

use std::time::Instant;

use syncline::HubEvent;
use tokio::runtime::Runtime;

use super::device::{holds, online, wait_for};
use super::{seed, server};
use crate::Result;
use crate::place::Place;
use crate::sample::Sample;
use crate::server::Server;

/// Brings `size` posts to an empty device. The socket, the subscriptions and the final checkpoint are included.
pub(crate) fn base(place: &Place, size: u32) -> Result<Sample> {
    seed::seed(&place.file(server::FILE), size)?;
    let server = Server::start(server::NAME, place.dir())?;
    Runtime::new()?.block_on(async {
        let store = online(&place.file("device.db"), &server).open().await?;
        let mut events = store.hub().listen();
        let start = Instant::now();
        store.start().await?;
        wait_for(&mut events, |event| *event == HubEvent::Ready).await?;
        // The end of sync waits for the checkpoint.
        store.stop().await?;
        let total = start.elapsed();
        holds(&store, size).await?;
        Ok(Sample::whole(size, total))
    })
}
