//! The line between a device and its server: every byte takes a while in either direction, and as many may be under way
//! as are sent. It notes how often something was posted.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::Result;

/// What a long line adds to each byte, in each direction.
pub(crate) const LATENCY: Duration = Duration::from_millis(50);

/// The most bytes that are read at once.
const CHUNK: usize = 256 * 1024;

/// A line that is open, with a thread of its own; it ends with the value.
#[derive(Debug)]
pub(crate) struct Line {
    /// The server's address with the line in front of it.
    pub(crate) url: String,
    posts: Arc<AtomicU64>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Line {
    /// Opens a line to the server at `url`, over which everything takes `latency` in each direction.
    ///
    /// # Errors
    /// The address is no server's, or no port can be had.
    pub(crate) fn open(url: &str, latency: Duration) -> Result<Self> {
        let rest = url.strip_prefix("http://").ok_or("a line leads to plain HTTP")?;
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let server: SocketAddr = host.parse()?;
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let url = format!("http://{}/{path}", listener.local_addr()?);
        let posts = Arc::new(AtomicU64::new(0));
        let (stop, stopped) = oneshot::channel();
        let end = End { server, latency, posts: Arc::clone(&posts) };
        let thread = std::thread::Builder::new()
            .name("line".to_owned())
            .spawn(move || run(&runtime, listener, &end, stopped))?;
        Ok(Self { url, posts, stop: Some(stop), thread: Some(thread) })
    }

    /// How many requests were posted over it.
    pub(crate) fn posts(&self) -> u64 {
        self.posts.load(Relaxed)
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        // Whoever listens has ended already; so has the thread then.
        let _ = self.stop.take().map(|stop| stop.send(()));
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// Where a line leads.
#[derive(Debug, Clone)]
struct End {
    server: SocketAddr,
    latency: Duration,
    posts: Arc<AtomicU64>,
}

fn run(runtime: &Runtime, listener: std::net::TcpListener, end: &End, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async {
        let accepting = async {
            // One that cannot be listened to has nobody who connects.
            let Ok(listener) = TcpListener::from_std(listener) else { return };
            let mut connections = JoinSet::new();
            // Without a port there are no more connections; those that are open go on.
            while let Ok((client, _)) = listener.accept().await {
                while connections.try_join_next().is_some() {}
                let end = end.clone();
                // One that fails is closed at both ends.
                connections.spawn(async move {
                    let _ = connect(client, &end).await;
                });
            }
        };
        tokio::select! {
            () = accepting => {}
            _ = stopped => {}
        }
    });
}

/// Carries a connection. Opening it took a round trip: nothing leaves the client before that.
async fn connect(client: TcpStream, end: &End) -> Result<()> {
    let server = TcpStream::connect(end.server).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    tokio::time::sleep(2 * end.latency).await;
    let ((from_client, to_client), (from_server, to_server)) = (client.into_split(), server.into_split());
    let count = |bytes: &[u8]| {
        // A request is answered before the next one follows it on its connection, so that each begins a read.
        if bytes.starts_with(b"POST ") {
            end.posts.fetch_add(1, Relaxed);
        }
    };
    tokio::try_join!(
        carry(from_client, to_server, end.latency, count),
        carry(from_server, to_client, end.latency, |_| ())
    )?;
    Ok(())
}

/// Carries what one end sends to the other, each read as late as the line is long.
async fn carry(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    latency: Duration,
    note: impl Fn(&[u8]),
) -> Result<()> {
    let (sent, mut under_way) = mpsc::unbounded_channel::<(Instant, Vec<u8>)>();
    let sending = async move {
        let mut chunk = vec![0; CHUNK];
        loop {
            let length = from.read(&mut chunk).await?;
            if length == 0 {
                return Ok::<_, crate::Error>(());
            }
            note(&chunk[..length]);
            if sent.send((Instant::now() + latency, chunk[..length].to_vec())).is_err() {
                return Ok(());
            }
        }
    };
    let receiving = async {
        while let Some((at, bytes)) = under_way.recv().await {
            // A timer that is due may still wait for the next millisecond.
            if !latency.is_zero() {
                tokio::time::sleep_until(at).await;
            }
            to.write_all(&bytes).await?;
        }
        to.shutdown().await?;
        Ok(())
    };
    tokio::try_join!(sending, receiving)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;
    use crate::load::Connection;

    #[tokio::test]
    async fn every_byte_takes_its_time_and_posts_are_counted() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/graphql", listener.local_addr().unwrap());
        let latency = Duration::from_millis(5);
        let line = Line::open(&url, latency).unwrap();
        let serving = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            for _ in 0..2 {
                let mut request = Vec::new();
                while !request.ends_with(b"{}") {
                    assert!(stream.read_buf(&mut request).await.unwrap() > 0);
                }
                stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await.unwrap();
            }
        };
        let asking = async {
            let mut connection = Connection::open(&line.url, &[]).await.unwrap();
            let before = Instant::now();
            for _ in 0..2 {
                assert_eq!(connection.post("{}").await.unwrap(), "ok");
            }
            // A round trip to open it, and one for each request.
            assert!(before.elapsed() >= 6 * latency);
        };
        tokio::join!(serving, asking);
        assert_eq!(line.posts(), 2);
    }
}
