//! `sync<Models>`: everything, or what changed since `lastSync`.

use super::ahead::following;
use super::args::{filter, limit};
use super::{Page, Related, related_of_page};
use crate::answer::bad_request;
use crate::context::{Context, Halt};
use crate::exec::{RootField, Values};
use crate::fingerprint::{fingerprint, query_hash, read_sync_cursor};
use crate::render::Slot;
use serde_json::Value as Json;
use syncline_backend::{ReadBy, Scope, Sync, SyncKind};
use syncline_core::model::Operation;
use syncline_core::{Key, ModelId};
use syncline_protocol::extension::{
    Explain, FieldExtension, Leave, ReadBy as WireReadBy, SyncKind as WireKind, WireKey,
};

/// The keys that one request may ask about in its scope checks.
const CHECKED: usize = 1_000;

/// A page of a sync, and what is said beside it to a client that negotiated. `lastSync` of null, zero or less asks for
/// everything; with a token, the token says what is asked.
pub(crate) async fn sync(
    ctx: &Context<'_>,
    root: &RootField,
    model: ModelId,
    values: &Values,
) -> Result<(Page, Related, FieldExtension), Halt> {
    let ir = ctx.service.api.models.model(model);
    let rights = ctx.may(ir, Operation::Sync, &root.name, "Query")?;
    let (predicate, request) = filter(ctx, ir, values, "filter")?;
    let fingerprint = fingerprint(ir, ctx.caller, &predicate);
    let query = query_hash(&root.name, "", &fingerprint);
    let (resume, bounds) = match values.get("nextToken").and_then(Json::as_str) {
        None => (None, Vec::new()),
        Some(token) => {
            let cursor = ctx.service.tokens.open(&query, token)?;
            let cursor = read_sync_cursor(&cursor);
            let (cursor, bounds) = cursor.ok_or_else(|| bad_request("nextToken cannot be read."))?;
            (Some(cursor), bounds)
        }
    };
    let last_sync = values.get("lastSync").and_then(Json::as_i64).filter(|at| *at > 0);
    let max_bytes = ctx.service.config.limits.max_page_bytes;
    let leaves = ctx.negotiated;
    let sync = Sync { model, last_sync, resume, limit: limit(ctx, values)?, max_bytes, leaves };
    let scope = Scope::new(rights, request);
    let slot = Slot::default();
    let page = match slot.work(root, ctx.service.config.limits.max_answer_bytes) {
        Some(work) => ctx.service.backend.sync_then(&scope, &sync, work).await?,
        None => ctx.service.backend.sync(&scope, &sync).await?,
    };
    let written = slot.take();
    let records = written.as_ref().map_or(page.rows.len(), |written| written.records);
    ctx.count(records)?;
    match &written {
        Some(written) => ctx.weigh_bytes(written.bytes())?,
        None => ctx.weigh(&page.rows)?,
    }
    let (next, ranges) = following(ctx, &query, &scope, &sync, (&page, records), bounds).await?;
    let left = page.leaves.map(|leaves| {
        let said = |leave: syncline_backend::Leave| Leave {
            key: leave.key,
            version: leave.version,
            changed_at: Some(leave.changed_at),
        };
        leaves.into_iter().map(said).collect()
    });
    let said = FieldExtension {
        kind: Some(match page.kind {
            SyncKind::Base => WireKind::Base,
            SyncKind::Delta => WireKind::Delta,
        }),
        fingerprint: Some(fingerprint),
        leaves_incomplete: leaves && page.kind == SyncKind::Delta && left.is_none(),
        leaves: left,
        gone: gone(ctx, root, model, &scope).await?,
        ranges,
        explain: Some(explain(page.read)),
    };
    let page = Page { rows: page.rows, written, next, started_at: Some(page.started_at) };
    let related = related_of_page(ctx, model, &root.selection, &page).await?;
    Ok((page, related, said))
}

/// What was read for a page.
fn explain(read: ReadBy) -> Explain {
    match read {
        ReadBy::Key => Explain { read: WireReadBy::Key, index: None },
        ReadBy::Changes => Explain { read: WireReadBy::Changes, index: None },
        ReadBy::Index(name) => Explain { read: WireReadBy::Index, index: Some(name) },
    }
}

/// Of the keys that the request asks about, those that name no living record in the scope: absent, deleted and forbidden
/// answer alike (SYNC 2.8). They are looked up after the page was read, so that what it brought may be among them; what
/// comes back into the scope after that has a change that the next delta brings.
async fn gone(
    ctx: &Context<'_>,
    root: &RootField,
    model: ModelId,
    scope: &Scope,
) -> Result<Option<Vec<WireKey>>, Halt> {
    let Some(checks) = ctx.extension.map(|extension| &extension.scope_check) else { return Ok(None) };
    let Some(asked) = checks.get(&root.key) else { return Ok(None) };
    let all: usize = checks.values().map(Vec::len).sum();
    if all > CHECKED {
        let message = format!("scopeCheck holds {all} keys; at most {CHECKED} are looked up in one request.");
        return Err(bad_request(message).into());
    }
    let keys: Vec<Key> = asked.iter().map(|key| key.0.clone()).collect();
    let rows = ctx.service.backend.get(scope, model, &keys).await?;
    let alive = rows.into_iter().map(|row| row.is_some_and(|row| !row.meta.deleted));
    Ok(Some(keys.into_iter().zip(alive).filter(|(_, alive)| !alive).map(|(key, _)| WireKey(key)).collect()))
}
