//! Packages that may not be in the build, may not be named by us, or may be there only once.

use super::finding::Finding;
use super::tree::Tree;
use crate::metadata::Metadata;

/// Not even behind another package.
const NOWHERE: [(&str, &str); 3] = [
    ("aws-lc-sys", "ring is the one cryptography library; this one needs cmake and minutes to build"),
    ("native-tls", "TLS is rustls, the same on every platform"),
    ("openssl-sys", "TLS is rustls, and no system library is needed to build"),
];

/// Not in a manifest of ours.
const NOT_OURS: [(&str, &str); 2] = [
    ("dashmap", "a mutex or one owner says what is shared; a concurrent map hides it"),
    ("parking_lot", "the standard mutex is as good here"),
];

/// In one version.
const ONCE: [&str; 8] =
    ["axum", "hyper", "libsqlite3-sys", "ring", "rusqlite", "rustls", "tokio-tungstenite", "tower-http"];

/// Checks the packages of the build and the manifests of ours.
pub(crate) fn check(metadata: &Metadata, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for package in &metadata.packages {
        if let Some((name, why)) = NOWHERE.iter().find(|(name, _)| *name == package.name) {
            let way_out =
                format!("Find who brings it with `cargo tree -i {name}` and choose other features.");
            findings.push(Finding::new("Cargo.lock", 1, format!("{name} is in the build: {why}"), way_out));
        }
    }
    for (package, path) in metadata.members() {
        for dependency in &package.dependencies {
            if let Some((name, why)) = NOT_OURS.iter().find(|(name, _)| *name == dependency.name) {
                let message = format!("{} uses {name}: {why}", package.name);
                findings.push(Finding::new(path, tree.line_of(path, name), message, "Use `std::sync`."));
            }
        }
    }
    for name in ONCE {
        let versions: Vec<_> =
            metadata.packages.iter().filter(|p| p.name == name).map(|p| p.version.as_str()).collect();
        if versions.len() > 1 {
            let message = format!("{name} is in the build more than once: {}", versions.join(", "));
            let way_out =
                format!("Pin one version in the root Cargo.toml; `cargo tree -i {name}` shows the users.");
            findings.push(Finding::new("Cargo.lock", 1, message, way_out));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{Dependency, Package};

    fn package(name: &str, version: &str, dependency: &str) -> Package {
        Package {
            name: name.to_owned(),
            version: version.to_owned(),
            manifest: name.starts_with("syncline").then(|| "Cargo.toml".to_owned()),
            dependencies: vec![Dependency { name: dependency.to_owned(), ..Dependency::default() }],
            ..Package::default()
        }
    }

    #[test]
    fn banned_packages() {
        let cases = [
            (vec![package("hyper", "1.0.0", ""), package("parking_lot", "1.0.0", "dashmap")], ""),
            (vec![package("openssl-sys", "1.0.0", "")], "openssl-sys is in the build"),
            (vec![package("aws-lc-sys", "1.0.0", "")], "aws-lc-sys is in the build"),
            (vec![package("native-tls", "1.0.0", "")], "native-tls is in the build"),
            (vec![package("syncline-core", "0.1.0", "dashmap")], "syncline-core uses dashmap"),
            (
                vec![package("hyper", "1.0.0", ""), package("hyper", "0.14.1", "")],
                "hyper is in the build more than once",
            ),
        ];
        for (packages, expected) in cases {
            let found = check(&Metadata { packages }, &Tree::default());
            let found: Vec<_> =
                found.iter().map(|f| f.message.split(": ").next().unwrap_or_default()).collect();
            assert_eq!(found.join("; "), expected);
        }
    }
}
