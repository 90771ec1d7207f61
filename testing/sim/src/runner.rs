//! Effects carried out against the simulated world: what the client's runner does, with messages instead of tasks.

use crate::device::{Fetched, Purpose};
use crate::server::Subscriber;
use crate::world::{Address, World};
use syncline_core::ModelId;
use syncline_core::faults::{Rule, is_broken};
use syncline_core::record::{Entry, Outcome};
use syncline_engine::{Action, Counts, Effect, Event, Failure, PageId};
use syncline_protocol::document::{BATCH_SIZES, SubscriptionKind};
use syncline_protocol::exchange::{
    Dialect, Look, PageQuery, Reading, batch_request, get_request, looked, page_request, read_batch,
};
use syncline_protocol::extension::SyncKind;
use syncline_protocol::realtime::ServerFrame;
use syncline_protocol::response::{parse_event, parse_get, parse_sync_page};
use syncline_store::{ClaimLimits, RemotePage};

const SOON: Failure = Failure::Transient { retry_after_ms: None };

/// Carries out one effect.
///
/// # Errors
/// If something fails that must not.
pub fn perform(world: &mut World, device: usize, effect: Effect) -> Result<(), String> {
    let to = Address { run: effect.run, ..world.address(device) };
    match effect.action {
        Action::OpenSocket => world.connect(to),
        Action::CloseSocket => world.hang_up(device),
        Action::Subscribe(model) => world.subscribe(to, model),
        Action::Fetch(page) => fetch(world, to, page)?,
        Action::Apply(page) => apply(world, to, page)?,
        Action::ResetCursor { model, scope_changed } => {
            let it = &mut world.devices[device];
            it.volatile.chains.remove(&model);
            if scope_changed {
                it.volatile.accept_equal.insert(model);
            }
            let reset = it
                .store()?
                .write(|tx| if scope_changed { tx.reset_cursor(model) } else { tx.reset_progress(model) });
            reset.map_err(|error| error.to_string())?;
        }
        // A server that is not well answers everything alike: nothing is put aside here.
        Action::Send { batch, max, resend, skip: _ } => send(world, to, batch, max, resend)?,
        Action::SetTimer { timer, delay_ms } => world.set_timer(to, timer, delay_ms),
        Action::Publish(notice) => {
            if let syncline_engine::Notice::ModelSynced { model, .. } = &notice {
                world.devices[device].volatile.accept_equal.remove(model);
            }
            let now = world.now;
            world.history.tell(now, || format!("device {device}: {notice:?}"));
        }
    }
    Ok(())
}

fn fetch(world: &mut World, to: Address, page: PageId) -> Result<(), String> {
    let limit = world.settings.page;
    let model = world.schema.model(page.model).clone();
    let it = &mut world.devices[to.device];
    let text = it.expression_text();
    let going_on = it.volatile.chains.get(&page.model).filter(|_| page.page > 0).cloned();
    let sync = match going_on {
        Some(sync) => sync,
        None => {
            let state = it.store()?.reads().sync_state(page.model).map_err(|error| error.to_string())?;
            state.next(&text)
        }
    };
    let expression = &it.expression;
    let request = page_request(PageQuery {
        model: &model,
        expression,
        last_sync: sync.last_sync,
        token: sync.token.as_deref(),
        limit,
    });
    let now = world.now;
    world.history.tell(now, || {
        format!(
            "device {} asks for page {page:?} since {:?} token {}",
            to.device,
            sync.last_sync,
            sync.token.is_some()
        )
    });
    world.request(to, request.to_json(), Purpose::Page { page, sync });
    Ok(())
}

fn apply(world: &mut World, to: Address, page: PageId) -> Result<(), String> {
    let it = &mut world.devices[to.device];
    let Some(fetched) = it.volatile.pages.remove(&page) else { return Ok(()) };
    let accept_equal = it.volatile.accept_equal.contains(&page.model);
    let (text, generation) = (it.expression_text(), it.volatile.generation);
    let model = world.schema.model(page.model).clone();
    let it = &mut world.devices[to.device];
    let filter = it.expression.bind(&model).map_err(|error| error.to_string())?;
    let Fetched { sync, asked, rows, base, fingerprint } = fetched;
    let applied = it.store()?.write(|tx| {
        if tx.reads().generation()? != generation && !is_broken(Rule::RunNumbers) {
            return Ok(None);
        }
        tx.apply_page(
            page.model,
            RemotePage {
                leaves: Vec::new(),
                epoch: None,
                rows,
                expression: &filter,
                expression_text: &text,
                base,
                started_at: sync.started_at.unwrap_or(0),
                token: asked.as_deref(),
                next: sync.token,
                fingerprint,
                accept_equal,
            },
        )
        .map(Some)
    });
    match applied {
        Ok((Some(done), _)) => {
            if let Some(refused) = done.refused.first() {
                return Err(format!("a row of a page cannot be stored: {}", refused.reason));
            }
            let counts = Counts { added: done.added, updated: done.updated, deleted: done.deleted };
            crate::check::versions(world, to.device)?;
            world.event(to, Event::PageApplied { page, counts })
        }
        Ok((None, _)) => Ok(()),
        Err(_) => world.event(to, Event::PageFailed { page, failure: SOON }),
    }
}

fn send(world: &mut World, to: Address, batch: u32, max: usize, resend: bool) -> Result<(), String> {
    let it = &mut world.devices[to.device];
    let generation = it.volatile.generation;
    let sizes: Vec<usize> = BATCH_SIZES.into_iter().filter(|size| *size <= max.max(1)).collect();
    let claimed = it.store()?.write(|tx| {
        if tx.reads().generation()? != generation {
            return Ok(None);
        }
        if resend && let Some(claimed) = tx.in_doubt(&sizes, &[])? {
            return Ok(Some((claimed, true)));
        }
        let limits = ClaimLimits { sizes: &sizes, resend: false, same_document_dependencies: false };
        Ok(tx.claim(limits)?.map(|claimed| (claimed, false)))
    });
    let (claimed, _) = claimed.map_err(|error| error.to_string())?;
    let Some((claimed, in_doubt)) = claimed else { return world.event(to, Event::NothingToSend { batch }) };
    let full = claimed.more;
    let session = world.devices[to.device].store()?.reads().session().map_err(|error| error.to_string())?;
    let model = world.schema.model(claimed.model).clone();
    let dialect = Dialect::Syncline { session: &session };
    let request = batch_request(&world.schema, &model, claimed.op, &claimed.entries, dialect);
    let now = world.now;
    world.history.tell(now, || {
        let shown: Vec<String> = claimed
            .entries
            .iter()
            .map(|entry| format!("{} v{:?} {:?}", entry.key, entry.base_version, entry.patch.0))
            .collect();
        format!("device {} sends batch {batch}: {:?} {}", to.device, claimed.op, shown.join(" | "))
    });
    world.request(to, request.to_json(), Purpose::Batch { batch, entries: claimed.entries });
    world.event(to, Event::BatchClaimed { batch, full, in_doubt })
}

/// An answer, or its absence, has reached a device.
///
/// # Errors
/// If something fails that must not.
pub fn answered(
    world: &mut World,
    to: Address,
    purpose: Purpose,
    body: Option<(u16, Vec<u8>)>,
) -> Result<(), String> {
    let body = body.filter(|(status, _)| *status == 200).map(|(_, body)| body);
    match purpose {
        Purpose::Page { page, sync } => match body {
            Some(body) => arrived(world, to, page, &sync, &body),
            None => world.event(to, Event::PageFailed { page, failure: SOON }),
        },
        Purpose::Batch { batch, entries } => match body {
            Some(body) => batch_answered(world, to, batch, entries, &body),
            None => world
                .event(to, Event::BatchFailed { batch, size: entries.len(), failure: SOON, answered: false }),
        },
        Purpose::Look { batch, looks, outcomes } => look_answered(world, to, batch, looks, outcomes, body),
    }
}

fn arrived(
    world: &mut World,
    to: Address,
    page: PageId,
    sync: &syncline_store::NextSync,
    body: &[u8],
) -> Result<(), String> {
    let model = world.schema.model(page.model).clone();
    let answer = match parse_sync_page(&model, body) {
        Ok(answer) => answer,
        Err(_) if sync.token.is_some() => {
            return world.event(to, Event::CursorRefused { page, scope_changed: false });
        }
        Err(error) => return Err(format!("the server refuses a page: {error}")),
    };
    let extension = answer.extension.ok_or("the server does not speak the extension")?;
    let field = extension.fields.values().next().cloned().unwrap_or_default();
    let base = field.kind.map_or(sync.base, |kind| kind == SyncKind::Base);
    let it = &mut world.devices[to.device];
    let changed = it.store()?.write(|tx| tx.meet_epoch(&extension.epoch));
    let (changed, _) = changed.map_err(|error| error.to_string())?;
    let state = it.store()?.reads().sync_state(page.model).map_err(|error| error.to_string())?;
    if changed || state.scope_changed(base, field.fingerprint.as_deref()) {
        return world.event(to, Event::CursorRefused { page, scope_changed: true });
    }
    let fetched = Fetched {
        sync: sync.after(answer.next_token, answer.started_at),
        asked: sync.token.clone(),
        rows: answer.rows,
        base,
        fingerprint: field.fingerprint,
    };
    let more = fetched.sync.token.is_some();
    world.keep(to.device, page, fetched);
    world.event(to, Event::PageArrived { page, more, base })
}

fn batch_answered(
    world: &mut World,
    to: Address,
    batch: u32,
    entries: Vec<Entry>,
    body: &[u8],
) -> Result<(), String> {
    let Some(first) = entries.first() else { return Err("an empty batch was sent".to_owned()) };
    let model = world.schema.model(first.model).clone();
    let random = &mut world.devices[to.device].random;
    let readings = match read_batch(&model, &entries, body, &mut || random.uuid()) {
        Ok(readings) => readings,
        Err(error) => return Err(format!("the server refuses a batch: {error}")),
    };
    let mut outcomes = Vec::new();
    let mut looks = Vec::new();
    for (entry, reading) in entries.into_iter().zip(readings) {
        match reading {
            Reading::Settle(outcome) => outcomes.push((entry, outcome)),
            Reading::Look(look) => looks.push((entry, look)),
            Reading::Unknown { reason, .. } => {
                return Err(format!("an answer says nothing of a mutation: {reason}"));
            }
        }
    }
    look_or_settle(world, to, batch, looks, outcomes)
}

fn look_or_settle(
    world: &mut World,
    to: Address,
    batch: u32,
    looks: Vec<(Entry, Look)>,
    outcomes: Vec<(Entry, Outcome)>,
) -> Result<(), String> {
    if let Some((entry, _)) = looks.first() {
        let model = world.schema.model(entry.model).clone();
        let body = get_request(&model, &entry.key).to_json();
        world.request(to, body, Purpose::Look { batch, looks, outcomes });
        return Ok(());
    }
    settle(world, to, outcomes)?;
    world.event(to, Event::BatchSettled { batch, unsent: 1 })
}

fn look_answered(
    world: &mut World,
    to: Address,
    batch: u32,
    mut looks: Vec<(Entry, Look)>,
    mut outcomes: Vec<(Entry, Outcome)>,
    body: Option<Vec<u8>>,
) -> Result<(), String> {
    let Some(body) = body else {
        let size = looks.len();
        settle(world, to, outcomes)?;
        return world.event(to, Event::BatchFailed { batch, size, failure: SOON, answered: false });
    };
    let (entry, look) = looks.remove(0);
    let model = world.schema.model(entry.model).clone();
    let row = parse_get(&model, &body).map_err(|error| error.to_string())?.row;
    let random = &mut world.devices[to.device].random;
    let outcome = looked(&entry, &look, row, true, &mut || random.uuid());
    outcomes.push((entry, outcome));
    look_or_settle(world, to, batch, looks, outcomes)
}

fn settle(world: &mut World, to: Address, outcomes: Vec<(Entry, Outcome)>) -> Result<(), String> {
    let generation = world.devices[to.device].volatile.generation;
    for (entry, outcome) in outcomes {
        let refused = matches!(outcome, Outcome::ConditionFailed(_) | Outcome::Refused(_));
        let now = world.now;
        world.history.tell(now, || format!("device {} settles {}: {outcome:?}", to.device, entry.key));
        let store = world.devices[to.device].store()?;
        let settled = store.write(|tx| {
            if tx.reads().generation()? != generation && !is_broken(Rule::RunNumbers) {
                return Ok(None);
            }
            tx.settle(&entry.id, outcome)
        });
        let (settled, _) = settled.map_err(|error| format!("an answer cannot be stored: {error}"))?;
        if settled.is_some() && refused {
            world.history.refused.insert((to.device, entry.key));
        }
    }
    crate::check::versions(world, to.device)
}

/// A frame has reached a device.
///
/// # Errors
/// If something fails that must not.
pub fn frame(world: &mut World, subscriber: Subscriber, text: &str) -> Result<(), String> {
    let (model_id, kind) = (ModelId(subscriber.subscription.0), subscriber.subscription.1);
    let to = world.address(subscriber.device);
    let it = &mut world.devices[subscriber.device];
    if it.volatile.connection != Some(subscriber.connection) || !it.engine.is_running() {
        return Ok(());
    }
    let model = world.schema.model(model_id).clone();
    let ServerFrame::Data { payload, .. } = ServerFrame::parse(text).map_err(|error| error.to_string())?
    else {
        return Err("a frame without data".to_owned());
    };
    let event = parse_event(&model, SubscriptionKind::ALL[kind].field(&model), &payload)
        .map_err(|error| error.to_string())?;
    let extension = event.extension.ok_or("a frame without a sequence")?;
    let it = &mut world.devices[subscriber.device];
    let last = it.volatile.last.insert(subscriber.subscription, extension.seq);
    let hole = !extension.follows(last);
    let (generation, row) = (it.volatile.generation, event.row.ok_or("a frame without a record")?);
    let filter = it.expression.bind(&model).map_err(|error| error.to_string())?;
    let now = world.now;
    world.history.tell(now, || {
        format!("device {} gets a frame: {:?} {:?}", to.device, row.record.0.first(), row.meta)
    });
    let applied = world.devices[subscriber.device].store()?.write(|tx| {
        if tx.reads().generation()? != generation && !is_broken(Rule::RunNumbers) {
            return Ok(());
        }
        tx.apply_frame(model_id, row, &filter).map(|_| ())
    });
    applied.map_err(|error| format!("a frame cannot be stored: {error}"))?;
    crate::check::versions(world, to.device)?;
    if hole { world.event(to, Event::Gap(model_id)) } else { Ok(()) }
}
