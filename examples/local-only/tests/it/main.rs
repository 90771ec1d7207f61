//! The example, run.

#![expect(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::process::{Command, Output};

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_local-only")).args(args).output().unwrap()
}

#[test]
fn it_tells_its_story_in_memory_and_in_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("books.db");
    let file = file.to_str().unwrap();
    // The second time the file is there.
    for args in [&[][..], &[file], &[file]] {
        let output = run(args);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        for part in [
            "  3 books",
            "  The Left Hand of Darkness: Reading",
            "  The Left Hand of Darkness: Read, 2 reviews",
            "  refused: the condition does not hold for Book ",
            "  0 reviews are left",
            "  updated  The Left Hand of Darkness: ToRead is now Reading",
            "  updated  The Left Hand of Darkness: Reading is now Read",
            "  deleted  The Left Hand of Darkness",
        ] {
            assert!(text.lines().any(|line| line.starts_with(part)), "{part:?} is missing in:\n{text}");
        }
        let order: Vec<_> = ["  1974 The Dispossessed", "  1969 The Left Hand of Darkness"]
            .iter()
            .map(|title| text.lines().position(|line| line.starts_with(title)).unwrap())
            .collect();
        assert!(order.is_sorted(), "newest first:\n{text}");
        assert!(text.trim_end().ends_with("if there were an API."), "{text}");
    }
}

#[test]
fn a_file_that_cannot_be_opened_is_an_error_with_a_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("nowhere").join("books.db");
    let output = run(&[path.to_str().unwrap()]);
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("make its directory first"), "{text}");
}
