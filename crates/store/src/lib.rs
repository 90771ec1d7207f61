//! The client's SQLite file: rows, outbox, cursors; synchronous functions over a connection.
