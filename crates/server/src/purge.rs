//! Has the service forget what is old, every so often (SYNC 3.11).

use crate::config::ServerConfig;
use crate::gate::Gate;
use std::sync::Arc;
use std::time::Duration;
use syncline_backend::{BackendError, Purged};
use tokio::time::{MissedTickBehavior, interval};

/// Purges at once and then every so often, for ever.
pub(crate) async fn run(gate: Gate, config: Arc<ServerConfig>) {
    let mut due = interval(config.purge_every.max(Duration::from_millis(1)));
    due.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        due.tick().await;
        match purge(&gate, config.clock.now_ms()).await {
            Ok(Purged { tombstones: 0, changes: 0, ids: 0, .. }) => {}
            Ok(Purged { tombstones, changes, ids, .. }) => {
                tracing::info!(tombstones, changes, ids, "removed what was older than it is kept");
            }
            Err(error) => tracing::warn!(%error, "what is old could not be removed; it will be tried again"),
        }
    }
}

/// Step by step, so that requests and a reload come in between. What was removed by all steps.
async fn purge(gate: &Gate, now_ms: i64) -> Result<Purged, BackendError> {
    let mut all = Purged::default();
    loop {
        // Without a service there is nothing to do: its successor's turn will come.
        let Some(pass) = gate.enter().await else { return Ok(all) };
        let step = pass.service().purge(now_ms).await?;
        all.tombstones += step.tombstones;
        all.changes += step.changes;
        all.ids += step.ids;
        if !step.more || step == (Purged { more: true, ..Purged::default() }) {
            return Ok(all);
        }
    }
}
