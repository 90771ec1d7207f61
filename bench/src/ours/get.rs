//! A read by key into a model.

use tokio::runtime::Runtime;

use super::device::{device, each, fill};
use super::models::Post;
use crate::Result;
use crate::place::Place;
use crate::post::{self, scattered};
use crate::sample::Sample;

/// Posts in the file.
const STORED: u32 = 10_000;

/// Reads `size` posts, scattered over the file.
pub(crate) fn get(place: &Place, size: u32) -> Result<Sample> {
    let runtime = Runtime::new()?;
    let file = place.file("device.db");
    runtime.block_on(async { fill(&device(&file).open().await?, STORED).await })?;
    let ids: Vec<_> = (0..STORED).map(|number| post::Post::numbered(number).id).collect();
    let wanted: Vec<&String> =
        scattered(size, STORED).filter_map(|number| ids.get(number as usize)).collect();
    runtime.block_on(async {
        let store = device(&file).open().await?;
        each(wanted, async |id| match store.get::<Post>(id).await? {
            Some(post) if post.id == *id => Ok(()),
            _ => Err("a stored post is missing".into()),
        })
        .await
    })
}
