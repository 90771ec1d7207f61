//! Ten thousand subscriptions: what an event costs until its frames are text, and what a subscription holds.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use futures_util::FutureExt as _;
use serde_json::{Value, json};
use syncline_backend::{Applied, Backend as _};
use syncline_backend_sqlite::{SqliteBackend, Threads};
use syncline_protocol::realtime::data_frame;
use syncline_protocol::request::Request;
use syncline_server::Service;
use syncline_service::{Caller, Listener};

use super::ask::SELECTION;
use super::models::PLAIN;
use super::seed::{create, posts_of};
use super::server::{self, FILE};
use crate::bench::Program;
use crate::machine::Memory;
use crate::place::Place;
use crate::post::{Post, SUBSCRIBERS, ranged};
use crate::sample::{Sample, warm};
use crate::{Result, post};

/// Tells as many subscribers, who all want the same, of each of `size` events.
pub(crate) const SAME: Program = Program {
    label: "syncline",
    prepare: Program::NOTHING,
    run: |place, size| run(place, size, |_| json!({}), SUBSCRIBERS),
};

/// Finds, for each of `size` events, the few of as many subscribers whose range holds it, and tells them.
pub(crate) const RANGES: Program = Program {
    label: "syncline",
    prepare: Program::NOTHING,
    run: |place, size| {
        let range = |subscriber| json!({ "filter": { "views": { "gt": post::bound(subscriber) } } });
        run(place, size, range, post::REACHED)
    },
};

fn run(place: &Place, size: u32, variables: fn(u32) -> Value, told: u32) -> Result<Sample> {
    let backend = Arc::new(server::store(&PLAIN, &place.file(FILE), Threads::Inline)?);
    let service = server::service(backend.clone())?;
    let query = format!(
        "subscription OnCreatePost($filter: ModelSubscriptionPostFilterInput) {{ \
         onCreatePost(filter: $filter) {{ {SELECTION} }} }}"
    );
    let memory = Memory::now();
    for subscriber in 0..SUBSCRIBERS {
        let request = Request::new(query.as_str(), &variables(subscriber))?;
        let subscribed = service.subscribe(&Caller::api_key(), &request, Listener::Syncline { origin: None });
        subscribed.map_err(|errors| format!("a subscription is refused: {errors:?}"))?;
    }
    let held = memory.held().map(|bytes| bytes as f64 / f64::from(SUBSCRIBERS));
    let posts: Vec<_> = (0..warm(size) + size).map(ranged).collect();
    for post in &posts {
        commit(&backend, post)?;
    }
    let mut each = Vec::new();
    let mut start = Instant::now();
    for number in 0..warm(size) + size {
        if number == warm(size) {
            each.clear();
            start = Instant::now();
        }
        let before = Instant::now();
        match tell(&service)? {
            frames if frames == told => each.push(before.elapsed()),
            frames => return Err(format!("{frames} subscribers were told, not {told}").into()),
        }
    }
    Ok(Sample { held, ..Sample::from_each(each, start.elapsed()) })
}

/// Commits an event. Waiting for the disk is no part of what is measured.
fn commit(backend: &SqliteBackend, post: &Post) -> Result<()> {
    let write = create(posts_of(&backend.schema())?, post)?;
    let applied = backend.apply(vec![write], false).now_or_never().ok_or("the backend waits")??;
    if matches!(applied[..], [Applied::Written(_)]) { Ok(()) } else { Err("a post was not written".into()) }
}

/// Makes the text of every frame of the next event, and gives their number.
fn tell(service: &Service) -> Result<u32> {
    let due = service.due_of(1).now_or_never().ok_or("the service waits")?;
    if due.lost {
        return Err("events were lost".into());
    }
    for frame in &due.frames {
        black_box(data_frame("subscription", &frame.data, frame.extension.as_ref()));
    }
    Ok(u32::try_from(due.frames.len())?)
}
