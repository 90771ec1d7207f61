//! What a Rust file may not hold, and how long it may be.

use super::finding::Finding;
use super::test_code::{Source, sources};
use super::tree::Tree;

/// Lines of a file without its tests.
const LONGEST_FILE: usize = 600;
/// Lines of code (no comments, no blank lines, no tests) of a file that is to be a table of contents.
const LONGEST_CONTENTS: usize = 60;

/// Macros that mark something unfinished.
const UNFINISHED: [&str; 3] = ["todo!", "unimplemented!", "dbg!"];

/// Checks every Rust file.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    sources(tree).iter().flat_map(|s| [length(s), contents(s), unfinished(s), unwraps(s)].concat()).collect()
}

fn length(source: &Source<'_>) -> Vec<Finding> {
    let lines = source.test.iter().filter(|&&test| !test).count();
    if lines <= LONGEST_FILE {
        return Vec::new();
    }
    let message = format!("{lines} lines without tests, more than {LONGEST_FILE}");
    vec![Finding::new(source.path, 1, message, "Split the file by purpose, one module for each.")]
}

fn contents(source: &Source<'_>) -> Vec<Finding> {
    let name = source.path.rsplit('/').next().unwrap_or_default();
    let is_code = |&(line, test): &(&String, &bool)| !test && !line.trim().is_empty();
    let lines = source.code.iter().zip(&source.test).filter(is_code).count();
    if !matches!(name, "lib.rs" | "mod.rs") || lines <= LONGEST_CONTENTS {
        return Vec::new();
    }
    let message = format!("{lines} lines of code in a {name}, more than {LONGEST_CONTENTS}");
    let way_out = "A lib.rs or mod.rs is a table of contents: move the logic into named modules.";
    vec![Finding::new(source.path, 1, message, way_out)]
}

fn unfinished(source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in source.code.iter().enumerate() {
        for name in UNFINISHED {
            if has_word(line, name) {
                let way_out = "Finish it, or return an error that says what is not supported.";
                findings.push(Finding::new(source.path, index + 1, format!("`{name}`"), way_out));
            }
        }
    }
    findings
}

fn unwraps(source: &Source<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, (line, &test)) in source.code.iter().zip(&source.test).enumerate() {
        if !test && line.contains(".unwrap()") {
            let way_out = "Return an error, or write the code so that there is nothing to unwrap.";
            findings.push(Finding::new(source.path, index + 1, "`.unwrap()` outside tests", way_out));
        }
    }
    findings
}

/// Whether `line` holds `word` not merely as the end of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let part_of_name = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(at, _)| !line[..at].ends_with(part_of_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, expected: &[(usize, &str)]) {
        let tree = Tree::of(&[(path, text)]);
        let found: Vec<_> = check(&tree).into_iter().map(|f| (f.line, f.message)).collect();
        let expected: Vec<_> = expected.iter().map(|&(line, message)| (line, message.to_owned())).collect();
        assert_eq!(found, expected, "{path}: {text:.200}");
    }

    #[test]
    fn long_files() {
        let lines = |n: usize| "fn a() {}\n".repeat(n);
        check_one("a.rs", &lines(600), &[]);
        check_one("a.rs", &lines(601), &[(1, "601 lines without tests, more than 600")]);
        check_one("a.rs", &format!("{}#[cfg(test)]\nmod t {{\n{}}}\n", lines(600), lines(9)), &[]);
        check_one("c/tests/a.rs", &lines(700), &[]);
        check_one("a/b_lib.rs", &lines(61), &[]);
        check_one("a/mod.rs", &format!("{}{}", "//! doc\n\n".repeat(50), lines(60)), &[]);
        check_one("a/mod.rs", &lines(61), &[(1, "61 lines of code in a mod.rs, more than 60")]);
        check_one("a/lib.rs", &lines(61), &[(1, "61 lines of code in a lib.rs, more than 60")]);
    }

    #[test]
    fn unfinished_work_even_in_tests() {
        check_one("a.rs", "fn a() {\n todo!()\n}", &[(2, "`todo!`")]);
        check_one("c/tests/a.rs", "fn a() { dbg!(1); }", &[(1, "`dbg!`")]);
        check_one("a.rs", "fn a() { std::unimplemented!(\"x\") }", &[(1, "`unimplemented!`")]);
        check_one("a.rs", "// todo!\nfn a() { my_todo!(\"dbg!\") }", &[]);
    }

    #[test]
    fn unwraps_only_in_tests() {
        check_one("a.rs", "fn a() { b().unwrap() }", &[(1, "`.unwrap()` outside tests")]);
        check_one("a.rs", "fn a() { b().unwrap_or(1) } // .unwrap()\n", &[]);
        check_one("a.rs", "#[cfg(test)]\nmod t { fn a() { b().unwrap() } }", &[]);
        check_one("a.rs", "/// ```\n/// a().unwrap();\n/// ```\nfn a() {}", &[]);
    }
}
