//! The kinds of events, to choose from.

use std::fmt;

/// What an event is about, for [`Hub::listen_to`](crate::Hub::listen_to).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HubKind {
    /// [`HubEvent::NetworkStatus`](crate::HubEvent::NetworkStatus).
    NetworkStatus,
    /// [`HubEvent::SubscriptionsEstablished`](crate::HubEvent::SubscriptionsEstablished).
    SubscriptionsEstablished,
    /// [`HubEvent::SyncQueriesStarted`](crate::HubEvent::SyncQueriesStarted).
    SyncQueriesStarted,
    /// [`HubEvent::SyncProgress`](crate::HubEvent::SyncProgress).
    SyncProgress,
    /// [`HubEvent::ModelSynced`](crate::HubEvent::ModelSynced).
    ModelSynced,
    /// [`HubEvent::ModelDegraded`](crate::HubEvent::ModelDegraded).
    ModelDegraded,
    /// [`HubEvent::SyncQueriesReady`](crate::HubEvent::SyncQueriesReady).
    SyncQueriesReady,
    /// [`HubEvent::Ready`](crate::HubEvent::Ready).
    Ready,
    /// [`HubEvent::OutboxStatus`](crate::HubEvent::OutboxStatus).
    OutboxStatus,
    /// [`HubEvent::OutboxMutationEnqueued`](crate::HubEvent::OutboxMutationEnqueued).
    OutboxMutationEnqueued,
    /// [`HubEvent::OutboxMutationProcessed`](crate::HubEvent::OutboxMutationProcessed).
    OutboxMutationProcessed,
    /// [`HubEvent::OutboxMutationFailed`](crate::HubEvent::OutboxMutationFailed).
    OutboxMutationFailed,
    /// [`HubEvent::ConditionalSaveFailed`](crate::HubEvent::ConditionalSaveFailed).
    ConditionalSaveFailed,
    /// [`HubEvent::SyncReceived`](crate::HubEvent::SyncReceived).
    SyncReceived,
    /// [`HubEvent::ConflictDetected`](crate::HubEvent::ConflictDetected).
    ConflictDetected,
    /// [`HubEvent::SyncError`](crate::HubEvent::SyncError).
    SyncError,
    /// [`HubEvent::Missed`](crate::HubEvent::Missed), which every listener is told.
    Missed,
}

impl HubKind {
    /// The name on the DataStore channel of Amplify's hub; those that it does not have are spelled like the others.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            HubKind::NetworkStatus => "networkStatus",
            HubKind::SubscriptionsEstablished => "subscriptionsEstablished",
            HubKind::SyncQueriesStarted => "syncQueriesStarted",
            HubKind::SyncProgress => "syncProgress",
            HubKind::ModelSynced => "modelSynced",
            HubKind::ModelDegraded => "modelDegraded",
            HubKind::SyncQueriesReady => "syncQueriesReady",
            HubKind::Ready => "ready",
            HubKind::OutboxStatus => "outboxStatus",
            HubKind::OutboxMutationEnqueued => "outboxMutationEnqueued",
            HubKind::OutboxMutationProcessed => "outboxMutationProcessed",
            HubKind::OutboxMutationFailed => "outboxMutationFailed",
            HubKind::ConditionalSaveFailed => "conditionalSaveFailed",
            HubKind::SyncReceived => "syncReceived",
            HubKind::ConflictDetected => "conflictDetected",
            HubKind::SyncError => "syncError",
            HubKind::Missed => "missed",
        }
    }

    /// Whether there may be one for each record of a sync: such events must not push the others out.
    pub(super) fn is_many(self) -> bool {
        matches!(
            self,
            HubKind::SyncReceived
                | HubKind::SyncProgress
                | HubKind::OutboxMutationEnqueued
                | HubKind::OutboxMutationProcessed
                | HubKind::SyncError
        )
    }

    pub(super) fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

impl fmt::Display for HubKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
