//! Pages as JSON in memory: what a base sync costs a server that only reads and writes, without HTTP.

use std::hint::black_box;
use std::time::Instant;

use rusqlite::{Connection, Row, params};
use serde::Serialize;
use serde_json::value::RawValue;

use super::files;
use super::server::FILE;
use crate::bench::Program;
use crate::cpu::Cpu;
use crate::place::Place;
use crate::post::{self, Post};
use crate::sample::Sample;
use crate::{Result, terms};

/// Reads `size` posts page by page, and writes each row as it is read into the answer of the API.
pub(crate) const PAGES: Program = Program { label: "bare", prepare, run };

fn prepare(place: &Place, size: u32) -> Result<()> {
    files::seeded(&place.file(FILE), (0..size).map(Post::numbered)).map(drop)
}

fn run(place: &Place, size: u32) -> Result<Sample> {
    let db = files::open(&place.file(FILE))?;
    page(&db, "")?;
    let (cpu, start) = (Cpu::own(), Instant::now());
    let mut last = String::new();
    let (mut bytes, mut pages, mut count) = (0, 0, 0);
    loop {
        let (body, key, posts) = page(&db, &last)?;
        bytes += u64::try_from(black_box(body).len())?;
        (pages, count) = (pages + 1, count + posts);
        match key {
            Some(key) => last = key,
            None => break,
        }
    }
    let (total, cpu) = (start.elapsed(), cpu.used());
    // More than the posts: what surrounds them.
    if count == usize::try_from(size)? && bytes > post::json_bytes(size)? {
        Ok(Sample { cpu, ..Sample::whole(size, total) })
    } else {
        Err(format!("{pages} pages have {count} posts of {size}, in {bytes} bytes").into())
    }
}

/// An answer of the API with the posts behind a key; with its last key, if it is full, and the number of its posts.
fn page(db: &Connection, after: &str) -> Result<(Vec<u8>, Option<String>, usize)> {
    let mut statement = db.prepare_cached(files::PAGE)?;
    let mut rows = statement.query(params![after, i64::try_from(terms::PAGE)?])?;
    let mut body = b"{\"data\":{\"syncPosts\":{\"items\":[".to_vec();
    let (mut last, mut count) = (None, 0);
    while let Some(row) = rows.next()? {
        if count > 0 {
            body.push(b',');
        }
        serde_json::to_writer(&mut body, &RowJson::of(row)?)?;
        count += 1;
        if count == terms::PAGE {
            last = Some(row.get(0)?);
        }
    }
    body.extend_from_slice(b"],\"nextToken\":");
    serde_json::to_writer(&mut body, &last)?;
    body.extend_from_slice(b",\"startedAt\":1767225600000}}}");
    Ok((body, last, count))
}

/// A row that lies in SQLite's memory.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RowJson<'a> {
    id: &'a str,
    title: &'a str,
    content: &'a str,
    author: &'a str,
    status: &'a str,
    rating: i64,
    score: f64,
    views: i64,
    published: bool,
    tags: &'a RawValue,
    created_at: &'a str,
    updated_at: &'a str,
    #[serde(rename = "_version")]
    version: i64,
    #[serde(rename = "_deleted")]
    deleted: Option<bool>,
    #[serde(rename = "_lastChangedAt")]
    last_changed_at: i64,
}

impl<'a> RowJson<'a> {
    fn of(row: &'a Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get_ref(0)?.as_str()?,
            title: row.get_ref(1)?.as_str()?,
            content: row.get_ref(2)?.as_str()?,
            author: row.get_ref(3)?.as_str()?,
            status: row.get_ref(4)?.as_str()?,
            rating: row.get(5)?,
            score: row.get(6)?,
            views: row.get(7)?,
            published: row.get(8)?,
            tags: serde_json::from_str(row.get_ref(9)?.as_str()?)?,
            created_at: row.get_ref(10)?.as_str()?,
            updated_at: row.get_ref(11)?.as_str()?,
            version: row.get(12)?,
            deleted: row.get(13)?,
            last_changed_at: row.get(14)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_hold_the_posts_as_json() {
        let dir = tempfile::tempdir().unwrap();
        let db = files::seeded(&dir.path().join("x.db"), (0..1_100).map(Post::numbered)).unwrap();
        let (body, last, count) = page(&db, "").unwrap();
        let answer: serde_json::Value = serde_json::from_slice(&body).unwrap();
        let posts: Vec<_> = (0..1_000).map(Post::numbered).collect();
        let found = &answer["data"]["syncPosts"];
        assert_eq!(found["items"], serde_json::to_value(&posts).unwrap());
        assert_eq!((found["nextToken"].as_str(), count), (last.as_deref(), 1_000));
        let (_, last, count) = page(&db, &last.unwrap()).unwrap();
        assert_eq!((last, count), (None, 100));
    }
}
