//! Documents, as a client of AppSync sends them, and asking the service in this process.

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use syncline_backend::Clock as _;
use syncline_server::{Service, SystemClock};
use syncline_service::{Call, Caller};

use crate::Result;

/// What every document selects of a post: all that is stored.
pub(super) const SELECTION: &str = "id title content author status rating score views published tags createdAt \
    updatedAt _version _deleted _lastChangedAt";

/// The body of a request.
pub(super) fn body(query: &str, variables: &Value) -> String {
    json!({ "query": query, "variables": variables }).to_string()
}

/// A page of posts, from the beginning or where `next_token` says; those that changed since `last_sync` if it is given.
pub(super) fn sync(limit: usize, next_token: Option<&str>, last_sync: Option<i64>) -> String {
    let query = format!(
        "query SyncPosts($limit: Int, $nextToken: String, $lastSync: AWSTimestamp) {{ \
         syncPosts(limit: $limit, nextToken: $nextToken, lastSync: $lastSync) {{ \
         items {{ {SELECTION} }} nextToken startedAt }} }}"
    );
    body(&query, &json!({ "limit": limit, "nextToken": next_token, "lastSync": last_sync }))
}

/// Asks the service, whose store does its work in the calling future.
///
/// # Errors
/// The answer is not a 200 without errors.
pub(super) fn ask(service: &Service, body: &str) -> Result<String> {
    let call = Call { body: body.as_bytes(), negotiated: false, now_ms: SystemClock.now_ms() };
    let answer = service.execute(&Caller::api_key(), call).now_or_never().ok_or("the service waits")?;
    let text = String::from_utf8(answer.body)?;
    if answer.status == 200 && is_good(&text) { Ok(text) } else { Err(format!("an error: {text}").into()) }
}

/// Whether an answer has no errors: they come behind the data.
pub(super) fn is_good(answer: &str) -> bool {
    answer.starts_with("{\"data\":{") && !answer.contains("\"errors\":[")
}
