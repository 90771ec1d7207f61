//! Forgetting what is old (SYNC 3.11).

use crate::service::Service;
use syncline_backend::{BackendError, Purged, Retention};

/// The most of each kind that one step removes: some milliseconds of the store's writer.
const STEP: usize = 500;

impl Service {
    /// One step of a purge at `now_ms`: removes some of the tombstones, log lines and mutation ids that are older than
    /// they are kept, in one short transaction. There is more to do if the answer says so.
    ///
    /// # Errors
    /// A fault of the store.
    pub async fn purge(&self, now_ms: i64) -> Result<Purged, BackendError> {
        let limits = &self.config.limits;
        let retention = Retention {
            tombstones_ms: limits.tombstone_horizon_ms,
            changes_ms: limits.change_retention_ms,
            ids_ms: limits.id_retention_ms,
        };
        self.backend.purge(now_ms, retention, STEP).await
    }
}
