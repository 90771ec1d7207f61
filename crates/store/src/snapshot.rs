//! One state of the file, kept for several reads.

use crate::layout::Tables;
use crate::open::{self, Durability, Place};
use crate::read::{Reader, Reads};
use crate::{Store, StoreError};
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use std::ops::Deref;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Connections that wait for the next snapshot.
const IDLE: usize = 2;

/// What takes snapshots of a store's file. It keeps a connection or two open for the next ones.
#[derive(Debug)]
pub struct Snapshots {
    place: Place,
    durability: Durability,
    tables: Arc<Tables>,
    idle: Mutex<Idle>,
}

#[derive(Debug, Default)]
struct Idle {
    readers: Vec<Reader>,
    /// Nothing is kept any more.
    closed: bool,
}

/// One state of the file: every read sees what was committed when it was taken, and nothing later.
///
/// Over a file it is a read transaction: it holds up neither the writer nor other readers, but the write-ahead log
/// keeps what is written meanwhile and cannot begin anew, so whoever takes one gives it back in bounded time. In memory,
/// where a reader would hold the writer up, it is a copy.
#[derive(Debug)]
pub struct Snapshot(Reader);

impl Deref for Snapshot {
    type Target = Reads;
    fn deref(&self) -> &Reads {
        &self.0
    }
}

impl Snapshots {
    /// Of the file that `store` has open.
    #[must_use]
    pub fn of(store: &Store) -> Snapshots {
        let (place, durability) = store.whereabouts();
        let tables = Arc::clone(&store.reads().tables);
        Snapshots { place: place.clone(), durability, tables, idle: Mutex::default() }
    }

    /// Takes one. It may open a connection, and copies a database in memory; the caller must be where that holds nobody
    /// up.
    ///
    /// # Errors
    /// The file cannot be opened or read.
    pub fn take(&self) -> Result<Snapshot, StoreError> {
        let idle = self.idle().readers.pop();
        let reader = match idle {
            Some(reader) => reader,
            None => {
                let conn = open::connect_reader(&self.place, self.durability)?;
                self.reader(conn)
            }
        };
        match &self.place {
            Place::File(_) => begin(reader),
            Place::Memory(_) => {
                let copy = self.reader(copy(&reader.conn)?);
                self.keep(reader);
                Ok(Snapshot(copy))
            }
        }
    }

    /// Takes one if that needs neither a new connection nor a copy.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn take_at_once(&self) -> Result<Option<Snapshot>, StoreError> {
        if let Place::Memory(_) = self.place {
            return Ok(None);
        }
        let idle = self.idle().readers.pop();
        idle.map(begin).transpose()
    }

    /// Ends a snapshot and keeps its connection for the next one. One that is dropped ends as well.
    pub fn give_back(&self, snapshot: Snapshot) {
        let Snapshot(reader) = snapshot;
        if let Place::File(_) = self.place
            && reader.conn.execute_batch("COMMIT").is_ok()
        {
            self.keep(reader);
        }
    }

    /// Closes the connections that wait for the next snapshot; those of snapshots that are in use are closed with them.
    pub fn close(&self) {
        let mut idle = self.idle();
        idle.closed = true;
        idle.readers.clear();
    }

    fn idle(&self) -> MutexGuard<'_, Idle> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, reader: Reader) {
        let mut idle = self.idle();
        if !idle.closed && idle.readers.len() < IDLE {
            idle.readers.push(reader);
        }
    }

    fn reader(&self, conn: Connection) -> Reader {
        open::tune_cache(&conn, &self.tables);
        Reader(Reads { conn, tables: Arc::clone(&self.tables) })
    }
}

/// Begins a read transaction. Its state is that of the first read, so there is one.
fn begin(reader: Reader) -> Result<Snapshot, StoreError> {
    reader.conn.execute_batch("BEGIN; SELECT 1 FROM _meta LIMIT 1")?;
    Ok(Snapshot(reader))
}

fn copy(from: &Connection) -> Result<Connection, StoreError> {
    let mut copy = Connection::open_in_memory()?;
    {
        let backup = Backup::new(from, &mut copy)?;
        loop {
            match backup.step(-1)? {
                StepResult::Done => break,
                StepResult::More => {}
                // It has waited as long as any statement waits for a lock.
                _ => {
                    let busy = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY);
                    return Err(rusqlite::Error::SqliteFailure(busy, None).into());
                }
            }
        }
    }
    copy.pragma_update(None, "query_only", true)?;
    Ok(copy)
}
