//! An address that stays while the server behind it comes and goes, always on another port: a port that was let go may
//! be anybody's by the time a new server wants it.

use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// Passes connections on to the server that runs. While none does, they are closed.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    server: Arc<Mutex<Option<SocketAddr>>>,
}

impl Proxy {
    /// Listens from now on, as long as this process runs.
    pub(crate) fn start() -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = Arc::new(Mutex::new(None));
        let current = Arc::clone(&server);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let server = *current.lock().unwrap();
                if let (Ok(client), Some(server)) = (client, server)
                    && let Ok(server) = TcpStream::connect(server)
                {
                    pass(&client, &server);
                    pass(&server, &client);
                }
            }
        });
        Proxy { address, server }
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

/// Passes on what `from` says, until it says no more.
fn pass(from: &TcpStream, to: &TcpStream) {
    let (mut from, mut to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
    });
}
