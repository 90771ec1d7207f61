//! Running what is wanted: the programs of a pair in turn, round after round.

use std::path::Path;

use crate::args::Wanted;
use crate::bench::Bench;
use crate::metric::verdicts;
use crate::place::{self, Kind, Place};
use crate::report::{self, Row};
use crate::sample::{Figure, Sample};
use crate::{Result, child, machine, rows};

/// Measures what is wanted and prints it.
///
/// # Errors
/// A program failed, so that its figure would mean nothing, or a goal was missed on a machine that had time for us.
pub(crate) fn run(wanted: &Wanted) -> Result<()> {
    let mut measured = Vec::new();
    for &kind in &wanted.places {
        let root = kind.root()?;
        let named = |bench: &&Bench| wanted.names.contains(&bench.name);
        for bench in rows::all().filter(named).filter(|bench| bench.places.contains(&kind)) {
            if !wanted.json {
                eprintln!("measuring {} on {}", bench.name, machine::filesystem(&root));
            }
            measured
                .push(row(bench, kind, &root, wanted).map_err(|error| format!("{}: {error}", bench.name))?);
        }
    }
    println!(
        "{}",
        if wanted.json { report::json(&measured, wanted) } else { report::table(&measured, wanted) }
    );
    // A smoke run's figures mean nothing, and neither do those of a loaded machine.
    match report::missed(&measured) {
        missed if missed == 0 || wanted.smoke => Ok(()),
        missed => Err(format!("{missed} of the goals are missed").into()),
    }
}

fn row(bench: &Bench, kind: Kind, root: &Path, wanted: &Wanted) -> Result<Row> {
    let size = if wanted.smoke { bench.smoke } else { bench.size };
    if !wanted.smoke {
        // Brings the programs and what they read into memory, and wakes the processor.
        rounds(bench, root, bench.smoke, 1)?;
    }
    let (load, meter) = (machine::load(), machine::Meter::start());
    let [first, second] = rounds(bench, root, size, wanted.rounds.min(bench.rounds))?;
    let others = meter.others();
    let figure = |samples: &[Sample]| Figure::of(samples).ok_or("no round was run");
    Ok(Row {
        name: bench.name,
        kind,
        filesystem: machine::filesystem(root),
        load,
        others,
        size,
        programs: bench.pair.each_ref().map(|program| program.label),
        figures: [figure(&first)?, figure(&second)?],
        verdicts: verdicts(bench.goals, kind, &first, &second),
        why: bench.why,
    })
}

/// So many rounds of each program, in turn.
fn rounds(bench: &Bench, root: &Path, size: u32, count: usize) -> Result<[Vec<Sample>; 2]> {
    let prepared = bench.pair.each_ref().map(|program| {
        let dir = place::fresh(root)?;
        (program.prepare)(&Place::at(dir.path()), size)?;
        Ok::<_, crate::Error>(dir)
    });
    let [first, second] = prepared;
    let prepared = [first?, second?];
    let mut samples = [Vec::new(), Vec::new()];
    for _ in 0..count {
        for ((program, from), samples) in bench.pair.iter().zip(&prepared).zip(&mut samples) {
            let copy = (!bench.shared).then(|| place::copy(from.path(), root)).transpose()?;
            let dir = copy.as_ref().unwrap_or(from);
            samples.push(child::spawn(bench, program.label, size, dir.path())?);
        }
    }
    Ok(samples)
}
