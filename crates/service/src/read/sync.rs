//! `sync<Models>`: everything, or what changed since `lastSync`.

use super::args::{filter, limit};
use super::{Page, Related, related_of_page};
use crate::answer::bad_request;
use crate::context::{Context, Halt};
use crate::exec::{RootField, Values};
use crate::fingerprint::{fingerprint, query_hash, read_sync_cursor, sync_cursor};
use serde_json::Value as Json;
use syncline_backend::{Scope, Sync, SyncKind};
use syncline_core::ModelId;
use syncline_core::model::Operation;

/// What a sync says beside its records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SyncFacts {
    pub(crate) kind: SyncKind,
    pub(crate) fingerprint: String,
}

/// A page of a sync. `lastSync` of null, zero or less asks for everything; with a token, the token says what is asked.
pub(crate) async fn sync(
    ctx: &Context<'_>,
    root: &RootField,
    model: ModelId,
    values: &Values,
) -> Result<(Page, Related, SyncFacts), Halt> {
    let ir = ctx.service.api.models.model(model);
    let rights = ctx.may(ir, Operation::Sync, &root.name, "Query")?;
    let (predicate, request) = filter(ctx, ir, values, "filter")?;
    let fingerprint = fingerprint(ir, ctx.caller, &predicate);
    let query = query_hash(&root.name, "", &fingerprint);
    let resume = match values.get("nextToken").and_then(Json::as_str) {
        None => None,
        Some(token) => {
            let cursor = ctx.service.tokens.open(&query, token)?;
            let cursor = read_sync_cursor(&cursor);
            Some(cursor.ok_or_else(|| bad_request("nextToken cannot be read."))?)
        }
    };
    let last_sync = values.get("lastSync").and_then(Json::as_i64).filter(|at| *at > 0);
    let max_bytes = ctx.service.config.limits.max_page_bytes;
    let leaves = ctx.negotiated;
    let sync = Sync { model, last_sync, resume, limit: limit(ctx, values)?, max_bytes, leaves };
    let page = ctx.service.backend.sync(&Scope::new(rights, request), &sync).await?;
    ctx.count(page.rows.len())?;
    ctx.weigh(&page.rows)?;
    let facts = SyncFacts { kind: page.kind, fingerprint };
    let next = page.next.map(|cursor| ctx.service.tokens.seal(&query, &sync_cursor(&cursor)));
    let page = Page { rows: page.rows, next, started_at: Some(page.started_at) };
    let related = related_of_page(ctx, model, &root.selection, &page).await?;
    Ok((page, related, facts))
}
