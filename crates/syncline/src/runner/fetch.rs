//! Fetching pages and storing them.

use super::ahead::{PageWish, UnderWay, ask};
use super::context::Context;
use super::message::Message;
use super::progress::Stored;
use super::scope::Checked;
use super::verdicts::{after_remote, received};
use crate::datastore::OnRestore;
use crate::hub::{HubEvent, HubKind, SyncErrorKind, SyncProcess};
use crate::id::new_id;
use crate::transport::failure_of;
use std::sync::Arc;
use syncline_core::record::Left;
use syncline_core::{Key, Versioned};
use syncline_engine::{Counts, Event, Failure, PageId};
use syncline_protocol::error::classify_error;
use syncline_protocol::extension::SyncKind;
use syncline_protocol::response::{BadItem, parse_sync_page};
use syncline_store::{BadRow, NextSync, PageDone, RemotePage, StoreError, SyncState, Tx};

/// A page that came.
#[derive(Debug)]
pub(crate) struct Fetched {
    /// How the sync goes on after it.
    pub(super) sync: NextSync,
    /// Whether the server answered with everything.
    pub(super) base: bool,
    rows: Vec<Versioned>,
    /// Records that could not be read.
    bad: Vec<BadRow>,
    /// The cap at which a base sync ends with this page, though there is more.
    cut: Option<u64>,
    /// Whether the model is partial when this page is stored.
    partial: bool,
    /// The bytes of the answer.
    bytes: u64,
    /// Records that are no longer in scope, since when.
    leaves: Vec<(Key, Left)>,
    fingerprint: Option<String>,
    /// The epoch of the server's store when it answered.
    epoch: Option<String>,
    /// The token that it was asked for with.
    asked: Option<String>,
    /// What may be asked for already, since it comes after the next page.
    pub(super) ahead: Vec<PageWish>,
}

/// What to forget before a sync begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reset {
    /// Whether everything is fetched anew.
    pub(super) scope_changed: bool,
}

/// Fetches a page: the first from the stored cursor, later ones from where the one before ended.
pub(super) async fn fetch(
    context: Context,
    page: PageId,
    limit: usize,
    going_on: Option<NextSync>,
    reset: Option<Reset>,
    under_way: Option<UnderWay>,
) {
    let state = match stored_state(&context, page, reset).await {
        Ok(state) => state,
        Err(error) => {
            tracing::error!(%error, "the sync state cannot be read");
            return not_here(&context, page, &error);
        }
    };
    let model = context.model(page.model);
    let expression = context.expression(page.model);
    let cap = context.parts.receiving.cap(&model.name);
    let state = state.with_cap(cap);
    let sync = going_on.unwrap_or_else(|| state.next(&expression.text));
    let wanted = cap.filter(|_| sync.base).map(|cap| cap.saturating_sub(sync.received).max(1));
    let limit = limit.min(wanted.and_then(|wanted| usize::try_from(wanted).ok()).unwrap_or(usize::MAX));
    let wish = PageWish::new(page.model, sync.clone(), limit);
    let was_under_way = under_way.is_some();
    let known = match under_way {
        Some(under_way) => under_way.answer().await,
        None => None,
    };
    let answer = match known {
        Some(answer) => answer,
        None => ask(&context, &wish).await,
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            tracing::debug!(model = %model.name, %error, "a page did not come");
            return context.page_failed(page, error.failure, error.answered, error.reason);
        }
    };
    let bytes = u64::try_from(answer.len()).unwrap_or(u64::MAX);
    let answer = match parse_sync_page(model, &answer) {
        Ok(answer) => answer,
        Err(error) => {
            tracing::warn!(model = %model.name, %error, "the server does not answer with a page");
            let failure = failure_of(error.class());
            // A page token may have become invalid; without it the sync begins anew.
            let token_refused = failure == Failure::Refused && sync.token.is_some();
            return if token_refused {
                context.event(Event::CursorRefused { page, scope_changed: false });
            } else {
                let kind = SyncErrorKind::of_refusal(failure, &error.rejection());
                context.page_failed_as(page, failure, true, kind, error.to_string());
            };
        }
    };
    context.negotiated.learn(answer.extension.as_ref());
    context.event(Event::ServerSays {
        max_page: context.negotiated.max_page(),
        sequenced: answer.extension.is_some(),
    });
    if let Some(error) = answer.errors.first() {
        tracing::warn!(model = %model.name, %error, "a part of a page is missing");
        let kind = SyncErrorKind::of_refusal(failure_of(classify_error(error)), &error.rejection());
        context.trouble(SyncProcess::Sync, kind, Some(page.model), error);
    }
    for bad in &answer.bad {
        tracing::warn!(model = %model.name, index = bad.index, reason = %bad.reason, "a record cannot be read");
        context.trouble(SyncProcess::Sync, SyncErrorKind::BadRecord, Some(page.model), &bad.reason);
    }
    let field = answer.extension.as_ref().and_then(|extension| extension.fields.values().next());
    let kind = field.and_then(|field| field.kind);
    // What an answer told that came before its turn was heard then. How much a page may have under a cap is known only
    // when those before it have come.
    let ranges = field.filter(|_| cap.is_none() && !was_under_way);
    let ranges = ranges.map(|field| field.ranges.clone()).unwrap_or_default();
    let fingerprint = field.and_then(|field| field.fingerprint.clone());
    let base = kind.map_or(sync.base, |kind| kind == SyncKind::Base);
    let leaves = field.and_then(|field| field.leaves.as_ref()).into_iter().flatten();
    let mut leaves: Vec<(Key, Left)> = leaves.map(|leave| (leave.key.clone(), leave.left())).collect();
    // The server's log does not say any more what left the scope.
    let blind = field.is_some_and(|field| field.leaves_incomplete);
    if let Some(extension) = &answer.extension
        && epoch_changed(&context, &extension.epoch).await
    {
        return context.event(Event::CursorRefused { page, scope_changed: true });
    }
    if state.scope_changed(base, fingerprint.as_deref()) {
        return context.event(Event::CursorRefused { page, scope_changed: true });
    }
    if blind && answer.next_token.is_none() {
        match super::scope::check(&context, page.model, answer.started_at).await {
            Checked::Left(left) => leaves.extend(left),
            // Everything that is here has to be compared.
            Checked::Unanswered => {
                return context.event(Event::CursorRefused { page, scope_changed: true });
            }
            Checked::Failed(failure, reason) => return context.page_failed(page, failure, true, reason),
        }
    }
    let asked = sync.token.clone();
    // What happened between the pages of before and the subscriptions of now was heard by nobody.
    let resumed = page.page == 0 && asked.is_some();
    let mut sync = NextSync { base, ..sync }.counting(&answer.rows, answer.bad.len());
    let cut = cap.filter(|cap| base && answer.next_token.is_some() && sync.received >= *cap);
    let next = answer.next_token.filter(|_| cut.is_none());
    sync = sync.after(next, answer.started_at);
    let ahead = wish.following(&sync, ranges);
    let fetched = Fetched {
        sync,
        base,
        rows: answer.rows,
        bad: answer.bad.into_iter().map(bad_row).collect(),
        cut,
        partial: cut.is_some() || (!base && state.partial.is_some()),
        bytes,
        leaves,
        fingerprint,
        epoch: answer.extension.map(|extension| extension.epoch),
        asked,
        ahead,
    };
    let _ = context.messages.send(Message::Page(context.run, page, Box::new(fetched)));
    if resumed {
        context.event(Event::Gap(page.model));
    }
}

async fn stored_state(
    context: &Context,
    PageId { model, page, .. }: PageId,
    reset: Option<Reset>,
) -> Result<SyncState, crate::Error> {
    if reset.is_none() && page > 0 {
        // Not by the writer: it may be storing the page before this one, and this one is to be asked for meanwhile.
        return context.parts.readers.with(|reader| reader.sync_state(model));
    }
    // A page of a sync that was given up may still be on its way into the file: the next sync goes on behind it.
    let state = context.parts.writer.run(move |tx| {
        match reset {
            Some(Reset { scope_changed: true }) => tx.reset_cursor(model)?,
            Some(Reset { scope_changed: false }) => tx.reset_progress(model)?,
            None => {}
        }
        tx.reads().sync_state(model)
    });
    state.await
}

/// Remembers the epoch of the server's store; true if it is another one than before (SYNC 2.6).
async fn epoch_changed(context: &Context, epoch: &str) -> bool {
    let known = context.parts.readers.with(|reader| reader.epoch());
    if known.is_ok_and(|known| known.as_deref() == Some(epoch)) {
        // The usual case, without a turn of the writer.
        return false;
    }
    let epoch = epoch.to_owned();
    let changed = context.parts.writer.run(move |tx| tx.meet_epoch(&epoch)).await;
    changed.unwrap_or_else(|error| {
        tracing::error!(%error, "the epoch cannot be stored");
        false
    })
}

/// Stores a page and its progress in one transaction.
pub(super) async fn apply(context: Context, page: PageId, fetched: Fetched, accept_equal: bool) {
    let expression = context.expression(page.model).clone();
    let generation = context.generation;
    let parts = Arc::clone(&context.parts);
    let Fetched { sync, base, rows, bad, cut, partial, bytes, leaves, fingerprint, epoch, asked, .. } =
        fetched;
    let last = sync.token.is_none();
    let stored = Stored { first: page.page == 0, done: sync.received, bytes, last, partial };
    let resends = parts.receiving.on_restore == OnRestore::ResendLocal;
    let told = parts.hub.wants(HubKind::SyncReceived);
    let write = move |tx: &mut Tx<'_>| {
        if told {
            tx.keep_received();
        }
        if tx.reads().generation()? != generation {
            return Ok(None);
        }
        let remote = RemotePage {
            rows,
            leaves,
            expression: &expression.filter,
            expression_text: &expression.text,
            base,
            started_at: sync.started_at.unwrap_or(0),
            token: asked.as_deref(),
            next: sync.token,
            fingerprint,
            epoch,
            accept_equal,
            bad,
            cut,
        };
        let mut done = tx.apply_page(page.model, remote)?;
        let mut said_again = false;
        for lost in std::mem::take(&mut done.lost) {
            let restored = tx.restored(page.model, &lost, resends.then(new_id))?;
            done.conflicts.extend(restored.conflicts);
            said_again |= restored.mutation.is_some();
        }
        Ok(Some((done, said_again, tx.received())))
    };
    let name = context.model(page.model).name.clone();
    let tell = move |done: &Option<(PageDone, bool, Vec<Versioned>)>| {
        if let Some((done, _, rows)) = done {
            rows.iter().for_each(|row| received(&parts, page.model, row));
            after_remote(&parts, &done.superseded, &done.conflicts, &done.parked);
            let progress = parts.statuses.stored(page.model, &name, stored);
            parts.hub.tell_with(HubKind::SyncProgress, || HubEvent::SyncProgress(progress));
        }
    };
    match context.parts.writer.run_then(write, tell).await {
        Ok(Some((done, said_again, _))) => {
            if said_again || done.refilled {
                let _ = context.messages.send(Message::OutboxGrew);
            }
            for row in &done.refused {
                tracing::warn!(index = row.index, reason = %row.reason, "a record cannot be stored");
                context.trouble(SyncProcess::Sync, SyncErrorKind::BadRecord, Some(page.model), &row.reason);
            }
            let counts = Counts { added: done.added, updated: done.updated, deleted: done.deleted };
            context.event(Event::PageApplied { page, counts });
        }
        // The store was cleared meanwhile: this run is over.
        Ok(None) => {}
        // Another sync of the model, or another epoch, came between.
        Err(crate::Error::Store(StoreError::StalePage { .. })) => {
            context.event(Event::CursorRefused { page, scope_changed: false });
        }
        Err(error) => {
            tracing::error!(%error, "a page cannot be stored");
            not_here(&context, page, &error);
        }
    }
}

/// The file is at fault, and may be read or written again soon.
fn not_here(context: &Context, page: PageId, error: &crate::Error) {
    let soon = Failure::Transient { retry_after_ms: None };
    context.page_failed_as(page, soon, false, SyncErrorKind::Local, error.to_string());
}

/// A record that could not be read, as the store keeps it.
pub(super) fn bad_row(bad: BadItem) -> BadRow {
    let BadItem { key, version, reason, json, .. } = bad;
    BadRow { key, version, reason, json }
}
