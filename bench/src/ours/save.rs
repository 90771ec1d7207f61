//! A save: validated, the row, its patch in the outbox, and who observes told; answered after the commit.

use tokio::runtime::Runtime;

use super::device::{device, each, holds};
use super::models::posts;
use crate::Result;
use crate::place::Place;
use crate::sample::Sample;

/// Saves `size` new posts, one after the other, on a device without an API: all of them wait in its outbox.
pub(crate) fn save(place: &Place, size: u32) -> Result<Sample> {
    Runtime::new()?.block_on(async {
        let store = device(&place.file("device.db")).open().await?;
        let sample = each(posts(size)?, async |post| Ok(store.save(post).await.map(drop)?)).await?;
        holds(&store, size).await?;
        match store.pending_count()? {
            waiting if waiting == u64::from(size) => Ok(sample),
            waiting => Err(format!("{waiting} of {size} mutations wait").into()),
        }
    })
}
