//! The world: a clock, a network that loses, repeats, delays and reorders, devices that crash, and one server.

mod lifecycle;
mod message;
mod network;
mod state;

pub use message::{Address, Flight, Message, Purpose};
pub use state::World;
