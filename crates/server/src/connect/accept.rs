//! Accepting connections until the server stops.

use super::patient::Patient;
use super::serve::{Connections, serve, stopped};
use crate::config::ServerConfig;
use crate::task::Tasks;
use axum::Router;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::timeout;

/// How long to wait after the system refused a connection, for instance because too many files are open.
const AFTER_FAULT: Duration = Duration::from_secs(1);

/// Accepts connections and serves `router` on them.
#[derive(Debug)]
pub(crate) struct Acceptor {
    pub(crate) listener: TcpListener,
    pub(crate) router: Router,
    pub(crate) config: Arc<ServerConfig>,
}

impl Acceptor {
    /// Runs until `stopping` is true or its sender is gone; returns when the last connection has ended. Requests that
    /// run are answered. Dropped before, it cuts all connections off.
    pub(crate) async fn run(self, mut stopping: watch::Receiver<bool>) {
        let Acceptor { listener, router, config } = self;
        let connections =
            Arc::new(Connections { router, config: Arc::clone(&config), stopping: stopping.clone() });
        let places = Arc::new(Semaphore::new(config.connections.clamp(1, Semaphore::MAX_PERMITS)));
        let mut tasks = Tasks::default();
        let mut full = false;
        loop {
            let was = std::mem::replace(&mut full, places.available_permits() == 0);
            if full && !was {
                tracing::warn!("there are as many connections as there may be: the next one waits");
            }
            let accepted = tokio::select! {
                () = stopped(&mut stopping) => break,
                // Ended ones are taken out, so that they are not kept for the server's whole life.
                () = tasks.ended(), if !tasks.is_empty() => continue,
                accepted = accept(&listener, &places) => accepted,
            };
            match accepted {
                Ok((socket, place)) => {
                    // Else a small frame waits for the acknowledgement of the one before; a socket that refuses is slower.
                    let _ = socket.set_nodelay(true);
                    let socket = Patient::new(socket, config.stall_timeout, place);
                    tasks.start(serve(Arc::clone(&connections), socket));
                }
                // The client has gone away in the meantime.
                Err(error) if is_clients(&error) => {}
                Err(error) => {
                    tracing::error!(%error, "a connection cannot be accepted");
                    // An ended connection is as good a reason to try again as time.
                    let _ = timeout(AFTER_FAULT, tasks.ended()).await;
                }
            }
        }
        // The port is free from now on.
        drop(listener);
        while !tasks.is_empty() {
            tasks.ended().await;
        }
    }
}

/// Accepts a connection once there is a place for it; those that come too early wait in the system's queue.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> std::io::Result<(TcpStream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(std::io::Error::other)?;
    let (socket, _) = listener.accept().await?;
    Ok((socket, place))
}

fn is_clients(error: &std::io::Error) -> bool {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}
