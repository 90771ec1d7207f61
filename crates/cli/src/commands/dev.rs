//! `syncline dev`

use crate::conflict::{Choice, ConflictOptions};
use crate::dev::{self, TlsOption};
use crate::failure::Failure;
use crate::schema_file::SchemaFile;
use clap::Args;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What to serve, and where.
#[derive(Debug, Args)]
pub(crate) struct Dev {
    /// The schema file; its additions are served as soon as it is saved
    #[arg(long, value_name = "FILE", default_value = "schema.graphql")]
    schema: PathBuf,
    /// The cli.json of the Amplify project that the schema comes from, for its feature flags; without it, all are on
    #[arg(long, value_name = "FILE")]
    cli_json: Option<PathBuf>,
    /// The address to listen on; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:20002", value_parser = address)]
    listen: SocketAddr,
    /// The key that lets clients in; without it one is made and kept in the data directory
    #[arg(long, value_name = "KEY", env = "SYNCLINE_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// Where records and keys are kept
    #[arg(long, value_name = "DIR", default_value = ".syncline/dev")]
    data: PathBuf,
    /// Answer TLS on the same port, with a certificate made for this machine; clients must be told to trust the file
    /// that is printed
    #[arg(long, help_heading = "TLS", conflicts_with_all = ["tls_cert", "tls_key"])]
    tls_self_signed: bool,
    /// Answer TLS on the same port, with the certificate in this file: PEM, the server's own first
    #[arg(long, help_heading = "TLS", value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The private key of that certificate: PEM, not encrypted
    #[arg(long, help_heading = "TLS", value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Be AppSync and nothing more: clients that ask for Syncline's extension do not get it
    #[arg(long)]
    pure_appsync: bool,
    /// What is done with a change of an outdated record: automerge (the default), automerge-appsync, optimistic, or the
    /// URL of a handler that is asked, as AppSync asks a Lambda function; for one model alone with its name before it
    #[arg(long, value_name = "[MODEL=]STRATEGY")]
    conflict: Vec<Choice>,
    /// Take strategies from Amplify's transform.conf.json; --conflict goes before it
    #[arg(long, value_name = "FILE")]
    transform_conf: Option<PathBuf>,
}

impl Dev {
    pub(crate) fn run(self) -> Result<(), Failure> {
        let tls = match (self.tls_cert, self.tls_key) {
            (Some(certificate), Some(key)) => TlsOption::Files { certificate, key },
            _ if self.tls_self_signed => TlsOption::SelfSigned,
            _ => TlsOption::Off,
        };
        dev::run(&dev::Options {
            schema: SchemaFile::new(self.schema, self.cli_json.as_deref())?,
            listen: self.listen,
            api_key: self.api_key,
            data: self.data,
            tls,
            extension: !self.pure_appsync,
            conflict: ConflictOptions::new(self.conflict, self.transform_conf.as_deref())?,
        })
    }
}

/// An address to listen on. `localhost` is the one name that needs nobody to be asked.
fn address(text: &str) -> Result<SocketAddr, String> {
    let numbers = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    numbers.parse().map_err(|_| "give an IP address and a port, for example 127.0.0.1:20002".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, parsed) in [
            ("127.0.0.1:0", Some("127.0.0.1:0")),
            ("0.0.0.0:80", Some("0.0.0.0:80")),
            ("[::1]:8080", Some("[::1]:8080")),
            ("localhost:8080", Some("127.0.0.1:8080")),
            ("", None),
            ("8080", None),
            ("localhost", None),
            ("localhost:x", None),
            ("example.com:80", None),
            ("127.0.0.1:99999", None),
        ] {
            assert_eq!(address(text).ok(), parsed.map(|text| text.parse().unwrap()), "{text}");
        }
    }
}
