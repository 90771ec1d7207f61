//! SQLite's words.

use super::write::Dialect;
use crate::scalar::Storage;

pub(super) struct Sqlite;

impl Dialect for Sqlite {
    fn constant(&self, value: bool) -> &'static str {
        if value { "1" } else { "0" }
    }

    fn parameter(&self, _place: usize) -> String {
        "?".to_owned()
    }

    fn byte_length(&self, text: &str) -> String {
        format!("octet_length({text})")
    }

    fn text_contains(&self, text: &str, part: &str) -> String {
        // Not LIKE, which folds case and has wildcards.
        format!("instr({text}, {part}) > 0")
    }

    fn list_length(&self, list: &str) -> String {
        format!("json_array_length({list})")
    }

    fn item_is(&self, list: &str, _storage: Storage, place: usize, item: Option<&str>) -> String {
        // JSON true and false come out as 1 and 0.
        format!("json_extract({list}, '$[{place}]') IS {}", item.unwrap_or("NULL"))
    }

    fn list_contains(&self, list: &str, _storage: Storage, item: Option<&str>) -> String {
        // The inner SELECT takes the list out of the reach of json_each's own columns (key, value, type, id, …), which
        // would otherwise shadow a column of that name.
        format!(
            "EXISTS (SELECT 1 FROM (SELECT {list} AS syncline_list) AS syncline_source, \
             json_each(syncline_source.syncline_list) AS syncline_item WHERE syncline_item.value IS {})",
            item.unwrap_or("NULL")
        )
    }
}
