//! A condition that holds on the device, and no longer at the cloud.

use super::offline::{edit, numbered};
use super::{Step, title};
use crate::demo::models::Post;
use crate::demo::report::Told;
use crate::demo::trouble::{Trouble, equal, within};
use crate::demo::world::{World, go_online, until};
use syncline::Verdict;

/// The post it is about.
const NUMBER: usize = 3;
/// What B makes of its title meanwhile.
const TITLE: &str = "Taken by B";
/// What A would make of its rating.
const RATING: i32 = 99;

pub(crate) async fn condition(world: &World) -> Step {
    let mut post = numbered(&world.a, NUMBER).await?;
    let (id, before) = (post.id.clone(), post.rating);
    world.a.stop().await?;
    edit(&world.b, &id, |post| TITLE.clone_into(&mut post.title)).await?;
    until_sent(world).await?;

    post.rating = RATING;
    let saved = world.a.save(post).when(Post::TITLE.eq(title(NUMBER))).await?;
    equal("the rating that A shows meanwhile", &RATING, &saved.rating)?;
    let verdict = async { Some(saved.synced().await) };
    let (verdict, _) =
        tokio::try_join!(within("the cloud's word on A's save", verdict), go_online(&world.a))?;
    let theirs = |post: &Post| post.title == TITLE && post.rating == before;
    if !matches!(&verdict, Verdict::ConditionFailed { record: Some(post) } if theirs(post)) {
        return Err(Trouble::wrong(
            "the cloud's word on A's save",
            "ConditionFailed, with B's record",
            format!("{verdict:?}"),
        ));
    }
    let server_shows = |post: Option<&Post>| post.is_some_and(theirs);
    until("A shows the server's record again", &world.a, &id, server_shows).await?;
    let held = world.server.post(&id).await?;
    equal("the version on the server, after B's edit alone", &2, &held.version)?;
    world.agree().await?;
    let text = "held on A, failed at the cloud: A shows the server's record again";
    Ok(((), Told::new(text).fact("version", held.version)))
}

/// Waits until B has nothing to send.
async fn until_sent(world: &World) -> Result<(), Trouble> {
    let patience = std::time::Duration::from_secs(10);
    Ok(world.b.flush(patience).await?)
}
