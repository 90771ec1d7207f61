//! From the first line to the last.

use super::certificate::{SelfSigned, from_files};
use super::keys::Keys;
use super::private;
use super::reload::reload;
use super::signals::Signals;
use super::watch::{Watch, look};
use super::{Options, TlsOption};
use crate::failure::Failure;
use crate::local_api::{LocalApi, Start};
use crate::schema_file::SchemaFile;
use std::io::Write;
use std::path::Path;
use std::time::Duration;
use tokio::time::MissedTickBehavior;

/// How often the schema file is looked at.
const LOOKS: Duration = Duration::from_millis(200);

/// Serves until a signal says to end.
pub(crate) fn run(options: &Options) -> Result<(), Failure> {
    let text = options.schema.read()?;
    let schema = options.schema.compile(&text)?;
    prepare(&options.data)?;
    let mut keys = Keys::of(&options.data)?;
    if let Some(key) = &options.api_key {
        keys.api_key.clone_from(key);
    }
    let (tls, trust) = match &options.tls {
        TlsOption::Off => (None, None),
        TlsOption::SelfSigned => {
            let SelfSigned { tls, trust } = SelfSigned::of(&options.data, options.listen.ip())?;
            (Some(tls), Some(trust))
        }
        TlsOption::Files { certificate, key } => (Some(from_files(certificate, key)?), None),
    };
    let start = Start {
        store: options.data.join("api.db"),
        listen: options.listen,
        api_key: keys.api_key.clone(),
        token_key: keys.token_key,
        schema,
        tls,
        extension: options.extension,
        conflict: options.conflict.clone(),
    };
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::plain(format!("the runtime cannot be started: {error}")))?;
    runtime.block_on(serve(start, &options.schema, Watch::new(text), trust.as_deref()))
}

/// Looks after one API in the main thread. The sockets are served by others, so what is short may be done here.
async fn serve(
    start: Start,
    file: &SchemaFile,
    mut watch: Watch,
    trust: Option<&Path>,
) -> Result<(), Failure> {
    let mut signals = Signals::catch()?;
    let key = start.api_key.clone();
    let mut api = LocalApi::start(start).await?;
    let mut lines = vec![
        format!("GraphQL endpoint: {}", api.endpoint()),
        format!("Realtime endpoint: {}", api.realtime_endpoint()),
        format!("API key: {key}"),
    ];
    lines.extend(trust.map(|path| format!("Certificate: {}", path.display())));
    lines.extend(api.plain_endpoint().map(|plain| format!("Without TLS: {plain}")));
    lines.push("Ready".to_owned());
    print(&lines)?;
    let mut looks = tokio::time::interval(LOOKS);
    let mut behind = false;
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = signals.come() => break,
            _ = looks.tick() => {}
        }
        let Some(news) = watch.see(look(file.path())) else { continue };
        let reloaded = tokio::select! {
            // It waits for the requests that run, which must not keep a signal waiting.
            () = signals.come() => break,
            reloaded = reload(&mut api, news, file) => reloaded,
        };
        match reloaded {
            Ok(changes) if changes.is_empty() => {
                if behind {
                    tell(&["The schema file says again what is served".to_owned()]);
                }
                behind = false;
            }
            Ok(changes) => {
                behind = false;
                let mut lines = vec!["Schema reloaded".to_owned()];
                lines.extend(changes.iter().map(|change| format!("  {change}")));
                tell(&lines);
            }
            Err(failure) => {
                failure.print();
                behind = true;
                tell(&["Schema not reloaded; the API stays as it was".to_owned()]);
            }
        }
    }
    tokio::select! {
        () = api.shutdown() => Ok(()),
        // Whoever asks twice does not want to wait for slow clients.
        () = signals.come() => Err(Failure::plain("stopped before all connections had ended; every answered write is on the disk")),
    }
}

/// Makes the data directory.
fn prepare(data: &Path) -> Result<(), Failure> {
    // Keys, records and what else the API keeps are nobody else's.
    private::directory(data).map_err(|error| {
        let what = format!("the data directory {} cannot be made: {error}", data.display());
        Failure::new(what, "name another one with --data DIR")
    })
}

fn print(lines: &[String]) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    for line in lines {
        writeln!(out, "{line}")?;
    }
    Ok(out.flush()?)
}

/// Prints what is good to know. That nobody reads it any more is no reason to end an API that is in use.
fn tell(lines: &[String]) {
    if let Err(failure) = print(lines) {
        tracing::debug!(%failure, "nobody reads stdout");
    }
}
