//! TLS for HTTP and the socket: the platform's certificates and those the application trusts besides, with `ring`.

use crate::Error;
use crate::api::AppSync;
use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls_platform_verifier::Verifier;
use std::sync::Arc;

/// The certificates in PEM text.
pub(crate) fn certificates(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let read =
        read.map_err(|error| Error::Config(format!("the certificate to trust cannot be read: {error}")))?;
    if read.is_empty() {
        let reason =
            "there is no certificate to trust in the text: it must be PEM, with -----BEGIN CERTIFICATE-----";
        return Err(Error::Config(reason.to_owned()));
    }
    Ok(read)
}

/// A configuration for this API that offers these protocols (ALPN).
pub(super) fn config(api: &AppSync, protocols: &[&[u8]]) -> Result<ClientConfig, Error> {
    // A process-wide default is wanted by some builders below us; one that is there already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let unusable = |error| Error::Config(format!("the certificates cannot be used: {error}"));
    let provider = CryptoProvider::get_default()
        .map_or_else(|| Arc::new(rustls::crypto::ring::default_provider()), Arc::clone);
    let verifier = verifier(api, Arc::clone(&provider)).map_err(unusable)?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
    Ok(config)
}

/// Who is trusted: whom the platform trusts, and the application's own.
#[cfg(not(target_os = "android"))]
fn verifier(api: &AppSync, provider: Arc<CryptoProvider>) -> Result<Verifier, rustls::Error> {
    Verifier::new_with_extra_roots(api.trusted.iter().cloned(), provider)
}

/// Android takes no more than what its settings and the application's network security configuration trust.
#[cfg(target_os = "android")]
fn verifier(_: &AppSync, provider: Arc<CryptoProvider>) -> Result<Verifier, rustls::Error> {
    Verifier::new(provider)
}

/// The same, shared, for the socket, which speaks HTTP/1.1.
pub(super) fn socket_config(api: &AppSync) -> Result<Arc<ClientConfig>, Error> {
    config(api, &[b"http/1.1"]).map(Arc::new)
}
