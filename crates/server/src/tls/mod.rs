//! TLS: the certificate and key a server shows.

mod error;
mod identity;

pub use error::TlsError;
pub use identity::Tls;
