//! A device that wants only some of the posts.

use super::Step;
use super::offline::{edit, numbered};
use crate::demo::models::Post;
use crate::demo::report::{Told, grouped};
use crate::demo::trouble::equal;
use crate::demo::world::{World, compare, go_online, posts, until};
use serde_json::json;
use std::collections::BTreeMap;

/// It wants posts that are rated higher than this.
const ABOVE: i32 = 5;
/// The number of a post that it does not want, until A rates it higher.
const NUMBER: usize = 4;
/// How A rates it.
const RATING: i32 = 10;

pub(crate) async fn selective(world: &World) -> Step {
    let c = world.device("c").sync_expression::<Post>(|| Post::RATING.gt(ABOVE)).open().await?;
    let synced = go_online(&c).await?;
    let filter = json!({ "rating": { "gt": ABOVE } });
    let wanted = world.server.list(&filter).await?;
    equal("what C's first sync brought", &(true, wanted.len() as u64), &(synced.base, synced.added))?;
    let wanted: BTreeMap<_, _> = wanted.into_iter().map(|held| (held.id, held.seen)).collect();
    compare("C", &posts(&c).await?, &wanted)?;

    let post = numbered(&world.a, NUMBER).await?;
    equal("whether C holds a post below", &None, &c.get::<Post>(&post.id).await?)?;
    edit(&world.a, &post.id, |post| post.rating = RATING).await?;
    let arrived = |post: Option<&Post>| post.is_some_and(|post| post.rating == RATING);
    until("C sees the post that is rated higher now", &c, &post.id, arrived).await?;
    until("B sees it too", &world.b, &post.id, arrived).await?;
    let all = world.agree().await?;
    c.stop().await?;

    let text = format!(
        "rating > {ABOVE}: {} of {} posts, and one more when A rates it higher",
        grouped(wanted.len() as u128),
        grouped(all as u128)
    );
    Ok(((), Told::new(text).fact("posts", wanted.len() + 1).fact("of", all)))
}
