//! Which function plays which story, and what they all draw from.

use super::edit::Copy;
use crate::history::Id;
use crate::schemas::{self, BLOG, POST, VAULT};
use crate::script::{Step, Story};
use crate::world::World;
use syncline_core::predicate::Op;
use syncline_core::{Key, Model, ModelId, Predicate, Value};
use syncline_engine::Input;

/// Somebody does something, or something befalls a device or the server.
///
/// # Errors
/// If something fails that must not.
pub fn act(world: &mut World, step: &Step, copies: &mut Vec<Copy>) -> Result<(), String> {
    let device = step.device % world.devices.len();
    match step.story {
        Story::Edit => super::edit::edit(world, device, copies),
        Story::Burst => super::edit::burst(world, device, copies),
        Story::Delete => super::delete::delete(world, device),
        Story::Transact => super::transact::transact(world, device),
        Story::Bereave => super::bereave::bereave(world, device, copies),
        Story::Stranger => super::stranger::stranger(world),
        Story::Exile => super::exile::exile(world, device),
        Story::Repair => super::befall::repair(world, device),
        Story::Network => {
            let online = !world.devices[device].online;
            world.set_online(device, online);
            Ok(())
        }
        Story::StartStop => super::befall::start_or_stop(world, device),
        Story::Fidget => super::befall::fidget(world, device),
        Story::Crash => world.crash(device),
        Story::Clear => super::befall::clear(world, device),
        Story::Wake => {
            world.devices[device].volatile.aside.clear();
            world.devices[device].volatile.resting.clear();
            world.input(device, Input::Wake)
        }
        Story::Express => super::befall::express(world, device),
        Story::Upgrade => super::befall::upgrade(world, device, copies),
        Story::Restart => super::operate::restart(world),
        Story::Copy => super::operate::copy(world),
        Story::Restore => super::operate::restore(world),
        Story::Purge => super::operate::purge(world),
        Story::Rules => super::operate::rules(world),
        Story::Jump => {
            let jump = i64::try_from(world.random.below(20_000)).unwrap_or(0) - 10_000;
            world.jump_clock(jump);
            Ok(())
        }
    }
}

/// Every record that people may quarrel about.
#[must_use]
pub fn ids(world: &World) -> Vec<Id> {
    let of = |model: &'static str, name: &'static str, count: usize| {
        (0..count).map(move |place| (model.to_owned(), Key::id(format!("{name}-{place}"))))
    };
    let vaults = if world.settings.poison { 2 } else { 0 };
    let posts = of(POST, "post", world.settings.posts);
    posts.chain(of(BLOG, "blog", world.settings.blogs)).chain(of(VAULT, "vault", vaults)).collect()
}

/// One of them.
pub(super) fn pick(world: &mut World) -> Id {
    let ids = ids(world);
    let place = world.random.below(ids.len());
    ids[place].clone()
}

/// Lets time pass, in ms.
pub(super) fn pass(world: &mut World, ms: u64) -> Result<(), String> {
    let until = world.now + ms;
    while world.step(until)? {}
    world.now = world.now.max(until);
    Ok(())
}

/// A model of a device by its name.
pub(super) fn model_of(world: &World, device: usize, name: &str) -> Result<ModelId, String> {
    let model = schemas::model_of(&world.devices[device].schema, name);
    model.map(|model| model.id).ok_or_else(|| format!("there is no model {name}"))
}

/// Sometimes a condition.
pub(super) fn condition(world: &mut World, model: &Model) -> Option<Predicate> {
    let percent = world.settings.conditions;
    let name = &model.fields[schemas::field_of(model, "rating")?].name;
    world.random.chance(percent).then(|| {
        let rating = i64::try_from(world.random.below(60_000)).unwrap_or(0);
        Predicate::compare(name, Op::Lt(Value::Int(rating))).or(Predicate::compare(name, Op::Exists(false)))
    })
}
