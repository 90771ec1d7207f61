//! Which judges there are.

use std::fs;
use std::path::Path;

use super::{Judge, Language};

/// What a judge's folder begins with. Other folders beside it hold crates.
const PREFIX: &str = "conformance-";

/// All judges, in the order of their names.
///
/// # Errors
/// The folder cannot be read, or a judge is neither a Node nor a Python package.
pub(crate) fn find(root: &Path) -> Result<Vec<Judge>, String> {
    let folder = root.join("testing");
    let failed = |e: std::io::Error| format!("cannot read {}: {e}", folder.display());
    let mut judges = Vec::new();
    for entry in fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with(PREFIX) && entry.path().is_dir() {
            let language = language(&entry.path())?;
            judges.push(Judge { name, language, args: Vec::new() });
        }
    }
    judges.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(judges)
}

/// The judge of this name, with or without its prefix.
///
/// # Errors
/// There is none.
pub(crate) fn named(judges: Vec<Judge>, name: &str) -> Result<Judge, String> {
    let short = |judge: &Judge| judge.name.trim_start_matches(PREFIX).to_owned();
    let known = judges.iter().map(short).collect::<Vec<_>>().join(", ");
    judges
        .into_iter()
        .find(|judge| judge.name == name || short(judge) == name)
        .ok_or_else(|| format!("there is no judge `{name}`; there are: {known}"))
}

fn language(folder: &Path) -> Result<Language, String> {
    if folder.join("package-lock.json").is_file() {
        Ok(Language::Node)
    } else if folder.join("requirements.txt").is_file() {
        Ok(Language::Python)
    } else {
        let wanted = "a package.json with its package-lock.json, or a requirements.txt";
        Err(format!("{} has no tests: it needs {wanted}", folder.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_this_repository_s_judges_by_either_name() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let judges = find(root).unwrap();
        let python = named(judges.clone(), "python").unwrap();
        assert_eq!((python.name.as_str(), python.language), ("conformance-python", Language::Python));
        let tools = named(judges.clone(), "conformance-tools").unwrap();
        assert_eq!(tools.language, Language::Node);
        let error = named(judges, "pyhton").unwrap_err();
        assert!(error.contains("`pyhton`") && error.contains("python, "), "{error}");
    }

    #[test]
    fn a_folder_without_tests_is_an_error() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(language(here).unwrap_err().contains("requirements.txt"));
        assert!(find(here).unwrap_err().contains("testing"));
    }
}
