//! Syncline's side of each benchmark, under the name of the bare one, with the same [`terms`](crate::terms).

use std::future::Future;
use std::path::Path;

use crate::Result;
use crate::bench::Program;

/// By name. A name that is missing here is measured bare only.
const PROGRAMS: [(&str, Program); 0] = [];

/// The program of that name.
pub(crate) fn program(name: &str) -> Option<Program> {
    PROGRAMS.iter().find(|(n, _)| *n == name).map(|(_, program)| *program)
}

/// Runs the server `which` on the files in `dir` until `stopped`.
///
/// # Errors
/// There is no such server, or it could not run.
pub(crate) fn serve(which: &str, _dir: &Path, _stopped: impl Future<Output = ()>) -> Result<()> {
    Err(format!("there is no server `{which}`").into())
}
