//! What an opener says.

use std::path::PathBuf;
use std::sync::Arc;
use syncline_core::Schema;

/// Where the database is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// In this file.
    File(PathBuf),
    /// In memory, gone with the store.
    Memory,
}

/// What a commit promises (SYNC 1.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// It survives a power cut.
    #[default]
    Full,
    /// It survives a crash of the application; the last commits before a power cut, or a crash of the operating system,
    /// may be lost. The file stays sound.
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
