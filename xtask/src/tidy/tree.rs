//! The files of the repository, read once.

use std::fs;
use std::path::Path;

/// All text files.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    /// In the order of their paths.
    pub(crate) files: Vec<File>,
}

/// One text file.
#[derive(Debug)]
pub(crate) struct File {
    /// Relative to the repository, with `/` between the parts.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Tree {
    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| Path::new(&file.path).extension().is_some_and(|e| e == "rs"))
    }

    /// The text of the file at `path`, or nothing.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.files.iter().find(|file| file.path == path).map_or("", |file| &file.text)
    }

    /// The first line (from 1) of the file at `path` whose first word is `word`; 1 if there is none.
    pub(crate) fn line_of(&self, path: &str, word: &str) -> usize {
        let starts = |line: &str| {
            line.trim_start().strip_prefix(word).is_some_and(|rest| rest.starts_with([' ', '=', '.']))
        };
        self.text(path).lines().position(starts).map_or(1, |index| index + 1)
    }

    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File { path: path.to_owned(), text: text.to_owned() };
        Self { files: files.iter().map(file).collect() }
    }
}

/// Hidden folders that hold files of ours.
const HIDDEN_AND_OURS: [&str; 4] = [".cargo", ".ci", ".config", ".github"];

/// Reads every text file below `root` except what tools write.
///
/// # Errors
/// A folder or a file could not be read.
pub(crate) fn read(root: &Path) -> Result<Tree, String> {
    let mut tree = Tree::default();
    walk(root, "", &mut tree)?;
    tree.files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(tree)
}

fn walk(folder: &Path, prefix: &str, tree: &mut Tree) -> Result<(), String> {
    let failed = |path: &Path, e: std::io::Error| format!("cannot read {}: {e}", path.display());
    for entry in fs::read_dir(folder).map_err(|e| failed(folder, e))? {
        let entry = entry.map_err(|e| failed(folder, e))?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        let kind = entry.file_type().map_err(|e| failed(&path, e))?;
        if kind.is_dir() {
            if !skipped(&name, &path) {
                walk(&path, &format!("{prefix}{name}/"), tree)?;
            }
        } else if kind.is_file() {
            // What is not UTF-8 is not text, and a file that vanished meanwhile is no file of ours.
            match fs::read(&path).map(String::from_utf8) {
                Ok(Ok(text)) => tree.files.push(File { path: format!("{prefix}{name}"), text }),
                Ok(Err(_)) => {}
                Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
                Err(e) => return Err(failed(&path, e)),
            }
        }
    }
    Ok(())
}

/// What tools write: hidden folders, packages of other languages, and build folders, which cargo marks.
fn skipped(name: &str, path: &Path) -> bool {
    (name.starts_with('.') && !HIDDEN_AND_OURS.contains(&name))
        || name == "node_modules"
        || name == "target"
        || path.join("CACHEDIR.TAG").exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_this_crate_and_no_build_folder() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let tree = read(here.parent().unwrap()).unwrap();
        assert!(tree.rust().any(|file| file.path == "xtask/src/tidy/tree.rs"));
        assert!(
            !tree.files.iter().any(|file| file.path.starts_with("target/") || file.path.starts_with(".git/"))
        );
        assert!(read(&here.join("no such folder")).is_err());
    }

    #[test]
    fn finds_the_line_of_a_word() {
        let tree =
            Tree::of(&[("Cargo.toml", "[dependencies]\nserde_json = 1\nserde = { workspace = true }\n")]);
        assert_eq!(tree.line_of("Cargo.toml", "serde"), 3);
        assert_eq!(tree.line_of("Cargo.toml", "rand"), 1);
    }
}
