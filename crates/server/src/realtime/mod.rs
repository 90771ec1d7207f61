//! The realtime socket: opening it, the session on it, and the hub that hands events to sessions.

mod hub;
mod outbox;
mod session;
mod upgrade;

pub(crate) use hub::Hub;
pub(crate) use upgrade::upgrade;
