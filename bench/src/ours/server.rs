//! Syncline's server.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use syncline_backend::{Backend as _, CommitObserver, Committed};
use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_server::{
    Conflicts, Server, ServerConfig, Service, ServiceConfig, ServiceLimits, SystemClock, SystemEntropy,
};

use super::models::{Api, INDEXED, PLAIN};
use crate::server::Commits;
use crate::{Result, terms};

/// The file that it serves.
pub(super) const FILE: &str = "server.db";
/// Lets the devices in.
pub(super) const KEY: &str = "da2-benchmark";

/// A server that takes one mutation in a document.
pub(super) const SINGLE: &str = "syncline-single";
/// A server without extensions: pure AppSync.
pub(super) const APPSYNC: &str = "syncline-appsync";

/// Opens its store.
///
/// # Errors
/// The backend's.
pub(super) fn store(api: &Api, file: &Path, threads: Threads) -> Result<SqliteBackend> {
    let schema = syncline_schema::compile(api.source, api.name).map_err(|found| found.to_string())?;
    let options = Options {
        place: Place::File(file.to_owned()),
        schema: Arc::new(schema),
        clock: Arc::new(SystemClock),
        random: [7; 16],
        threads,
    };
    Ok(SqliteBackend::open(options)?)
}

/// The API over its store, without a server.
///
/// # Errors
/// The service's.
pub(super) fn service(backend: Arc<SqliteBackend>) -> Result<Service> {
    Ok(Service::new(backend, config())?)
}

fn config() -> ServiceConfig {
    ServiceConfig {
        api_keys: vec![KEY.to_owned()],
        token_key: [7; 32],
        entropy: Arc::new(SystemEntropy::default()),
        limits: ServiceLimits::default(),
        extension: true,
        conflict: Conflicts::default(),
    }
}

/// The API that the server `which` serves, and how.
fn kind(which: &str) -> Result<(Api, ServiceConfig)> {
    match which {
        _ if which == PLAIN.name => Ok((PLAIN, config())),
        _ if which == INDEXED.name => Ok((INDEXED, config())),
        SINGLE => {
            let limits = ServiceLimits { max_root_fields: 1, ..ServiceLimits::default() };
            Ok((PLAIN, ServiceConfig { limits, ..config() }))
        }
        APPSYNC => Ok((PLAIN, ServiceConfig { extension: false, ..config() })),
        _ => Err(format!("there is no server `{which}`").into()),
    }
}

/// Runs the server `which` on the files in `dir` until `stopped`, and prints where; at its end, what it committed.
///
/// # Errors
/// There is no such server, or it could not run.
pub(crate) fn serve(which: &str, dir: &Path, stopped: impl Future<Output = ()>) -> Result<()> {
    let (api, service_config) = kind(which)?;
    let backend = Arc::new(store(&api, &dir.join(FILE), Threads::Threaded)?);
    let counter = Arc::new(Counter::default());
    backend.observe(counter.clone());
    let service = Arc::new(Service::new(backend, service_config)?);
    let config = ServerConfig { compress_from: terms::COMPRESS_ABOVE, ..ServerConfig::default() };
    tokio::runtime::Runtime::new()?.block_on(async {
        let running = Server::bind(config, service).await?;
        println!("{}", running.graphql_url());
        stopped.await;
        println!("{}", serde_json::to_string(&counter.counted())?);
        Ok(())
    })
}

/// Counts commits.
#[derive(Debug, Default)]
struct Counter {
    commits: AtomicU64,
    records: AtomicU64,
}

impl Counter {
    fn counted(&self) -> Commits {
        Commits { commits: self.commits.load(Relaxed), records: self.records.load(Relaxed) }
    }
}

impl CommitObserver for Counter {
    fn committed(&self, changes: &Arc<[Committed]>) {
        self.commits.fetch_add(1, Relaxed);
        self.records.fetch_add(changes.len() as u64, Relaxed);
    }
}
