//! Opening a store: nothing is changed before all is known to be well.

use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;
use rusqlite::config::DbConfig;
use syncline_backend::BackendError;
use syncline_core::Schema;

use crate::error::fault;
use crate::file::{self, Found, Lock};
use crate::meta::ClockRow;
use crate::table::Layout;
use crate::{connection, install, meta, names};

/// An open store.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) conn: Connection,
    pub(crate) layout: Layout,
    pub(crate) epoch: String,
    pub(crate) clock: ClockRow,
    /// Holds the file.
    pub(crate) lock: Option<Lock>,
}

/// Opens a store in memory.
pub(crate) fn memory(schema: Arc<Schema>, random: [u8; 16]) -> Result<Opened, BackendError> {
    names::check(&schema)?;
    let layout = Layout::new(schema);
    let mut conn = connection::memory().map_err(fault)?;
    install::install(&mut conn, &layout, &epoch(random))?;
    finish(conn, layout, None)
}

/// Opens the store at `path`, which is resolved, and creates it if nothing is there.
pub(crate) fn file(path: &Path, schema: Arc<Schema>, random: [u8; 16]) -> Result<Opened, BackendError> {
    names::check(&schema)?;
    let layout = Layout::new(schema);
    let lock = Lock::take(path)?;
    let found = file::inspect(path)?;
    if found == Found::Nothing {
        file::create(path, &layout, &epoch(random))?;
    }
    let mut conn = connection::writer(path).map_err(fault)?;
    // Until the file is found to be in order, closing it again must not write its WAL back.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).map_err(fault)?;
    if found == Found::Ours {
        let format = file::check_format(&conn, path)?;
        file::check_size(&conn, path)?;
        if format < file::FORMAT {
            install::upgrade(&mut conn)?;
        }
        install::migrate(&mut conn, &layout)?;
    }
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false).map_err(fault)?;
    conn.pragma_update(None, "journal_mode", "WAL").map_err(fault)?;
    finish(conn, layout, Some(lock))
}

fn finish(conn: Connection, layout: Layout, lock: Option<Lock>) -> Result<Opened, BackendError> {
    let clock = meta::clock(&conn).map_err(fault)?;
    let epoch = meta::entry(&conn, meta::EPOCH).map_err(fault)?;
    let epoch =
        epoch.ok_or_else(|| BackendError::Unusable("the file has no epoch; it is damaged".to_owned()))?;
    Ok(Opened { conn, layout, epoch, clock, lock })
}

/// The epoch that these random bytes make.
pub(crate) fn epoch(random: [u8; 16]) -> String {
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}
