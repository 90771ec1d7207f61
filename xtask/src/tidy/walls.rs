//! Which crates may speak to the outside world: the heavy or worldly dependencies, and who may name them.

use super::finding::Finding;
use super::tree::Tree;
use crate::metadata::{Kind, Metadata};

/// A dependency, the only crates whose product code may use it, and why the others must not.
const WALLS: &[(&str, &[&str], &str)] = &[
    ("tokio", &["syncline", "syncline-server", "syncline-cli"], "decisions run without a runtime"),
    (
        "rusqlite",
        &["syncline-store", "syncline-backend-sqlite", "syncline-sim"],
        "SQLite lives in the stores",
    ),
    ("axum", &["syncline-server"], "sockets are the server's"),
    ("tower-http", &["syncline-server"], "sockets are the server's"),
    ("reqwest", &["syncline", "syncline-server", "syncline-cli"], "requests leave at the edges"),
    ("tokio-tungstenite", &["syncline"], "the socket is the client's transport"),
    ("rustls", &["syncline", "syncline-server", "syncline-cli"], "TLS belongs to the sockets"),
    ("apollo-compiler", &["syncline-service"], "what every application compiles stays light"),
    ("apollo-parser", &["syncline-schema"], "one crate reads schema files"),
    ("getrandom", &["syncline", "syncline-server", "syncline-cli"], "randomness is handed in"),
    ("uuid", &["syncline", "syncline-server", "syncline-cli"], "ids are handed in"),
    ("jiff", &["syncline", "syncline-server", "syncline-cli", "syncline-core"], "time is handed in"),
    ("clap", &["syncline-cli", "syncline-sim"], "the command line is the command's"),
    ("indicatif", &["syncline-cli"], "the terminal is the command's"),
    ("comfy-table", &["syncline-cli"], "the terminal is the command's"),
    (
        "tracing-subscriber",
        &["syncline-server", "syncline-cli", "syncline-sim"],
        "binaries choose where logs go",
    ),
];

/// Knows nothing but the core: no JSON, no logs, no clock. Deriving errors is no knowledge of the world.
const BARE: (&str, &str) = ("syncline-engine", "the flow of sync is a pure state machine over core");
const HARMLESS: &str = "thiserror";

/// May name everything.
const TOOLS: [&str; 2] = ["syncline-bench", "xtask"];

/// Applications, which use what applications use; which of our crates they see is for the graph to say.
const EXAMPLES: &str = "syncline-example-";

const WAY_OUT: &str = "Hand in what is needed as a value, a function or a trait, and name the library in its crate \
                       (ARCHITECTURE.md, The walls).";

/// Checks what the product code of every crate names. Tests may name anything.
pub(crate) fn check(metadata: &Metadata, tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let free = |name: &str| TOOLS.contains(&name) || name.starts_with(EXAMPLES);
    for (package, path) in metadata.members().filter(|(package, _)| !free(&package.name)) {
        for dependency in package.dependencies.iter().filter(|d| d.kind == Kind::Normal) {
            let name = dependency.name.as_str();
            let wall = WALLS.iter().find(|(wall, only, _)| *wall == name && !only.contains(&&*package.name));
            let why = match wall {
                Some((_, _, why)) => why,
                None if package.name == BARE.0 && !name.starts_with("syncline-") && name != HARMLESS => {
                    BARE.1
                }
                None => continue,
            };
            let message = format!("{} may not use {name}: {why}", package.name);
            findings.push(Finding::new(path, tree.line_of(path, name), message, WAY_OUT));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::{Dependency, Package};

    fn count(krate: &str, dependency: &str, kind: Kind) -> usize {
        let package = Package {
            name: krate.to_owned(),
            manifest: Some("Cargo.toml".to_owned()),
            dependencies: vec![Dependency { name: dependency.to_owned(), kind, ..Dependency::default() }],
            ..Package::default()
        };
        check(&Metadata { packages: vec![package] }, &Tree::default()).len()
    }

    #[test]
    fn worldly_things_stay_in_their_rooms() {
        let cases = [
            ("syncline-store", "rusqlite", Kind::Normal, 0),
            ("syncline-core", "rusqlite", Kind::Normal, 1),
            ("syncline-core", "rusqlite", Kind::Dev, 0),
            ("syncline-service", "tokio", Kind::Normal, 1),
            ("syncline-service", "serde_json", Kind::Normal, 0),
            ("syncline-engine", "serde_json", Kind::Normal, 1),
            ("syncline-engine", "syncline-core", Kind::Normal, 0),
            ("syncline-bench", "axum", Kind::Normal, 0),
            ("syncline-example-todo", "clap", Kind::Normal, 0),
        ];
        for (krate, dependency, kind, expected) in cases {
            assert_eq!(count(krate, dependency, kind), expected, "{krate} -> {dependency} ({kind:?})");
        }
    }
}
