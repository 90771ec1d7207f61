//! Which steps a command consists of, in which order. The quick ones that fail often come first.
//!
//! Lints are denied by arguments of clippy and rustdoc, never by `RUSTFLAGS`: other flags would build every
//! dependency a second time. The simulator is always apart, because it switches on a feature (`faults`) of the
//! crates it drives that no other build may see.

use crate::steps::Step;

/// The profile of the simulator: debug assertions on, a little optimised.
const SIM_PROFILE: [&str; 4] = ["--profile", "sim", "-p", "syncline-sim"];

/// Everything that has to pass before a change lands.
pub(crate) fn ci() -> Vec<Step> {
    let mut steps = vec![
        Step::tidy(),
        Step::cargo("format", &["fmt", "--all", "--check"]),
        Step::cargo(
            "clippy",
            &["clippy", "--workspace", "--exclude", "syncline-sim", "--all-targets", "--", "-D", "warnings"],
        ),
        Step::cargo("clippy sim", &["clippy", "-p", "syncline-sim", "--all-targets", "--", "-D", "warnings"]),
        // Libraries only: the binary `syncline` and the library `syncline` would write to the same page.
        Step::cargo("rustdoc", &["doc", "--workspace", "--exclude", "syncline-sim", "--lib", "--no-deps"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    ];
    steps.extend(test());
    steps
}

/// Every test there is.
pub(crate) fn test() -> Vec<Step> {
    vec![
        // Without a target named, Cargo runs the tests of libraries, binaries and `tests/`, then the doc tests.
        Step::cargo(
            "tests",
            &["test", "--workspace", "--exclude", "syncline-sim", "--exclude", "syncline-bench"],
        ),
        Step::cargo("bench tests", &["test", "-p", "syncline-bench"]),
        // Together with the simulator the crates it drives are built with their switches, and show that they notice.
        Step::cargo(
            "sim tests",
            &[
                &["test"],
                &SIM_PROFILE[..],
                &["-p", "syncline-backend", "-p", "syncline-backend-sqlite", "-p", "syncline-store"],
                &["--", "noticed", "faults", "story"],
            ]
            .concat(),
        ),
        sim(&["ci".to_owned()]).named("sim"),
    ]
}

/// The simulator with these arguments.
pub(crate) fn sim(args: &[String]) -> Step {
    Step::cargo("sim", &[&["run"], &SIM_PROFILE[..], &["--"]].concat()).args(args)
}

/// The benchmarks with these arguments.
pub(crate) fn bench(args: &[String]) -> Step {
    Step::cargo("bench", &["run", "--release", "-p", "syncline-bench", "--"]).args(args)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ci_is_lints_and_then_test() {
        let lines = |steps: Vec<Step>| steps.iter().map(Step::command_line).collect::<Vec<_>>();
        let (ci, test) = (lines(ci()), lines(test()));
        assert!(ci.ends_with(&test));
        assert!(ci.iter().any(|line| line.starts_with("RUSTDOCFLAGS='-D warnings' cargo doc")), "{ci:?}");
        assert_eq!(test.last().map(String::as_str), Some("cargo run --profile sim -p syncline-sim -- ci"));
    }

    #[test]
    fn the_simulator_is_never_built_with_the_product() {
        for step in ci() {
            let line = step.command_line();
            if line.contains("--workspace") {
                assert!(line.contains("--exclude syncline-sim"), "{line}");
            }
            assert!(!line.contains(" RUSTFLAGS"), "{line}");
        }
    }
}
