//! Frames of the subscriptions.

use crate::server::Subscriber;
use crate::world::{Address, World};
use syncline_core::faults::{Rule, is_broken};
use syncline_core::{Model, ModelId, Versioned};
use syncline_engine::Event;
use syncline_protocol::document::SubscriptionKind;
use syncline_protocol::extension::Leave;
use syncline_protocol::realtime::ServerFrame;
use syncline_protocol::response::{bad_event, parse_event};

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
    let model = it.model(model_id);
    let ServerFrame::Data { payload, .. } = ServerFrame::parse(text).map_err(|error| error.to_string())?
    else {
        return Err("a frame without data".to_owned());
    };
    let field = SubscriptionKind::ALL[kind].field(&model);
    let event = match parse_event(&model, field, &payload) {
        Ok(event) => event,
        Err(error) if model.name == crate::schemas::ODD => {
            // It is kept as it came, and a delta sync brings it well if it can.
            let bad = bad_event(&model, field, &payload, &error).ok_or("an event without a record")?;
            let it = &mut world.devices[subscriber.device];
            let kept = it.store()?.write(|tx| tx.quarantine(model_id, &super::fetch::bad_row(bad)));
            kept.map_err(|error| error.to_string())?;
            world.history.count("frames that cannot be read");
            return world.event(to, Event::Gap(model_id));
        }
        Err(error) => return Err(error.to_string()),
    };
    if event.extension.is_none() != world.settings.plain {
        return Err("a frame has a sequence that it should not have, or none".to_owned());
    }
    let it = &mut world.devices[subscriber.device];
    let hole = event.extension.as_ref().is_some_and(|extension| {
        let last = it.volatile.last.insert(subscriber.subscription, extension.seq);
        !extension.follows(last)
    });
    match (event.row, event.extension.and_then(|extension| extension.leave)) {
        (Some(row), _) => changed(world, to, &model, row)?,
        (None, Some(left)) => leave(world, to, &model, &left)?,
        (None, None) => return Err("a frame that says nothing".to_owned()),
    }
    if hole { world.event(to, Event::Gap(model_id)) } else { Ok(()) }
}

/// A record has changed.
fn changed(world: &mut World, to: Address, model: &Model, row: Versioned) -> Result<(), String> {
    world.tell(|| format!("device {} gets a frame: {:?} {:?}", to.device, row.record.0.first(), row.meta));
    match world.devices[to.device].volatile.echoes.hold(model, row) {
        Some(row) => store(world, to, model.id, row),
        None => {
            world.history.count("frames held");
            Ok(())
        }
    }
}

/// A record has left the scope (SYNC 2.8).
fn leave(world: &mut World, to: Address, model: &Model, left: &Leave) -> Result<(), String> {
    world.tell(|| format!("device {} is told that {} has left its scope", to.device, left.key));
    world.history.count("leaves in frames");
    let it = &mut world.devices[to.device];
    let generation = it.volatile.generation;
    let applied = it.store()?.write(|tx| {
        if tx.reads().generation()? == generation {
            tx.apply_leave(model.id, &left.key, left.left())?;
        }
        Ok(())
    });
    applied.map_err(|error| format!("a leave cannot be stored: {error}"))?;
    crate::check::versions(world, to.device)
}

/// A frame's record is stored.
pub(super) fn store(world: &mut World, to: Address, model: ModelId, row: Versioned) -> Result<(), String> {
    let it = &mut world.devices[to.device];
    let (filter, _) = it.filter(model)?;
    let generation = it.volatile.generation;
    let applied = it.store()?.write(|tx| {
        if tx.reads().generation()? != generation && !is_broken(Rule::RunNumbers) {
            return Ok(());
        }
        tx.apply_frame(model, row, &filter).map(|_| ())
    });
    applied.map_err(|error| format!("a frame cannot be stored: {error}"))?;
    crate::check::versions(world, to.device)
}
