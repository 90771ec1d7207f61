//! The versioning metadata that the server keeps with every record (AppSync "Versioned data sources").

use crate::Record;

/// `_version`, `_lastChangedAt` and `_deleted` of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// Starts at 1 and grows by one with every change the server accepts.
    pub version: i64,
    /// The server's time of the last change, in ms since the epoch.
    pub last_changed_at: i64,
    /// Whether the record is a tombstone.
    pub deleted: bool,
}

/// A record as the server holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Versioned {
    /// Its values. A tombstone keeps its key and whatever else the server sent with it.
    pub record: Record,
    /// Its metadata.
    pub meta: Meta,
}
