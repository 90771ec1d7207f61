//! What `syncline dev` does: one API from one schema file, reloaded when the file grows.

mod certificate;
mod keys;
mod private;
mod reload;
mod serve;
mod signals;
mod watch;

use crate::conflict::ConflictOptions;
use crate::schema_file::SchemaFile;
use std::net::SocketAddr;
use std::path::PathBuf;

pub(crate) use serve::run;

/// What to serve, and where.
#[derive(Debug)]
pub(crate) struct Options {
    /// The schema file.
    pub(crate) schema: SchemaFile,
    /// The address to listen on.
    pub(crate) listen: SocketAddr,
    /// The key that lets clients in, instead of the one in the data directory.
    pub(crate) api_key: Option<String>,
    /// Where records and keys are kept.
    pub(crate) data: PathBuf,
    /// How connections are secured.
    pub(crate) tls: TlsOption,
    /// Whether clients that ask for it get what Syncline adds to AppSync.
    pub(crate) extension: bool,
    /// How version conflicts are settled.
    pub(crate) conflict: ConflictOptions,
}

/// How connections are secured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TlsOption {
    /// Not at all.
    Off,
    /// With a certificate of one's own, kept in the data directory.
    SelfSigned,
    /// With a certificate and a key from files.
    Files {
        /// The file with the certificates.
        certificate: PathBuf,
        /// The file with the private key.
        key: PathBuf,
    },
}
