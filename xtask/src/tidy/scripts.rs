//! What the judges' files, in JavaScript and Python, may not hold, and what their packages may ask for.

use super::finding::Finding;
use super::tree::{File, Tree};

/// Lines of a file.
const LONGEST_FILE: usize = 600;

/// What marks something unfinished, left over from a search for a fault, or not run at all.
const UNFINISHED: [&str; 16] = [
    "TODO",
    "FIXME",
    "debugger;",
    "breakpoint()",
    "import pdb",
    ".only(",
    "test.skip(",
    "test.todo(",
    "describe.skip(",
    "{ skip:",
    "{ todo:",
    "pytest.skip(",
    "mark.skip",
    "mark.xfail",
    "time.sleep(",
    "asyncio.sleep(",
];

/// Checks every script and every file that says what to install.
pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    tree.files
        .iter()
        .flat_map(|file| match file.path.rsplit('/').next().unwrap_or_default() {
            "package.json" => exact_versions(file),
            "package-lock.json" | ".npmrc" => no_hosts(file),
            "requirements.txt" => requirements(file),
            name if is_script(name) => script(file),
            _ => Vec::new(),
        })
        .collect()
}

fn is_script(name: &str) -> bool {
    [".js", ".mjs", ".cjs", ".ts", ".py"].iter().any(|end| name.ends_with(end))
}

fn script(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = file.text.lines().count();
    if lines > LONGEST_FILE {
        let message = format!("{lines} lines, more than {LONGEST_FILE}");
        findings.push(Finding::new(&file.path, 1, message, "Split the file by purpose."));
    }
    for (index, line) in file.text.lines().enumerate() {
        if let Some(word) = UNFINISHED.iter().find(|word| line.contains(*word)) {
            let way_out =
                "Finish it; what cannot run here is an error that says so; wait for the event, not for time.";
            findings.push(Finding::new(&file.path, index + 1, format!("`{word}`"), way_out));
        }
    }
    findings
}

/// Dependencies of a `package.json` are the lines `"name": "version"` of its tables; what is exact begins with a digit.
fn exact_versions(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut inside = false;
    for (index, line) in file.text.lines().enumerate() {
        let line = line.trim().trim_end_matches(',');
        if line.ends_with('{') {
            inside = line.contains("ependencies\"") || line.contains("overrides\"");
        } else if line.starts_with('}') {
            inside = false;
        } else if inside {
            let version = line.split_once(": \"").map_or("", |(_, version)| version.trim_end_matches('"'));
            if !version.starts_with(|c: char| c.is_ascii_digit()) {
                let message = format!("`{version}` is not one version");
                let way_out = "Name the version that was tried, without `^` or `~`.";
                findings.push(Finding::new(&file.path, index + 1, message, way_out));
            }
        }
    }
    findings
}

fn no_hosts(file: &File) -> Vec<Finding> {
    let named =
        |line: &str| line.contains("\"resolved\": \"http") || line.trim_start().starts_with("registry");
    let found = file.text.lines().position(named);
    let way_out = "Set omit-lockfile-registry-resolved=true in .npmrc and make the lock again: \
                   where packages come from is the machine's matter.";
    found.map(|index| Finding::new(&file.path, index + 1, "a registry's host", way_out)).into_iter().collect()
}

fn requirements(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in file.text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        if line.is_empty() {
            continue;
        }
        let message = if line.starts_with('-') || line.contains("://") {
            "a place that packages come from, or another option"
        } else if !line.contains("==") {
            "not one version"
        } else {
            continue;
        };
        let way_out = "Write `name==version`, and nothing about where it comes from.";
        findings.push(Finding::new(&file.path, index + 1, message, way_out));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_one(path: &str, text: &str, expected: &[(usize, &str)]) {
        let found: Vec<_> =
            check(&Tree::of(&[(path, text)])).into_iter().map(|f| (f.line, f.message)).collect();
        let expected: Vec<_> = expected.iter().map(|&(line, message)| (line, message.to_owned())).collect();
        assert_eq!(found, expected, "{path}: {text:.200}");
    }

    #[test]
    fn scripts_are_short_and_finished() {
        check_one("a/b.js", &"x();\n".repeat(600), &[]);
        check_one("a/b.py", &"x()\n".repeat(601), &[(1, "601 lines, more than 600")]);
        check_one("a.js", "ok();\ntest.only('x')", &[(2, "`.only(`")]);
        check_one(
            "a.py",
            "@pytest.mark.skip\n# FIXME\ntime.sleep(1)",
            &[(1, "`mark.skip`"), (2, "`FIXME`"), (3, "`time.sleep(`")],
        );
        check_one("a.md", "test.only(", &[]);
    }

    #[test]
    fn packages_are_of_one_version() {
        let package = "{\n  \"name\": \"x\",\n  \"dependencies\": {\n    \"a\": \"1.2.3\",\n    \"b\": \"^1.0.0\"\n  },\n  \
                       \"engines\": { \"node\": \">=20\" }\n}";
        check_one("a/package.json", package, &[(5, "`^1.0.0` is not one version")]);
        check_one("a/requirements.txt", "# of all\n\na==1.0\nb>=2\n", &[(4, "not one version")]);
    }

    #[test]
    fn no_file_names_a_registry() {
        let lock = "{\n  \"resolved\": \"HOST/a.tgz\"\n}";
        check_one("a/package-lock.json", lock, &[]);
        check_one("a/package-lock.json", &lock.replace("HOST", "https://x"), &[(2, "a registry's host")]);
        check_one("a/.npmrc", "audit=false\nregistry=https://x\n", &[(2, "a registry's host")]);
        let option = [(1, "a place that packages come from, or another option")];
        check_one("a/requirements.txt", "--index-url https://x\n", &option);
        check_one("a/requirements.txt", "a @ https://x/a.whl\n", &option);
    }
}
