//! A delta sync of a few changes, in a small table and in a large one.

use std::fs;
use std::sync::Arc;

use futures_util::FutureExt as _;
use syncline_backend::{Applied, Backend as _};
use syncline_backend_sqlite::Threads;

use super::ask::{ask, sync};
use super::models::PLAIN;
use super::seed::{seed, update};
use super::server::{self, FILE};
use crate::bench::Program;
use crate::place::Place;
use crate::post::Post;
use crate::sample::Sample;
use crate::{Result, terms};

/// In a table of [`FEW`] posts.
pub(crate) const DELTA_FEW: Program =
    Program { label: "few rows", prepare: |place, size| prepare(place, size.min(FEW)), run };

/// In a table of `size` posts.
pub(crate) const DELTA_MANY: Program = Program { label: "many rows", prepare, run };

/// Posts in the small table.
const FEW: u32 = 1_000;
/// Posts that change.
const CHANGES: u32 = 10;
/// Delta syncs in a round.
const CALLS: u32 = 500;
/// Holds the time from which the changes are, in ms since the epoch, as text.
const SINCE: &str = "since";

/// Writes the posts, notes when, and changes some that are scattered over them.
fn prepare(place: &Place, size: u32) -> Result<()> {
    let file = place.file(FILE);
    seed(&PLAIN, &file, (0..size).map(Post::numbered))?;
    let backend = Arc::new(server::store(&PLAIN, &file, Threads::Inline)?);
    let service = server::service(backend.clone())?;
    let answer = ask(&service, &sync(1, None, None))?;
    let since = answer.rsplit("\"startedAt\":").next().unwrap_or_default();
    let since: String = since.chars().take_while(char::is_ascii_digit).collect();
    fs::write(place.file(SINCE), &since)?;
    let changed = (0..CHANGES).map(|change| size / CHANGES * change).map(Post::numbered);
    let writes = changed.map(|post| update(backend.schema().as_ref(), &post)).collect::<Result<Vec<_>>>()?;
    let applied = backend.apply(writes, false).now_or_never().ok_or("the backend waits")??;
    match applied.iter().all(|applied| matches!(applied, Applied::Written(_))) {
        true => Ok(()),
        false => Err("a post was not changed".into()),
    }
}

fn run(place: &Place, _: u32) -> Result<Sample> {
    let backend = server::store(&PLAIN, &place.file(FILE), Threads::Inline)?;
    let service = server::service(Arc::new(backend))?;
    let since = fs::read_to_string(place.file(SINCE))?.parse()?;
    let request = sync(terms::PAGE, None, Some(since));
    Sample::of_each(CALLS, |_| {
        let answer = ask(&service, &request)?;
        match answer.matches("\"_version\":2").count() {
            found if found == CHANGES as usize => Ok(()),
            found => Err(format!("{found} of {CHANGES} changes came: {answer}").into()),
        }
    })
}
