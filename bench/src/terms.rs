//! What the bare programs and Syncline have in common, so that the ratio is about the rest.
//!
//! Both make one transaction of each page and of each batch's outcomes, and hold the write-ahead log back during a base
//! sync: the one checkpoint at its end belongs to the measured time. A drain moves records both ways: typed records go out as
//! JSON, and the server's are merged into the rows.

/// The durability of every commit, on devices and on the server: an acknowledged write has been synced to the disk.
pub(crate) const SYNCHRONOUS: &str = "FULL";

/// SQLite's page cache on a device, in KiB.
pub(crate) const CACHE_KIB: i64 = 16_384;

/// Pages of the write-ahead log after which it is moved into the database.
pub(crate) const CHECKPOINT_PAGES: i64 = 4_000;

/// Records in one page of a base sync.
pub(crate) const PAGE: usize = 1_000;

/// Pages under way while one is merged.
pub(crate) const PREFETCH: usize = 1;

/// Mutations in one request of the bare pipeline of a drain, of which one is under way at a time.
pub(crate) const BARE_BATCH: usize = 50;

/// Mutations in one request of a device's drain, where not each is sent alone.
pub(crate) const BATCH: usize = 100;

/// Requests of a device's drain that are under way at once, where not each is sent alone.
pub(crate) const WINDOW: usize = 3;

/// Mutations in one document for plain AppSync.
pub(crate) const APPSYNC_BATCH: usize = 25;

/// Saves under way at once, and those that share a transaction in the bare program.
pub(crate) const GROUP: u32 = 64;

/// Responses above this many bytes are compressed, with zstd at its fastest level.
pub(crate) const COMPRESS_ABOVE: u16 = 8 * 1024;
