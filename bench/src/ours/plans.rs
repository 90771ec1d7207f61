//! What a document costs before anything is read: a plan that is there, and one that has to be made.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use serde_json::json;
use syncline_backend_sqlite::Threads;
use syncline_server::Service;

use super::ask::{SELECTION, ask, body};
use super::models::PLAIN;
use super::seed::seed;
use super::server::{self, FILE};
use crate::Result;
use crate::bench::Program;
use crate::place::Place;
use crate::post::{Post, STORED, scattered};
use crate::sample::{Sample, warm};

/// Asks for `size` posts by their keys, from the request's text to the answer's, without a socket.
pub(crate) const GET_POST: Program = Program { label: "getPost", prepare, run: get };

/// Looks up the plan of the same document.
pub(crate) const PLAN_HIT: Program = Program { label: "hit", prepare, run: hit };

/// Plans documents of the same length, each for the first time.
pub(crate) const PLAN_MISS: Program = Program { label: "miss", prepare, run: miss };

/// Calls that are measured together.
const BATCH: u32 = 100;

fn prepare(place: &Place, _: u32) -> Result<()> {
    seed(&PLAIN, &place.file(FILE), (0..STORED).map(Post::numbered))
}

fn document(name: &str) -> String {
    format!("query {name}($id: ID!) {{ getPost(id: $id) {{ {SELECTION} }} }}")
}

fn open(place: &Place) -> Result<Service> {
    let backend = server::store(&PLAIN, &place.file(FILE), Threads::Threaded)?;
    server::service(Arc::new(backend))
}

fn get(place: &Place, size: u32) -> Result<Sample> {
    let service = open(place)?;
    let query = document("GetPost");
    let requests: Vec<_> =
        (0..STORED).map(|number| body(&query, &json!({ "id": Post::numbered(number).id }))).collect();
    let wanted = scattered((warm(size) + size).next_multiple_of(BATCH) + BATCH, STORED);
    let mut wanted = wanted.filter_map(|number| requests.get(number as usize));
    batches(size, |_| {
        let request = wanted.next().ok_or("no key is left")?;
        match ask(&service, request)? {
            answer if answer.contains("\"_version\":1") => Ok(()),
            answer => Err(format!("a stored post is missing: {answer}").into()),
        }
    })
}

fn hit(place: &Place, size: u32) -> Result<Sample> {
    let service = open(place)?;
    let query = document("GetPost");
    batches(size, |_| plan(&service, &query))
}

fn miss(place: &Place, size: u32) -> Result<Sample> {
    let service = open(place)?;
    let documents = (0..(warm(size) + size).next_multiple_of(BATCH) + BATCH)
        .map(|number| document(&format!("G{number:06}")));
    let documents: Vec<_> = documents.collect();
    batches(size, |number| plan(&service, documents.get(number as usize).ok_or("no document is left")?))
}

fn plan(service: &Service, document: &str) -> Result<()> {
    let planned = service.prepare(black_box(document), None);
    planned.map(drop).map_err(|errors| format!("the document is refused: {errors:?}").into())
}

/// Calls `step` for every number below some, and measures at least the last `size` calls, in batches.
fn batches(size: u32, mut step: impl FnMut(u32) -> Result<()>) -> Result<Sample> {
    let warm = warm(size);
    (0..warm).try_for_each(&mut step)?;
    let mut batches = Vec::new();
    let start = Instant::now();
    for batch in 0..size.div_ceil(BATCH) {
        let first = warm + batch * BATCH;
        let before = Instant::now();
        (first..first + BATCH).try_for_each(&mut step)?;
        batches.push(before.elapsed());
    }
    Ok(Sample::from_batches(batches, BATCH, start.elapsed()))
}
