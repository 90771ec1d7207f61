//! A certificate with its key, ready to be shown.

use super::TlsError;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::server::ServerConfig;
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{Error as RustlsError, InconsistentKeys};
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::TlsAcceptor;
use webpki::{EndEntityCert, KeyUsage};

/// A certificate, those it is signed with, and its private key: what a server shows over TLS.
#[derive(Clone)]
pub struct Tls {
    chain: Arc<[CertificateDer<'static>]>,
    acceptor: TlsAcceptor,
}

/// Without the key.
impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls").field("certificates", &self.chain.len()).finish_non_exhaustive()
    }
}

impl Tls {
    /// From PEM text: the certificates, the server's own first and then those it is signed with, and the private key.
    /// Both may be in one text; what else is in it is ignored. `now_ms` is the time, in ms since 1970.
    ///
    /// # Errors
    /// What is wrong with them: text that is not PEM, a key of another certificate, a certificate that is not valid now.
    pub fn from_pem(certificates: &[u8], key: &[u8], now_ms: i64) -> Result<Tls, TlsError> {
        let chain = chain(certificates)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| match error {
            pem::Error::NoItemsFound => TlsError::NoKey,
            other => TlsError::DamagedKey(other.to_string()),
        })?;
        for (place, certificate) in chain.iter().enumerate() {
            check(certificate, place + 1, now_ms)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let own = provider
            .key_provider
            .load_private_key(key)
            .map(|key| CertifiedKey::new(chain.clone(), key))
            .map_err(|error| TlsError::BadKey(error.to_string()))?;
        match own.keys_match() {
            Ok(()) => {}
            Err(RustlsError::InconsistentKeys(InconsistentKeys::KeyMismatch)) => {
                return Err(TlsError::Mismatch);
            }
            Err(error) => return Err(TlsError::BadKey(error.to_string())),
        }
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| TlsError::BadKey(error.to_string()))?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(SingleCertAndKey::from(own)));
        // WebSockets are opened from HTTP/1.1, and clients open them on the connection's protocol.
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls { chain: chain.into(), acceptor: TlsAcceptor::from(Arc::new(config)) })
    }

    /// Whether every certificate is valid at this time, in ms since 1970.
    #[must_use]
    pub fn is_valid_at(&self, ms: i64) -> bool {
        self.chain.iter().enumerate().all(|(place, certificate)| check(certificate, place + 1, ms).is_ok())
    }

    /// Whether it is for this DNS name or IP address.
    #[must_use]
    pub fn is_for(&self, name: &str) -> bool {
        let own = self.chain.first().and_then(|own| EndEntityCert::try_from(own).ok());
        match (own, ServerName::try_from(name)) {
            (Some(own), Ok(name)) => own.verify_is_valid_for_subject_name(&name).is_ok(),
            _ => false,
        }
    }

    pub(crate) fn acceptor(&self) -> &TlsAcceptor {
        &self.acceptor
    }
}

fn chain(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let chain = read.map_err(|error| TlsError::DamagedCertificate(error.to_string()))?;
    if chain.is_empty() { Err(TlsError::NoCertificate) } else { Ok(chain) }
}

/// Whether it is a certificate that is valid at `now_ms`. Who signed it is the client's question.
fn check(certificate: &CertificateDer<'_>, number: usize, now_ms: i64) -> Result<(), TlsError> {
    let bad = |reason: webpki::Error| TlsError::BadCertificate { number, reason: reason.to_string() };
    let parsed = EndEntityCert::try_from(certificate).map_err(bad)?;
    let now = UnixTime::since_unix_epoch(Duration::from_millis(now_ms.max(0).unsigned_abs()));
    // The time is looked at first of all; without anybody who is trusted, the search then ends in one of the others.
    match parsed.verify_for_usage(&[], &[], &[], now, KeyUsage::server_auth(), None, None) {
        Err(webpki::Error::CertExpired { not_after, .. }) => {
            Err(TlsError::Expired { number, not_after_ms: millis(not_after) })
        }
        Err(webpki::Error::CertNotValidYet { not_before, .. }) => {
            Err(TlsError::NotYet { number, not_before_ms: millis(not_before) })
        }
        Err(
            error @ (webpki::Error::BadDer | webpki::Error::BadDerTime | webpki::Error::InvalidCertValidity),
        ) => Err(bad(error)),
        _ => Ok(()),
    }
}

fn millis(time: UnixTime) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX).saturating_mul(1_000)
}
