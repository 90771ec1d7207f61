//! Fetching pages and storing them.

use super::{SOON, failure_of};
use crate::device::Fetched;
use crate::random::Random;
use crate::world::{Address, Purpose, World};
use std::collections::BTreeMap;
use syncline_core::Key;
use syncline_core::faults::{Rule, is_broken};
use syncline_core::record::Left;
use syncline_engine::{Counts, Event, Input, PageId};
use syncline_protocol::exchange::{PageQuery, page_request};
use syncline_protocol::extension::{RequestExtension, SyncKind, WireKey};
use syncline_protocol::response::{BadItem, parse_sync_page};
use syncline_store::{BadRow, NextSync, RemotePage, StoreError};

pub(super) fn fetch(world: &mut World, to: Address, page: PageId, limit: usize) -> Result<(), String> {
    let it = &mut world.devices[to.device];
    let model = it.model(page.model);
    let (_, text) = it.filter(page.model)?;
    let going_on = it.volatile.chains.get(&page.model).filter(|_| page.page > 0).cloned();
    let sync = match going_on {
        Some(sync) => sync,
        None => {
            let state = it.store()?.reads().sync_state(page.model).map_err(|error| error.to_string())?;
            state.next(&text)
        }
    };
    let expression = it.expression(page.model);
    let request = page_request(PageQuery {
        model: &model,
        expression: &expression,
        last_sync: sync.last_sync,
        token: sync.token.as_deref(),
        limit,
    });
    world.tell(|| {
        let (device, name, page) = (to.device, &model.name, page.page);
        let token = if sync.token.is_some() { ", from a token" } else { "" };
        format!("device {device} asks for page {page} of {name} since {:?}{token}", sync.last_sync)
    });
    world.request(to, request.to_json(), Purpose::Page { page, sync });
    Ok(())
}

/// A page, or what the server said instead, has arrived.
pub(super) fn arrived(
    world: &mut World,
    to: Address,
    page: PageId,
    sync: &NextSync,
    body: &[u8],
) -> Result<(), String> {
    let it = &mut world.devices[to.device];
    let model = it.model(page.model);
    let answer = match parse_sync_page(&model, body) {
        Ok(answer) => answer,
        Err(_) if sync.token.is_some() => {
            return world.event(to, Event::CursorRefused { page, scope_changed: false });
        }
        Err(error) if model.name == crate::schemas::HIDDEN => {
            world.history.count("pages refused");
            let failure = failure_of(error.class());
            return world.event(to, Event::PageFailed { page, failure, answered: true });
        }
        Err(error) => return Err(format!("the server refuses a page of {}: {error}", model.name)),
    };
    if let Some(bad) = answer.bad.first().filter(|_| model.name != crate::schemas::ODD) {
        return Err(format!("a record of a page cannot be read: {}", bad.reason));
    }
    if answer.extension.is_none() != world.settings.plain {
        return Err("the server speaks another dialect than it should".to_owned());
    }
    let max_page = world.settings.page;
    world.event(to, Event::ServerSays { max_page, sequenced: answer.extension.is_some() })?;
    let field = answer.extension.as_ref().and_then(|extension| extension.fields.values().next());
    let kind = field.and_then(|field| field.kind);
    let fingerprint = field.and_then(|field| field.fingerprint.clone());
    let base = kind.map_or(sync.base, |kind| kind == SyncKind::Base);
    let leaves = field.and_then(|field| field.leaves.as_ref()).into_iter().flatten();
    let leaves = leaves.map(|leave| (leave.key.clone(), leave.left())).collect();
    let it = &mut world.devices[to.device];
    // The server's log does not say any more what left the scope.
    let blind = field.is_some_and(|field| field.leaves_incomplete);
    let epoch = answer.extension.as_ref().map(|extension| extension.epoch.clone());
    let mut changed = false;
    if let Some(epoch) = &epoch {
        let met = it.store()?.write(|tx| tx.meet_epoch(epoch)).map_err(|error| error.to_string())?;
        changed = met.0;
    }
    let state = it.store()?.reads().sync_state(page.model).map_err(|error| error.to_string())?;
    if changed || state.scope_changed(base, fingerprint.as_deref()) {
        world.history.count("cursors refused");
        return world.event(to, Event::CursorRefused { page, scope_changed: true });
    }
    let going_on = NextSync { base, ..sync.clone() }.counting(&answer.rows, answer.bad.len());
    let fetched = Fetched {
        sync: going_on.after(answer.next_token, answer.started_at),
        asked: sync.token.clone(),
        rows: answer.rows,
        bad: answer.bad.into_iter().map(bad_row).collect(),
        leaves,
        base,
        fingerprint,
        epoch,
    };
    if blind && fetched.sync.token.is_none() {
        check_scope(world, to, page, fetched)
    } else {
        kept(world, to, page, fetched)
    }
}

/// A record that cannot be read, as it is kept.
pub(super) fn bad_row(bad: BadItem) -> BadRow {
    let BadItem { key, version, reason, json, .. } = bad;
    BadRow { key, version, reason, json }
}

/// A page is there, with all that has to be known of it.
fn kept(world: &mut World, to: Address, page: PageId, fetched: Fetched) -> Result<(), String> {
    let (more, base) = (fetched.sync.token.is_some(), fetched.base);
    world.keep(to.device, page, fetched);
    world.event(to, Event::PageArrived { page, more, base })
}

/// Asks about every record that is held, where the server's log no longer says what left the scope (SYNC 2.8).
fn check_scope(world: &mut World, to: Address, page: PageId, fetched: Fetched) -> Result<(), String> {
    world.history.count("scopes checked");
    let it = &mut world.devices[to.device];
    let held = it.store()?.reads().held_keys(page.model, None, 1_000).map_err(|error| error.to_string())?;
    if held.is_empty() {
        return kept(world, to, page, fetched);
    }
    let (model, expression) = (it.model(page.model), it.expression(page.model));
    let last_sync = fetched.sync.started_at;
    let mut request =
        page_request(PageQuery { model: &model, expression: &expression, last_sync, token: None, limit: 1 });
    let keys = held.iter().map(|(key, _)| WireKey(key.clone())).collect();
    request.extension = Some(RequestExtension {
        scope_check: BTreeMap::from([(model.names.sync.clone(), keys)]),
        ..RequestExtension::default()
    });
    let fetched = Box::new(fetched);
    world.request(to, request.to_json(), Purpose::ScopeCheck { page, fetched, held });
    Ok(())
}

/// The server has said which of them are gone.
pub(super) fn scope_checked(
    world: &mut World,
    to: Address,
    page: PageId,
    mut fetched: Fetched,
    held: Vec<(Key, i64)>,
    body: &[u8],
) -> Result<(), String> {
    let model = world.devices[to.device].model(page.model);
    let answer = parse_sync_page(&model, body).map_err(|error| format!("no check of a scope: {error}"))?;
    let field = answer.extension.and_then(|extension| extension.fields.into_values().next());
    let gone = field.and_then(|field| field.gone).ok_or("the server does not say what is gone")?;
    let is_gone = |key: &Key| gone.iter().any(|WireKey(gone)| gone == key);
    let held = held.into_iter().filter(|(key, _)| is_gone(key));
    fetched.leaves.extend(held.map(|(key, version)| (key, Left { version, changed_at: None })));
    kept(world, to, page, fetched)
}

pub(super) fn apply(world: &mut World, to: Address, page: PageId) -> Result<(), String> {
    let it = &mut world.devices[to.device];
    let Some(fetched) = it.volatile.pages.remove(&page) else { return Ok(()) };
    let accept_equal = it.volatile.accept_equal.contains(&page.model);
    let (filter, text) = it.filter(page.model)?;
    let generation = it.volatile.generation;
    let Fetched { sync, asked, rows, bad, leaves, base, fingerprint, epoch } = fetched;
    let (resends, mut random) = (it.resends(), Random::new(it.random.next()));
    let applied = it.store()?.write(|tx| {
        if tx.reads().generation()? != generation && !is_broken(Rule::RunNumbers) {
            return Ok(None);
        }
        let remote = RemotePage {
            rows,
            leaves,
            epoch,
            expression: &filter,
            expression_text: &text,
            base,
            started_at: sync.started_at.unwrap_or(0),
            token: asked.as_deref(),
            next: sync.token,
            fingerprint,
            accept_equal,
            bad,
            cut: None,
        };
        let mut done = tx.apply_page(page.model, remote)?;
        let mut said_again = 0;
        for lost in std::mem::take(&mut done.lost) {
            let restored = tx.restored(page.model, &lost, resends.then(|| random.uuid()))?;
            said_again += u64::from(restored.mutation.is_some());
        }
        Ok(Some((done, said_again)))
    });
    match applied {
        Ok((Some((done, said_again)), _)) => {
            if let Some(refused) = done.refused.first() {
                return Err(format!("a row of a page cannot be stored: {}", refused.reason));
            }
            crate::check::versions(world, to.device)?;
            if world.may_crash(to.device)? {
                return Ok(());
            }
            if said_again > 0 {
                world.history.count("records said again after a restore");
                world.input(to.device, Input::OutboxGrew)?;
            }
            let counts = Counts { added: done.added, updated: done.updated, deleted: done.deleted };
            world.event(to, Event::PageApplied { page, counts })
        }
        Ok((None, _)) => Ok(()),
        Err(StoreError::StalePage { .. }) => {
            world.event(to, Event::CursorRefused { page, scope_changed: false })
        }
        Err(error) => {
            world.tell(|| format!("device {} cannot store a page: {error}", to.device));
            world.event(to, Event::PageFailed { page, failure: SOON, answered: false })
        }
    }
}
