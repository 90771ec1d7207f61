//! The service that is current. While it is replaced, requests wait; no request sees half of two.

use std::sync::Arc;
use syncline_service::Service;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// Holds the current service.
#[derive(Clone, Debug)]
pub(crate) struct Gate(Arc<RwLock<Option<Arc<Service>>>>);

/// The right to use the current service; a replacement waits for its end.
pub(crate) struct Pass(OwnedRwLockReadGuard<Option<Arc<Service>>, Arc<Service>>);

/// The right to replace the service; requests wait for its end.
pub(crate) struct Closed(OwnedRwLockWriteGuard<Option<Arc<Service>>>);

impl Gate {
    pub(crate) fn new(service: Arc<Service>) -> Gate {
        Gate(Arc::new(RwLock::new(Some(service))))
    }

    /// Waits for the current service; `None` if a replacement has failed.
    pub(crate) async fn enter(&self) -> Option<Pass> {
        let guard = Arc::clone(&self.0).read_owned().await;
        OwnedRwLockReadGuard::try_map(guard, Option::as_ref).ok().map(Pass)
    }

    /// Waits until no request uses the service any more.
    pub(crate) async fn close(&self) -> Closed {
        Closed(Arc::clone(&self.0).write_owned().await)
    }
}

impl Pass {
    pub(crate) fn service(&self) -> &Arc<Service> {
        &self.0
    }
}

impl Closed {
    /// Takes the service out.
    pub(crate) fn take(&mut self) -> Option<Arc<Service>> {
        self.0.take()
    }

    /// Puts another in.
    pub(crate) fn put(&mut self, service: Arc<Service>) {
        *self.0 = Some(service);
    }
}
