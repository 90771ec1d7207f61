//! The line between a device and a server: it notes every request, and can be cut, held, or made to answer by itself.

use super::http::{Request, answer};
use super::support::within;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use syncline::AppSync;
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// What the line does with a request.
#[derive(Clone, Debug)]
pub(crate) enum Act {
    Forward,
    /// Answers with a status, further headers (each with its line end) and a body.
    Answer(u16, &'static str, String),
    /// Closes the connection.
    Cut,
    /// Forwards, and closes the connection instead of answering.
    LoseAnswer,
    /// Forwards once the line is released.
    Hold,
    /// Forwards once it is let through, the one that has waited longest first.
    Queue,
    /// Forwards to another server.
    Elsewhere(SocketAddr),
}

type Handler = Box<dyn FnMut(&Request) -> Act + Send>;

struct Shared {
    upstream: Mutex<Option<SocketAddr>>,
    handler: Mutex<Handler>,
    seen: watch::Sender<Vec<Request>>,
    /// Raised to cut what is connected.
    cuts: watch::Sender<u64>,
    released: watch::Sender<bool>,
    /// How many of those that queue may go.
    through: Semaphore,
}

/// A line with an address of its own, whatever is behind it.
pub(crate) struct Line {
    address: SocketAddr,
    shared: Arc<Shared>,
    _accepting: JoinSet<()>,
}

impl Line {
    pub(crate) async fn to(upstream: Option<SocketAddr>) -> Line {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            upstream: Mutex::new(upstream),
            handler: Mutex::new(Box::new(|_| Act::Forward)),
            seen: watch::Sender::new(Vec::new()),
            cuts: watch::Sender::new(0),
            released: watch::Sender::new(false),
            through: Semaphore::new(0),
        });
        let mut accepting = JoinSet::new();
        accepting.spawn(accept(listener, Arc::clone(&shared)));
        Line { address, shared, _accepting: accepting }
    }

    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}/graphql", self.address)
    }

    pub(crate) fn api(&self) -> AppSync {
        AppSync::api_key(self.endpoint(), "key")
    }

    /// From now on `handler` says what becomes of each request.
    pub(crate) fn handle(&self, handler: impl FnMut(&Request) -> Act + Send + 'static) {
        *self.shared.handler.lock().unwrap() = Box::new(handler);
    }

    /// Nothing is behind the line any more, and nothing stays connected.
    pub(crate) fn cut(&self) {
        *self.shared.upstream.lock().unwrap() = None;
        self.shared.cuts.send_modify(|cuts| *cuts += 1);
    }

    pub(crate) fn mend(&self, upstream: SocketAddr) {
        *self.shared.upstream.lock().unwrap() = Some(upstream);
    }

    pub(crate) fn release(&self) {
        self.shared.released.send_replace(true);
    }

    /// Lets one of those through that queue.
    pub(crate) fn let_through(&self) {
        self.shared.through.add_permits(1);
    }

    pub(crate) fn count(&self, which: impl Fn(&Request) -> bool) -> usize {
        self.shared.seen.borrow().iter().filter(|request| which(request)).count()
    }

    pub(crate) async fn wait_for(&self, what: &str, count: usize, which: impl Fn(&Request) -> bool) {
        let mut seen = self.shared.seen.subscribe();
        let enough = seen.wait_for(|seen| seen.iter().filter(|request| which(request)).count() >= count);
        within(what, enough).await.unwrap();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let mut cuts = shared.cuts.subscribe();
            tokio::select! {
                _ = cuts.changed() => {}
                () = serve(stream, &shared) => {}
            }
        });
        while connections.try_join_next().is_some() {}
    }
}

/// One request per connection.
async fn serve(mut stream: TcpStream, shared: &Shared) {
    let Some(request) = Request::read(&mut stream).await else { return };
    let act = (shared.handler.lock().unwrap())(&request);
    shared.seen.send_modify(|seen| seen.push(request.clone()));
    match &act {
        Act::Cut => return,
        Act::Answer(status, headers, body) => {
            let _ = stream.write_all(&answer(*status, headers, body)).await;
            let _ = stream.shutdown().await;
            return;
        }
        Act::Hold => {
            let _ = shared.released.subscribe().wait_for(|released| *released).await;
        }
        Act::Queue => shared.through.acquire().await.unwrap().forget(),
        Act::Forward | Act::LoseAnswer | Act::Elsewhere(_) => {}
    }
    let upstream = match &act {
        Act::Elsewhere(address) => Some(*address),
        _ => *shared.upstream.lock().unwrap(),
    };
    let Some(upstream) = upstream else { return };
    let Ok(mut server) = TcpStream::connect(upstream).await else { return };
    let _ = server.write_all(&request.bytes()).await;
    if request.is_socket() {
        let _ = copy_bidirectional(&mut stream, &mut server).await;
        return;
    }
    let mut bytes = Vec::new();
    if server.read_to_end(&mut bytes).await.is_ok() && !matches!(act, Act::LoseAnswer) {
        let _ = stream.write_all(&bytes).await;
        let _ = stream.shutdown().await;
    }
}
