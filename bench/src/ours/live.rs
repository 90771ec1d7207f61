//! A query over many posts that is kept up to date while others are saved.

use syncline::{DataStore, LiveQuery};
use tokio::runtime::Runtime;

use super::base;
use super::device::{FILE, device, each};
use super::models::{PLAIN, Post, model};
use crate::Result;
use crate::bench::Program;
use crate::place::Place;
use crate::post;
use crate::sample::{Sample, warm};

/// Saves that touch no record of a query's result, and nobody observes.
pub(crate) const OTHERS: Program =
    Program { label: "unobserved", prepare, run: |place, size| alone(place, size, OUTSIDE) };

/// The same while the query is observed.
pub(crate) const OTHERS_LIVE: Program = Program { label: "observed", prepare, run: others };

/// Saves that add a record to the result, and nobody observes.
pub(crate) const MATCHES: Program =
    Program { label: "unobserved", prepare, run: |place, size| alone(place, size, INSIDE) };

/// The same while the query is observed. A call ends with the new result.
pub(crate) const MATCHES_LIVE: Program = Program { label: "observed", prepare, run: matches };

/// Posts on the device for each that is saved.
const STORED: u32 = 50;

/// The rating of every tenth post, for which the query asks.
const INSIDE: i32 = 9;
const OUTSIDE: i32 = 1;

fn prepare(place: &Place, size: u32) -> Result<()> {
    base::brought(place, size * STORED)
}

/// A device with its posts, and new ones of that rating.
async fn begin(place: &Place, size: u32, rating: i32) -> Result<(DataStore, Vec<Post>)> {
    let first = size * STORED;
    let posts = (first..first + warm(size) + size).map(|number| {
        let post = post::Post::numbered(number);
        model(&post::Post { rating: i64::from(rating), ..post })
    });
    let posts = posts.collect::<Result<_>>()?;
    Ok((device(&PLAIN, &place.file(FILE)).open().await?, posts))
}

/// The query, and how many records its first result has.
async fn observe(store: &DataStore) -> Result<(LiveQuery<Post>, usize)> {
    let mut live = store.observe_query::<Post>().filter(Post::RATING.eq(INSIDE)).stream()?;
    let found = next(&mut live).await?;
    Ok((live, found))
}

async fn next(live: &mut LiveQuery<Post>) -> Result<usize> {
    Ok(live.next().await.ok_or("the observed store ended early")?.items.len())
}

fn alone(place: &Place, size: u32, rating: i32) -> Result<Sample> {
    Runtime::new()?.block_on(async {
        let (store, posts) = begin(place, size, rating).await?;
        each(size, posts, async |post| Ok(store.save(post).await.map(drop)?)).await
    })
}

fn others(place: &Place, size: u32) -> Result<Sample> {
    Runtime::new()?.block_on(async {
        let (store, posts) = begin(place, size, OUTSIDE).await?;
        let (mut live, found) = observe(&store).await?;
        let reads = store.reads();
        let sample = each(size, posts, async |post| Ok(store.save(post).await.map(drop)?)).await?;
        // The result that follows all of them is the first with this one, and came without a query too.
        let last = post::Post { rating: i64::from(INSIDE), ..post::Post::shuffled(0) };
        store.save(model(&last)?).await?;
        match next(&mut live).await? {
            now if now == found + 1 => Ok(Sample { queries: Some(store.reads() - reads), ..sample }),
            now => Err(format!("the query finds {now} posts, not one more than {found}").into()),
        }
    })
}

fn matches(place: &Place, size: u32) -> Result<Sample> {
    Runtime::new()?.block_on(async {
        let (store, posts) = begin(place, size, INSIDE).await?;
        let (mut live, mut found) = observe(&store).await?;
        let reads = store.reads();
        let sample = each(size, posts, async |post| {
            store.save(post).await?;
            found += 1;
            match next(&mut live).await? {
                now if now == found => Ok(()),
                now => Err(format!("the query finds {now} posts, not {found}").into()),
            }
        })
        .await?;
        Ok(Sample { queries: Some(store.reads() - reads), ..sample })
    })
}
