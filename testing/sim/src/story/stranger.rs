//! A client that is none of the devices: it writes at the server faster than any device could, and what some of them cannot
//! read.

use super::{ids, operate, pass};
use crate::history::Id;
use crate::schemas::{Names, ODD};
use crate::server::now;
use crate::world::World;
use std::sync::Arc;
use syncline_backend::{Row, Scope};
use syncline_core::predicate::Filter;
use syncline_core::record::{Entry, EntryState, FieldChange, MutationOp, Patch};
use syncline_core::{Key, Model, Value};
use syncline_protocol::exchange::{Dialect, Together, batch_request};

/// Who deletes for it, in the history: no device.
const NOBODY: usize = usize::MAX;

pub(super) fn stranger(world: &mut World) -> Result<(), String> {
    if world.settings.poison && world.random.chance(60) {
        return odd(world);
    }
    let all: Vec<Id> = ids(world).into_iter().filter(|id| id.0 == crate::schemas::POST).collect();
    let place = world.random.below(all.len());
    let id = all[place].clone();
    world.history.count("lives that begin and end at once");
    if !world.settings.plain && world.random.chance(50) { reborn(world, &id) } else { churn(world, &id) }
}

/// The records that a device may not be able to read.
#[must_use]
pub fn odd_ids(world: &World) -> Vec<Id> {
    let count = if world.settings.poison { 3 } else { 0 };
    (0..count).map(|place| (ODD.to_owned(), Key::id(format!("odd-{place}")))).collect()
}

/// A record that some of the devices cannot read is made or changed, and may become one that they can.
fn odd(world: &mut World) -> Result<(), String> {
    let all = odd_ids(world);
    let place = world.random.below(all.len());
    let id = all[place].clone();
    let size = if world.random.chance(50) { Value::from("many") } else { Value::Null };
    world.history.count("records that may not be readable");
    let version = row(world, &id)?.map(|row| row.meta.version);
    let op = if version.is_some() { MutationOp::Update } else { MutationOp::Create };
    say(world, &id, vec![(op, version)], &[("title", Value::from("odd")), ("size", size)])
}

/// A record is deleted, made anew and deleted again before anybody hears of the first.
fn churn(world: &mut World, id: &Id) -> Result<(), String> {
    let (version, deleted) = match row(world, id)? {
        Some(row) => (row.meta.version, row.meta.deleted),
        None => (0, true),
    };
    let mut writes = Vec::new();
    if !deleted {
        writes.push((MutationOp::Delete, Some(version)));
    }
    // Plain AppSync has no way to make anew what is deleted.
    if !world.settings.plain || version == 0 {
        let tombstone = version + i64::from(!deleted);
        let named = (tombstone > 0).then_some(tombstone);
        writes.push((MutationOp::Create, named));
        writes.push((MutationOp::Delete, Some(tombstone + 1)));
    }
    say(world, id, writes, &[("title", Value::from("a stranger's"))])
}

/// A record is deleted and forgotten, and then made anew and deleted again before anybody hears of that.
fn reborn(world: &mut World, id: &Id) -> Result<(), String> {
    forget(world, id)?;
    churn(world, id)
}

/// A record is made, or made what it was, with this rating.
pub(super) fn put(world: &mut World, id: &Id, rating: i64) -> Result<(), String> {
    let row = row(world, id)?;
    let version = row.as_ref().map(|row| row.meta.version);
    let alive = row.is_some_and(|row| !row.meta.deleted);
    let op = if alive { MutationOp::Update } else { MutationOp::Create };
    world.history.visited.insert(id.clone());
    say(
        world,
        id,
        vec![(op, version)],
        &[("title", Value::from("a stranger's")), ("rating", Value::Int(rating))],
    )
}

/// A record is deleted, if it is there.
pub(super) fn delete(world: &mut World, id: &Id) -> Result<(), String> {
    match row(world, id)?.filter(|row| !row.meta.deleted) {
        Some(row) => say(world, id, vec![(MutationOp::Delete, Some(row.meta.version))], &[]),
        None => Ok(()),
    }
}

/// A record is deleted and forgotten. What was on its way when it was deleted has arrived or is lost.
pub(super) fn forget(world: &mut World, id: &Id) -> Result<(), String> {
    delete(world, id)?;
    let slowest = world.settings.slowest_ms;
    pass(world, 2 * slowest)?;
    world.jump_clock(130_000);
    operate::purge(world)
}

/// What the server has.
fn row(world: &World, id: &Id) -> Result<Option<Row>, String> {
    let scope = Scope::new(Filter::all(), Filter::all());
    let model = world.server.schema().by_name(&id.0).ok_or("the server lacks a model")?.id;
    let rows = now(world.server.backend.get(&scope, model, std::slice::from_ref(&id.1)))?;
    Ok(rows.map_err(|error| error.to_string())?.pop().flatten())
}

/// Says these writes of one record to the server, each on the version that it names.
fn say(
    world: &mut World,
    id: &Id,
    writes: Vec<(MutationOp, Option<i64>)>,
    values: &[(&str, Value)],
) -> Result<(), String> {
    let schema = Arc::clone(world.server.schema());
    let model = schema.by_name(&id.0).ok_or("the server lacks a model")?;
    let mut entries = Vec::new();
    for (seq, (op, base_version)) in (1..).zip(writes) {
        let patch = if op == MutationOp::Delete { Patch::default() } else { patch(model, values) };
        let (key, mutation) = (id.1.clone(), world.random.uuid());
        let state = EntryState::Sent;
        let of = Entry {
            seq,
            id: mutation,
            model: model.id,
            key,
            op,
            patch,
            base_version,
            condition: None,
            group: None,
            state,
        };
        if op == MutationOp::Delete {
            world.history.order += 1;
            let order = world.history.order;
            world.history.deletes.push((NOBODY, id.clone(), order));
        }
        world.tell(|| format!("a stranger: {op:?} {} on {base_version:?}", id.1));
        entries.push(of);
    }
    for entry in entries {
        let plain = world.settings.plain;
        let dialect =
            if plain { Dialect::AppSync } else { Dialect::Syncline { session: "stranger", origin: None } };
        let request =
            batch_request(&schema, std::slice::from_ref(&entry), dialect, Together::Apart, usize::MAX);
        let (status, body) = world.server.answer(Names::Old, &request.to_json())?;
        let body = String::from_utf8_lossy(&body).into_owned();
        world.tell(|| format!("the server answers {status} {body}"));
    }
    world.deliver_frames()
}

fn patch(model: &Model, values: &[(&str, Value)]) -> Patch {
    let change = |(name, value): &(&str, Value)| {
        let field = model.field(name)?;
        Some(FieldChange { field, base: Value::Null, value: value.clone() })
    };
    Patch(values.iter().filter_map(change).collect())
}
