//! The SQLite backend of the sync server.
