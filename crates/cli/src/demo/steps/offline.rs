//! Both devices go offline, and people go on working.

use super::{Step, title};
use crate::demo::models::Post;
use crate::demo::report::Told;
use crate::demo::trouble::{Trouble, equal};
use crate::demo::world::{World, post};
use syncline::DataStore;

/// The posts that both devices edited while they were offline.
#[derive(Debug)]
pub(crate) struct Edits {
    /// A changed its title, B its rating.
    pub(crate) different: String,
    /// Both changed its title.
    pub(crate) same: String,
}

pub(super) const A_TITLE: &str = "A's title";
pub(super) const B_RATING: i32 = 9;
pub(super) const A_SAME: &str = "A's word";
pub(super) const B_SAME: &str = "B's word";

pub(crate) async fn offline(world: &World) -> Step<Edits> {
    world.a.stop().await?;
    world.b.stop().await?;
    let edits = Edits { different: numbered(&world.a, 0).await?.id, same: numbered(&world.a, 1).await?.id };
    edit(&world.a, &edits.different, |post| A_TITLE.clone_into(&mut post.title)).await?;
    edit(&world.a, &edits.same, |post| A_SAME.clone_into(&mut post.title)).await?;
    edit(&world.b, &edits.different, |post| post.rating = B_RATING).await?;
    edit(&world.b, &edits.same, |post| B_SAME.clone_into(&mut post.title)).await?;

    for (name, store, expected) in
        [("A", &world.a, (A_TITLE, A_SAME)), ("B", &world.b, ("Post 0000", B_SAME))]
    {
        equal(&format!("what {name} has to send"), &2, &store.pending_count()?)?;
        let found = (post(store, &edits.different).await?.title, post(store, &edits.same).await?.title);
        equal(&format!("the titles on {name}"), &expected, &(&*found.0, &*found.1))?;
    }
    for id in [&edits.different, &edits.same] {
        equal("the version on the server", &1, &world.server.post(id).await?.version)?;
    }
    let text = "two edits on each device; on its disk, in its outbox, not on the server";
    Ok((edits, Told::new(text).fact("edits", 4)))
}

/// The seeded post of that number.
pub(super) async fn numbered(store: &DataStore, number: usize) -> Result<Post, Trouble> {
    let title = title(number);
    let found = store.query::<Post>().filter(Post::TITLE.eq(title.as_str())).await?;
    found.into_iter().next().ok_or_else(|| Trouble::wrong(title, "it is in the device's file", "it is not"))
}

/// Reads a post, edits it and saves it.
pub(super) async fn edit(store: &DataStore, id: &str, edit: impl FnOnce(&mut Post)) -> Result<(), Trouble> {
    let mut post = post(store, id).await?;
    edit(&mut post);
    store.save(post).await?;
    Ok(())
}
