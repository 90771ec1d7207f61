//! Runs named steps one after the other, with their times, and stops at the first that fails.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::judge::Judge;
use crate::tidy;

/// One thing to run.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    name: String,
    env: Vec<(String, String)>,
    action: Action,
}

#[derive(Debug, Clone)]
enum Action {
    /// A cargo command with its arguments.
    Cargo(Vec<String>),
    /// [`tidy`], in this process.
    Tidy,
    /// A judge: see [`crate::judge`].
    Judge(Judge),
}

impl Step {
    pub(crate) fn cargo(name: &str, args: &[&str]) -> Self {
        let args = args.iter().map(|&arg| arg.to_owned()).collect();
        Self { name: name.to_owned(), env: Vec::new(), action: Action::Cargo(args) }
    }

    pub(crate) fn tidy() -> Self {
        Self { name: "tidy".to_owned(), env: Vec::new(), action: Action::Tidy }
    }

    pub(crate) fn judge(judge: Judge) -> Self {
        Self { name: judge.name.clone(), env: Vec::new(), action: Action::Judge(judge) }
    }

    pub(crate) fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn args(mut self, more: &[String]) -> Self {
        if let Action::Cargo(args) = &mut self.action {
            args.extend_from_slice(more);
        }
        self
    }

    /// What a person types to run this step again.
    pub(crate) fn command_line(&self) -> String {
        let mut line = String::new();
        for (name, value) in &self.env {
            line += &format!("{name}={} ", quoted(value));
        }
        let words = match &self.action {
            Action::Tidy => vec!["xtask".to_owned(), "tidy".to_owned()],
            Action::Judge(judge) => judge.words(),
            Action::Cargo(args) => args.clone(),
        };
        line += "cargo";
        for word in &words {
            line += " ";
            line += &quoted(word);
        }
        line
    }

    /// Runs the step in `root`; whether it passed.
    ///
    /// # Errors
    /// The program could not be started.
    pub(crate) fn run(&self, root: &Path) -> Result<bool, String> {
        match &self.action {
            Action::Tidy => tidy::run(root),
            Action::Judge(judge) => judge.run(root),
            Action::Cargo(args) => {
                let mut command = Command::new(cargo());
                command.current_dir(root).args(args);
                for (name, value) in &self.env {
                    command.env(name, value);
                }
                let status = command.status();
                status
                    .map(|s| s.success())
                    .map_err(|e| format!("`{}` did not start: {e}", self.command_line()))
            }
        }
    }
}

/// The cargo that started us, so that both are the same version.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"))
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./:,+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// Runs the steps in order until one fails, then prints how long each took.
///
/// # Errors
/// A step could not be started.
pub(crate) fn run_all(root: &Path, steps: &[Step]) -> Result<bool, String> {
    run_each(steps, |step| step.run(root))
}

#[expect(clippy::disallowed_methods, reason = "the time a step took is what is printed")]
fn run_each(steps: &[Step], mut run: impl FnMut(&Step) -> Result<bool, String>) -> Result<bool, String> {
    let mut done = Vec::new();
    let mut failed = None;
    for step in steps {
        println!("\n==> {}: {}", step.name, step.command_line());
        let start = Instant::now();
        let passed = run(step)?;
        done.push((step.name.as_str(), start.elapsed(), passed));
        println!("<== {}: {} in {}", step.name, outcome(passed), seconds(start.elapsed()));
        if !passed {
            failed = Some(step);
            break;
        }
    }
    println!("\n{}", summary(&done, steps.len()));
    if let Some(step) = failed {
        println!("failed: {}\nto repeat it: {}", step.name, step.command_line());
    }
    Ok(failed.is_none())
}

fn summary(done: &[(&str, Duration, bool)], planned: usize) -> String {
    let width = done.iter().map(|(name, ..)| name.len()).max().unwrap_or(0).max("total".len());
    let mut text = String::new();
    for (name, time, passed) in done {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name:width$}  {:>8}  {}", seconds(*time), outcome(*passed));
    }
    let total: Duration = done.iter().map(|(_, time, _)| *time).sum();
    let _ = write!(text, "{:width$}  {:>8}  {} of {planned} steps run", "total", seconds(total), done.len());
    text
}

fn outcome(passed: bool) -> &'static str {
    if passed { "ok" } else { "FAILED" }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_can_be_pasted_into_a_shell() {
        let step =
            Step::cargo("x", &["test", "-p", "a b"]).env("F", "-D warnings").args(&["it's".to_owned()]);
        assert_eq!(step.command_line(), r"F='-D warnings' cargo test -p 'a b' 'it'\''s'");
        assert_eq!(Step::tidy().command_line(), "cargo xtask tidy");
    }

    #[test]
    fn the_summary_is_a_table_with_a_total() {
        let done = [("fmt", Duration::from_millis(1500), true), ("clippy", Duration::from_secs(61), false)];
        let expected = "\
fmt        1.5 s  ok
clippy    61.0 s  FAILED
total     62.5 s  2 of 4 steps run";
        assert_eq!(summary(&done, 4), expected);
    }

    #[test]
    fn a_failing_step_ends_the_run() {
        let steps = ["good", "bad", "never"].map(|name| Step::cargo(name, &[]));
        let mut seen = Vec::new();
        let outcome = run_each(&steps, |step| {
            seen.push(step.name.clone());
            Ok(step.name != "bad")
        });
        assert_eq!((outcome, seen.join(" ").as_str()), (Ok(false), "good bad"));
        assert_eq!(run_each(&steps[..1], |_| Ok(true)), Ok(true));
        assert_eq!(run_each(&steps, |_| Err("lost".to_owned())), Err("lost".to_owned()));
    }

    #[test]
    fn a_step_says_whether_its_command_passed() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(Step::cargo("version", &["--version"]).run(here), Ok(true));
    }
}
