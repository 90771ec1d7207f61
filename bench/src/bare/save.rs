//! A save: the row and its entry in the outbox, in one transaction.

use std::time::Instant;

use rusqlite::Connection;

use super::files;
use crate::bench::Program;
use crate::place::Place;
use crate::post::Post;
use crate::sample::{Sample, warm};
use crate::{Result, terms};

/// Saves `size` new posts, one after the other.
pub(crate) const SAVE: Program = Program { label: "bare", prepare: Program::NOTHING, run: save };

/// Saves `size` new posts in groups, each save in a savepoint so that it could fail alone.
pub(crate) const SAVE_GROUPS: Program = Program { label: "bare", prepare: Program::NOTHING, run: groups };

fn save(place: &Place, size: u32) -> Result<Sample> {
    let db = files::open(&place.file("device.db"))?;
    let posts: Vec<_> = (0..warm(size) + size).map(Post::numbered).collect();
    let mut waiting = posts.iter();
    let sample = Sample::of_each(size, |_| waiting.next().map_or(Ok(()), |post| one(&db, post)))?;
    holds(&db, posts.len())?;
    Ok(sample)
}

fn groups(place: &Place, size: u32) -> Result<Sample> {
    let db = files::open(&place.file("device.db"))?;
    let posts: Vec<_> = (0..warm(size) + size).map(Post::numbered).collect();
    let (warm, measured) = posts.split_at(usize::try_from(warm(size))?);
    group(&db, warm)?;
    let start = Instant::now();
    measured.chunks(usize::try_from(terms::GROUP)?).try_for_each(|posts| group(&db, posts))?;
    let total = start.elapsed();
    holds(&db, posts.len())?;
    Ok(Sample::whole(size, total))
}

fn group(db: &Connection, posts: &[Post]) -> Result<()> {
    files::within(db, |db| {
        for post in posts {
            db.prepare_cached("SAVEPOINT one")?.execute([])?;
            write(db, post)?;
            db.prepare_cached("RELEASE one")?.execute([])?;
        }
        Ok(())
    })
}

fn holds(db: &Connection, saved: usize) -> Result<()> {
    let saved = u32::try_from(saved)?;
    if files::count(db, "post")? == saved && files::count(db, "outbox")? == saved {
        Ok(())
    } else {
        Err("a saved post is missing".into())
    }
}

/// One save.
///
/// # Errors
/// SQLite's.
pub(crate) fn one(db: &Connection, post: &Post) -> Result<()> {
    files::within(db, |db| write(db, post))
}

/// What a save writes.
///
/// # Errors
/// SQLite's.
pub(crate) fn write(db: &Connection, post: &Post) -> Result<()> {
    files::put(db, post)?;
    db.prepare_cached("INSERT INTO outbox (id, content) VALUES (?1, ?2)")?
        .execute([&post.id, &serde_json::to_string(post)?])?;
    Ok(())
}
