//! Installing what a judge needs, unless it is installed.

use std::path::Path;

use super::stamp::Stamp;

/// Calls `install` unless `place` bears the stamp, and stamps it; whether it is installed now.
///
/// # Errors
/// What `install` could not start, or the stamp could not be written.
pub(crate) fn once(
    place: &Path,
    stamp: Stamp,
    install: impl FnOnce() -> Result<bool, String>,
) -> Result<bool, String> {
    if stamp.holds(place) {
        return Ok(true);
    }
    println!("installing into {}", place.display());
    if !install()? {
        return Ok(false);
    }
    stamp.put(place)?;
    Ok(true)
}

/// How many entries a folder has, hidden ones aside: what an installation's progress is told by.
pub(crate) fn entries(folder: &Path) -> usize {
    let visible = |name: &std::ffi::OsStr| !name.to_string_lossy().starts_with('.');
    std::fs::read_dir(folder)
        .map_or(0, |entries| entries.flatten().filter(|e| visible(&e.file_name())).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn installs_once_and_not_what_failed() {
        let place = tempfile::tempdir().unwrap();
        let (stamp, other) = (Stamp::of(&[], &["1"]), Stamp::of(&[], &["2"]));
        let never = || -> Result<bool, String> { panic!("it is installed") };
        assert_eq!(once(place.path(), stamp, || Ok(false)), Ok(false));
        assert_eq!(once(place.path(), stamp, || Err("lost".to_owned())), Err("lost".to_owned()));
        assert_eq!(once(place.path(), stamp, || Ok(true)), Ok(true));
        assert_eq!(once(place.path(), stamp, never), Ok(true));
        assert_eq!(once(place.path(), other, || Ok(true)), Ok(true));
        assert_eq!(once(place.path(), other, never), Ok(true));
        assert_eq!(entries(place.path()), 0);
        assert_eq!(entries(&place.path().join("none")), 0);
    }
}
