//! The command as a script sees it.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails like a test")]

use std::process::{Command, Output};

use serde_json::Value;

fn bench(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_syncline-bench")).args(words).output().unwrap()
}

#[test]
fn every_program_runs() {
    let output = bench(&["--smoke", "--json", "--on", "disk"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = document["results"].as_array().unwrap();
    let names: Vec<_> = results.iter().map(|result| result["benchmark"].as_str().unwrap()).collect();
    assert_eq!(names, ["save", "get", "base-10k", "base-100k", "drain", "propagate"]);
    for result in results {
        for program in ["bare", "syncline"] {
            assert!(result[program]["perSecond"].as_f64().unwrap() > 0.0, "{result}");
        }
    }
}

#[test]
fn wrong_words_and_servers_are_refused() {
    for (words, code, text) in [
        (&["svae"][..], 2, "`svae`"),
        (&["serve", "moon", "."], 1, "no server `moon`"),
        (&["serve"], 2, "`serve`"),
    ] {
        let output = bench(words);
        assert_eq!(output.status.code(), Some(code), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(text), "{words:?}");
    }
}
