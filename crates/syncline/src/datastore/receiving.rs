//! What an application says and asks about receiving: how much, how often, what could not be read.

use super::{DataStore, DataStoreBuilder};
use crate::Error;
use crate::hub::SyncProgress;
use crate::model::Model;
use std::collections::HashMap;
use std::time::Duration;
use syncline_core::{Key, ModelId};

/// How long a model with live subscriptions goes without a delta sync where lost frames leave no trace (SYNC 1.14).
const SAFETY: Duration = Duration::from_secs(15 * 60);

/// What becomes of what this device knows and a server that was restored from a backup does not (SYNC 2.6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OnRestore {
    /// The server's record stays, and what it lost is listed among the [conflicts](DataStore::conflicts), field by field.
    #[default]
    KeepServer,
    /// It is listed, and saved or deleted once more, as if it had been done now.
    ResendLocal,
}

/// How a store receives.
#[derive(Clone, Debug)]
pub(crate) struct Receiving {
    /// The most records of a base sync.
    cap: Option<u64>,
    /// The same for single models.
    caps: HashMap<String, u64>,
    safety: Duration,
    /// Whether changes are to come as they happen.
    pub(crate) subscribes: bool,
    pub(crate) on_restore: OnRestore,
}

impl Default for Receiving {
    fn default() -> Receiving {
        Receiving {
            cap: None,
            caps: HashMap::new(),
            safety: SAFETY,
            subscribes: true,
            on_restore: OnRestore::default(),
        }
    }
}

impl Receiving {
    /// At how many records a base sync of the model ends.
    pub(crate) fn cap(&self, model: &str) -> Option<u64> {
        self.caps.get(model).copied().or(self.cap)
    }

    pub(crate) fn safety_ms(&self) -> u64 {
        u64::try_from(self.safety.as_millis()).unwrap_or(u64::MAX)
    }

    /// A model with a cap of its own that the schema does not have.
    pub(super) fn unknown_model(&self, schema: &syncline_core::Schema) -> Option<&str> {
        self.caps.keys().map(String::as_str).find(|model| schema.by_name(model).is_none())
    }
}

impl DataStoreBuilder {
    /// Ends the first sync of a model, and every other that fetches everything, once it has brought `records` records (at
    /// least one). The model is then partial: [`DataStore::sync_status`] and
    /// [`HubEvent::ModelSynced`](crate::HubEvent::ModelSynced) say so, no local record goes for not having come, and what
    /// changes from then on is received as always. With a larger number at a later start everything is fetched again.
    /// Without it there is no limit.
    pub fn sync_max_records(mut self, records: u64) -> DataStoreBuilder {
        self.receiving.cap = Some(records.max(1));
        self
    }

    /// As [`sync_max_records`](DataStoreBuilder::sync_max_records), for one model.
    pub fn sync_max_records_of<M: Model>(self, records: u64) -> DataStoreBuilder {
        self.sync_max_records_by_name(M::NAME, records)
    }

    /// As [`sync_max_records`](DataStoreBuilder::sync_max_records), for the model called `model`.
    pub fn sync_max_records_by_name(mut self, model: &str, records: u64) -> DataStoreBuilder {
        self.receiving.caps.insert(model.to_owned(), records.max(1));
        self
    }

    /// How long a model goes without a delta sync though its subscriptions are live, 15 minutes by default and at least a
    /// second: AppSync drops events without a word. A Syncline server numbers them, so that a lost one is noticed, and is
    /// not asked.
    pub fn safety_sync(mut self, every: Duration) -> DataStoreBuilder {
        self.receiving.safety = every.max(Duration::from_secs(1));
        self
    }

    /// Opens no socket: no change comes as it happens. Each model is asked for what is new every half to whole minute, and by
    /// [`DataStore::sync_now`]. For networks in which sockets do not live, and devices that should sleep.
    pub fn disable_subscriptions(mut self) -> DataStoreBuilder {
        self.receiving.subscribes = false;
        self
    }

    /// What becomes of records that this device knows in a later state than a server that was restored from a backup.
    pub fn on_restore(mut self, policy: OnRestore) -> DataStoreBuilder {
        self.receiving.on_restore = policy;
        self
    }
}

/// How far a model is in sync.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct SyncStatus {
    /// Whether it has been synced since sync was started.
    pub synced: bool,
    /// Whether everything was ever fetched, as far as the cap allows.
    pub base_complete: bool,
    /// Whether the last sync that was to fetch everything ended at its
    /// [cap](DataStoreBuilder::sync_max_records), so that there is more at the cloud.
    pub partial: bool,
    /// Up to when what changed at the cloud is here, in ms since the epoch by the server's clock.
    pub last_sync: Option<i64>,
    /// How far the sync under way has come.
    pub progress: Option<SyncProgress>,
    /// Why it cannot be synced for now.
    pub degraded: Option<String>,
}

/// A record of the server that could not be read or stored. It waits here until it comes well.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Quarantined {
    /// Its model's name.
    pub model: String,
    /// Its key, if that could be read.
    pub key: Option<Key>,
    /// Its version, if that could be read.
    pub version: Option<i64>,
    /// What is wrong with it.
    pub reason: String,
    /// The record as it came, as JSON; of a longer one the first 64 KiB.
    pub json: String,
    /// When it came, in ms since the epoch by this device's clock.
    pub at: i64,
}

impl DataStore {
    /// How far `M` is in sync.
    ///
    /// # Errors
    /// If the schema does not have the model, or the file cannot be read.
    pub fn sync_status<M: Model>(&self) -> Result<SyncStatus, Error> {
        self.sync_status_by_name(M::NAME)
    }

    /// How far the model called `model` is in sync.
    ///
    /// # Errors
    /// If the schema does not have the model, or the file cannot be read.
    pub fn sync_status_by_name(&self, model: &str) -> Result<SyncStatus, Error> {
        let unknown = || Error::UnknownModel(model.to_owned());
        let id: ModelId = self.shared.schema.by_name(model).ok_or_else(unknown)?.id;
        let state = self.shared.readers.with(|reader| reader.sync_state(id))?;
        let now = self.shared.statuses.of(id);
        Ok(SyncStatus {
            synced: self.shared.synced.watch().borrow().get(id.0).copied().unwrap_or(false),
            base_complete: state.base_complete,
            partial: state.partial.is_some(),
            last_sync: state.last_sync,
            progress: now.progress(model),
            degraded: now.degraded,
        })
    }

    /// The records of the server that could not be read or stored, the latest first, at most `limit`. They stop nothing
    /// else, and what the device holds of them stays. One goes from the list when it comes well, and all of a model are
    /// tried again when everything of it is fetched anew, as after a change of the schema. 10,000 are kept.
    ///
    /// # Errors
    /// If the file cannot be read.
    pub fn quarantine(&self, limit: usize) -> Result<Vec<Quarantined>, Error> {
        let found = self.shared.readers.with(|reader| reader.quarantine(limit))?;
        let shown = found.into_iter().map(|bad| Quarantined {
            model: self.shared.schema.model(bad.model).name.clone(),
            key: bad.key,
            version: bad.version,
            reason: bad.reason,
            json: bad.json,
            at: bad.at,
        });
        Ok(shown.collect())
    }
}
