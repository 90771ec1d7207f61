//! TLS for HTTP and the socket: the platform's certificates and those the application trusts besides, with `ring`.

use crate::Error;
use crate::api::AppSync;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
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

/// How one API is spoken to over TLS. Its certificates are read once.
#[derive(Clone, Debug)]
pub(super) struct Tls {
    /// For requests, which speak HTTP/2 or 1.1.
    pub(super) requests: ClientConfig,
    /// For the socket, which speaks HTTP/1.1.
    pub(super) socket: Arc<ClientConfig>,
}

impl Tls {
    /// Trusts whom the platform trusts, and the API's own certificates.
    pub(super) fn of(api: &AppSync) -> Result<Tls, Error> {
        let provider = provider();
        let verifier = verifier(api, Arc::clone(&provider)).map_err(|error| unusable(&error))?;
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| unusable(&error))?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        let offering = |protocols: &[&[u8]]| {
            let mut config = config.clone();
            config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
            config
        };
        Ok(Tls { requests: offering(&[b"h2", b"http/1.1"]), socket: Arc::new(offering(&[b"http/1.1"])) })
    }
}

/// A configuration that trusts nobody, for a client that does not use TLS: reading the platform's certificates takes
/// time and memory.
pub(super) fn unused() -> Result<ClientConfig, Error> {
    Ok(ClientConfig::builder_with_provider(provider())
        .with_safe_default_protocol_versions()
        .map_err(|error| unusable(&error))?
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth())
}

fn provider() -> Arc<CryptoProvider> {
    // A process-wide default is wanted by some builders below us; one that is there already is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    CryptoProvider::get_default()
        .map_or_else(|| Arc::new(rustls::crypto::ring::default_provider()), Arc::clone)
}

fn unusable(error: &rustls::Error) -> Error {
    Error::Config(format!("the certificates cannot be used: {error}"))
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
