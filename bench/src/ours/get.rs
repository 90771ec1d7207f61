//! A read by key into a model.

use tokio::runtime::Runtime;

use super::device::{FILE, device, each, filled};
use super::models::{PLAIN, Post};
use crate::Result;
use crate::bench::Program;
use crate::place::Place;
use crate::post::{self, STORED, scattered};
use crate::sample::{Sample, warm};

/// Reads `size` posts, scattered over the file.
pub(crate) const GET: Program =
    Program { label: "syncline", prepare: |place, _| filled(place, STORED), run: get };

fn get(place: &Place, size: u32) -> Result<Sample> {
    let ids: Vec<_> = (0..STORED).map(|number| post::Post::numbered(number).id).collect();
    let wanted: Vec<&String> =
        scattered(warm(size) + size, STORED).filter_map(|number| ids.get(number as usize)).collect();
    Runtime::new()?.block_on(async {
        let store = device(&PLAIN, &place.file(FILE)).open().await?;
        each(size, wanted, async |id| match store.get::<Post>(id).await? {
            Some(post) if post.id == *id => Ok(()),
            _ => Err("a stored post is missing".into()),
        })
        .await
    })
}
