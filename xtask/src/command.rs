//! From the words on the command line to what runs.

use std::path::{Path, PathBuf};

use crate::judge;
use crate::plan;
use crate::steps;
use crate::tidy;

const USAGE: &str = "\
The project's own commands.

Usage: cargo xtask <command>

  tidy            check the rules that the compiler does not know
  test            run every test: units, documentation, simulator, judges
  judge <name> [args]
                  run one of the judges (testing/conformance-*): clients that are not ours, against the built command
  ci              everything that has to pass: format, lints, documentation, tidy, test
  sim [args]      run the simulator (`cargo xtask sim -- --help` for its flags)
  bench [args]    measure Syncline beside the bare programs, in release mode";

/// Carries out one command line. `Ok(false)` means that something was checked and did not hold.
///
/// # Errors
/// A command that does not exist or could not be started.
pub(crate) fn run(args: &[String]) -> Result<bool, String> {
    let root = root();
    let (name, rest) = match args.split_first() {
        Some((name, rest)) => (name.as_str(), rest),
        None => ("help", args),
    };
    match name {
        "tidy" => no_more(rest).and_then(|()| tidy::run(&root)),
        "test" => no_more(rest).and_then(|()| steps::run_all(&root, &plan::test(judge::find(&root)?))),
        "ci" => no_more(rest).and_then(|()| steps::run_all(&root, &plan::ci(judge::find(&root)?))),
        "judge" => one_judge(&root, rest),
        "sim" => plan::sim(plain(rest)).run(&root),
        // One after the other without a word between them: what the last prints may be JSON.
        "bench" => plan::bench(plain(rest))
            .iter()
            .try_fold(true, |passed, step| if passed { step.run(&root) } else { Ok(false) }),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            Ok(true)
        }
        other => Err(format!("there is no command `{other}`\n\n{USAGE}")),
    }
}

/// Builds the command and runs one judge with the words behind its name.
fn one_judge(root: &Path, rest: &[String]) -> Result<bool, String> {
    let judges = judge::find(root)?;
    let (name, args) = match rest.split_first() {
        Some((name, args)) => (name.as_str(), plain(args)),
        None => ("", rest),
    };
    let judge = judge::named(judges, name)?.args(args);
    steps::run_all(root, &plan::judges(vec![judge]))
}

/// What follows a first `--`, so that `cargo xtask sim -- --seed 1` and `cargo xtask sim --seed 1` are the same.
fn plain(rest: &[String]) -> &[String] {
    match rest.split_first() {
        Some((first, others)) if first == "--" => others,
        _ => rest,
    }
}

fn no_more(rest: &[String]) -> Result<(), String> {
    match rest.first() {
        None => Ok(()),
        Some(word) => Err(format!("`{word}` is one word too many: this command takes none")),
    }
}

/// The root of the repository: the folder above this crate's, as the cargo that runs us says it. Where it was compiled may
/// be another clone that shares the folder for what is built.
fn root() -> PathBuf {
    let here = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    here.parent().map_or_else(|| here.clone(), Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn a_wrong_command_says_which_there_are() {
        let error = run(&words("tset")).unwrap_err();
        assert!(error.contains("`tset`") && error.contains("cargo xtask <command>"), "{error}");
        assert!(run(&words("tidy now")).unwrap_err().contains("`now`"));
        assert!(run(&words("judge nobody")).unwrap_err().contains("`nobody`"));
        assert!(run(&words("judge")).unwrap_err().contains("there are: "));
    }

    #[test]
    fn arguments_are_forwarded_with_and_without_the_dashes() {
        assert_eq!(plain(&words("-- --seed 7")), words("--seed 7"));
        assert_eq!(plain(&words("--seed 7")), words("--seed 7"));
        assert_eq!(plain(&[]), words(""));
    }
}
