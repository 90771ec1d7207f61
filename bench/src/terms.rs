//! What the bare programs and Syncline have in common, so that the ratio is about the rest.

/// The durability of every commit, on devices and on the server: an acknowledged write has been synced to the disk.
pub(crate) const SYNCHRONOUS: &str = "FULL";

/// Records in one page of a base sync.
pub(crate) const PAGE: usize = 1_000;

/// Pages under way while one is merged.
pub(crate) const PREFETCH: usize = 1;

/// Mutations in one request of an outbox drain.
pub(crate) const BATCH: usize = 100;

/// Responses above this many bytes are compressed, with zstd at its fastest level.
pub(crate) const COMPRESS_ABOVE: u16 = 8 * 1024;

// During a base sync the WAL is not checkpointed; one checkpoint at the end belongs to the measured time.
