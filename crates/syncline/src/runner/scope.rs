//! Asking about the keys that the device holds, where the server's log no longer says what left the scope (SYNC 2.8).

use super::context::Context;
use crate::transport::failure_of;
use std::collections::{BTreeMap, HashSet};
use syncline_core::record::Left;
use syncline_core::{Key, ModelId, Predicate};
use syncline_engine::Failure;
use syncline_protocol::exchange::{PageQuery, page_request};
use syncline_protocol::extension::{RequestExtension, WireKey};
use syncline_protocol::response::parse_sync_page;

/// The keys in one question: a server looks up so many in one request.
const KEYS: usize = 1_000;

/// What came of asking.
pub(super) enum Checked {
    /// The records that are no longer in scope, at the versions that they are held at; nobody says since when.
    Left(Vec<(Key, Left)>),
    /// The server does not answer such questions.
    Unanswered,
    /// It cannot be asked now, and why in words.
    Failed(Failure, String),
}

/// Asks about every record of the model that is held, in key order. `since` is a time up to which nothing is to be told
/// again.
pub(super) async fn check(context: &Context, id: ModelId, since: Option<i64>) -> Checked {
    let model = context.model(id);
    let expression: &Predicate = &context.expression(id).predicate;
    let mut left = Vec::new();
    let mut after: Option<Key> = None;
    loop {
        let from = after.take();
        let held = context.parts.writer.run(move |tx| tx.reads().held_keys(id, from.as_ref(), KEYS)).await;
        let held = match held {
            Ok(held) => held,
            Err(error) => {
                let soon = Failure::Transient { retry_after_ms: None };
                return Checked::Failed(soon, error.to_string());
            }
        };
        let Some((last, _)) = held.last() else { return Checked::Left(left) };
        after = Some(last.clone());
        let query = PageQuery { model, expression, last_sync: since, token: None, limit: 1 };
        let mut request = page_request(query);
        let keys = held.iter().map(|(key, _)| WireKey(key.clone())).collect();
        request.extension = Some(RequestExtension {
            scope_check: BTreeMap::from([(model.names.sync.clone(), keys)]),
            ..RequestExtension::default()
        });
        let answer = match context.http.post(request.to_json()).await {
            Ok(answer) => answer,
            Err(error) => return Checked::Failed(error.failure, error.reason),
        };
        let answer = match parse_sync_page(model, &answer) {
            Ok(answer) => answer,
            Err(error) => return Checked::Failed(failure_of(error.class()), error.to_string()),
        };
        let field = answer.extension.and_then(|extension| extension.fields.into_values().next());
        let Some(gone) = field.and_then(|field| field.gone) else { return Checked::Unanswered };
        let more = held.len() == KEYS;
        let gone: HashSet<Key> = gone.into_iter().map(|WireKey(key)| key).collect();
        let held = held.into_iter().filter(|(key, _)| gone.contains(key));
        left.extend(held.map(|(key, version)| (key, Left { version, changed_at: None })));
        if !more {
            return Checked::Left(left);
        }
    }
}
