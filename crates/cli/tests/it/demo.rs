//! The story, told by the real command.

use crate::process::{arg, file, run};
use serde_json::Value;

/// Every check, in order.
const CHECKS: [&str; 10] = [
    "first sync",
    "live",
    "offline edits",
    "back online",
    "different fields",
    "same field",
    "delete",
    "failed condition",
    "selective sync",
    "restart",
];

#[test]
fn every_check_passes_and_is_told_to_scripts() {
    let directory = tempfile::tempdir().unwrap();
    let keep = directory.path().join("kept");
    let output = run(&["demo", "--json", "--keep", arg(&keep)]);
    let text = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{text}{errors}");
    assert_eq!(errors, "");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let names: Vec<&str> = lines.iter().map(|line| line["check"].as_str().unwrap()).collect();
    assert_eq!(names, CHECKS);
    let mut whole = 0.0;
    for line in &lines {
        assert_eq!(line["ok"], true, "{line}");
        whole += line["ms"].as_f64().unwrap();
    }
    assert!(whole < 15_000.0, "the demo takes {whole} ms");
    assert_eq!((&lines[0]["posts"], &lines[9]["added"]), (&Value::from(1_000), &Value::from(1)));
    for name in ["server.db", "device-a.db", "device-b.db", "device-c.db"] {
        assert!(keep.join(name).is_file(), "{name}");
    }
}

#[test]
fn people_get_lines_without_colour_in_a_pipe() {
    let output = run(&["demo"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    assert!(!text.contains('\u{1b}'), "{text:?}");
    for name in CHECKS {
        assert!(text.lines().any(|line| line.starts_with(&format!("✓ {name}"))), "{name} in {text}");
    }
    assert!(text.lines().last().unwrap().starts_with("all 10 checks passed in "), "{text}");
}

#[test]
fn files_of_others_are_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    file(directory.path(), "server.db", "something else");
    let output = run(&["demo", "--keep", arg(directory.path())]);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(errors.contains("is not empty") && errors.contains("help: "), "{errors}");
    assert_eq!(std::fs::read_to_string(directory.path().join("server.db")).unwrap(), "something else");
}
