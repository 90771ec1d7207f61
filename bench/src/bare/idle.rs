//! A device that brought its posts and waits for events.

use std::time::Duration;

use futures_util::StreamExt as _;
use tokio::runtime::Runtime;
use tokio_tungstenite::connect_async_with_config;

use super::{base, files};
use crate::Result;
use crate::bench::Program;
use crate::idle;
use crate::place::Place;
use crate::sample::Sample;
use crate::server::Server;

/// Stays connected for `size` seconds after a base sync of [`idle::RECORDS`] posts.
pub(crate) const IDLE: Program =
    Program { label: "bare", prepare: |place, _| base::ascending(place, idle::RECORDS), run };

fn run(place: &Place, seconds: u32) -> Result<Sample> {
    let server = Server::start("bare", place.dir())?;
    let runtime = Runtime::new()?;
    let db = files::open(&place.file("device.db"))?;
    base::bring_all(&db, &runtime, format!("{}/page", server.url))?;
    let url = server.url.replacen("http", "ws", 1) + "/events";
    runtime.block_on(async {
        let (mut socket, _) = connect_async_with_config(url, None, true).await?;
        let event = async {
            socket.next().await;
            Err("an event came, or the socket ended".into())
        };
        tokio::select! {
            sample = idle::stay(Duration::from_secs(seconds.into())) => sample,
            other = event => other,
        }
    })
}
