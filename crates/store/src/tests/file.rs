//! Looking at a file as a whole.

use rusqlite::Connection;
use rusqlite::types::ValueRef;
use std::path::{Path, PathBuf};

/// Everything the file holds.
pub(super) fn dump(conn: &Connection) -> String {
    let mut text = String::new();
    let names =
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let mut statement = conn.prepare(names).unwrap();
    let names: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for name in names {
        let mut statement = conn.prepare(&format!("SELECT * FROM \"{name}\"")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<String> = (0..columns).map(|place| show(row.get_ref(place).unwrap())).collect();
            text.push_str(&format!("{name}: {}\n", values.join(", ")));
        }
    }
    text
}

fn show(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        other => format!("{other:?}"),
    }
}

/// Compares two dumps; shows the lines that differ.
pub(super) fn same(found: &str, expected: &str, at: &str) {
    if found != expected {
        let only = |a: &str, b: &str| -> Vec<String> {
            a.lines().filter(|line| !b.lines().any(|other| other == *line)).map(str::to_owned).collect()
        };
        panic!("{at}: found {:#?}, expected {:#?}", only(found, expected), only(expected, found));
    }
}

pub(super) fn copy(from: &Path, to: &Path) {
    for ending in ["", "-wal"] {
        let with = |path: &Path| PathBuf::from(format!("{}{ending}", path.display()));
        if with(from).exists() {
            std::fs::copy(with(from), with(to)).unwrap();
        } else if with(to).exists() {
            std::fs::remove_file(with(to)).unwrap();
        }
    }
}
