//! The hub: what happens inside, told to whoever listens.

mod channel;
mod element;
mod event;
mod kind;
mod listener;

pub use channel::Hub;
pub use element::HubElement;
pub use event::{HubEvent, SyncProgress};
pub use kind::HubKind;
pub use listener::HubEvents;
