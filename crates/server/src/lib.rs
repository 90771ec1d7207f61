//! The sync server's sockets: HTTP, the realtime WebSocket, and the fan-out of events between them.
//!
//! What is decided is decided by `syncline-service`; here are connections, bounds and time.
//!
//! | module | holds |
//! |---|---|
//! | `server` | start, graceful end, reload |
//! | `connect`, `tls` | connections: TLS and plain HTTP on one port |
//! | `gate` | the service that is current, and the pause while it is replaced |
//! | `http` | `POST /graphql`, health, headers |
//! | `realtime` | handshakes, sessions, frames, the hub that hands events to sessions |
//! | `clock`, `entropy`, `task` | the only places that read time and randomness and start tasks |

mod clock;
mod config;
mod connect;
mod entropy;
mod error;
mod gate;
mod http;
mod lambda;
mod purge;
mod realtime;
mod server;
mod task;
mod tls;

pub use clock::SystemClock;
pub use config::ServerConfig;
pub use entropy::SystemEntropy;
pub use error::{ReloadError, ServerError};
pub use lambda::{HANDLER_TIMEOUT, HttpHandler, HttpHandlerError};
pub use server::{Running, Server};
pub use tls::{Tls, TlsError};
// Whoever starts a server hands it a service and a clock; they need no second dependency for that.
pub use syncline_backend::Clock;
pub use syncline_service::{
    Config as ServiceConfig, ConflictHandler, Conflicts, FilterLimits, HandlerError, Limits as ServiceLimits,
    Service, ServiceError, Strategy,
};
