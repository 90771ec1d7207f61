//! A delete travels like any other write.

use super::Step;
use super::offline::numbered;
use crate::demo::models::Post;
use crate::demo::report::{Told, ms, shown};
use crate::demo::trouble::{Trouble, equal, within};
use crate::demo::world::World;
use crate::edge::Stopwatch;
use syncline::Change;

pub(crate) async fn delete(world: &World) -> Step {
    let post = numbered(&world.a, 2).await?;
    let id = post.id.clone();
    let mut changes = world.b.observe::<Post>()?;
    let watch = Stopwatch::start();
    if world.a.delete(post).await?.is_none() {
        return Err(Trouble::wrong("the post that A deletes", "it is in A's file", "it is not"));
    }
    within("B sees the delete", async {
        loop {
            match changes.next().await? {
                Change::Deleted { item, .. } if item.id == id => break Some(()),
                _ => {}
            }
        }
    })
    .await?;
    let took = watch.elapsed();
    let held = world.server.post(&id).await?;
    equal("the post on the server: deleted, version", &(true, 2), &(held.deleted, held.version))?;
    equal("the post on A", &None, &world.a.get::<Post>(&id).await?)?;
    equal("the post on B", &None, &world.b.get::<Post>(&id).await?)?;
    world.agree().await?;
    let text = format!("deleted on A, gone on B after {}, a tombstone on the server", shown(took));
    Ok(((), Told::new(text).fact("seen_ms", ms(took))))
}
