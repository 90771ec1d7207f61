//! What does not compile, and what the compiler says of it.
//!
//! The cases are given to rustc together with the library that these tests are linked with: a package of its own for
//! them, as trybuild makes it, would build every dependency once more, which takes minutes.

use serde_json::Value;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn what_does_not_fit_does_not_compile() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/models");
    let mut cases: Vec<PathBuf> =
        std::fs::read_dir(here.join("wrong")).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let mut report = String::new();
    for case in &cases {
        writeln!(report, "### {}", case.file_name().unwrap().display()).unwrap();
        writeln!(report, "{}", compile(case, &here.join("schemas"))).unwrap();
    }
    insta::assert_snapshot!(report);
}

/// The errors of a program, in short. Its schemas lie in `schemas`.
fn compile(case: &Path, schemas: &Path) -> String {
    let libraries = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    let output = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()))
        .args(["--edition=2024", "--emit=metadata", "--error-format=json", "--crate-name=case"])
        .arg("--out-dir")
        .arg(env!("CARGO_TARGET_TMPDIR"))
        .arg(format!("-Ldependency={}", libraries.display()))
        .arg(format!("--extern=syncline={}", newest_library(&libraries).display()))
        .arg(case)
        .env("CARGO_MANIFEST_DIR", schemas)
        .output()
        .unwrap();
    let messages = String::from_utf8(output.stderr).unwrap();
    let errors: String =
        messages.lines().filter_map(|line| error(&serde_json::from_str(line).unwrap())).collect();
    assert_eq!(output.status.success(), errors.is_empty(), "{messages}");
    errors
}

/// The library as it was built last. A build for other features may lie beside it, but whichever is newest was built
/// from the sources as they are: cargo has brought the one of these tests up to date.
fn newest_library(directory: &Path) -> PathBuf {
    let all = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap());
    let ours = all.filter(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libsyncline-") && name.ends_with(".rlib")
    });
    ours.max_by_key(|entry| entry.metadata().unwrap().modified().unwrap()).unwrap().path()
}

/// An error with its place, its label and the notes that come with the trait. What the compiler adds of its own
/// changes from version to version.
fn error(message: &Value) -> Option<String> {
    let span = message["spans"].as_array()?.iter().find(|span| span["is_primary"] == true)?;
    if message["level"] != "error" {
        return None;
    }
    let code = message["code"]["code"].as_str().map_or_else(String::new, |code| format!("[{code}]"));
    let mut text = format!(
        "{}:{}: error{code}: {}\n",
        span["line_start"],
        span["column_start"],
        message["message"].as_str()?
    );
    if let Some(label) = span["label"].as_str() {
        writeln!(text, "  {label}").ok()?;
    }
    let children = message["children"].as_array()?.iter();
    for note in
        children.filter(|child| child["level"] == "note" && child["spans"] == Value::Array(Vec::new()))
    {
        writeln!(text, "  note: {}", note["message"].as_str()?).ok()?;
    }
    Some(text)
}
