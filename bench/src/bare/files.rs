//! SQLite, with one table of posts and an outbox.

use std::path::Path;

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, Statement, params};

use crate::Result;
use crate::post::Post;
use crate::terms;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS post (
        id TEXT PRIMARY KEY, title TEXT, content TEXT, author TEXT, status TEXT, rating INTEGER, score REAL,
        views INTEGER, published INTEGER, tags TEXT, created_at TEXT, updated_at TEXT,
        version INTEGER, deleted INTEGER, last_changed_at INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY, id TEXT, content TEXT);";

const UPSERT: &str = "
    INSERT INTO post VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
    ON CONFLICT (id) DO UPDATE SET
        title = excluded.title, content = excluded.content, author = excluded.author, status = excluded.status,
        rating = excluded.rating, score = excluded.score, views = excluded.views, published = excluded.published,
        tags = excluded.tags, created_at = excluded.created_at, updated_at = excluded.updated_at,
        version = excluded.version, deleted = excluded.deleted, last_changed_at = excluded.last_changed_at
    WHERE excluded.version >= post.version";

/// Opens or makes the file, at the durability that all programs share.
///
/// # Errors
/// SQLite's.
pub(crate) fn open(path: &Path) -> Result<Connection> {
    let db = Connection::open(path)?;
    db.pragma_update(None, "journal_mode", "WAL")?;
    db.pragma_update(None, "synchronous", terms::SYNCHRONOUS)?;
    db.execute_batch(TABLES)?;
    Ok(db)
}

/// Makes a file with the first `count` posts.
///
/// # Errors
/// SQLite's.
pub(crate) fn seeded(path: &Path, count: u32) -> Result<Connection> {
    let mut db = open(path)?;
    let tx = db.transaction()?;
    for number in 0..count {
        put(&tx, &Post::numbered(number))?;
    }
    tx.commit()?;
    checkpoint(&db)?;
    Ok(db)
}

/// Writes the post unless a newer version is there.
///
/// # Errors
/// SQLite's.
pub(crate) fn put(db: &Connection, post: &Post) -> Result<()> {
    db.prepare_cached(UPSERT)?.execute(params![
        post.id,
        post.title,
        post.content,
        post.author,
        post.status,
        post.rating,
        post.score,
        post.views,
        post.published,
        serde_json::to_string(&post.tags)?,
        post.created_at,
        post.updated_at,
        post.version,
        post.deleted,
        post.last_changed_at,
    ])?;
    Ok(())
}

/// Writes the posts in one transaction.
///
/// # Errors
/// SQLite's.
pub(crate) fn put_all(db: &mut Connection, posts: &[Post]) -> Result<()> {
    let tx = db.transaction()?;
    for post in posts {
        put(&tx, post)?;
    }
    Ok(tx.commit()?)
}

/// The statement for [`one`].
pub(crate) const BY_KEY: &str = "SELECT * FROM post WHERE id = ?1";

/// The post of that id.
///
/// # Errors
/// SQLite's.
pub(crate) fn one(by_key: &mut Statement<'_>, id: &str) -> Result<Option<Post>> {
    Ok(by_key.query_row([id], read).optional()?)
}

/// Up to `limit` posts behind the key `after`, in key order.
///
/// # Errors
/// SQLite's.
pub(crate) fn page(db: &Connection, after: &str, limit: usize) -> Result<Vec<Post>> {
    let mut statement = db.prepare_cached("SELECT * FROM post WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let rows = statement.query_map(params![after, i64::try_from(limit)?], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// How many rows the table has.
///
/// # Errors
/// SQLite's.
pub(crate) fn count(db: &Connection, table: &str) -> Result<u32> {
    Ok(db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?)
}

/// Brings the WAL into the file.
///
/// # Errors
/// SQLite's.
pub(crate) fn checkpoint(db: &Connection) -> Result<()> {
    Ok(db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Post> {
    let tags = serde_json::from_str(row.get_ref(9)?.as_str()?)
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(9, Type::Text, Box::new(error)))?;
    Ok(Post {
        id: row.get(0)?,
        title: row.get(1)?,
        content: row.get(2)?,
        author: row.get(3)?,
        status: row.get(4)?,
        rating: row.get(5)?,
        score: row.get(6)?,
        views: row.get(7)?,
        published: row.get(8)?,
        tags,
        created_at: row.get(10)?,
        updated_at: row.get(11)?,
        version: row.get(12)?,
        deleted: row.get(13)?,
        last_changed_at: row.get(14)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_comes_back_as_it_went_and_never_older() {
        let dir = tempfile::tempdir().unwrap();
        let db = seeded(&dir.path().join("x.db"), 3).unwrap();
        let newer = Post { version: 5, title: "newer".to_owned(), ..Post::numbered(1) };
        put(&db, &newer).unwrap();
        put(&db, &Post::numbered(1)).unwrap();
        let mut by_key = db.prepare(BY_KEY).unwrap();
        assert_eq!(one(&mut by_key, &newer.id).unwrap(), Some(newer.clone()));
        assert_eq!(one(&mut by_key, "none").unwrap(), None);
        let expected = [newer.clone(), Post::numbered(2)];
        assert_eq!(page(&db, &Post::numbered(0).id, 2).unwrap(), expected);
        assert_eq!(count(&db, "post").unwrap(), 3);
    }
}
