//! One seed, from the first step to the last check.

use crate::people::act;
use crate::settings::Settings;
use crate::world::World;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use syncline_core::faults::{Rule, break_rule};
use syncline_core::predicate::Op;
use syncline_core::{Predicate, Schema, Value};
use syncline_engine::Input;

/// The schema people quarrel over.
const SCHEMA: &str = "type Post @model @auth(rules: [{allow: public}]) {
  id: ID!
  title: String!
  body: String
  rating: Int
  tags: [String]
}
";

/// What came of a seed.
#[derive(Debug)]
pub struct Played {
    /// What did not hold, if anything.
    pub violation: Option<String>,
    /// What happened, if it was asked for.
    pub story: Vec<String>,
}

/// The schema, compiled.
///
/// # Errors
/// If it does not compile.
pub fn schema() -> Result<Arc<Schema>, String> {
    syncline_schema::compile(SCHEMA, "sim.graphql").map(Arc::new).map_err(|error| error.to_string())
}

/// Plays a seed with `broken` switched off.
#[must_use]
pub fn play(schema: &Arc<Schema>, seed: u64, broken: Option<Rule>, verbose: bool) -> Played {
    let dir = Scratch::new(seed);
    break_rule(broken);
    let played = dir.as_ref().map_err(Clone::clone).and_then(|dir| through(schema, seed, &dir.0, verbose));
    break_rule(None);
    match played {
        Ok(story) => Played { violation: None, story },
        Err(violation) => Played { violation: Some(violation), story: Vec::new() },
    }
    .with_story_of(verbose)
}

impl Played {
    fn with_story_of(mut self, verbose: bool) -> Played {
        if let (true, Some(violation)) = (verbose, &self.violation)
            && let Some((violation, story)) = violation.split_once('\u{1e}')
        {
            self.story = story.lines().map(str::to_owned).collect();
            self.violation = Some(violation.to_owned());
        }
        self
    }
}

fn through(schema: &Arc<Schema>, seed: u64, dir: &Path, verbose: bool) -> Result<Vec<String>, String> {
    let mut world = World::new(Settings::of(seed), Arc::clone(schema), dir, verbose)?;
    if world.devices.len() > 2 {
        world.devices[2].expression = Predicate::compare("rating", Op::Gt(Value::Int(30_000)));
    }
    let played = steps(&mut world).and_then(|()| rest(&mut world));
    let story = world.history.story();
    match played {
        Ok(()) => Ok(story.to_vec()),
        Err(violation) if verbose => Err(format!("{violation}\u{1e}{}", story.join("\n"))),
        Err(violation) => Err(violation),
    }
}

/// People do things while the world is as it is.
fn steps(world: &mut World) -> Result<(), String> {
    let mut copies = Vec::new();
    for device in 0..world.devices.len() {
        world.start(device)?;
    }
    for _ in 0..world.settings.steps {
        act(world, &mut copies)?;
        let pause = if world.random.chance(10) { 60_000 } else { 2 * world.settings.slowest_ms };
        let until = world.now + world.random.next() % pause;
        while world.step(until)? {}
        world.now = world.now.max(until);
    }
    Ok(())
}

/// Everybody comes online, nothing is lost any more, and all comes to rest.
fn rest(world: &mut World) -> Result<(), String> {
    world.calm = true;
    for device in 0..world.devices.len() {
        world.set_online(device, true)?;
        world.devices[device].wanted = true;
        world.start(device)?;
    }
    for _ in 0..60 {
        for device in 0..world.devices.len() {
            world.input(device, Input::Wake)?;
        }
        let until = world.now + 20_000;
        let mut steps = 0;
        while world.step(until)? {
            steps += 1;
            if steps > 100_000 {
                return Err("it never comes to rest: 100,000 messages in 20 s".to_owned());
            }
        }
        world.now = world.now.max(until);
        if at_rest(world)? {
            // What was committed last may still be on its way to those who asked before.
            for device in 0..world.devices.len() {
                world.input(device, Input::Wake)?;
            }
            let until = world.now + 5_000;
            while world.step(until)? {}
            if at_rest(world)? {
                return crate::check::at_rest(world);
            }
        }
    }
    let left: Vec<String> = world.devices.iter().map(|device| format!("{:?}", device.engine)).collect();
    Err(format!("it never comes to rest: {}", left.join("\n")))
}

fn at_rest(world: &mut World) -> Result<bool, String> {
    for device in &mut world.devices {
        let unsettled = device.store()?.reads().unsettled_len().map_err(|error| error.to_string())?;
        if unsettled > 0 || !device.engine.unsynced().is_empty() {
            return Ok(false);
        }
    }
    Ok(!world.is_busy())
}

/// A directory that goes with its owner.
struct Scratch(PathBuf);

impl Scratch {
    fn new(seed: u64) -> Result<Scratch, String> {
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let dir = base.join(format!("syncline-sim-{}-{seed}", std::process::id()));
        std::fs::create_dir_all(&dir).map_err(|error| format!("{}: {error}", dir.display()))?;
        Ok(Scratch(dir))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A directory that cannot be removed is left to the system's own cleaning.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_is_the_same_story() {
        let schema = schema().expect("the schema compiles");
        for seed in [3, 13, 61, 201] {
            let (once, again) = (play(&schema, seed, None, true), play(&schema, seed, None, true));
            assert_eq!(once.violation, None, "seed {seed}");
            assert!(once.story.len() > 50, "seed {seed} is eventful");
            assert_eq!(once.story, again.story, "seed {seed}");
        }
    }
}
