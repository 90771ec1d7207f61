//! The process that ends: this test binary, started again with a variable set.

use super::hook;
use super::scenes::Scene;
use crate::tests::file::{dump, same};
use crate::tests::{open_with, schema};
use crate::{Durability, StoreError};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Says what to do: the scene's name, the file, the durability and the last place, each in a line.
const VARIABLE: &str = "SYNCLINE_TEST_ABORT";

/// What begins a line of this process; the test runner prints lines of its own.
const MARK: &str = "@";

/// What the process is to do.
pub(super) struct Task {
    pub(super) scene: Scene,
    pub(super) path: PathBuf,
    pub(super) durability: Durability,
    /// The place at which it ends; past the last one it gets through.
    pub(super) last: u64,
}

/// What this process is to do, if it is such a process.
pub(super) fn task() -> Option<Task> {
    let told = std::env::var(VARIABLE).ok()?;
    let [name, path, durability, last] = told.lines().collect::<Vec<_>>().try_into().unwrap();
    Some(Task {
        scene: Scene::named(name),
        path: PathBuf::from(path),
        durability: if durability == "Full" { Durability::Full } else { Durability::Relaxed },
        last: last.parse().unwrap(),
    })
}

/// What was heard of a process.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Heard {
    /// The steps that returned.
    pub(super) acknowledged: usize,
    /// The statements it took, if it got through.
    pub(super) statements: Option<u64>,
    /// The error that a step returned, with its way out.
    pub(super) error: Option<String>,
}

impl Task {
    /// Runs the process to its end. `limit`: files may not grow beyond so many blocks of 512 bytes.
    pub(super) fn run(&self, limit: Option<u64>) -> Heard {
        let prelude = match limit {
            Some(blocks) => format!("trap '' XFSZ; ulimit -f {blocks}; "),
            None => String::new(),
        };
        // Hundreds of processes end on purpose: none leaves an image of its memory behind.
        let mut command = Command::new("sh");
        command.args(["-c", &format!("ulimit -c 0; {prelude}exec \"$0\" \"$@\"")]);
        command.arg(std::env::current_exe().unwrap());
        command.args(["--exact", "tests::abort::child::runs_in_a_process_of_its_own", "--nocapture"]);
        let Task { scene, path, durability, last } = self;
        command.env(VARIABLE, format!("{}\n{}\n{durability:?}\n{last}", scene.name, path.display()));
        let output = command.stdin(Stdio::null()).output().unwrap();
        let mut heard = Heard::default();
        for line in String::from_utf8_lossy(&output.stdout).lines() {
            match line.strip_prefix(MARK).and_then(|line| line.split_once(' ')) {
                Some(("returned", _)) => heard.acknowledged += 1,
                Some(("through", count)) => heard.statements = Some(count.parse().unwrap()),
                Some(("error", text)) => heard.error = Some(text.to_owned()),
                _ => {}
            }
        }
        // It ends by the abort or it gets through; a failed assertion in it is a failure here.
        let aborted = output.status.code().is_none();
        assert!(aborted != output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(
            aborted || heard.statements.is_some() || heard.error.is_some(),
            "{}: {}",
            scene.name,
            String::from_utf8_lossy(&output.stderr)
        );
        heard
    }
}

fn tell(what: &str, more: &str) {
    // The test runner may have begun the line.
    let line = format!("\n{MARK}{what} {more}\n");
    let mut out = std::io::stdout().lock();
    out.write_all(line.as_bytes()).and_then(|()| out.flush()).unwrap();
}

#[test]
fn runs_in_a_process_of_its_own() {
    // As a test it has nothing to do.
    let Some(task) = task() else { return };
    if let Err(error) = play(&task) {
        let kind = format!("{error:?}");
        tell("error", &format!("{} {error}", kind.split([' ', '(']).next().unwrap()));
    }
}

fn play(task: &Task) -> Result<(), StoreError> {
    let Task { scene, path, durability, last } = task;
    if scene.start.is_opening() {
        hook::arm(*last);
    }
    let mut store = open_with(path, schema(), *durability)?;
    if scene.start.is_opening() {
        tell("returned", "");
    } else {
        hook::arm(*last);
    }
    for step in &scene.steps {
        let before = dump_if(scene, &store);
        let done = step.run(&mut store);
        if done.is_err() {
            // Not only after a restart: the store that failed shows what was there before.
            let after = dump_if(scene, &store);
            same(&after.unwrap_or_default(), &before.unwrap_or_default(), scene.name);
        }
        done?;
        tell("returned", "");
    }
    drop(store);
    tell("through", &hook::disarm().to_string());
    Ok(())
}

/// What the file holds, where a scene may fail; looking takes statements, too.
fn dump_if(scene: &Scene, store: &crate::Store) -> Option<String> {
    (scene.name == "writing").then(|| dump(&store.reads.conn))
}
