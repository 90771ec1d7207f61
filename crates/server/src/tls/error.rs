//! What can be wrong with a certificate and its key.

use syncline_core::scalar::AwsDateTime;

/// Why a certificate and its key cannot be served. Times are in ms since 1970.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// The text of the certificates is damaged.
    #[error("the certificate cannot be read: {0}")]
    DamagedCertificate(String),
    /// The text holds no certificate.
    #[error("there is no certificate in it; it must be PEM text with -----BEGIN CERTIFICATE-----")]
    NoCertificate,
    /// What is called a certificate is none.
    #[error("certificate {number} of the chain is not one: {reason}")]
    BadCertificate {
        /// Its place, from 1: the first is the server's own.
        number: usize,
        /// What is wrong.
        reason: String,
    },
    /// The text of the key is damaged.
    #[error("the key cannot be read: {0}")]
    DamagedKey(String),
    /// The text holds no private key.
    #[error(
        "there is no private key in it; it must be PEM text with -----BEGIN PRIVATE KEY-----, not encrypted"
    )]
    NoKey,
    /// The key is of a kind that is not served.
    #[error("the private key cannot be used: {0}; RSA, ECDSA (P-256, P-384) and Ed25519 keys can")]
    BadKey(String),
    /// The key is another certificate's.
    #[error("the private key does not belong to the certificate")]
    Mismatch,
    /// The certificate is no longer valid.
    #[error("certificate {number} of the chain expired at {}", shown(*.not_after_ms))]
    Expired {
        /// Its place, from 1.
        number: usize,
        /// When.
        not_after_ms: i64,
    },
    /// The certificate is not valid yet.
    #[error("certificate {number} of the chain is not valid before {}; check the clock", shown(*.not_before_ms))]
    NotYet {
        /// Its place, from 1.
        number: usize,
        /// From when on it is.
        not_before_ms: i64,
    },
}

/// The time as people read it.
fn shown(ms: i64) -> String {
    AwsDateTime::from_millis(ms).map_or_else(|| format!("{ms} ms after 1970"), AwsDateTime::into_string)
}
