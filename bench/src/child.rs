//! One round in a process of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Result;
use crate::bench::{Bench, Side};
use crate::place::Place;
use crate::sample::Sample;
use crate::{bare, ours, rows};

/// The word on the command line that makes this program one round.
pub(crate) const WORD: &str = "round";

/// What to run: a program of a benchmark, so many records or calls, on the files in a folder.
#[derive(Debug, PartialEq)]
pub(crate) struct Round {
    pub(crate) bench: String,
    pub(crate) program: String,
    pub(crate) size: u32,
    pub(crate) dir: PathBuf,
}

/// Is that round, and prints what it took.
///
/// # Errors
/// There is no such program, or it failed.
pub(crate) fn run(round: &Round) -> Result<()> {
    let program = rows::all()
        .filter(|bench| bench.name == round.bench)
        .flat_map(|bench| &bench.pair)
        .find(|program| program.label == round.program)
        .ok_or_else(|| format!("there is no program `{}` in `{}`", round.program, round.bench))?;
    let sample = (program.run)(&Place::at(&round.dir), round.size)?;
    println!("{}", serde_json::to_string(&sample)?);
    Ok(())
}

/// Is a round of the one benchmark for which a process must hold nothing else: to have nothing to do.
///
/// # Errors
/// There is no such program, or it failed.
pub(crate) fn idle(words: &[String]) -> Result<()> {
    let [_, _, program, seconds, dir] = words else { return Err("this is no round".into()) };
    let (place, seconds) = (Place::at(Path::new(dir)), seconds.parse()?);
    let run = match program.as_str() {
        "bare" => bare::IDLE.run,
        _ => ours::IDLE.run,
    };
    println!("{}", serde_json::to_string(&run(&place, seconds)?)?);
    Ok(())
}

/// A binary of this crate. It lies beside this one, or is it.
///
/// # Errors
/// It has not been built.
pub(crate) fn binary(name: &str) -> Result<PathBuf> {
    let binary = std::env::current_exe()?.with_file_name(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if binary.is_file() {
        Ok(binary)
    } else {
        let binary = binary.display();
        Err(format!("there is no {binary}; build it with `cargo build --release -p syncline-bench`").into())
    }
}

/// Runs that round in another process and waits for its end.
///
/// # Errors
/// It failed; why is on the error output by then.
pub(crate) fn spawn(bench: &Bench, program: &str, size: u32, dir: &Path) -> Result<Sample> {
    let (binary, bench) = match bench.side {
        Side::Device => (std::env::current_exe()?, bench.name),
        Side::Server => (binary("syncline-bench-server")?, bench.name),
        Side::Client => (binary("syncline-bench-client")?, bench.name),
    };
    let output = Command::new(binary)
        .args([WORD, bench, program, &size.to_string()])
        .arg(dir)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("{bench}, {program}: the round failed ({})", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
