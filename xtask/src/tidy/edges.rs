//! Who may depend on whom among the workspace's own crates.
//!
//! This table is the graph that `ARCHITECTURE.md` draws. A new edge is a decision about the design: it is made
//! here, in the same change that needs it.

use super::finding::Finding;
use super::tree::Tree;
use crate::metadata::{Dependency, Kind, Metadata};

/// What one crate may use.
#[derive(Debug)]
struct Allowed {
    krate: &'static str,
    /// In the product.
    normal: &'static [&'static str],
    /// Behind a feature that only tests switch on.
    optional: &'static [&'static str],
    /// In its own tests, besides.
    dev: &'static [&'static str],
}

const fn allow(
    krate: &'static str,
    normal: &'static [&'static str],
    optional: &'static [&'static str],
    dev: &'static [&'static str],
) -> Allowed {
    Allowed { krate, normal, optional, dev }
}

/// The graph. Names are without their prefix `syncline-`; the client itself is `syncline`.
const GRAPH: &[Allowed] = &[
    allow("core", &[], &[], &[]),
    allow("schema", &["core"], &[], &[]),
    allow("protocol", &["core"], &[], &["schema"]),
    allow("engine", &["core"], &[], &[]),
    allow("store", &["core"], &[], &["schema"]),
    allow("heap", &[], &[], &[]),
    allow("codegen", &["core", "schema"], &[], &[]),
    allow("macros", &["codegen", "schema"], &[], &[]),
    allow(
        "syncline",
        &["core", "engine", "heap", "macros", "protocol", "store"],
        &[],
        &["schema", "backend", "backend-sqlite", "service", "server"],
    ),
    // The contract suite builds its models from a schema file.
    allow("backend", &["core"], &["schema"], &["schema", "backend"]),
    allow("backend-sqlite", &["backend", "core"], &[], &["schema"]),
    allow("service", &["backend", "core", "protocol", "schema"], &[], &["backend-sqlite"]),
    allow("server", &["backend", "core", "protocol", "schema", "service"], &[], &["backend-sqlite"]),
    allow(
        "cli",
        &["backend-sqlite", "codegen", "core", "protocol", "schema", "server", "syncline"],
        &[],
        &["backend", "service"],
    ),
    allow(
        "sim",
        &["backend", "backend-sqlite", "core", "engine", "protocol", "schema", "service", "store"],
        &[],
        &[],
    ),
    // Applications: what they may use is what everybody has. Their tests run a real server.
    allow("example-local-only", &["syncline"], &[], &[]),
    allow("example-todo", &["syncline"], &[], &["backend-sqlite", "server"]),
];

/// May use every crate, and no crate may use them.
const TOOLS: [&str; 2] = ["bench", "xtask"];

/// The feature that switches rules off, and the one crate that may ask for it.
const FAULTS: (&str, &str) = ("faults", "sim");

/// Checks every edge between the workspace's crates.
pub(crate) fn check(metadata: &Metadata, tree: &Tree) -> Vec<Finding> {
    let ours: Vec<&str> = metadata.members().map(|(package, _)| package.name.as_str()).collect();
    let mut findings = Vec::new();
    for (package, path) in metadata.members() {
        let from = short(&package.name);
        let allowed = GRAPH.iter().find(|allowed| allowed.krate == from);
        if allowed.is_none() && !TOOLS.contains(&from) {
            let message = format!("the crate {} is not in the graph", package.name);
            let way_out = "Add it to GRAPH in xtask/src/tidy/edges.rs and to ARCHITECTURE.md.";
            findings.push(Finding::new(path, 1, message, way_out));
            continue;
        }
        for dependency in package.dependencies.iter().filter(|d| ours.contains(&d.name.as_str())) {
            let line = tree.line_of(path, &dependency.name);
            if let Some(allowed) = allowed.filter(|allowed| !permits(allowed, dependency)) {
                findings.push(Finding::new(path, line, forbidden(allowed, dependency), WAY_OUT));
            }
            let (feature, only) = FAULTS;
            if from != only && dependency.features.iter().any(|f| f == feature) {
                let message = format!("{} switches on `{feature}` of {}", package.name, dependency.name);
                let way_out = "Only the simulator may: the feature must never reach a product binary.";
                findings.push(Finding::new(path, line, message, way_out));
            }
        }
    }
    findings
}

const WAY_OUT: &str = "Move the code to the side of the wall where it belongs (ARCHITECTURE.md, The walls).";

fn permits(allowed: &Allowed, dependency: &Dependency) -> bool {
    let to = short(&dependency.name);
    allowed.normal.contains(&to)
        || dependency.optional && allowed.optional.contains(&to)
        || dependency.kind == Kind::Dev && allowed.dev.contains(&to)
}

fn forbidden(allowed: &Allowed, dependency: &Dependency) -> String {
    let how = match dependency.kind {
        Kind::Normal => "may not depend on",
        Kind::Dev => "may not test with",
    };
    format!("{} {how} {}", allowed.krate, short(&dependency.name))
}

fn short(name: &str) -> &str {
    name.strip_prefix("syncline-").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Package;

    fn edge(to: &str, kind: Kind, optional: bool, features: &[&str]) -> Dependency {
        let features = features.iter().map(|&f| f.to_owned()).collect();
        Dependency { name: to.to_owned(), kind, optional, features }
    }

    fn messages(from: &str, dependency: &Dependency) -> Vec<String> {
        let member = |name: &str| Package {
            name: name.to_owned(),
            manifest: Some(format!("{name}/Cargo.toml")),
            ..Package::default()
        };
        let mut packages = vec![Package { dependencies: vec![dependency.clone()], ..member(from) }];
        if from != dependency.name {
            packages.push(member(&dependency.name));
        }
        check(&Metadata { packages }, &Tree::default()).into_iter().map(|f| f.message).collect()
    }

    #[test]
    fn edges_are_those_of_the_graph() {
        let (normal, dev) = (Kind::Normal, Kind::Dev);
        let cases = [
            ("syncline-store", edge("syncline-core", normal, false, &[]), ""),
            ("syncline", edge("syncline-server", dev, false, &[]), ""),
            ("syncline-backend", edge("syncline-schema", normal, true, &[]), ""),
            ("syncline-bench", edge("syncline-server", normal, false, &[]), ""),
            ("syncline-example-todo", edge("syncline-server", dev, false, &[]), ""),
            (
                "syncline-example-todo",
                edge("syncline-core", normal, false, &[]),
                "example-todo may not depend on core",
            ),
            ("syncline-sim", edge("syncline-core", normal, false, &["faults"]), ""),
            ("syncline", edge("syncline-server", normal, false, &[]), "syncline may not depend on server"),
            ("syncline", edge("syncline-backend", normal, true, &[]), "syncline may not depend on backend"),
            (
                "syncline-backend",
                edge("syncline-schema", normal, false, &[]),
                "backend may not depend on schema",
            ),
            ("syncline-core", edge("syncline-schema", dev, false, &[]), "core may not test with schema"),
            ("syncline-core", edge("xtask", normal, false, &[]), "core may not depend on xtask"),
            (
                "syncline-cli",
                edge("syncline-core", normal, false, &["faults"]),
                "syncline-cli switches on `faults` of syncline-core",
            ),
        ];
        for (from, dependency, expected) in cases {
            let found = messages(from, &dependency);
            assert_eq!(found.join("; "), expected, "{from} -> {}", dependency.name);
        }
    }

    #[test]
    fn a_new_crate_must_be_drawn() {
        let found = messages("syncline-new", &edge("serde", Kind::Normal, false, &[]));
        assert_eq!(found[0], "the crate syncline-new is not in the graph");
    }

    #[test]
    fn the_graph_has_no_way_round() {
        // Each crate only uses crates that stand in the table before it or lead to none of its users.
        let reaches = |from: &str, to: &str| {
            let (mut todo, mut seen) = (vec![from], Vec::new());
            while let Some(at) = todo.pop() {
                let next = GRAPH.iter().filter(|a| a.krate == at).flat_map(|a| a.normal.iter().copied());
                for krate in next.filter(|krate| !seen.contains(krate)).collect::<Vec<_>>() {
                    seen.push(krate);
                    todo.push(krate);
                }
            }
            seen.contains(&to)
        };
        for allowed in GRAPH {
            assert!(!reaches(allowed.krate, allowed.krate), "{} depends on itself", allowed.krate);
        }
        for server_side in ["backend", "backend-sqlite", "service", "server"] {
            assert!(!reaches("syncline", server_side), "the client depends on {server_side}");
        }
    }
}
