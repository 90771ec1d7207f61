//! What a server does with many callers, each of which waits for the answer to its one mutation.

use std::fs;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::runtime;
use tokio::task::JoinSet;

use super::ask::{SELECTION, is_good};
use super::models::{PLAIN, model};
use super::server::KEY;
use crate::bench::Program;
use crate::load::Connection;
use crate::place::Place;
use crate::post::Post;
use crate::sample::{Sample, warm};
use crate::server::Server;
use crate::{Result, bare, place, terms};

/// Creates `size` posts over as many connections as [`terms::GROUP`] says, each kept alive and with one mutation at a
/// time. Each has an id, so that it can be sent again.
pub(crate) const MUTATIONS: Program =
    Program { label: "syncline", prepare: Program::NOTHING, run: mutations };

/// Finds out how many records the server commits together, for the bare program to do alike.
///
/// # Errors
/// The server's, or the file system's.
pub(crate) fn pilot(place: &Place, size: u32) -> Result<()> {
    let dir = place::fresh(place.dir())?;
    let group = mutations(&Place::at(dir.path()), size)?.group.ok_or("the server did not commit")?;
    Ok(fs::write(place.file(bare::GROUP_FILE), group.to_string())?)
}

fn mutations(place: &Place, size: u32) -> Result<Sample> {
    let server = Server::start(PLAIN.name, place.dir())?;
    let before = bodies(0..warm(size))?;
    let bodies = bodies(warm(size)..warm(size) + size)?;
    let (each, total, cpu) = runtime::Builder::new_current_thread().enable_io().build()?.block_on(async {
        let connections = (0..terms::GROUP).map(|_| connect(&server.url));
        let connections = futures_util::future::try_join_all(connections).await?;
        let (connections, _) = send(connections, before).await?;
        let (cpu, start) = (server.cpu(), Instant::now());
        let (_, each) = send(connections, bodies).await?;
        Ok::<_, crate::Error>((each, start.elapsed(), cpu.used()))
    })?;
    let commits = server.end()?;
    if commits.records != u64::from(warm(size) + size) {
        return Err(format!("{} of {} posts were written", commits.records, warm(size) + size).into());
    }
    let group = Some(commits.records as f64 / commits.commits as f64);
    Ok(Sample { cpu, group, ..Sample::from_each(each, total) })
}

async fn connect(url: &str) -> Result<Connection> {
    Connection::open(url, &[("x-api-key", KEY), ("x-syncline", "1")]).await
}

/// Sends the bodies over the connections, each of which takes every so manieth, and gives what each call took.
async fn send(connections: Vec<Connection>, bodies: Vec<String>) -> Result<(Vec<Connection>, Vec<Duration>)> {
    let mut parts: Vec<Vec<String>> = connections.iter().map(|_| Vec::new()).collect();
    for (body, part) in bodies.into_iter().zip((0..parts.len()).cycle()) {
        parts[part].push(body);
    }
    let mut tasks = JoinSet::new();
    for (mut connection, part) in connections.into_iter().zip(parts) {
        tasks.spawn(async move {
            let mut each = Vec::with_capacity(part.len());
            for body in part {
                let before = Instant::now();
                let answer = connection.post(&body).await?;
                if !is_good(answer) {
                    return Err(format!("a mutation is refused: {answer}").into());
                }
                each.push(before.elapsed());
            }
            Ok::<_, crate::Error>((connection, each))
        });
    }
    let (mut connections, mut all) = (Vec::new(), Vec::new());
    while let Some(ended) = tasks.join_next().await {
        let (connection, each) = ended??;
        connections.push(connection);
        all.extend(each);
    }
    Ok((connections, all))
}

/// The requests that create the posts with these numbers.
fn bodies(numbers: std::ops::Range<u32>) -> Result<Vec<String>> {
    let query = format!(
        "mutation CreatePost($input: CreatePostInput!) {{ createPost(input: $input) {{ {SELECTION} }} }}"
    );
    let body = |number| {
        let input: Value = serde_json::to_value(model(&Post::numbered(number))?)?;
        // As random as the ids of our client.
        let ids = json!({ "createPost": Post::shuffled(number).id });
        let extensions = json!({ "syncline": { "session": "load", "mutations": ids } });
        let body = json!({ "query": query, "variables": { "input": input }, "extensions": extensions });
        Ok(body.to_string())
    };
    numbers.map(body).collect()
}
