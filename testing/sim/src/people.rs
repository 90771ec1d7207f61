//! What people do: save, edit, delete, with fresh and with stale copies, with and without conditions; and what befalls
//! their devices.

use crate::history::SavedValue;
use crate::world::World;
use syncline_core::predicate::Op;
use syncline_core::record::ReadAs;
use syncline_core::{Key, ModelId, Predicate, Record, Value};
use syncline_engine::Input;
use syncline_store::{Save, StoreError};

/// A record that somebody read earlier and may still save.
#[derive(Clone, Debug)]
pub struct Copy {
    /// Whose.
    pub device: usize,
    /// What they read.
    pub record: Record,
    /// At which version.
    pub version: Option<i64>,
}

/// The model people quarrel about.
pub const POST: ModelId = ModelId(0);

/// Somebody does something, or something befalls a device.
///
/// # Errors
/// If something fails that must not.
pub fn act(world: &mut World, copies: &mut Vec<Copy>) -> Result<(), String> {
    let device = world.random.below(world.devices.len());
    world.history.order += 1;
    if world.settings.restless && world.random.chance(40) {
        return fidget(world, device);
    }
    match world.random.below(100) {
        0..62 => edit(world, device, copies),
        62..70 => delete(world, device),
        70..78 => {
            let online = !world.devices[device].online;
            world.set_online(device, online)
        }
        78..84 => {
            let wanted = !world.devices[device].wanted;
            world.devices[device].wanted = wanted;
            let now = world.now;
            world
                .history
                .tell(now, || format!("device {device} {}", if wanted { "starts" } else { "stops" }));
            if wanted { world.start(device) } else { world.stop(device) }
        }
        84..88 if world.settings.crash > 0 => world.crash(device),
        88..91 => world.restart_server(),
        91..93 => clear(world, device),
        93..97 => {
            let jump = i64::try_from(world.random.below(20_000)).unwrap_or(0) - 10_000;
            world.jump_clock(jump);
            Ok(())
        }
        _ => world.input(device, Input::Wake),
    }
}

/// Stops and starts at once, or clears: what was under way is still under way when the next run begins.
fn fidget(world: &mut World, device: usize) -> Result<(), String> {
    if world.random.chance(25) {
        return clear(world, device);
    }
    let now = world.now;
    world.history.tell(now, || format!("device {device} stops and starts"));
    world.stop(device)?;
    world.devices[device].wanted = true;
    world.start(device)
}

fn clear(world: &mut World, device: usize) -> Result<(), String> {
    let now = world.now;
    world.history.tell(now, || format!("device {device} is cleared"));
    world.stop(device)?;
    world.devices[device].store()?.write(|tx| tx.clear()).map_err(|error| error.to_string())?;
    let order = world.history.order;
    world.history.cleared.insert(device, order);
    crate::check::forget(world, device);
    if world.devices[device].wanted { world.start(device) } else { Ok(()) }
}

fn key_of(world: &mut World) -> Key {
    let place = world.random.below(world.settings.records);
    Key::id(format!("post-{place}"))
}

fn edit(world: &mut World, device: usize, copies: &mut Vec<Copy>) -> Result<(), String> {
    let key = key_of(world);
    let model = world.schema.model(POST).clone();
    let stored = world.devices[device].store()?.reads().get(POST, &key).map_err(|error| error.to_string())?;
    let stale = world.random.chance(15);
    let copy = stale
        .then(|| {
            copies.iter().rev().find(|copy| copy.device == device && Key::of(&model, &copy.record) == key)
        })
        .flatten()
        .cloned();
    let read = match (&copy, &stored) {
        (Some(copy), _) => Some((copy.record.clone(), copy.version)),
        (None, Some(stored)) => Some((stored.record.clone(), stored.version)),
        (None, None) => None,
    };
    let mut value =
        read.as_ref().map_or_else(|| Record::empty(model.fields.len()), |(record, _)| record.clone());
    for (&field, part) in model.key.iter().zip(&key.0) {
        value[field] = part.clone();
    }
    let order = world.history.order;
    let mut saved = Vec::new();
    for (place, field) in ["title", "body", "rating", "tags"].into_iter().enumerate() {
        let must = field == "title" && read.is_none();
        if !must && !world.random.chance(40) {
            continue;
        }
        let Some(field) = model.field(field) else { continue };
        let unique = 1_000 * order + 10 * device + place;
        let (whole, item) = fresh(&model.fields[field], &value[field], unique);
        value[field] = whole;
        saved.push((field, item));
    }
    if saved.is_empty() {
        return Ok(());
    }
    let condition = (read.is_some() && world.random.chance(10)).then(|| {
        let rating = i64::try_from(world.random.below(60_000)).unwrap_or(0);
        Predicate::compare("rating", Op::Lt(Value::Int(rating)))
            .or(Predicate::compare("rating", Op::Exists(false)))
    });
    let local =
        world.devices[device].store()?.reads().local(POST, &key).map_err(|error| error.to_string())?;
    let seen = |field: usize| {
        let shown = stored.as_ref().map(|stored| stored.record[field].clone());
        let server = local.server.live().map(|server| server.record[field].clone());
        shown.into_iter().chain(server).collect::<Vec<_>>()
    };
    let mutation = world.devices[device].random.uuid();
    let read_as = read.as_ref().map(|(record, version)| ReadAs { record, version: *version });
    let done = world.devices[device].store()?.write(|tx| {
        tx.save(Save { model: POST, value: &value, read_as, condition: condition.as_ref(), mutation })
    });
    let now = world.now;
    match done {
        Ok((done, _)) => {
            world.history.tell(now, || {
                format!(
                    "device {device} saves {key}: {saved:?} stale {} condition {}",
                    copy.is_some(),
                    condition.is_some()
                )
            });
            for (field, item) in saved {
                let seen = seen(field);
                let key = key.clone();
                world.history.saved.push(SavedValue { device, key, field, value: item, seen, order });
            }
            copies.push(Copy { device, record: done.record, version: done.version });
            if copies.len() > 20 {
                copies.remove(0);
            }
            world.input(device, Input::OutboxGrew)
        }
        Err(StoreError::ConditionFailed { .. } | StoreError::RecordDeleted { .. }) => Ok(()),
        Err(error) => Err(format!("device {device} cannot save {key}: {error}")),
    }
}

/// A value for the field that was never there before, and the part of it that is new.
fn fresh(field: &syncline_core::Field, before: &Value, unique: usize) -> (Value, Value) {
    let number = i64::try_from(unique).unwrap_or(0);
    if field.is_list() {
        let item = Value::from(format!("tag-{unique}"));
        let mut items = match before {
            Value::List(items) => items.clone(),
            _ => Vec::new(),
        };
        items.push(item.clone());
        return (Value::List(items), item);
    }
    let value = match field.kind.storage() {
        syncline_core::scalar::Storage::Int => Value::Int(number),
        _ => Value::from(format!("{}-{unique}", field.name)),
    };
    (value.clone(), value)
}

fn delete(world: &mut World, device: usize) -> Result<(), String> {
    let key = key_of(world);
    let mutation = world.devices[device].random.uuid();
    let done = world.devices[device].store()?.write(|tx| tx.delete(POST, &key, None, mutation));
    let (done, _) = done.map_err(|error| format!("device {device} cannot delete {key}: {error}"))?;
    if done.is_some() {
        let (now, order) = (world.now, world.history.order);
        world.history.tell(now, || format!("device {device} deletes {key}"));
        world.history.deletes.push((device, key, order));
        return world.input(device, Input::OutboxGrew);
    }
    Ok(())
}
