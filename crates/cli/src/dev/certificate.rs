//! Certificates of a development API: its own, kept in its data directory, or one from files.
//!
//! Its own is signed by an authority that exists for this one certificate: its key is thrown away when the certificate is
//! made, so that whoever trusts it trusts nothing else.

use super::private;
use crate::failure::Failure;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    IsCa, KeyPair, KeyUsagePurpose,
};
use std::io::ErrorKind;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use syncline_server::{Clock, SystemClock, Tls};
use time::{Duration, OffsetDateTime};

/// The file in the data directory with the certificate, its authority's, and its key.
const OWN: &str = "tls.pem";
/// The file with what clients are to trust. It is made from the other.
const TRUST: &str = "tls-authority.pem";
/// The names of this machine; the last is what an Android emulator calls the machine it runs on.
const NAMES: [&str; 4] = ["localhost", "127.0.0.1", "::1", "10.0.2.2"];
/// How long a certificate is valid. Apple's systems take none that is valid for more than 825 days.
const VALID: Duration = Duration::days(365);
/// How long before its end another one is made.
const NEAR_END: Duration = Duration::days(30);
/// What begins a certificate in PEM, and what ends it.
const MARKS: (&str, &str) = ("-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----");

/// A certificate of one's own.
#[derive(Debug)]
pub(crate) struct SelfSigned {
    /// What is served.
    pub(crate) tls: Tls,
    /// The file with the certificate that clients are to trust.
    pub(crate) trust: PathBuf,
}

impl SelfSigned {
    /// The one of a data directory, for this machine and the address it listens on; another one is made if there is none,
    /// if it ends soon, or if it is for other addresses.
    pub(crate) fn of(directory: &Path, listen: IpAddr) -> Result<SelfSigned, Failure> {
        let (own, trust) = (directory.join(OWN), directory.join(TRUST));
        let now_ms = SystemClock.now_ms();
        let names = names(listen);
        let kept = match std::fs::read_to_string(&own) {
            Ok(text) => Some(text),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(private::unusable(&own, "read", &error)),
        };
        let good = kept.and_then(|text| {
            let tls = Tls::from_pem(text.as_bytes(), text.as_bytes(), now_ms).ok()?;
            let soon =
                now_ms.saturating_add(i64::try_from(NEAR_END.whole_milliseconds()).unwrap_or(i64::MAX));
            let good = tls.is_valid_at(soon) && names.iter().all(|name| tls.is_for(name));
            good.then_some((tls, text))
        });
        let (tls, text) = match good {
            Some(good) => good,
            None => {
                let text = make(&names, now_ms)
                    .map_err(|error| Failure::plain(format!("a certificate cannot be made: {error}")))?;
                let tls = Tls::from_pem(text.as_bytes(), text.as_bytes(), now_ms)
                    .map_err(|error| Failure::plain(format!("a certificate cannot be made: {error}")))?;
                private::write(&own, &text)?;
                (tls, text)
            }
        };
        let authority = authority(&text);
        if std::fs::read_to_string(&trust).ok().as_deref() != Some(authority.as_str()) {
            private::write(&trust, &authority)?;
        }
        // Whoever is to trust it is given the path, and may be anywhere.
        let trust =
            std::fs::canonicalize(&trust).map_err(|error| private::unusable(&trust, "found", &error))?;
        Ok(SelfSigned { tls, trust })
    }
}

/// The certificate and the key in these files.
pub(crate) fn from_files(certificate: &Path, key: &Path) -> Result<Tls, Failure> {
    let read = |path: &Path, flag: &str| {
        std::fs::read(path).map_err(|error| {
            let what = format!("{} cannot be read: {error}", path.display());
            Failure::new(
                what,
                format!("check the path and the rights, or name another file with {flag} FILE"),
            )
        })
    };
    let texts = (read(certificate, "--tls-cert")?, read(key, "--tls-key")?);
    Tls::from_pem(&texts.0, &texts.1, SystemClock.now_ms()).map_err(|error| {
        let what = format!("TLS with {} and {}: {error}", certificate.display(), key.display());
        let help = "--tls-cert takes the server's certificate followed by those it is signed with, --tls-key its private \
                    key, both as PEM text";
        Failure::new(what, help)
    })
}

/// What the certificate is for.
fn names(listen: IpAddr) -> Vec<String> {
    let mut names: Vec<String> = NAMES.into_iter().map(str::to_owned).collect();
    if !listen.is_loopback() && !listen.is_unspecified() {
        names.push(listen.to_string());
    }
    names
}

/// A new certificate, the authority that signed it, and its key, as PEM.
fn make(names: &[String], now_ms: i64) -> Result<String, rcgen::Error> {
    let now =
        OffsetDateTime::from_unix_timestamp(now_ms.div_euclid(1_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    // A client's clock may be behind ours.
    let valid = |mut params: CertificateParams, name: &str| {
        params.not_before = now.saturating_sub(Duration::days(1));
        params.not_after = now.saturating_add(VALID);
        params.distinguished_name = DistinguishedName::new();
        params.distinguished_name.push(DnType::CommonName, name);
        params
    };
    let mut authority = valid(CertificateParams::new(Vec::new())?, "Syncline development authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate()?)?;
    let mut own = valid(CertificateParams::new(names)?, "localhost");
    own.is_ca = IsCa::ExplicitNoCa;
    own.use_authority_key_identifier_extension = true;
    own.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    own.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let own = own.signed_by(&key, &authority)?;
    Ok(format!("{}{}{}", own.pem(), authority.pem(), key.serialize_pem()).replace("\r\n", "\n"))
}

/// The last certificate in the text.
fn authority(text: &str) -> String {
    let (begin, end) = MARKS;
    let last = text.rfind(begin).map_or("", |at| &text[at..]);
    let last = last.find(end).map_or("", |at| &last[..at + end.len()]);
    format!("{last}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

    fn own(directory: &Path) -> String {
        std::fs::read_to_string(directory.join(OWN)).unwrap()
    }

    #[test]
    fn it_stays_until_it_no_longer_fits() {
        let directory = tempfile::tempdir().unwrap();
        let directory = directory.path();
        let local: IpAddr = "127.0.0.1".parse().unwrap();
        let made = SelfSigned::of(directory, local).unwrap();
        let first = own(directory);
        let trusted = std::fs::read_to_string(&made.trust).unwrap();
        assert_eq!(trusted.matches("BEGIN").count(), 1, "{trusted}");
        assert!(first.contains(&trusted) && first.contains("PRIVATE KEY"));
        #[cfg(unix)]
        for file in [OWN, TRUST] {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(directory.join(file)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{file}");
        }
        for name in ["localhost", "127.0.0.1", "::1"] {
            assert!(made.tls.is_for(name), "{name}");
        }
        assert!(!made.tls.is_for("example.com"));
        let now = SystemClock.now_ms();
        assert!(made.tls.is_valid_at(now + 364 * DAY_MS) && !made.tls.is_valid_at(now + 366 * DAY_MS));

        // Kept, and with it what is trusted.
        std::fs::remove_file(&made.trust).unwrap();
        SelfSigned::of(directory, local).unwrap();
        assert_eq!(own(directory), first);
        assert_eq!(std::fs::read_to_string(&made.trust).unwrap(), trusted);

        // For another address, near its end, or damaged: made anew.
        SelfSigned::of(directory, "192.0.2.7".parse().unwrap()).unwrap();
        let other = own(directory);
        assert_ne!(other, first);
        for useless in [make(&names(local), now - 340 * DAY_MS).unwrap(), "damaged".to_owned(), String::new()]
        {
            std::fs::write(directory.join(OWN), &useless).unwrap();
            SelfSigned::of(directory, local).unwrap();
            assert_ne!(own(directory), useless);
        }
    }
}
