//! A save: the row and its entry in the outbox, in one transaction.

use rusqlite::Connection;

use super::files;
use crate::Result;
use crate::place::Place;
use crate::post::Post;
use crate::sample::Sample;

/// Saves `size` new posts, one after the other.
pub(crate) fn save(place: &Place, size: u32) -> Result<Sample> {
    let mut db = files::open(&place.file("device.db"))?;
    let posts: Vec<_> = (0..size).map(Post::numbered).collect();
    let mut waiting = posts.iter();
    let sample = Sample::of_each(size, |_| waiting.next().map_or(Ok(()), |post| one(&mut db, post)))?;
    if files::count(&db, "post")? != size || files::count(&db, "outbox")? != size {
        return Err("a saved post is missing".into());
    }
    Ok(sample)
}

/// One save.
///
/// # Errors
/// SQLite's.
pub(crate) fn one(db: &mut Connection, post: &Post) -> Result<()> {
    let tx = db.transaction()?;
    write(&tx, post)?;
    Ok(tx.commit()?)
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
