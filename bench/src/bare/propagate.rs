//! From a save on one device to the commit on another: HTTP to the server, a socket from there.

use std::time::{Duration, Instant};

use futures_util::StreamExt as _;
use rusqlite::Connection;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

use super::drain::{Sender, settle};
use super::wire::PostRef;
use super::{files, save};
use crate::Result;
use crate::bench::Program;
use crate::place::Place;
use crate::post::Post;
use crate::sample::{Sample, warm};
use crate::server::Server;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Saves `size` posts on A, each when B has the one before. A call ends with B's commit.
pub(crate) const PROPAGATE: Program = Program { label: "bare", prepare: Program::NOTHING, run: propagate };

fn propagate(place: &Place, size: u32) -> Result<Sample> {
    let server = Server::start("bare", place.dir())?;
    let runtime = Runtime::new()?;
    let a = files::open(&place.file("a.db"))?;
    let b = files::open(&place.file("b.db"))?;
    let sender = Sender::new(&server.url)?;
    let url = server.url.replacen("http", "ws", 1) + "/events";
    let (socket, _) = runtime.block_on(connect_async_with_config(url, None, true))?;
    let (observed, mut observer) = mpsc::channel(1);
    let receiving = runtime.spawn(receive(socket, b, observed));

    let mut start = Instant::now();
    let mut each: Vec<Duration> = Vec::new();
    let warm = warm(size);
    for number in 0..warm + size {
        if number == warm {
            each.clear();
            start = Instant::now();
        }
        let post = Post::numbered(number);
        let saved = Instant::now();
        save::one(&a, &post)?;
        settle(&a, &runtime.block_on(sender.send(std::slice::from_ref(&post)))?)?;
        match observer.blocking_recv() {
            Some((id, at)) if id == post.id => each.push(at - saved),
            Some(_) => return Err("another post than the saved one arrived".into()),
            None => {
                runtime.block_on(receiving)??;
                return Err("the socket ended early".into());
            }
        }
    }
    Ok(Sample::from_each(each, start.elapsed()))
}

/// Merges what arrives and says when it was committed, until nobody wants to know.
async fn receive(
    mut socket: Socket,
    db: Connection,
    observed: mpsc::Sender<(String, Instant)>,
) -> Result<()> {
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        let post: PostRef<'_> = serde_json::from_str(&text)?;
        files::put_all(&db, std::slice::from_ref(&post))?;
        if observed.send((post.id.into_owned(), Instant::now())).await.is_err() {
            break;
        }
    }
    Ok(())
}
