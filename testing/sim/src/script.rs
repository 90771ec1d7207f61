//! What happens in a world, and how often: a table of stories with their weights, and the steps that are drawn from it.
//!
//! Each step has its own seed, so that one can be taken away without changing what the others want to do.

use crate::random::Random;
use crate::settings::Settings;

/// What happens in a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Story {
    /// A record is saved: made, edited, or made anew.
    Edit,
    /// A record is saved several times at once.
    Burst,
    /// A record is deleted, with what belongs to it.
    Delete,
    /// Several writes in one transaction.
    Transact,
    /// Somebody saves a record that somebody else deletes meanwhile, does not hear what became of it, and makes it anew.
    Bereave,
    /// A record leaves what a device asks for, and more befalls it there.
    Exile,
    /// A client that is none of the devices writes at the server.
    Stranger,
    /// A parked mutation is sent again or discarded.
    Repair,
    /// The network of a device goes or comes back.
    Network,
    /// A device starts or stops to sync.
    StartStop,
    /// A device stops and starts at once: what was under way still is when the next run begins.
    Fidget,
    /// A device crashes.
    Crash,
    /// A device is cleared.
    Clear,
    /// A device tries everything that waits.
    Wake,
    /// A device starts with another sync expression.
    Express,
    /// A device opens its file with another version of the schema.
    Upgrade,
    /// The server's process ends and starts again.
    Restart,
    /// The server's file is copied.
    Copy,
    /// The server's file is replaced by the copy.
    Restore,
    /// The server forgets what is old.
    Purge,
    /// The server starts with other rules, or signs its tokens with another key.
    Rules,
    /// The server's clock jumps.
    Jump,
}

/// What people mostly do in a world; the columns of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mix {
    /// They edit.
    Editing,
    /// They delete and make anew.
    Deleting,
    /// They write in transactions.
    Grouping,
    /// They start, stop, clear and crash.
    Restless,
    /// The server is changed and replaced.
    Operating,
    /// They save what others delete, with conditions and in transactions.
    Bereaved,
    /// What they ask for changes, and records leave it.
    Exiled,
    /// They open their files with newer versions of the schema.
    Moving,
    /// They write in transactions to a server that applies nothing as a whole.
    Pairing,
}

impl Mix {
    /// Those of most worlds.
    pub const USUAL: [Mix; 5] = [Mix::Editing, Mix::Deleting, Mix::Grouping, Mix::Restless, Mix::Operating];
    /// Those of the rare kinds of worlds.
    pub const RARE: [Mix; 4] = [Mix::Bereaved, Mix::Exiled, Mix::Moving, Mix::Pairing];
}

/// How often each story is told in each mix.
const WEIGHTS: [(Story, [usize; 9]); 22] = [
    //                 editing deleting grouping restless operating, bereaved exiled moving pairing
    (Story::Edit, [60, 40, 25, 40, 50, 25, 25, 45, 20]),
    (Story::Burst, [8, 4, 4, 5, 5, 3, 2, 8, 4]),
    (Story::Delete, [0, 22, 10, 6, 8, 4, 6, 3, 1]),
    (Story::Transact, [2, 6, 30, 5, 5, 8, 2, 8, 40]),
    (Story::Bereave, [1, 4, 4, 2, 1, 35, 1, 1, 0]),
    (Story::Exile, [0, 0, 0, 0, 0, 0, 25, 0, 0]),
    (Story::Stranger, [2, 5, 2, 2, 4, 2, 4, 1, 0]),
    (Story::Repair, [2, 3, 3, 3, 3, 3, 1, 3, 1]),
    (Story::Network, [8, 8, 8, 8, 8, 6, 8, 8, 10]),
    (Story::StartStop, [4, 5, 5, 8, 5, 3, 4, 3, 5]),
    (Story::Fidget, [1, 1, 1, 14, 2, 1, 2, 1, 1]),
    (Story::Crash, [4, 4, 4, 8, 3, 3, 2, 4, 6]),
    (Story::Clear, [0, 2, 2, 5, 2, 1, 1, 1, 1]),
    (Story::Wake, [3, 3, 3, 3, 3, 3, 2, 3, 3]),
    (Story::Express, [1, 3, 2, 4, 3, 1, 8, 1, 1]),
    (Story::Upgrade, [2, 1, 1, 3, 2, 1, 1, 14, 1]),
    (Story::Restart, [2, 3, 3, 3, 4, 1, 1, 2, 2]),
    (Story::Copy, [0, 0, 0, 0, 4, 0, 1, 0, 0]),
    (Story::Restore, [0, 0, 0, 0, 4, 0, 1, 0, 0]),
    (Story::Purge, [0, 5, 1, 2, 4, 1, 4, 0, 0]),
    (Story::Rules, [1, 1, 1, 1, 4, 1, 5, 1, 1]),
    (Story::Jump, [3, 3, 3, 3, 4, 2, 2, 2, 2]),
];

/// One thing that happens.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its place in the script.
    pub number: usize,
    /// What happens.
    pub story: Story,
    /// To which device: this number, modulo how many there are.
    pub device: usize,
    /// What it is decided by.
    pub seed: u64,
}

/// Everything that happens in a world, in order.
#[must_use]
pub fn script(settings: &Settings) -> Vec<Step> {
    let mut random = Random::new(settings.seed ^ 0x0005_c219);
    let mut columns = Mix::USUAL.iter().chain(&Mix::RARE);
    let column = columns.position(|mix| *mix == settings.mix).unwrap_or(0);
    let total: usize = WEIGHTS.iter().map(|(_, weights)| weights[column]).sum();
    let step = |number| {
        let mut drawn = random.below(total);
        let told = WEIGHTS.iter().find(|(_, weights)| {
            let told = drawn < weights[column];
            drawn = drawn.saturating_sub(weights[column]);
            told
        });
        let story = told.map_or(Story::Edit, |(story, _)| *story);
        // A number that every count of devices divides, so that few devices do as much as many.
        Step { number, story, device: random.below(60), seed: random.next() }
    };
    (0..settings.steps).map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_story_is_told() {
        let mut told: Vec<Story> = Vec::new();
        for seed in 0..60 {
            told.extend(script(&Settings::of(seed)).iter().map(|step| step.story));
        }
        for (story, _) in WEIGHTS {
            assert!(told.contains(&story), "{story:?}");
        }
    }
}
