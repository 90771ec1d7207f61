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
    findings.extend(paths::check(tree));
    findings.sort();
    findings
}
