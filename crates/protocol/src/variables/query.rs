//! The variables of queries and subscriptions.

use super::to_json;
use crate::document::key_variable;
use serde_json::{Map, Value as Json};
use syncline_core::predicate::{to_json as filter_json, to_sync_json};
use syncline_core::{Key, Predicate};

/// The variables of a page of a sync: at most `limit` records, from `next_token` on, changed since `last_sync` (ms;
/// `None` asks for everything), selected by `filter`.
#[must_use]
pub fn sync_variables(
    limit: usize,
    next_token: Option<&str>,
    last_sync: Option<i64>,
    filter: Option<&Predicate>,
) -> Map<String, Json> {
    let filter =
        filter.map(to_sync_json).filter(|filter| filter.as_object().is_some_and(|map| !map.is_empty()));
    Map::from_iter([
        ("limit".to_owned(), Json::from(limit)),
        ("nextToken".to_owned(), Json::from(next_token)),
        ("lastSync".to_owned(), Json::from(last_sync)),
        ("filter".to_owned(), filter.unwrap_or_default()),
    ])
}

/// The variables of a get.
#[must_use]
pub fn get_variables(key: &Key) -> Map<String, Json> {
    key.0.iter().enumerate().map(|(place, value)| (key_variable(place), to_json(value))).collect()
}

/// The variables of a subscription with a filter. The inputs of subscriptions know `in` and `notIn`, but no `not`.
#[must_use]
pub fn subscription_variables(filter: Option<&Predicate>) -> Map<String, Json> {
    let Some(filter) = filter else { return Map::new() };
    let json = filter_json(filter);
    let empty = json.as_object().is_some_and(Map::is_empty);
    Map::from_iter([("filter".to_owned(), if empty { Json::Null } else { json })])
}
