//! The command as a script sees it.

#![expect(clippy::unwrap_used, reason = "a helper of tests fails like a test")]

use std::process::{Command, Output};

use serde_json::Value;

fn bench(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_syncline-bench")).args(words).output().unwrap()
}

/// What each benchmark compares, and by which metrics.
const ALL: [(&str, [&str; 2], &[&str]); 31] = [
    ("bare-json", ["raw", "bare"], &["speed"]),
    ("bare-merge", ["raw", "bare"], &["speed"]),
    ("save", ["bare", "syncline"], &["speed", "latency"]),
    ("save-64", ["bare", "syncline"], &["speed"]),
    ("get", ["bare", "syncline"], &["speed", "latency"]),
    ("base-10k", ["bare", "syncline"], &["speed", "memoryMiB", "file"]),
    ("base-100k", ["bare", "syncline"], &["speed", "memoryMiB", "file"]),
    ("base-indexed", ["bare", "syncline"], &["speed", "memoryMiB", "file"]),
    ("base-random", ["bare", "syncline"], &["speed", "memoryMiB", "file"]),
    ("delta-random", ["bare", "syncline"], &["speed", "memoryMiB", "file"]),
    ("propagate", ["bare", "syncline"], &["speed", "latency"]),
    ("live-others", ["unobserved", "observed"], &["speed", "latency", "queries"]),
    ("live-matches", ["unobserved", "observed"], &["speed", "latency", "queries"]),
    ("drain", ["bare", "syncline"], &["speed"]),
    ("drain-as-ours", ["bare", "syncline"], &["speed"]),
    ("drain-single", ["bare", "one at a time"], &["speed"]),
    ("drain-batches", ["one at a time", "syncline"], &["speed"]),
    ("idle", ["bare", "syncline"], &["speed", "idleMsPerMinute", "residentMiB"]),
    ("line-base", ["near", "far"], &["speed", "requests"]),
    ("line-drain", ["near", "far"], &["speed", "requests", "seconds"]),
    ("rapid", ["offline", "far"], &["speed", "requests"]),
    ("rapid-near", ["offline", "near"], &["speed", "requests"]),
    ("line-base-appsync", ["pages x round trip", "far"], &["speed", "requests"]),
    ("line-drain-appsync", ["batches x round trip", "far"], &["speed", "requests"]),
    ("server-sync", ["bare", "syncline"], &["speed", "cpu"]),
    ("server-delta", ["few rows", "many rows"], &["speed", "latency"]),
    ("server-mutations", ["bare", "syncline"], &["speed", "cpu", "group"]),
    ("plan-hit", ["getPost", "hit"], &["speed", "latency"]),
    ("plan-miss", ["getPost", "miss"], &["speed", "latency"]),
    ("subscribed-same", ["bare", "syncline"], &["speed", "latency", "heldKiB"]),
    ("subscribed-range", ["bare", "syncline"], &["speed", "latency", "heldKiB"]),
];

/// What a field of each element says.
fn texts<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|element| element[field].as_str().unwrap()).collect()
}

#[test]
fn every_program_runs() {
    let output = bench(&["--smoke", "--json", "--on", "disk"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let document: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = &document["results"];
    assert_eq!(texts(results, "benchmark"), ALL.map(|(name, ..)| name));
    for (result, (_, programs, metrics)) in results.as_array().unwrap().iter().zip(ALL) {
        assert_eq!(texts(&result["programs"], "program"), programs, "{result}");
        assert_eq!(texts(&result["verdicts"], "metric"), metrics, "{result}");
        for figure in
            result["programs"].as_array().unwrap().iter().chain(result["verdicts"].as_array().unwrap())
        {
            let value = figure.get("perSecond").or_else(|| figure.get("value")).unwrap();
            // Of queries there may be none, of memory what was free already, and of work nothing at all.
            let may_be_none =
                ["queries", "heldKiB", "idleMsPerMinute"].iter().any(|metric| figure["metric"] == *metric);
            assert!(value.as_f64().unwrap() > 0.0 || may_be_none, "{result}");
        }
    }
}

#[test]
fn wrong_words_servers_and_rounds_are_refused() {
    for (words, code, text) in [
        (&["svae"][..], 2, "`svae`"),
        (&["serve", "moon", "."], 1, "no server `moon`"),
        (&["serve"], 2, "`serve`"),
        (&["round", "get", "moon", "1", "."], 1, "no program `moon` in `get`"),
    ] {
        let output = bench(words);
        assert_eq!(output.status.code(), Some(code), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains(text), "{words:?}");
    }
}
