//! Which licences may come in with a dependency.

use super::finding::Finding;
use super::spdx;
use crate::metadata::{Metadata, Package};

/// Licences that ask for no more than a notice.
const ACCEPTED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "OpenSSL",
    "Unicode-3.0",
    "Zlib",
];

/// Exceptions that only give more rights.
const ACCEPTED_WITH: [(&str, &str); 1] = [("Apache-2.0", "LLVM-exception")];

/// Packages under MPL-2.0 that may come in, each with its reason: changes to *their* files must be published.
const MPL: [(&str, &str); 0] = [];

/// Packages without a licence in their manifest: the licence that their licence file holds, as read by a person.
const READ: [(&str, &str, &str); 1] = [
    // Comes with apollo-compiler's JSON; its file LICENSE is the MIT licence.
    ("jsonpath-rust", "0.3.5", "MIT"),
];

/// Checks every package of the build, whatever the platform.
pub(crate) fn check(metadata: &Metadata) -> Vec<Finding> {
    metadata.packages.iter().filter_map(one).collect()
}

fn one(package: &Package) -> Option<Finding> {
    let Package { name, version, .. } = package;
    let read = READ.iter().find(|(n, v, _)| n == name && v == version).map(|(_, _, licence)| *licence);
    let mpl = MPL.iter().any(|(n, _)| n == name);
    let accepted = |licence: &str, exception: Option<&str>| match exception {
        None => ACCEPTED.contains(&licence) || (mpl && licence == "MPL-2.0"),
        Some(exception) => ACCEPTED_WITH.contains(&(licence, exception)),
    };
    let message = match package.licence.as_deref().or(read) {
        None => format!("{name} {version} names no licence"),
        Some(expression) => match spdx::satisfied(expression, &accepted) {
            Ok(true) => return None,
            Ok(false) => format!("{name} {version} comes under `{expression}`, which is not accepted"),
            Err(error) => format!("{name} {version} comes under `{expression}`: {error}"),
        },
    };
    let way_out = "Choose another dependency, or name it with the reason in xtask/src/tidy/licences.rs.";
    Some(Finding::new(package.manifest.as_deref().unwrap_or("Cargo.lock"), 1, message, way_out))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_accepted_licences_come_in() {
        let cases = [
            ("a", Some("MIT OR Apache-2.0"), ""),
            ("a", Some("Apache-2.0 WITH LLVM-exception"), ""),
            ("a", Some("MIT OR LGPL-2.1-or-later"), ""),
            ("jsonpath-rust", None, ""),
            ("a", None, "a 0.3.5 names no licence"),
            ("a", Some("MPL-2.0"), "a 0.3.5 comes under `MPL-2.0`, which is not accepted"),
            ("a", Some("MIT AND GPL-3.0"), "a 0.3.5 comes under `MIT AND GPL-3.0`, which is not accepted"),
            ("a", Some("MIT AND"), "a 0.3.5 comes under `MIT AND`: the name of a licence is missing"),
        ];
        for (name, licence, expected) in cases {
            let package = Package {
                name: name.to_owned(),
                version: "0.3.5".to_owned(),
                licence: licence.map(str::to_owned),
                ..Package::default()
            };
            let found = check(&Metadata { packages: vec![package] });
            let found: Vec<_> = found.iter().map(|f| f.message.as_str()).collect();
            assert_eq!(found.join("; "), expected);
        }
    }
}
