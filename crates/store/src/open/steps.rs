//! The steps of opening.

use super::connect::{self, Place, tune_cache};
use super::{FileLock, Location, Migration, OpenOptions, create, inspect, migrate};
use crate::StoreError;
use crate::layout::{Tables, check_names};
use rusqlite::Connection;
use std::sync::Arc;

/// An open database.
pub(crate) struct Opened {
    pub(crate) conn: Connection,
    pub(crate) tables: Arc<Tables>,
    pub(crate) place: Place,
    pub(crate) lock: Option<FileLock>,
}

/// Opens a database; a file that is refused is left untouched.
pub(crate) fn open(options: OpenOptions, migration: &Migration) -> Result<Opened, StoreError> {
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
                inspect::Header::Ours => inspect::contents(&path, &tables, migration)?,
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
