//! Every crate takes the workspace's lints, and those ask for documentation.

use super::finding::Finding;
use super::tree::Tree;
use crate::metadata::Metadata;

/// Checks the manifests of the workspace's crates and of the workspace itself.
pub(crate) fn check(metadata: &Metadata, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (package, path) in metadata.members() {
        if !has_entry(tree.text(path), "[lints]", "workspace", "true") {
            let message = format!("{} does not take the workspace's lints", package.name);
            findings.push(Finding::new(path, 1, message, "Add `[lints]` with `workspace = true`."));
        }
    }
    if !has_entry(tree.text("Cargo.toml"), "[workspace.lints.rust]", "missing_docs", "\"warn\"") {
        let way_out = "Set `missing_docs = \"warn\"` in `[workspace.lints.rust]`: ci turns it into an error.";
        findings.push(Finding::new("Cargo.toml", 1, "undocumented items are not reported", way_out));
    }
    findings
}

/// Whether `section` of the manifest says `key = value`.
fn has_entry(manifest: &str, section: &str, key: &str, value: &str) -> bool {
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == section;
        } else if inside && line.split_once('=').is_some_and(|(k, v)| k.trim() == key && v.trim() == value) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Package;

    fn count(member: &str, root: &str) -> usize {
        let package =
            Package { name: "a".to_owned(), manifest: Some("a/Cargo.toml".to_owned()), ..Package::default() };
        let tree = Tree::of(&[("Cargo.toml", root), ("a/Cargo.toml", member)]);
        check(&Metadata { packages: vec![package] }, &tree).len()
    }

    #[test]
    fn lints_are_shared() {
        let root = "[workspace.lints.rust]\nmissing_docs = \"warn\"\n";
        assert_eq!(count("[lints]\nworkspace = true\n", root), 0);
        assert_eq!(count("[lints]\nworkspace=true\n[dependencies]\n", root), 0);
        assert_eq!(count("[package]\nworkspace = true\n[lints]\n", root), 1);
        assert_eq!(count("[lints.rust]\nx = \"allow\"\n", root), 1);
        assert_eq!(
            count("[lints]\nworkspace = true\n", "[workspace.lints.rust]\nmissing_docs = \"allow\"\n"),
            1
        );
    }
}
