//! Which steps a command consists of, in which order. The quick ones that fail often come first; what needs a network and
//! packages of other languages comes last.
//!
//! Lints are denied by arguments of clippy and rustdoc, never by `RUSTFLAGS`: other flags would build every
//! dependency a second time. The simulator is always apart, because it switches on a feature (`faults`) of the
//! crates it drives that no other build may see.

use crate::judge::Judge;
use crate::steps::Step;

/// The profile of the simulator: debug assertions on, a little optimised.
const SIM_PROFILE: [&str; 4] = ["--profile", "sim", "-p", "syncline-sim"];

/// Everything that has to pass before a change lands.
pub(crate) fn ci(judges: Vec<Judge>) -> Vec<Step> {
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
    steps.extend(test(judges));
    steps
}

/// Every test there is.
pub(crate) fn test(judges: Vec<Judge>) -> Vec<Step> {
    let mut steps = vec![
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
    ];
    steps.extend(self::judges(judges));
    steps
}

/// These judges, with the command that they judge. It is built as users build it: without what tests switch on.
pub(crate) fn judges(judges: Vec<Judge>) -> Vec<Step> {
    let build = Step::cargo("judged command", &["build", "-p", "syncline-cli", "--bin", "syncline"]);
    std::iter::once(build).chain(judges.into_iter().map(Step::judge)).collect()
}

/// The simulator with these arguments.
pub(crate) fn sim(args: &[String]) -> Step {
    Step::cargo("sim", &[&["run"], &SIM_PROFILE[..], &["--"]].concat()).args(args)
}

/// The benchmarks with these arguments. One binary measures; another one, which is not built by running the first, is
/// the server.
pub(crate) fn bench(args: &[String]) -> Vec<Step> {
    let build = Step::cargo("bench binaries", &["build", "--release", "-p", "syncline-bench"]);
    let run = Step::cargo("bench", &["run", "--release", "-p", "syncline-bench", "--"]).args(args);
    vec![build, run]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn all() -> Vec<Judge> {
        crate::judge::find(Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()).unwrap()
    }

    fn lines(steps: &[Step]) -> Vec<String> {
        steps.iter().map(Step::command_line).collect()
    }

    #[test]
    fn ci_is_lints_and_then_test() {
        let (ci, test) = (lines(&ci(all())), lines(&test(all())));
        assert!(ci.ends_with(&test));
        assert!(ci.iter().any(|line| line.starts_with("RUSTDOCFLAGS='-D warnings' cargo doc")), "{ci:?}");
        assert!(test.iter().any(|line| line == "cargo run --profile sim -p syncline-sim -- ci"), "{test:?}");
    }

    #[test]
    fn every_judge_judges_what_was_built_just_before() {
        let (test, judges) = (lines(&test(all())), lines(&judges(all())));
        assert!(test.ends_with(&judges));
        assert_eq!(judges[0], "cargo build -p syncline-cli --bin syncline");
        let names = all().into_iter().map(|judge| format!("cargo xtask judge {}", judge.name));
        assert_eq!(judges[1..], names.collect::<Vec<_>>());
    }

    #[test]
    fn the_simulator_is_never_built_with_the_product() {
        for step in ci(all()) {
            let line = step.command_line();
            if line.contains("--workspace") {
                assert!(line.contains("--exclude syncline-sim"), "{line}");
            }
            assert!(!line.contains(" RUSTFLAGS"), "{line}");
        }
    }
}
