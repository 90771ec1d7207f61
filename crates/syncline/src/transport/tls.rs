//! TLS for HTTP and the socket: the platform's certificates, with `ring`.

use crate::Error;
use rustls::ClientConfig;
use rustls_platform_verifier::ConfigVerifierExt;
use std::sync::Arc;

/// A configuration that offers these protocols (ALPN).
pub(super) fn config(protocols: &[&[u8]]) -> Result<ClientConfig, Error> {
    // A process-wide default is wanted by some builders below us; one that is there already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut config = ClientConfig::with_platform_verifier()
        .map_err(|error| Error::Config(format!("the system's certificates cannot be used: {error}")))?;
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(config)
}

/// The same, shared, for the socket, which speaks HTTP/1.1.
pub(super) fn socket_config() -> Result<Arc<ClientConfig>, Error> {
    config(&[b"http/1.1"]).map(Arc::new)
}
