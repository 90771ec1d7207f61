//! Which lines of a Rust file are test code.

use std::collections::BTreeSet;
use std::ops::Range;

use super::mask::mask;
use super::tree::Tree;

/// A Rust file, prepared for the checks.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    /// The lines as written.
    pub(crate) lines: Vec<&'a str>,
    /// The same lines with comments and literals blanked.
    pub(crate) code: Vec<String>,
    /// Per line, whether it is test code.
    pub(crate) test: Vec<bool>,
}

/// All Rust files of the tree.
pub(crate) fn sources(tree: &Tree) -> Vec<Source<'_>> {
    let masked: Vec<_> = tree.rust().map(|file| (file, mask(&file.text))).collect();
    let modules: BTreeSet<String> =
        masked.iter().flat_map(|(file, code)| test_modules(&file.path, code)).collect();
    let mut sources = Vec::new();
    for (file, code) in &masked {
        let lines: Vec<_> = file.text.lines().collect();
        let mut test = vec![is_test_file(&file.path, code, &modules); lines.len()];
        for item in test_items(code) {
            let last = item.end.saturating_sub(1).max(item.start);
            test[line_of(code, item.start)..=line_of(code, last)].fill(true);
        }
        let code = code.lines().map(str::to_owned).collect();
        sources.push(Source { path: &file.path, lines, code, test });
    }
    sources
}

/// A file is test code if it lies in a `tests` folder, says so itself, or belongs to a `#[cfg(test)] mod name;`.
fn is_test_file(path: &str, code: &str, modules: &BTreeSet<String>) -> bool {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    path.split('/').any(|part| part == "tests")
        || code.contains("#![cfg(test)]")
        || modules.iter().any(|module| {
            stem.strip_prefix(module.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

/// The paths, without `.rs`, of the modules that `code` declares for tests alone.
fn test_modules(path: &str, code: &str) -> Vec<String> {
    let stem = path.strip_suffix(".rs").unwrap_or(path);
    let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
    // A module's children lie in the folder of its name, those of `lib`, `main` and `mod` beside it.
    let folder = if matches!(name, "lib" | "main" | "mod") { folder } else { stem };
    let mut modules = Vec::new();
    for item in test_items(code) {
        let mut words = code[item].trim_end_matches(';').split_whitespace().rev();
        if let (Some(module), Some("mod")) = (words.next(), words.next()) {
            modules.push(format!("{folder}/{module}"));
        }
    }
    modules
}

const MARK: &str = "#[cfg(test)]";

/// The items behind `#[cfg(test)]`, from the attribute to the closing brace or semicolon.
fn test_items(code: &str) -> Vec<Range<usize>> {
    let mut items: Vec<Range<usize>> = Vec::new();
    for (at, _) in code.match_indices(MARK) {
        if items.last().is_none_or(|last| last.end <= at) {
            items.push(at..item_end(code, at + MARK.len()));
        }
    }
    items
}

/// Where the item that begins at `from` ends: at its first semicolon or closing brace outside of other brackets.
pub(crate) fn item_end(code: &str, from: usize) -> usize {
    let mut depth = 0_usize;
    for (n, c) in code[from..].char_indices() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 && c == '}' {
                    return from + n + 1;
                }
            }
            ';' if depth == 0 => return from + n + 1,
            _ => {}
        }
    }
    code.len()
}

/// The line, from 0, of the byte at `at`.
pub(crate) fn line_of(code: &str, at: usize) -> usize {
    code.as_bytes()[..at].iter().filter(|&&b| b == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let tree = Tree::of(files);
        let marked: Vec<String> = sources(&tree)
            .iter()
            .map(|s| s.test.iter().map(|&test| if test { 't' } else { '.' }).collect())
            .collect();
        assert_eq!(marked, expected, "{files:?}");
    }

    #[test]
    fn finds_test_code() {
        check(
            &[("a.rs", "fn a() {}\n#[cfg(test)]\nmod tests {\n fn b() { 1 }\n}\nfn c() {}\n")],
            &[".tttt."],
        );
        check(
            &[("a.rs", "#[cfg(test)]\n#[expect(x, reason = \"{\")]\nfn a(b: [u8; 2]) {\n}\nfn c() {}")],
            &["tttt."],
        );
        check(&[("a.rs", "#[cfg(test)]\nuse x::{a, b};\nfn c() {}")], &["tt."]);
        check(&[("a.rs", "// #[cfg(test)]\nfn c() {}")], &[".."]);
        check(&[("c/tests/it/main.rs", "fn a() {}"), ("c/src/tests_of.rs", "fn a() {}")], &["t", "."]);
        check(&[("a.rs", "#![cfg(test)]\nfn a() {}")], &["tt"]);
    }

    #[test]
    fn follows_modules_into_their_files() {
        let one = "fn a() {}";
        let parent = "#[cfg(test)]\nmod cases;\nmod more;";
        check(&[("s/lib.rs", parent), ("s/cases.rs", one), ("s/more.rs", one)], &["tt.", "t", "."]);
        check(&[("s/x.rs", parent), ("s/x/cases/deep.rs", one), ("s/cases.rs", one)], &["tt.", "t", "."]);
        check(&[("s/lib.rs", "#[cfg(test)]\npub(crate) mod cases;"), ("s/cases.rs", one)], &["tt", "t"]);
    }
}
