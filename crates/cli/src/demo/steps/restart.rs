//! A device that was closed fetches only what it missed.

use super::Step;
use super::offline::{edit, numbered};
use crate::demo::models::Post;
use crate::demo::report::{Told, grouped};
use crate::demo::trouble::equal;
use crate::demo::world::{Synced, World, go_online};
use std::time::Duration;

/// The numbers of the posts that A edits meanwhile.
const EDITED: [usize; 3] = [10, 11, 12];
/// The number of the post that A deletes meanwhile.
const DELETED: usize = 13;

pub(crate) async fn restart(world: World) -> Step {
    let before = world.agree().await?;
    let world = world.close_b().await?;
    for number in EDITED {
        let id = numbered(&world.a, number).await?.id;
        edit(&world.a, &id, |post| post.body = Some("Edited while B was closed".to_owned())).await?;
    }
    world.a.save(Post::new("Written while B was closed", 3)).await?;
    world.a.delete(numbered(&world.a, DELETED).await?).await?;
    world.a.flush(Duration::from_secs(10)).await?;

    let world = world.open_b().await?;
    let synced = go_online(&world.b).await?;
    let missed = Synced { base: false, added: 1, updated: EDITED.len() as u64, deleted: 1 };
    equal("what B fetched", &missed, &synced)?;
    equal("posts everywhere: one more, one less", &before, &world.agree().await?)?;
    let text = format!(
        "B fetched {} new, {} changed, {} deleted of {} posts",
        synced.added,
        synced.updated,
        synced.deleted,
        grouped(before as u128)
    );
    let told = Told::new(text).fact("added", synced.added).fact("updated", synced.updated);
    Ok(((), told.fact("deleted", synced.deleted).fact("posts", before)))
}
