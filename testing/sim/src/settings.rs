//! What kind of world a seed is played in. Everything follows from the seed, so a seed is all a person needs; what a
//! person takes away from it to see a failure more clearly is a [`Variation`].

use crate::random::Random;
use crate::script::Mix;
use std::collections::BTreeSet;
use std::fmt;

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
    /// Whether the server is plain AppSync: no extension is offered, and none is asked for.
    pub plain: bool,
    /// Whether there are models that the server refuses to read or to write (I7).
    pub poison: bool,
    /// What people mostly do.
    pub mix: Mix,
    /// Whether some fields are of another type in the newest version of the schema.
    pub retypes: bool,
    /// How many devices there are.
    pub devices: usize,
    /// How many things people do.
    pub steps: usize,
    /// How many posts there are to quarrel about.
    pub posts: usize,
    /// How many blogs, which the posts belong to.
    pub blogs: usize,
    /// How often a message is lost, in percent.
    pub lose: usize,
    /// How often it is repeated, in percent.
    pub repeat: usize,
    /// How long it takes at most, in ms.
    pub slowest_ms: u64,
    /// How often a device crashes at a point where it may, in percent.
    pub crash: usize,
    /// How often a save or delete has a condition, in percent.
    pub conditions: usize,
    /// Records per page.
    pub page: usize,
    /// Mutations in one document.
    pub batch: usize,
}

impl Settings {
    /// The world of a seed; one in three is of a rare kind, where what seldom comes together does.
    #[must_use]
    pub fn of(seed: u64) -> Settings {
        let usual = Settings::usual(seed);
        let mut random = Random::new(seed ^ 0x300d);
        if random.chance(33) {
            usual.rare(Mix::RARE[random.below(Mix::RARE.len())], &mut random)
        } else {
            usual
        }
    }

    /// The world of a seed, were it of no rare kind.
    #[must_use]
    pub fn usual(seed: u64) -> Settings {
        let mut random = Random::new(seed ^ 0x5eed);
        let plain = random.chance(20);
        Settings {
            seed,
            backend: if random.chance(35) { BackendKind::Memory } else { BackendKind::Sqlite },
            plain,
            poison: random.chance(20),
            mix: Mix::USUAL[random.below(Mix::USUAL.len())],
            retypes: false,
            devices: 2 + random.below(4),
            steps: 40 + random.below(80),
            posts: 1 + random.below(6),
            blogs: random.below(3),
            lose: [0, 5, 20][random.below(3)],
            // Nothing repeats a request of HTTP by itself, and a server without ids could not tell (SYNC 2.2).
            repeat: if plain { 0 } else { [0, 5, 20][random.below(3)] },
            slowest_ms: [5, 200, 3_000][random.below(3)],
            crash: [0, 1, 4][random.below(3)],
            conditions: [0, 10, 30][random.below(3)],
            page: 1 + random.below(4),
            batch: [1, 5, 25][random.below(3)],
        }
    }

    /// A world of a rare kind.
    fn rare(mut self, mix: Mix, random: &mut Random) -> Settings {
        self.mix = mix;
        match mix {
            // Few records, so that it is the same one that is saved, deleted and made anew.
            Mix::Bereaved => {
                (self.posts, self.conditions) = (1 + random.below(2), [30, 60][random.below(2)]);
            }
            // A plain server tells nobody that a record has left what they ask for, and forgets nothing.
            Mix::Exiled => (self.plain, self.posts) = (false, 1 + random.below(3)),
            Mix::Moving => self.retypes = true,
            // A server that applies nothing as a whole.
            Mix::Pairing => {
                (self.plain, self.repeat, self.conditions) = (true, 0, 0);
                self.posts = 3 + random.below(4);
            }
            _ => {}
        }
        self
    }

    /// The same world with something taken away.
    #[must_use]
    pub fn vary(mut self, variation: &Variation) -> Settings {
        self.devices = variation.devices.unwrap_or(self.devices).clamp(1, self.devices);
        for fault in &variation.without {
            match fault {
                Fault::Lose => self.lose = 0,
                Fault::Repeat => self.repeat = 0,
                Fault::Slow => self.slowest_ms = 5,
                Fault::Crash => self.crash = 0,
                Fault::Conditions => self.conditions = 0,
            }
        }
        self
    }
}

/// A kind of fault that can be taken away from a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Messages are lost.
    Lose,
    /// Messages are repeated.
    Repeat,
    /// Messages are slow.
    Slow,
    /// Devices crash on their way.
    Crash,
    /// Saves have conditions.
    Conditions,
}

impl Fault {
    /// All of them, with their names on the command line.
    pub const ALL: [(&str, Fault); 5] = [
        ("lose", Fault::Lose),
        ("repeat", Fault::Repeat),
        ("slow", Fault::Slow),
        ("crash", Fault::Crash),
        ("conditions", Fault::Conditions),
    ];
}

/// What is taken away from the world of a seed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variation {
    /// Only these steps are played; `None`: all of them.
    pub only: Option<BTreeSet<usize>>,
    /// Only so many devices.
    pub devices: Option<usize>,
    /// Without these faults.
    pub without: BTreeSet<Fault>,
    /// The world is of no rare kind.
    pub usual: bool,
}

impl Variation {
    /// Reads the words `--usual --only 3,5-9 --devices 2 --without lose,crash`, in any order and among others.
    ///
    /// # Errors
    /// A word that cannot be read.
    pub fn read(words: &[&str]) -> Result<Variation, String> {
        let after = |name: &str| {
            words.iter().position(|word| *word == name).map(|place| words.get(place + 1).copied())
        };
        let mut variation = Variation { usual: words.contains(&"--usual"), ..Variation::default() };
        if let Some(list) = after("--only") {
            let list = list.ok_or("--only wants steps, as in 3,5-9")?;
            let parts = list.split(',').filter(|part| !part.is_empty());
            let ranges: Result<Vec<_>, String> = parts.map(range).collect();
            variation.only = Some(ranges?.into_iter().flatten().collect());
        }
        if let Some(number) = after("--devices") {
            let number = number.and_then(|number| number.parse().ok());
            variation.devices = Some(number.ok_or("--devices wants a number")?);
        }
        if let Some(list) = after("--without") {
            for name in list.ok_or("--without wants faults, as in lose,crash")?.split(',') {
                let fault = Fault::ALL.iter().find(|(known, _)| *known == name);
                let names: Vec<&str> = Fault::ALL.iter().map(|(name, _)| *name).collect();
                let unknown = || format!("no fault is called {name}; there are {}", names.join(", "));
                variation.without.insert(fault.ok_or_else(unknown)?.1);
            }
        }
        Ok(variation)
    }
}

fn range(text: &str) -> Result<std::ops::RangeInclusive<usize>, String> {
    let number = |text: &str| text.parse().map_err(|_| format!("{text} is no step; say 3,5-9"));
    match text.split_once('-') {
        Some((from, to)) => Ok(number(from)?..=number(to)?),
        None => number(text).map(|one| one..=one),
    }
}

impl fmt::Display for Variation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.usual {
            f.write_str(" --usual")?;
        }
        if let Some(only) = &self.only {
            let mut parts: Vec<(usize, usize)> = Vec::new();
            for &step in only {
                match parts.last_mut() {
                    Some((_, last)) if *last + 1 == step => *last = step,
                    _ => parts.push((step, step)),
                }
            }
            let part = |(from, to): &(usize, usize)| {
                if from == to { from.to_string() } else { format!("{from}-{to}") }
            };
            write!(f, " --only {}", parts.iter().map(part).collect::<Vec<_>>().join(","))?;
        }
        if let Some(devices) = self.devices {
            write!(f, " --devices {devices}")?;
        }
        if !self.without.is_empty() {
            let named = Fault::ALL.iter().filter(|(_, fault)| self.without.contains(fault));
            write!(f, " --without {}", named.map(|(name, _)| *name).collect::<Vec<_>>().join(","))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variation_is_read_as_it_is_written() {
        for text in [
            "",
            " --only 3",
            " --only 0,2-4,9",
            " --devices 2",
            " --usual --only 1-2 --devices 2 --without lose,crash",
        ] {
            let words: Vec<&str> = text.split_whitespace().collect();
            assert_eq!(Variation::read(&words).map(|read| read.to_string()).as_deref(), Ok(text));
        }
        for text in ["--only", "--only x", "--devices many", "--without joy"] {
            assert!(Variation::read(&text.split(' ').collect::<Vec<_>>()).is_err(), "{text}");
        }
    }
}
