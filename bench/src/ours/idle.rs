//! A device that is in sync and has nothing to do.

use std::time::Duration;

use tokio::runtime::Runtime;

use super::base;
use super::device::{FILE, ready};
use super::models::PLAIN;
use crate::bench::Program;
use crate::idle;
use crate::server::Server;

/// Stays connected for `size` seconds after a base sync of [`idle::RECORDS`] posts.
pub(crate) const IDLE: Program = Program {
    label: "syncline",
    prepare: |place, _| base::ascending(&PLAIN, place, idle::RECORDS),
    run: |place, seconds| {
        let server = Server::start(PLAIN.name, place.dir())?;
        Runtime::new()?.block_on(async {
            let store = ready(&PLAIN, &place.file(FILE), &server.url).await?;
            let sample = idle::stay(Duration::from_secs(seconds.into())).await?;
            drop(store);
            Ok(sample)
        })
    },
};
