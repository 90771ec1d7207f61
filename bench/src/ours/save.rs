//! A save: validated, the row, its patch in the outbox, and who observes told; answered after the commit.

use std::time::Instant;

use syncline::DataStore;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use super::device::{FILE, device, each, fill, holds};
use super::models::{PLAIN, Post, model, posts};
use crate::bench::Program;
use crate::place::Place;
use crate::post;
use crate::sample::{Sample, warm};
use crate::{Result, terms};

/// Saves `size` new posts, one after the other, on a device without an API: all of them wait in its outbox.
pub(crate) const SAVE: Program = Program { label: "syncline", prepare: Program::NOTHING, run: save };

/// The same from many tasks at once, each of which waits for its own.
pub(crate) const SAVE_TASKS: Program = Program { label: "syncline", prepare: Program::NOTHING, run: tasks };

fn save(place: &Place, size: u32) -> Result<Sample> {
    Runtime::new()?.block_on(async {
        let store = device(&PLAIN, &place.file(FILE)).open().await?;
        let posts = posts(warm(size) + size)?;
        let count = u32::try_from(posts.len())?;
        let sample = each(size, posts, async |post| Ok(store.save(post).await.map(drop)?)).await?;
        all_wait(&store, count).await?;
        Ok(sample)
    })
}

fn tasks(place: &Place, size: u32) -> Result<Sample> {
    let warm = warm(size);
    Runtime::new()?.block_on(async {
        let store = device(&PLAIN, &place.file(FILE)).open().await?;
        fill(&store, warm).await?;
        let mut parts: Vec<Vec<Post>> = (0..terms::GROUP).map(|_| Vec::new()).collect();
        for (number, part) in (0..size).zip((0..parts.len()).cycle()) {
            parts[part].push(model(&post::Post::numbered(warm + number))?);
        }
        let start = Instant::now();
        let mut tasks: JoinSet<Result<()>> = JoinSet::new();
        for part in parts {
            let store = store.clone();
            tasks.spawn(async move {
                for post in part {
                    store.save(post).await?;
                }
                Ok(())
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended??;
        }
        let total = start.elapsed();
        all_wait(&store, warm + size).await?;
        Ok(Sample::whole(size, total))
    })
}

/// Checks that so many posts are on the device and in its outbox.
async fn all_wait(store: &DataStore, count: u32) -> Result<()> {
    holds::<Post>(store, count).await?;
    match store.pending_count()? {
        waiting if waiting == u64::from(count) => Ok(()),
        waiting => Err(format!("{waiting} of {count} mutations wait").into()),
    }
}
