//! Opening a file: who holds it, whether it is ours, whether its schema fits; and only then writing to it.

mod connect;
mod create;
mod inspect;
mod lock;
mod migrate;

pub(crate) use connect::{Place, connect_reader, hold_checkpoints, tune_cache};
pub(crate) use lock::FileLock;

use crate::StoreError;
use crate::layout::{Tables, check_names};
use rusqlite::Connection;
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

/// An open database.
pub(crate) struct Opened {
    pub(crate) conn: Connection,
    pub(crate) tables: Arc<Tables>,
    pub(crate) place: Place,
    pub(crate) lock: Option<FileLock>,
}

/// The mark of our files in SQLite's header: `SYNC`.
pub(crate) const APPLICATION_ID: i32 = 0x5359_4e43;

/// The format of the tables.
pub(crate) const FORMAT: i32 = 1;

pub(crate) fn open(options: OpenOptions) -> Result<Opened, StoreError> {
    check_names(&options.schema)?;
    let tables = Arc::new(Tables::new(options.schema));
    match options.location {
        Location::Memory => {
            let place = Place::in_memory();
            let conn = connect::connect_writer(&place, options.durability)?;
            create::create(&conn, &tables, &options.fresh_session)?;
            tune_cache(&conn, &tables);
            Ok(Opened { conn, tables, place, lock: None })
        }
        Location::File(path) => {
            // What is obviously something else is refused before anything is written beside it.
            inspect::header(&path)?;
            let lock = FileLock::take(&path, &options.holder)?;
            let plan = match inspect::header(&path)? {
                inspect::Header::Empty => {
                    create::create_file(&path, &tables, &options.fresh_session)?;
                    None
                }
                inspect::Header::Ours => inspect::contents(&path, &tables)?,
            };
            let place = Place::File(path);
            let conn = connect::connect_writer(&place, options.durability)?;
            tune_cache(&conn, &tables);
            if let Some(plan) = plan {
                migrate::migrate(&conn, &tables, &plan)?;
            }
            Ok(Opened { conn, tables, place, lock: Some(lock) })
        }
    }
}
