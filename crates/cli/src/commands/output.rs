//! Where a command's text goes.

use crate::failure::Failure;
use std::io::Write;
use std::path::Path;

/// Writes to stdout.
pub(crate) fn to_stdout(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Writes `path`, or to stdout if it is `-`. A file that already says this is not touched, so that what is built from
/// it is not built again.
pub(crate) fn to_file(text: &str, path: &Path) -> Result<(), Failure> {
    if path == Path::new("-") {
        return to_stdout(text);
    }
    if std::fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    std::fs::write(path, text).map_err(|error| {
        let shown = path.display();
        Failure::new(format!("{shown} cannot be written: {error}"), "name another file with --out FILE")
    })
}
