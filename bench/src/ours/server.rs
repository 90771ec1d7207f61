//! Syncline's server.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;

use syncline_backend_sqlite::{Options, Place, SqliteBackend, Threads};
use syncline_core::Schema;
use syncline_server::{
    Server, ServerConfig, Service, ServiceConfig, ServiceLimits, SystemClock, SystemEntropy,
};

use crate::{Result, terms};

/// What the runner calls it.
pub(super) const NAME: &str = "syncline";
/// The file that it serves.
pub(super) const FILE: &str = "server.db";
/// Lets the devices in.
pub(super) const KEY: &str = "da2-benchmark";

/// Opens its store.
///
/// # Errors
/// The backend's.
pub(super) fn store(file: &Path, threads: Threads) -> Result<SqliteBackend> {
    let options = Options {
        place: Place::File(file.to_owned()),
        schema: schema()?,
        clock: Arc::new(SystemClock),
        random: [7; 16],
        threads,
    };
    Ok(SqliteBackend::open(options)?)
}

fn schema() -> Result<Arc<Schema>> {
    let source = include_str!("../../schema.graphql");
    Ok(Arc::new(syncline_schema::compile(source, "schema.graphql").map_err(|found| found.to_string())?))
}

/// Runs the server `which` on the files in `dir` until `stopped`, and prints where.
///
/// # Errors
/// There is no such server, or it could not run.
pub(crate) fn serve(which: &str, dir: &Path, stopped: impl Future<Output = ()>) -> Result<()> {
    if which != NAME {
        return Err(format!("there is no server `{which}`").into());
    }
    let backend = store(&dir.join(FILE), Threads::Threaded)?;
    let config = ServiceConfig {
        api_keys: vec![KEY.to_owned()],
        token_key: [7; 32],
        entropy: Arc::new(SystemEntropy::default()),
        limits: ServiceLimits::default(),
        extension: true,
    };
    let service = Arc::new(Service::new(Arc::new(backend), config)?);
    let config = ServerConfig { compress_from: terms::COMPRESS_ABOVE, ..ServerConfig::default() };
    tokio::runtime::Runtime::new()?.block_on(async {
        let running = Server::bind(config, service).await?;
        println!("{}", running.graphql_url());
        stopped.await;
        Ok(())
    })
}
