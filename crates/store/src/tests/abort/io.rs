//! A disk that fails: the operating system refuses to let a file grow, at every length, while the file is made, opened
//! and written.

use super::check::{Starts, look, place};
use super::child::Task;
use super::scenes::writing;
use crate::Durability;

#[cfg(unix)]
#[test]
fn a_write_that_the_system_refuses_changes_nothing() {
    let starts = Starts::new();
    let (scene, path) = (writing(), starts.dir.path().join("work.db"));
    let states = starts.states(&scene, &path);
    let mut seen = vec![false; states.len()];
    for blocks in (8..).step_by(30) {
        let at = format!("no file beyond {blocks} blocks");
        starts.put(scene.start, &path);
        let task =
            Task { scene: scene.clone(), path: path.clone(), durability: Durability::Full, last: u64::MAX };
        let heard = task.run(Some(blocks));
        // With room again the store goes on.
        let found = place(&look(&scene, &path, &states), &states, &heard, &at);
        assert_eq!(found, heard.acknowledged, "{at}: what has failed has not happened");
        let Some(error) = heard.error else { break };
        seen[found] = true;
        assert!(
            error.starts_with("DiskFailed ") && error.ends_with("check it and try again"),
            "{at}: {error}"
        );
    }
    let reached = seen.iter().filter(|seen| **seen).count();
    assert!(reached > states.len() / 2, "failed after {reached} of {} writes", states.len() - 1);
}
