//! A server's commits: of each mutation the row, the line of the change log, and the mutation's id.

use std::fs;
use std::time::Instant;

use rusqlite::{Connection, params};

use super::files;
use super::wire::PostRef;
use crate::bench::Program;
use crate::cpu::Cpu;
use crate::place::Place;
use crate::post::Post;
use crate::sample::{Sample, warm};
use crate::{Result, terms};

/// Writes `size` posts in groups of the size that stands in [`GROUP_FILE`].
pub(crate) const GROUP_COMMITS: Program = Program { label: "bare", prepare: Program::NOTHING, run };

/// Holds the mean number of records in a commit, as text.
pub(crate) const GROUP_FILE: &str = "group";

/// As those of the server, without what only searches need: a log line is found by its number and an id by itself.
const TABLES: &str = "
    CREATE TABLE log (
        seq INTEGER PRIMARY KEY, model TEXT, key TEXT, version INTEGER, op TEXT, before TEXT, session TEXT,
        stamp INTEGER
    );
    CREATE TABLE mutation (
        place INTEGER PRIMARY KEY, id TEXT UNIQUE, principal TEXT, model TEXT, key TEXT, version INTEGER,
        stamp INTEGER
    );";

fn run(place: &Place, size: u32) -> Result<Sample> {
    let group: f64 = fs::read_to_string(place.file(GROUP_FILE))?.parse()?;
    let db = files::open(&place.file("server.db"))?;
    db.execute_batch(TABLES)?;
    let posts: Vec<_> = (0..warm(size) + size).map(Post::numbered).collect();
    let ids: Vec<_> = (0..warm(size) + size).map(|number| Post::shuffled(number).id).collect();
    let mutations: Vec<_> = posts.iter().zip(&ids).collect();
    let (warm, measured) = mutations.split_at(usize::try_from(warm(size))?);
    warm.chunks(usize::try_from(terms::GROUP)?).try_for_each(|group| commit(&db, group))?;
    let (cpu, start) = (Cpu::own(), Instant::now());
    let (mut rest, mut commits) = (measured, 0_u32);
    while !rest.is_empty() {
        commits += 1;
        // The mean need not be a whole number.
        let written = measured.len() - rest.len();
        let end = (f64::from(commits) * group).round() as usize;
        let (first, others) = rest.split_at(end.saturating_sub(written).clamp(1, rest.len()));
        commit(&db, first)?;
        rest = others;
    }
    let (total, cpu) = (start.elapsed(), cpu.used());
    let count = u32::try_from(mutations.len())?;
    if ["post", "log", "mutation"].iter().any(|table| files::count(&db, table).ok() != Some(count)) {
        return Err("a row is missing".into());
    }
    let group = Some(f64::from(size) / f64::from(commits));
    Ok(Sample { cpu, group, ..Sample::whole(size, total) })
}

fn commit(db: &Connection, group: &[(&Post, &String)]) -> Result<()> {
    files::within(db, |db| {
        let mut row = db.prepare_cached(files::INSERT)?;
        let mut line = db.prepare_cached(
            "INSERT INTO log (model, key, version, op, before, session, stamp) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        )?;
        let mut known = db.prepare_cached(
            "INSERT INTO mutation (id, principal, model, key, version, stamp) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        for (post, id) in group {
            files::bind(&mut row, &PostRef::of(post)?)?;
            let (version, stamp) = (post.version, post.last_changed_at);
            line.execute(params!["Post", post.id, version, "create", "{}", "session", stamp])?;
            known.execute(params![id, "apiKey", "Post", post.id, version, stamp])?;
        }
        Ok(())
    })
}
