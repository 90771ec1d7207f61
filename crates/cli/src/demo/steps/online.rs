//! Both devices come back, A first, and what they did meets.

use super::Step;
use super::offline::{A_SAME, A_TITLE, B_RATING, B_SAME, Edits};
use crate::demo::models::Post;
use crate::demo::report::Told;
use crate::demo::trouble::{Trouble, equal};
use crate::demo::world::{World, go_online, seen, until};
use syncline::record::{ConflictKind, Resolution};
use syncline::{DataStore, Key, LoggedConflict, Value};

pub(crate) async fn online(world: &World) -> Step {
    let a = go_online(&world.a).await?;
    let b = go_online(&world.b).await?;
    equal("whether A fetched everything again", &false, &a.base)?;
    equal("whether B fetched everything again", &false, &b.base)?;
    for (name, store) in [("A", &world.a), ("B", &world.b)] {
        equal(&format!("what {name} has to send"), &0, &store.pending_count()?)?;
    }
    let text = "A, then B: everything sent, only what changed fetched";
    Ok(((), Told::new(text).fact("updated_a", a.updated).fact("updated_b", b.updated)))
}

pub(crate) async fn different_fields(world: &World, edits: &Edits) -> Step {
    let merged =
        |post: Option<&Post>| post.is_some_and(|post| post.title == A_TITLE && post.rating == B_RATING);
    for (name, store) in [("A", &world.a), ("B", &world.b)] {
        until(&format!("{name} shows both edits"), store, &edits.different, merged).await?;
    }
    let held = world.server.post(&edits.different).await?;
    equal(
        "the merged post on the server",
        &(A_TITLE, B_RATING.into()),
        &(&*held.seen.title, held.seen.rating),
    )?;
    equal("the version on the server, after two edits", &3, &held.version)?;
    equal("conflicts about it", &0, &about(&world.b, &edits.different)?.len())?;
    let text = format!("both survive: title \"{A_TITLE}\" by A, rating {B_RATING} by B");
    Ok(((), Told::new(text).fact("version", held.version)))
}

pub(crate) async fn same_field(world: &World, edits: &Edits) -> Step {
    let settled = |post: Option<&Post>| post.is_some_and(|post| post.title == A_SAME);
    for (name, store) in [("A", &world.a), ("B", &world.b)] {
        until(&format!("{name} shows the edit that arrived first"), store, &edits.same, settled).await?;
    }
    let held = world.server.post(&edits.same).await?;
    equal("the title on the server", &A_SAME, &&*held.seen.title)?;
    equal("conflicts on A", &0, &about(&world.a, &edits.same)?.len())?;
    let listed = about(&world.b, &edits.same)?;
    let shown = |conflict: &LoggedConflict| match &conflict.kind {
        ConflictKind::Field { local, remote, .. } => (local.clone(), remote.clone(), conflict.resolution),
        _ => (Value::Null, Value::Null, conflict.resolution),
    };
    let expected = vec![(Value::from(B_SAME), Value::from(A_SAME), Resolution::Remote)];
    equal("the conflict that B lists", &expected, &listed.iter().map(shown).collect())?;
    let a = world.a.get::<Post>(&edits.same).await?;
    equal("A's post and the server's", &Some(held.seen), &a.as_ref().map(seen))?;
    world.agree().await?;
    let text = format!("\"{A_SAME}\" arrived first and stays; B lists its \"{B_SAME}\" as a conflict");
    Ok(((), Told::new(text).fact("conflicts", listed.len())))
}

/// The conflicts about a post.
fn about(store: &DataStore, id: &str) -> Result<Vec<LoggedConflict>, Trouble> {
    let mut conflicts = store.conflicts(100)?;
    conflicts.retain(|conflict| conflict.key == Key::id(id));
    Ok(conflicts)
}
