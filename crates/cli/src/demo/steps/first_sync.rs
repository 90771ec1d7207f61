//! Two new devices fetch what the server has.

use super::{Step, title};
use crate::demo::report::{Told, grouped};
use crate::demo::trouble::equal;
use crate::demo::world::{Synced, World, go_online};
use serde_json::{Value, json};

/// Posts on the server before any device has been there.
const POSTS: usize = 1_000;
/// Posts per document.
const BATCH: usize = 100;
/// Ratings go from 1 to this.
const RATINGS: usize = 10;

pub(crate) async fn first_sync(world: &World) -> Step {
    let inputs: Vec<Value> = (0..POSTS)
        .map(|number| {
            json!({
                "id": syncline::model::new_id(),
                "title": title(number),
                "body": format!("What post {number} says, which is neither short nor very long. ").repeat(3),
                "rating": number % RATINGS + 1,
            })
        })
        .collect();
    for batch in inputs.chunks(BATCH) {
        world.server.create(batch).await?;
    }
    let (a, b) = tokio::try_join!(go_online(&world.a), go_online(&world.b))?;
    let all = Synced { base: true, added: POSTS as u64, updated: 0, deleted: 0 };
    equal("what A's first sync brought", &all, &a)?;
    equal("what B's first sync brought", &all, &b)?;
    let posts = world.agree().await?;
    equal("posts on the server", &POSTS, &posts)?;
    let text = format!("{} posts seeded, then fetched by two new devices", grouped(posts as u128));
    Ok(((), Told::new(text).fact("posts", posts)))
}
