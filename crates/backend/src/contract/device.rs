//! What a client keeps of what it synced.

use std::collections::HashMap;

use crate::Row;

/// The highest version of each record that arrived, by its text id.
#[derive(Debug, Default)]
pub(super) struct Device(HashMap<String, i64>);

impl Device {
    /// Takes rows in; an older version never replaces a newer one.
    pub(super) fn fold(&mut self, rows: &[Row]) {
        for row in rows {
            let id = row.record[0].as_text().unwrap_or_default().to_owned();
            let held = self.0.entry(id).or_default();
            *held = row.meta.version.max(*held);
        }
    }

    /// How many of the server's records it does not hold as they are.
    pub(super) fn missing(&self, server: &[Row]) -> usize {
        let holds = |row: &&Row| {
            let id = row.record[0].as_text().unwrap_or_default();
            self.0.get(id) == Some(&row.meta.version)
        };
        server.len() - server.iter().filter(holds).count()
    }
}
