//! The hub: what happens inside, told to whoever listens.

mod channel;
mod element;
mod error;
mod event;
mod kind;
mod listener;

pub use channel::Hub;
pub use element::HubElement;
pub use error::{SyncError, SyncErrorKind, SyncProcess};
pub use event::{HubEvent, SyncProgress};
pub use kind::HubKind;
pub use listener::HubEvents;
