//! The statements that make the tables.

use super::names::quote;
use super::table::Table;
use syncline_core::Field;
use syncline_core::scalar::Storage;

/// The store's own tables, all of which `clear` empties except `_meta`.
pub(crate) const OWN_TABLES: [&str; 14] = [
    "_meta",
    "_schemas",
    "_server",
    "_absence",
    "_outbox",
    "_parent",
    "_held",
    "_unreadable",
    "_conflicts",
    "_sync",
    "_seen",
    "_quarantine",
    "_restored",
    "_filled",
];

/// Makes the store's own tables. A file of an earlier format is brought to them by comparing it with this text, so
/// that a new column here must be nullable or have a default. What is changed here needs another
/// `FORMAT`, and a fixture of the one before.
///
/// - `_schemas`: the schemas, as JSON, that entries still speak which were written before a migration (SYNC 1.13).
/// - `_server`: the server's record of each record that has outbox entries (SYNC 1.1).
/// - `_absence`: what is known of records that are not there (SYNC 1.9): kind 1 deleted, 2 evicted, 0 evicted in a
///   version of which it is not known when it was made, so that `last_changed_at` says nothing.
/// - `_outbox`: the mutations. `op` 0 create, 1 update, 2 delete; `state` 0 unsent, 1 sent, 2 parked; `shape` is what
///   may travel in one document: `op` and whether there is a condition; `head` marks the entry that its record would
///   send next, `ready` the heads that wait for no other record. `claim` walks the index on the ready ones alone. A save touches
///   as few trees as possible: no index on what only a sent entry is looked up by. What is in flight is a few documents,
///   in the order in which it was made; one of it is found by its id by going through it. `original` is what the entry was under
///   `schema_version`, where a migration has changed it and that must not be forgotten. `claimed_at` is when it was marked
///   sent, in ms since the epoch as the store was told it; null: not known.
/// - `_parent`: the records that a create or update refers to, or that a delete referred to.
/// - `_held`: the records that wait for an answer of the conflict handler (SYNC 1.6), or of what is in flight, with `base`,
///   the record that their entries were made on. While `asks` is set nothing of them is sent.
/// - `_unreadable`: the models of which the server has kept a field of some record from this reader (SYNC 1.8).
/// - `_quarantine`: records of the server that could not be read or stored: `record` as it came, `version` if it is known.
/// - `_restored`: what the device knew when it found the server restored: until the next base sync (SYNC 2.6).
/// - `_sync`: `partial` is the cap at which the last base sync ended, 0 if at none; `received` the records that the base
///   sync under way has brought; `restoring` whether the next base sync meets a store that was restored (SYNC 2.6).
///   `refill` is set while the model has fields of which it is not known here what the server has in them, `new_fields`, a
///   JSON list of their names (null: all): until a base sync has brought them.
/// - `_filled`: the records of such a model that were asked for one by one, because something pending changes such a field.
/// - `_seen`: the keys that a base sync over older rows has returned so far (SYNC 1.11).
pub(crate) fn own_tables() -> &'static str {
    "
    CREATE TABLE _meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE _schemas (version TEXT PRIMARY KEY, schema TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE _server (
        model TEXT NOT NULL, key TEXT NOT NULL, record TEXT NOT NULL,
        version INTEGER NOT NULL, last_changed_at INTEGER NOT NULL, own_from INTEGER, own_to INTEGER,
        PRIMARY KEY (model, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE _absence (
        model TEXT NOT NULL, key TEXT NOT NULL, kind INTEGER NOT NULL,
        version INTEGER NOT NULL, last_changed_at INTEGER NOT NULL, own_from INTEGER, own_to INTEGER,
        PRIMARY KEY (model, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE _outbox (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL,
        model TEXT NOT NULL, key TEXT NOT NULL, op INTEGER NOT NULL, shape INTEGER NOT NULL,
        patch TEXT NOT NULL, base_version INTEGER, condition TEXT, grp INTEGER,
        state INTEGER NOT NULL, error TEXT, schema_version TEXT NOT NULL,
        head INTEGER NOT NULL, ready INTEGER NOT NULL, original TEXT, claimed_at INTEGER
    ) STRICT;
    CREATE INDEX _outbox_record ON _outbox (model, key);
    CREATE INDEX _outbox_ready ON _outbox (model, shape, seq) WHERE ready = 1;
    CREATE INDEX _outbox_sent ON _outbox (state) WHERE state = 1;
    CREATE INDEX _outbox_group ON _outbox (grp, seq) WHERE grp IS NOT NULL;
    CREATE TABLE _parent (
        seq INTEGER NOT NULL, model TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (seq, model, key)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX _parent_record ON _parent (model, key, seq);
    CREATE TABLE _held (
        model TEXT NOT NULL, key TEXT NOT NULL, base TEXT, asks INTEGER NOT NULL DEFAULT 1, PRIMARY KEY (model, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE _unreadable (model TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
    CREATE TABLE _conflicts (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, model TEXT NOT NULL, key TEXT NOT NULL,
        mutation TEXT NOT NULL, conflict TEXT NOT NULL, at INTEGER, version INTEGER
    ) STRICT;
    CREATE TABLE _sync (
        model TEXT PRIMARY KEY, last_sync INTEGER, expression TEXT, fingerprint TEXT,
        base_complete INTEGER NOT NULL DEFAULT 0, refill INTEGER NOT NULL DEFAULT 0,
        token TEXT, started_at INTEGER, base INTEGER, progress_expression TEXT, prune INTEGER NOT NULL DEFAULT 0,
        partial INTEGER NOT NULL DEFAULT 0, received INTEGER NOT NULL DEFAULT 0,
        restoring INTEGER NOT NULL DEFAULT 0, new_fields TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE _filled (model TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (model, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE _seen (model TEXT NOT NULL, key TEXT NOT NULL, PRIMARY KEY (model, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE _quarantine (
        seq INTEGER PRIMARY KEY, model TEXT NOT NULL, key TEXT, reason TEXT NOT NULL, record TEXT NOT NULL,
        at INTEGER NOT NULL, version INTEGER
    ) STRICT;
    CREATE INDEX _quarantine_record ON _quarantine (model, key);
    CREATE TABLE _restored (
        model TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, PRIMARY KEY (model, key)
    ) STRICT, WITHOUT ROWID;
    "
}

fn column_type(field: &Field) -> &'static str {
    match (field.is_list(), field.kind.storage()) {
        (true, _) | (false, Storage::Text | Storage::Object) => "TEXT",
        (false, Storage::Bool | Storage::Int) => "INTEGER",
        (false, Storage::Float) => "REAL",
    }
}

/// Makes the table of a model. Only the key is `NOT NULL`: what a required field holds is for the validation of local
/// writes to judge, and a server may keep a value from a reader.
pub(crate) fn create_table(table: &Table) -> String {
    let model = &table.model;
    let columns: String = model
        .fields
        .iter()
        .enumerate()
        .map(|(place, field)| {
            let not_null = if model.is_key(place) { " NOT NULL" } else { "" };
            format!("{} {}{not_null}, ", quote(&field.name), column_type(field))
        })
        .collect();
    format!(
        "CREATE TABLE {} ({columns}_version INTEGER, _lastChangedAt INTEGER, _ownFrom INTEGER, _ownTo INTEGER, \
         PRIMARY KEY ({})) STRICT, WITHOUT ROWID",
        table.name,
        list(table, &model.key),
    )
}

/// Adds the column of a new field.
pub(crate) fn add_column(table: &Table, field: &Field) -> String {
    format!("ALTER TABLE {} ADD COLUMN {} {}", table.name, quote(&field.name), column_type(field))
}

/// Makes the indexes of a model that are not there yet: its own and those of its foreign keys. They are named by what
/// they cover.
pub(crate) fn create_indexes(table: &Table) -> Vec<String> {
    let model = &table.model;
    let mut wanted: Vec<&[usize]> = model.indexes.iter().map(|index| index.fields.as_slice()).collect();
    wanted.extend(table.links.iter().map(|link| link.fields.as_slice()));
    let mut made: Vec<&[usize]> = Vec::new();
    for fields in wanted {
        // The key itself, or the beginning of it, needs no index of its own.
        if !fields.is_empty() && !model.key.starts_with(fields) && !made.contains(&fields) {
            made.push(fields);
        }
    }
    let make = |fields: &&[usize]| {
        let names: Vec<&str> = fields.iter().map(|&field| model.fields[field].name.as_str()).collect();
        let name = quote(&format!("{} by {}", model.name, names.join(", ")));
        format!("CREATE INDEX IF NOT EXISTS {name} ON {} ({})", table.name, list(table, fields))
    };
    made.iter().map(make).collect()
}

fn list(table: &Table, fields: &[usize]) -> String {
    fields.iter().map(|&field| table.columns[field].as_str()).collect::<Vec<_>>().join(", ")
}
