//! One seed, from the first step to the last check.

use crate::cells::Taken;
use crate::schemas::{HIDDEN, Schemas};
use crate::script::{Step, script};
use crate::settings::{Settings, Variation};
use crate::story::act;
use crate::world::World;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use syncline_core::faults::{Rule, break_rule, taken_cells};
use syncline_core::record::EntryState;
use syncline_engine::Input;

/// What is played.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// The seed.
    pub seed: u64,
    /// What is taken away from its world.
    pub variation: Variation,
}

impl Case {
    /// All of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Case {
        Case { seed, variation: Variation::default() }
    }

    /// Its world.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.whole().vary(&self.variation)
    }

    /// Its world, before anything is taken away.
    fn whole(&self) -> Settings {
        if self.variation.usual { Settings::usual(self.seed) } else { Settings::of(self.seed) }
    }

    /// What happens in it.
    #[must_use]
    pub fn script(&self) -> Vec<Step> {
        let mut script = script(&self.whole());
        if let Some(only) = &self.variation.only {
            script.retain(|step| only.contains(&step.number));
        }
        script
    }
}

impl std::fmt::Display for Case {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.seed, self.variation)
    }
}

/// What came of a seed.
#[derive(Debug)]
pub struct Played {
    /// What did not hold, if anything.
    pub violation: Option<String>,
    /// What happened, if it was asked for.
    pub story: Vec<String>,
    /// How often what was done.
    pub told: BTreeMap<&'static str, u64>,
    /// Which cells of the tables of decisions were taken.
    pub cells: Taken,
}

/// The schemas of all kinds of worlds: first those without models that the server refuses, and of each two those that keep
/// the types of their fields.
#[derive(Debug)]
pub struct Stage([Schemas; 4]);

impl Stage {
    /// The schemas, compiled.
    ///
    /// # Errors
    /// If one does not compile.
    pub fn new() -> Result<Stage, String> {
        let schemas = |poison, retypes| Schemas::new(poison, retypes);
        Ok(Stage([
            schemas(false, false)?,
            schemas(false, true)?,
            schemas(true, false)?,
            schemas(true, true)?,
        ]))
    }

    /// Plays a case with `broken` switched off.
    #[must_use]
    pub fn play(&self, case: &Case, broken: Option<Rule>, verbose: bool) -> Played {
        break_rule(broken);
        let played = Scratch::new(case.seed).and_then(|dir| self.world(case, &dir.0, verbose));
        break_rule(None);
        let cells = taken_cells();
        let played = played.unwrap_or_else(|fault| Played {
            violation: Some(fault),
            story: Vec::new(),
            told: BTreeMap::new(),
            cells: Taken::new(),
        });
        Played { cells, ..played }
    }

    fn world(&self, case: &Case, dir: &Path, verbose: bool) -> Result<Played, String> {
        let settings = case.settings();
        let schemas = &self.0[2 * usize::from(settings.poison) + usize::from(settings.retypes)];
        let mut world = World::new(settings, schemas, dir, verbose)?;
        let violation = steps(&mut world, &case.script()).and_then(|()| rest(&mut world)).err();
        let story = world.history.story().to_vec();
        let told = std::mem::take(&mut world.history.told);
        Ok(Played { violation, story, told, cells: Taken::new() })
    }
}

/// People do things while the world is as it is.
fn steps(world: &mut World, script: &[Step]) -> Result<(), String> {
    let mut copies = Vec::new();
    for device in 0..world.devices.len() {
        world.start(device)?;
    }
    for step in script {
        // Each step goes on from its own seed, so that one that is taken away changes little of the others.
        world.random = crate::random::Random::new(step.seed);
        world.tell(|| format!("step {}: {:?}", step.number, step.story));
        act(world, step, &mut copies)?;
        let pause = if world.random.chance(10) { 60_000 } else { 2 * world.settings.slowest_ms };
        let until = world.now + world.random.next() % pause;
        while world.step(until)? {}
        world.now = world.now.max(until);
    }
    Ok(())
}

/// Everybody comes online, nothing is lost any more, and all comes to rest.
fn rest(world: &mut World) -> Result<(), String> {
    world.tell(|| "everybody is online".to_owned());
    world.calm = true;
    for device in 0..world.devices.len() {
        world.set_online(device, true);
        world.devices[device].wanted = true;
        world.start(device)?;
    }
    for _ in 0..60 {
        wake_all(world)?;
        let until = world.now + 20_000;
        let mut steps = 0;
        while world.step(until)? {
            steps += 1;
            if steps > 100_000 {
                return Err("I7: it never comes to rest: 100,000 messages in 20 s".to_owned());
            }
        }
        world.now = world.now.max(until);
        if unrest(world)?.is_none() {
            // What was committed last may still be on its way to those who asked before.
            wake_all(world)?;
            let until = world.now + 5_000;
            while world.step(until)? {}
            if unrest(world)?.is_none() {
                return crate::check::at_rest(world);
            }
        }
    }
    let why = unrest(world)?.unwrap_or_else(|| "something is always under way".to_owned());
    Err(format!("I7: it never comes to rest: {why}"))
}

fn wake_all(world: &mut World) -> Result<(), String> {
    for device in 0..world.devices.len() {
        world.devices[device].volatile.aside.clear();
        world.devices[device].volatile.resting.clear();
        world.input(device, Input::Wake)?;
    }
    Ok(())
}

/// What is not at rest, if anything.
fn unrest(world: &mut World) -> Result<Option<String>, String> {
    for device in &mut world.devices {
        let reads = device.store()?.reads();
        let outbox = reads.outbox().map_err(|error| error.to_string())?;
        let ready = reads.ready_len().map_err(|error| error.to_string())?;
        let mut unsettled: Vec<_> = outbox.iter().filter(|entry| !entry.is_parked()).collect();
        if ready == 0 {
            // What waits for something parked waits for a person.
            unsettled.retain(|entry| entry.state == EntryState::Sent);
        }
        let hidden = device.schema.by_name(HIDDEN).map(|model| model.id);
        let mut unsynced = device.engine.unsynced();
        unsynced.retain(|model| Some(*model) != hidden);
        if !unsettled.is_empty() || !unsynced.is_empty() {
            let id = device.id;
            return Ok(Some(format!(
                "device {id} has not sent {unsettled:?} of {} and not synced {unsynced:?}",
                outbox.len()
            )));
        }
    }
    Ok(world.is_busy().then(|| "messages are under way".to_owned()))
}

/// A directory that goes with its owner.
struct Scratch(PathBuf);

impl Scratch {
    fn new(seed: u64) -> Result<Scratch, String> {
        let memory = Path::new("/dev/shm");
        let base = if memory.is_dir() { memory.to_owned() } else { std::env::temp_dir() };
        let thread = format!("{:?}", std::thread::current().id());
        let thread: String = thread.chars().filter(char::is_ascii_digit).collect();
        let dir = base.join(format!("syncline-sim-{}-{thread}-{seed}", std::process::id()));
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
        let stage = Stage::new().expect("the schemas compile");
        for seed in [3, 13, 61, 201] {
            let case = Case::of(seed);
            let (once, again) = (stage.play(&case, None, true), stage.play(&case, None, true));
            assert!(once.story.len() > 50, "seed {seed} is eventful");
            assert_eq!(once.story, again.story, "seed {seed}");
            assert_eq!(once.violation, again.violation, "seed {seed}");
        }
    }
}
