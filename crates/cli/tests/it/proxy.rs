//! An address that stays while the server behind it comes and goes, always on another port: a port that was let go may
//! be anybody's by the time a new server wants it.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Passes connections on to the server that runs. While none does, they are closed.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    server: Arc<Mutex<Option<SocketAddr>>>,
    /// Everything that servers have said, if it is kept.
    said: Option<Arc<Mutex<Vec<u8>>>>,
}

impl Proxy {
    /// Listens from now on, as long as this process runs.
    pub(crate) fn start() -> Proxy {
        Proxy::keeping(None)
    }

    /// The same, and keeps what servers say.
    pub(crate) fn recording() -> Proxy {
        Proxy::keeping(Some(Arc::default()))
    }

    fn keeping(said: Option<Arc<Mutex<Vec<u8>>>>) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = Arc::new(Mutex::new(None));
        let (current, keep) = (Arc::clone(&server), said.clone());
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let server = *current.lock().unwrap();
                if let (Ok(client), Some(server)) = (client, server)
                    && let Ok(server) = TcpStream::connect(server)
                {
                    pass(&client, &server, None);
                    pass(&server, &client, keep.clone());
                }
            }
        });
        Proxy { address, server, said }
    }

    /// How often servers have said `text`.
    pub(crate) fn count(&self, text: &str) -> usize {
        let said = self.said.as_ref().unwrap().lock().unwrap();
        said.windows(text.len()).filter(|window| *window == text.as_bytes()).count()
    }

    /// The server runs at `endpoint`, or nowhere. Returns the endpoint that stays.
    pub(crate) fn serve(&self, endpoint: Option<&str>) -> String {
        let address = endpoint.map(|endpoint| {
            let address = endpoint.strip_prefix("http://").and_then(|rest| rest.strip_suffix("/graphql"));
            address.unwrap().parse().unwrap()
        });
        *self.server.lock().unwrap() = address;
        format!("http://{}/graphql", self.address)
    }
}

/// Passes on what `from` says, until it says no more, and keeps it.
fn pass(from: &TcpStream, to: &TcpStream, keep: Option<Arc<Mutex<Vec<u8>>>>) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    std::thread::spawn(move || {
        let mut piece = [0; 16 * 1024];
        while let Ok(size @ 1..) = from.read(&mut piece) {
            if let Some(keep) = &keep {
                keep.lock().unwrap().extend_from_slice(&piece[..size]);
            }
            if to.write_all(&piece[..size]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    });
}
