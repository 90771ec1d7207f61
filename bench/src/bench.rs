//! The benchmarks by name, and their rounds.

use std::path::Path;

use crate::args::Wanted;
use crate::place::{Kind, Place};
use crate::report::{self, Row};
use crate::sample::{Figure, Sample};
use crate::{Result, bare, machine, ours};

/// One round of one program: prepares its files in the place, then measures `size` records or calls.
pub(crate) type Program = fn(place: &Place, size: u32) -> Result<Sample>;

/// One thing that is measured.
#[derive(Debug)]
pub(crate) struct Bench {
    pub(crate) name: &'static str,
    /// Records or calls in a round.
    size: u32,
    /// The same in a smoke run: still more than one page or batch where there are such.
    smoke: u32,
    bare: Program,
    /// Why Syncline may take more than five times as long; without it that is an error.
    why: Option<&'static str>,
}

/// All benchmarks, in the order in which they run.
pub(crate) const ALL: [Bench; 6] = [
    Bench {
        name: "save",
        size: 2_000,
        smoke: 20,
        bare: bare::save,
        why: Some(
            "with no disk to wait for, what shows is the way to the writer's thread and back, and the outbox's indexes, \
             by which a save puts six pages into the log where the bare program puts two.",
        ),
    },
    Bench { name: "get", size: 50_000, smoke: 20, bare: bare::get, why: None },
    Bench { name: "base-10k", size: 10_000, smoke: 1_100, bare: bare::base, why: None },
    Bench { name: "base-100k", size: 100_000, smoke: 1_100, bare: bare::base, why: None },
    Bench {
        name: "drain",
        size: 2_000,
        smoke: 60,
        bare: bare::drain,
        why: Some(
            "one batch is under way at a time, so that the work of device and server adds up, and each mutation is \
             claimed, remembered by its id, logged as a change, settled, and met again as the device's own event.",
        ),
    },
    Bench { name: "propagate", size: 300, smoke: 5, bare: bare::propagate, why: None },
];

/// Measures what is wanted and prints it.
///
/// # Errors
/// A program failed, so that its figure would mean nothing, or one is far behind and nobody has said why.
pub(crate) fn run(wanted: &Wanted) -> Result<()> {
    let mut rows = Vec::new();
    for &kind in &wanted.places {
        let root = kind.root()?;
        for bench in ALL.iter().filter(|bench| wanted.names.contains(&bench.name)) {
            if !wanted.json {
                eprintln!("measuring {} on {}", bench.name, machine::filesystem(&root));
            }
            rows.push(row(bench, kind, &root, wanted)?);
        }
    }
    println!("{}", if wanted.json { report::json(&rows, wanted) } else { report::table(&rows, wanted) });
    match report::unexplained(&rows)[..] {
        [] => Ok(()),
        // A smoke run's figures mean nothing.
        _ if wanted.smoke => Ok(()),
        ref names => Err(format!(
            "far behind the bare program without a reason: {}; make it faster, or say in bench/src/bench.rs why",
            names.join(", ")
        )
        .into()),
    }
}

fn row(bench: &Bench, kind: Kind, root: &Path, wanted: &Wanted) -> Result<Row> {
    let name = bench.name;
    let size = if wanted.smoke { bench.smoke } else { bench.size };
    let load = machine::load();
    let (mut bare_rounds, mut our_rounds) = (Vec::new(), Vec::new());
    for _ in 0..wanted.rounds {
        bare_rounds.push(round(name, bench.bare, root, size)?);
        if let Some(program) = ours::program(name) {
            our_rounds.push(round(name, program, root, size)?);
        }
    }
    let bare = Figure::of(&bare_rounds).ok_or("no round was run")?;
    let filesystem = machine::filesystem(root);
    Ok(Row { name, kind, filesystem, load, size, bare, ours: Figure::of(&our_rounds), why: bench.why })
}

fn round(name: &str, program: Program, root: &Path, size: u32) -> Result<Sample> {
    let sample = Place::new(root).and_then(|place| program(&place, size));
    sample.map_err(|error| format!("{name}: {error}").into())
}
