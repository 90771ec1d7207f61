//! SQLite, with one table of posts and an outbox.

use std::path::Path;

use rusqlite::types::Type;
use rusqlite::{Connection, OptionalExtension as _, Row, Statement, params};

use super::wire::PostRef;
use crate::Result;
use crate::post::Post;
use crate::terms;

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS post (
        id TEXT PRIMARY KEY, title TEXT, content TEXT, author TEXT, status TEXT, rating INTEGER, score REAL,
        views INTEGER, published INTEGER, tags TEXT, created_at TEXT, updated_at TEXT,
        version INTEGER, deleted INTEGER, last_changed_at INTEGER
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS outbox (seq INTEGER PRIMARY KEY, id TEXT, content TEXT);
    CREATE TABLE IF NOT EXISTS change (seq INTEGER PRIMARY KEY, id TEXT);";

/// Those of `indexed.graphql`.
const INDEXES: &str = "
    CREATE INDEX post_by_author ON post (author, created_at);
    CREATE INDEX post_by_status ON post (status, rating);";

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
    db.pragma_update(None, "cache_size", -terms::CACHE_KIB)?;
    db.pragma_update(None, "wal_autocheckpoint", terms::CHECKPOINT_PAGES)?;
    db.execute_batch(TABLES)?;
    Ok(db)
}

/// Prepares for a base sync: the log stays as it is until the one [`checkpoint`] at the end.
///
/// # Errors
/// SQLite's.
pub(crate) fn hold_checkpoints(db: &Connection) -> Result<()> {
    Ok(db.pragma_update(None, "wal_autocheckpoint", 0)?)
}

/// Gives the table the indexes of `indexed.graphql`.
///
/// # Errors
/// SQLite's.
pub(crate) fn index(db: &Connection) -> Result<()> {
    Ok(db.execute_batch(INDEXES)?)
}

/// Makes a file with these posts, and a change for each in their order.
///
/// # Errors
/// SQLite's.
pub(crate) fn seeded(path: &Path, posts: impl Iterator<Item = Post>) -> Result<Connection> {
    let db = open(path)?;
    within(&db, |db| {
        for post in posts {
            put(db, &post)?;
            db.prepare_cached("INSERT INTO change (id) VALUES (?1)")?.execute([&post.id])?;
        }
        Ok(())
    })?;
    checkpoint(&db)?;
    Ok(db)
}

/// Runs `work` in a transaction. What begins and ends it is prepared once.
///
/// # Errors
/// SQLite's and those of `work`, after which nothing has been written.
pub(crate) fn within<T>(db: &Connection, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
    db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    let done = work(db).and_then(|done| {
        db.prepare_cached("COMMIT")?.execute([])?;
        Ok(done)
    });
    if done.is_err() && !db.is_autocommit() {
        db.execute_batch("ROLLBACK")?;
    }
    done
}

/// Writes the post unless a newer version is there.
///
/// # Errors
/// SQLite's.
pub(crate) fn put(db: &Connection, post: &Post) -> Result<()> {
    put_ref(db, &PostRef::of(post)?)
}

/// As [`put`], for a post as it travels.
///
/// # Errors
/// SQLite's.
pub(crate) fn put_ref(db: &Connection, post: &PostRef<'_>) -> Result<()> {
    bind(&mut *db.prepare_cached(UPSERT)?, post)
}

/// The statement of the least that puts a post into the table: it must not be there.
pub(crate) const INSERT: &str =
    "INSERT INTO post VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)";

/// Runs a statement that writes one post.
///
/// # Errors
/// SQLite's.
pub(crate) fn bind(statement: &mut Statement<'_>, post: &PostRef<'_>) -> Result<()> {
    statement.execute(params![
        post.id,
        post.title,
        post.content,
        post.author,
        post.status,
        post.rating,
        post.score,
        post.views,
        post.published,
        post.tags,
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
pub(crate) fn put_all(db: &Connection, posts: &[PostRef<'_>]) -> Result<()> {
    within(db, |db| posts.iter().try_for_each(|post| put_ref(db, post)))
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

/// The statement for [`page`].
pub(crate) const PAGE: &str = "SELECT * FROM post WHERE id > ?1 ORDER BY id LIMIT ?2";

/// Up to `limit` posts behind the key `after`, in key order.
///
/// # Errors
/// SQLite's.
pub(crate) fn page(db: &Connection, after: &str, limit: usize) -> Result<Vec<Post>> {
    let mut statement = db.prepare_cached(PAGE)?;
    let rows = statement.query_map(params![after, i64::try_from(limit)?], read)?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// Up to `limit` posts behind the change `after`, in the order of the changes.
///
/// # Errors
/// SQLite's.
pub(crate) fn changes(db: &Connection, after: i64, limit: usize) -> Result<Vec<Post>> {
    let mut statement = db.prepare_cached(
        "SELECT post.* FROM change JOIN post USING (id) WHERE seq > ?1 ORDER BY seq LIMIT ?2",
    )?;
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
        let db = seeded(&dir.path().join("x.db"), (0..3).rev().map(Post::numbered)).unwrap();
        let newer = Post { version: 5, title: "newer".to_owned(), ..Post::numbered(1) };
        put(&db, &newer).unwrap();
        put(&db, &Post::numbered(1)).unwrap();
        let mut by_key = db.prepare(BY_KEY).unwrap();
        assert_eq!(one(&mut by_key, &newer.id).unwrap(), Some(newer.clone()));
        assert_eq!(one(&mut by_key, "none").unwrap(), None);
        let expected = [newer.clone(), Post::numbered(2)];
        assert_eq!(page(&db, &Post::numbered(0).id, 2).unwrap(), expected);
        assert_eq!(changes(&db, 1, 2).unwrap(), [newer, Post::numbered(0)]);
        assert_eq!(count(&db, "post").unwrap(), 3);
    }

    #[test]
    fn a_failed_transaction_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let db = open(&dir.path().join("x.db")).unwrap();
        index(&db).unwrap();
        let failed = within(&db, |db| {
            put(db, &Post::numbered(0))?;
            Err::<(), _>("no".into())
        });
        assert_eq!(failed.unwrap_err().to_string(), "no");
        assert_eq!((count(&db, "post").unwrap(), db.is_autocommit()), (0, true));
    }
}
