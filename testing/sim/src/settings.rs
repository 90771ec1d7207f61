//! What kind of world a seed is played in. Everything follows from the seed, so a seed is all a person needs.

use crate::random::Random;

/// Which backend the server stores in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BackendKind {
    /// In memory.
    Memory,
    /// In a SQLite file, which survives a restart of the server.
    Sqlite,
}

/// The kind of world.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The seed of everything else.
    pub seed: u64,
    /// The server's backend.
    pub backend: BackendKind,
    /// How many devices there are. The last one has a sync expression if there are more than two.
    pub devices: usize,
    /// How many things people do.
    pub steps: usize,
    /// How many records there are to quarrel about.
    pub records: usize,
    /// How often a message is lost, in percent.
    pub lose: usize,
    /// How often it is repeated, in percent.
    pub repeat: usize,
    /// How long it takes at most, in ms.
    pub slowest_ms: u64,
    /// How often a device crashes between two effects, in percent of effects.
    pub crash: usize,
    /// Records per page.
    pub page: usize,
    /// Whether people start, stop and clear all the time.
    pub restless: bool,
}

impl Settings {
    /// The world of a seed.
    #[must_use]
    pub fn of(seed: u64) -> Settings {
        let mut random = Random::new(seed ^ 0x5eed);
        Settings {
            seed,
            backend: if random.chance(50) { BackendKind::Memory } else { BackendKind::Sqlite },
            devices: 2 + random.below(2),
            steps: 40 + random.below(80),
            records: 1 + random.below(6),
            lose: [0, 5, 20][random.below(3)],
            repeat: [0, 5, 20][random.below(3)],
            slowest_ms: [5, 200, 3_000][random.below(3)],
            crash: [0, 1, 4][random.below(3)],
            page: 1 + random.below(4),
            restless: random.chance(25),
        }
    }
}
