//! The rules that neither rustc nor clippy knows.
//!
//! Each check is a pure function from what was read to [`Finding`]s; only [`tree`] and [`run`] touch the disk.

mod bans;
mod docs;
mod edges;
mod finding;
mod licences;
mod manifests;
mod mask;
mod paths;
mod scripts;
mod sources;
mod spdx;
mod test_code;
mod tree;
mod walls;

use std::path::Path;

use finding::Finding;
use tree::Tree;

use crate::metadata::Metadata;

/// Checks the repository at `root` and prints what it finds; whether there was nothing.
///
/// # Errors
/// The repository could not be read.
pub(crate) fn run(root: &Path) -> Result<bool, String> {
    let metadata = Metadata::load(root)?;
    let tree = tree::read(root)?;
    let findings = check(&metadata, &tree);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => println!("tidy: {} files and {} packages in order", tree.files.len(), metadata.packages.len()),
        n => println!("tidy: {n} to mend"),
    }
    Ok(findings.is_empty())
}

/// All checks, in the order of their findings' places.
fn check(metadata: &Metadata, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(edges::check(metadata, tree));
    findings.extend(walls::check(metadata, tree));
    findings.extend(licences::check(metadata));
    findings.extend(bans::check(metadata, tree));
    findings.extend(manifests::check(metadata, tree));
    findings.extend(sources::check(tree));
    findings.extend(docs::check(tree));
    findings.extend(scripts::check(tree));
    findings.extend(paths::check(tree));
    findings.sort();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{Dependency, Package};

    #[test]
    fn every_check_is_called() {
        let dependency = |name: &str| Dependency { name: name.to_owned(), ..Dependency::default() };
        let core = Package {
            name: "syncline-core".to_owned(),
            licence: Some("GPL-3.0".to_owned()),
            manifest: Some("core/Cargo.toml".to_owned()),
            dependencies: vec![dependency("syncline-core"), dependency("tokio"), dependency("dashmap")],
            ..Package::default()
        };
        // In capitals, so that this file passes its own check.
        let code = "pub fn a() {\n    dbg!(\"/HOME/x\")\n}\n".replace("HOME", "home");
        let tree = Tree::of(&[
            ("Cargo.toml", "[workspace.lints.rust]\nmissing_docs = \"warn\"\n"),
            ("core/Cargo.toml", "syncline-core.workspace = true\ntokio = \"1\"\ndashmap = \"1\"\n"),
            ("core/src/a.rs", &code),
            ("judge/a.js", "debugger;"),
        ]);
        let found = check(&Metadata { packages: vec![core] }, &tree);
        let found: Vec<_> = found.iter().map(|f| format!("{}:{}: {}", f.file, f.line, f.message)).collect();
        let expected = [
            "core/Cargo.toml:1: core may not depend on core",
            "core/Cargo.toml:1: syncline-core  comes under `GPL-3.0`, which is not accepted",
            "core/Cargo.toml:1: syncline-core does not take the workspace's lints",
            "core/Cargo.toml:2: syncline-core may not use tokio: decisions run without a runtime",
            "core/Cargo.toml:3: syncline-core uses dashmap: a mutex or one owner says what is shared; a concurrent \
             map hides it",
            "core/src/a.rs:1: `pub fn a` without documentation",
            "core/src/a.rs:2: `dbg!`",
            "core/src/a.rs:2: a path of one machine (`/HOME/…`)",
            "judge/a.js:1: `debugger;`",
        ];
        let expected: Vec<_> = expected.iter().map(|line| line.replace("HOME", "home")).collect();
        assert_eq!(found, expected);
    }
}
