//! What an opener says.

use std::path::PathBuf;
use std::sync::Arc;
use syncline_core::Schema;
use syncline_core::migrate::{Discards, Renames};

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In this file.
    File(PathBuf),
    /// In memory, gone with the store.
    Memory,
}

/// What a commit promises (SYNC 1.3). The levels differ in what a power cut or a crash of the operating system takes
/// away. When the application alone crashes, or is killed, neither loses anything that has returned.
///
/// | | `Full` | `Relaxed` |
/// |---|---|---|
/// | the process ends at any moment | nothing is lost | nothing is lost |
/// | power cut, crash of the operating system | nothing is lost | the last commits are lost |
/// | the file afterwards | sound | sound, as it was after an earlier commit |
/// | a save costs | a write that reaches the disk | a write to memory |
///
/// A commit is lost as a whole: row, outbox entry and cursor are of one state at either level (I1), and no later commit
/// survives an earlier one. It takes a disk that keeps what it says it has kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// It has reached the disk when the call returns, and survives a power cut. Writes at the same time share the wait.
    #[default]
    Full,
    /// It has reached the operating system when the call returns, and the disk some time later: when the log is moved
    /// into the database (about every 16 MB of writes), when the file is closed, and before a mutation is sent. A power
    /// cut in between takes away what was committed since.
    ///
    /// For what was not sent yet, that is a lost write: the save that returned is not in the file, and nobody else has
    /// it (I2 holds only as far as the power does). What was fetched is fetched again, because its cursor is lost with
    /// it; a [`clear`](crate::Tx::clear) may turn out not to have happened.
    ///
    /// What was sent is not affected: a mutation is on the disk, marked as sent, before its first byte leaves, with all
    /// that was committed before it. If its answer is lost, it is sent again under the same id, which a Syncline server
    /// answers without applying it twice; against plain AppSync its record is read first (SYNC 2.1, 2.2).
    Relaxed,
}

/// How to open a store.
#[derive(Clone, Debug)]
pub struct OpenOptions {
    /// Where it is.
    pub location: Location,
    /// The schema of the application.
    pub schema: Arc<Schema>,
    /// What a commit promises.
    pub durability: Durability,
    /// What a second opener is told about this one.
    pub holder: String,
    /// The id of the author session if the file is new, a UUID (SYNC 3.4).
    pub fresh_session: String,
}

/// What the application says of a schema that is another one than the file's (SYNC 1.13). What it says of another file
/// than the one that it was meant for is passed over, so that it may stay in the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Migration {
    /// What has another name now, beside what the schema says by `@renamedFrom`.
    pub renames: Renames,
    /// What is given up of the pending changes that cannot be kept.
    pub discards: Discards,
}
