//! What a benchmark is.

use crate::metric::{Goal, Metric};
use crate::place::{Kind, Place};
use crate::sample::Sample;
use crate::{Result, bare, ours};

/// One program of a pair.
#[derive(Debug)]
pub(crate) struct Program {
    /// In the table.
    pub(crate) label: &'static str,
    /// Makes the files with which every round begins, for `size` records or calls.
    pub(crate) prepare: fn(place: &Place, size: u32) -> Result<()>,
    /// One round, in a process of its own.
    pub(crate) run: fn(place: &Place, size: u32) -> Result<Sample>,
}

impl Program {
    /// For programs that begin with an empty folder.
    pub(crate) const NOTHING: fn(&Place, u32) -> Result<()> = |_, _| Ok(());
}

/// Whose work the programs of a pair do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Device,
    Server,
    /// A device alone in its binary, without the code of anything else in this crate.
    Client,
}

/// One thing that is measured.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) name: &'static str,
    pub(crate) side: Side,
    /// Records or calls in a round.
    pub(crate) size: u32,
    /// The same in a smoke run, and in the round that warms up: still more than one page or batch where there are such.
    pub(crate) smoke: u32,
    /// The first is what the second is measured by.
    pub(crate) pair: [Program; 2],
    /// What is to be reached.
    pub(crate) goals: &'static [Goal],
    /// Whether rounds change nothing in the files, so that all of them share those that were prepared.
    pub(crate) shared: bool,
    /// Where it is measured.
    pub(crate) places: &'static [Kind],
    /// The most rounds, where each takes long because something else than the machine makes it wait.
    pub(crate) rounds: usize,
    /// What stands in the way of a goal that is missed, as a sentence.
    pub(crate) why: &'static str,
}

impl Bench {
    /// What most have in common.
    pub(crate) const USUAL: Self = Self {
        name: "",
        side: Side::Device,
        size: 0,
        smoke: 0,
        pair: [bare::SAVE, ours::SAVE],
        goals: &[],
        shared: false,
        places: &[Kind::Disk, Kind::Tmpfs],
        rounds: usize::MAX,
        why: "",
    };
}

/// A goal in every place.
pub(crate) const fn goal(metric: Metric, bound: f64) -> Goal {
    Goal { metric, bound, on: None }
}

/// A goal in one kind of place.
pub(crate) const fn on(kind: Kind, metric: Metric, bound: f64) -> Goal {
    Goal { metric, bound, on: Some(kind) }
}
