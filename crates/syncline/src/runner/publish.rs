//! The engine's notices as events of the hub.

use crate::hub::HubEvent;
use syncline_core::{ModelId, Schema};
use syncline_engine::{Counts, Notice};

/// `reason` says why a model is degraded, `partial` whether one that is synced is so up to a cap only.
pub(super) fn hub_event(schema: &Schema, notice: &Notice, reason: &str, partial: bool) -> HubEvent {
    let name = |model: &ModelId| schema.model(*model).name.clone();
    match notice {
        Notice::NetworkStatus { active } => HubEvent::NetworkStatus { active: *active },
        Notice::SubscriptionsEstablished => HubEvent::SubscriptionsEstablished,
        Notice::SyncQueriesStarted { models } => {
            HubEvent::SyncQueriesStarted { models: models.iter().map(name).collect() }
        }
        Notice::ModelSynced { model, base, counts: Counts { added, updated, deleted } } => {
            HubEvent::ModelSynced {
                model: name(model),
                is_full_sync: *base,
                is_delta_sync: !*base,
                partial,
                added: *added,
                updated: *updated,
                deleted: *deleted,
            }
        }
        Notice::ModelDegraded { model } => {
            HubEvent::ModelDegraded { model: name(model), reason: reason.to_owned() }
        }
        Notice::SyncQueriesReady => HubEvent::SyncQueriesReady,
        Notice::Ready => HubEvent::Ready,
        Notice::OutboxStatus { is_empty } => HubEvent::OutboxStatus { is_empty: *is_empty },
    }
}
