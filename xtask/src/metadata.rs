//! What `cargo metadata` says, reduced to what the checks read.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::steps::cargo;

/// All packages of the build, ours and others'.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) packages: Vec<Package>,
}

/// One package.
#[derive(Debug, Clone, Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    /// The SPDX expression of its manifest.
    pub(crate) licence: Option<String>,
    /// The path of its manifest, relative to the repository; `None` for packages that are not ours.
    pub(crate) manifest: Option<String>,
    /// What its manifest asks for.
    pub(crate) dependencies: Vec<Dependency>,
}

/// One line of a manifest's dependency tables.
#[derive(Debug, Clone, Default)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    /// Only with a feature.
    pub(crate) optional: bool,
    pub(crate) features: Vec<String>,
}

/// Which table a dependency stands in. Build dependencies count as normal ones.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Normal,
    Dev,
}

impl Metadata {
    /// The workspace's own packages.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&Package, &str)> {
        self.packages.iter().filter_map(|package| package.manifest.as_deref().map(|path| (package, path)))
    }

    /// Asks cargo about the workspace at `root`.
    ///
    /// # Errors
    /// Cargo did not start, refused, or answered something else than expected.
    pub(crate) fn load(root: &Path) -> Result<Self, String> {
        Self::read(&ask(root, &[])?, root).ok_or_else(unknown)
    }

    fn read(json: &Value, root: &Path) -> Option<Self> {
        let packages: Option<_> = json["packages"].as_array()?.iter().map(|p| package(p, root)).collect();
        Some(Self { packages: packages? })
    }
}

/// Where cargo puts what it builds: `target`, unless the environment or a configuration says otherwise.
///
/// # Errors
/// As [`Metadata::load`].
pub(crate) fn target_directory(root: &Path) -> Result<PathBuf, String> {
    let json = ask(root, &["--no-deps"])?;
    json["target_directory"].as_str().map(PathBuf::from).ok_or_else(unknown)
}

fn ask(root: &Path, args: &[&str]) -> Result<Value, String> {
    let output = Command::new(cargo())
        .args(["metadata", "--format-version", "1"])
        .args(args)
        .current_dir(root)
        .output()
        .map_err(|e| format!("`cargo metadata` did not start: {e}"))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        return Err(format!("`cargo metadata` failed:\n{}", error.trim_end()));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|e| format!("`cargo metadata` answered something that is not JSON: {e}"))
}

fn unknown() -> String {
    "`cargo metadata` answered in an unknown form".to_owned()
}

fn package(json: &Value, root: &Path) -> Option<Package> {
    let manifest = Path::new(json["manifest_path"].as_str()?);
    // A package without a source is a path of this machine: ours.
    let ours = json["source"].is_null();
    Some(Package {
        name: json["name"].as_str()?.to_owned(),
        version: json["version"].as_str()?.to_owned(),
        licence: json["license"].as_str().map(str::to_owned),
        manifest: ours
            .then(|| manifest.strip_prefix(root).unwrap_or(manifest).to_string_lossy().replace('\\', "/")),
        dependencies: json["dependencies"].as_array()?.iter().map(dependency).collect::<Option<_>>()?,
    })
}

fn dependency(json: &Value) -> Option<Dependency> {
    let features = json["features"].as_array()?;
    Some(Dependency {
        name: json["name"].as_str()?.to_owned(),
        kind: if json["kind"] == "dev" { Kind::Dev } else { Kind::Normal },
        optional: json["optional"].as_bool()?,
        features: features.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn knows_where_this_test_was_built() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = target_directory(here.parent().unwrap()).unwrap();
        assert!(std::env::current_exe().unwrap().starts_with(target));
    }

    #[test]
    fn reads_what_cargo_writes() {
        let dep =
            |kind: Value| json!({"name": "serde", "kind": kind, "optional": true, "features": ["derive"]});
        let json = json!({"packages": [
            {"name": "ours", "version": "0.1.0", "license": "MIT", "source": null,
             "manifest_path": "/r/crates/ours/Cargo.toml", "dependencies": [dep(Value::Null), dep(json!("dev"))]},
            {"name": "serde", "version": "1.0.0", "license": null, "source": "registry+x",
             "manifest_path": "/elsewhere/Cargo.toml", "dependencies": []},
        ]});
        let metadata = Metadata::read(&json, Path::new("/r")).unwrap();
        let members: Vec<_> = metadata.members().map(|(p, path)| (p.name.as_str(), path)).collect();
        assert_eq!(members, [("ours", "crates/ours/Cargo.toml")]);
        let kinds: Vec<_> = metadata.packages[0].dependencies.iter().map(|d| d.kind).collect();
        assert_eq!(kinds, [Kind::Normal, Kind::Dev]);
        assert_eq!(metadata.packages[0].dependencies[0].features, ["derive"]);
        assert!(metadata.packages[0].dependencies[0].optional);
        assert_eq!(metadata.packages[1].licence, None);
        assert!(Metadata::read(&json!({"packages": [{}]}), Path::new("/r")).is_none());
    }
}
