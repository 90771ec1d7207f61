//! The server of the bare programs: pages, mutations, and a socket that hears of every mutation.

use std::future::Future;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Json;
use axum::extract::ws::{Message, Utf8Bytes, WebSocket, WebSocketUpgrade};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{get, post};
use axum::serve::{Listener as _, ListenerExt as _};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::broadcast;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::SizeAbove;

use super::files;
use crate::post::Post;
use crate::{Result, terms};

/// The file that it serves.
pub(crate) const FILE: &str = "server.db";

/// The header that says where the next page begins, if there may be one. The page itself is an array of posts.
pub(crate) const NEXT: &str = "x-next";

/// Where a page begins.
#[derive(Debug, Deserialize)]
pub(crate) struct After {
    pub(crate) after: String,
    pub(crate) limit: usize,
}

#[derive(Debug, Clone)]
struct App {
    db: Arc<Mutex<Connection>>,
    events: broadcast::Sender<Utf8Bytes>,
}

/// Serves the file in `dir` until `stopped`, and prints where.
///
/// # Errors
/// The file could not be opened or no port be had.
pub(crate) fn serve(dir: &Path, stopped: impl Future<Output = ()>) -> Result<()> {
    let db = Arc::new(Mutex::new(files::open(&dir.join(FILE))?));
    let app = App { db, events: broadcast::channel(1_024).0 };
    let router = axum::Router::new()
        .route("/page", get(page))
        .route("/changes", get(changes))
        .route("/mutate", post(mutate))
        .route("/events", get(events))
        .layer(
            CompressionLayer::new()
                .quality(CompressionLevel::Fastest)
                .compress_when(SizeAbove::new(terms::COMPRESS_ABOVE)),
        )
        .with_state(app);
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?.tap_io(|socket| {
            // Without it small answers would wait for more; a socket that refuses is merely slower.
            let _ = socket.set_nodelay(true);
        });
        println!("http://{}", listener.local_addr()?);
        tokio::select! {
            served = axum::serve(listener, router) => Ok(served?),
            () = stopped => Ok(()),
        }
    })
}

type Answer<T> = std::result::Result<T, (StatusCode, String)>;

fn answer<T>(outcome: Result<T>) -> Answer<T> {
    outcome.map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()))
}

/// Posts, with where the next ones begin.
type Page = ([(&'static str, String); 1], Json<Vec<Post>>);

/// In key order.
async fn page(State(app): State<App>, Query(from): Query<After>) -> Answer<Page> {
    let db = app.db.lock().unwrap_or_else(PoisonError::into_inner);
    answer(files::page(&db, &from.after, from.limit).map(|posts| {
        let last = posts.last().filter(|_| posts.len() == from.limit);
        ([(NEXT, last.map(|post| post.id.clone()).unwrap_or_default())], Json(posts))
    }))
}

/// In the order of the changes.
async fn changes(State(app): State<App>, Query(from): Query<After>) -> Answer<Page> {
    let db = app.db.lock().unwrap_or_else(PoisonError::into_inner);
    let after = from.after.parse().unwrap_or(0);
    answer(files::changes(&db, after, from.limit).map(|posts| {
        // The changes are numbered without a gap.
        let last = i64::try_from(posts.len()).ok().filter(|_| posts.len() == from.limit);
        ([(NEXT, last.map(|count| (after + count).to_string()).unwrap_or_default())], Json(posts))
    }))
}

async fn mutate(State(app): State<App>, Json(posts): Json<Vec<Post>>) -> Answer<Json<Vec<Post>>> {
    let db = app.db.lock().unwrap_or_else(PoisonError::into_inner);
    answer(write(&db, posts).and_then(|posts| {
        for post in posts.iter().filter(|_| app.events.receiver_count() > 0) {
            // Nobody listening any more is no error.
            let _ = app.events.send(serde_json::to_string(post)?.into());
        }
        Ok(Json(posts))
    }))
}

/// Writes the posts in one transaction, each as the next version of its record.
fn write(db: &Connection, mut posts: Vec<Post>) -> Result<Vec<Post>> {
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis())?;
    files::within(db, |db| {
        for post in &mut posts {
            let version = db
                .prepare_cached("SELECT version FROM post WHERE id = ?1")?
                .query_row(params![post.id], |row| row.get::<_, i64>(0))
                .optional()?;
            (post.version, post.last_changed_at) = (version.unwrap_or(0) + 1, now);
            files::put(db, post)?;
        }
        Ok(posts)
    })
}

async fn events(State(app): State<App>, upgrade: WebSocketUpgrade) -> Response {
    // Subscribed before the handshake is answered: a client that is connected misses nothing.
    let events = app.events.subscribe();
    upgrade.on_upgrade(|socket| forward(socket, events))
}

async fn forward(mut socket: WebSocket, mut events: broadcast::Receiver<Utf8Bytes>) {
    while let Ok(event) = events.recv().await {
        if socket.send(Message::Text(event)).await.is_err() {
            return;
        }
    }
}
