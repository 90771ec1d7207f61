//! The engine in small conversations and in a world that answers late, twice, wrongly or not at all.

mod random;
mod running;
mod sending;
mod sockets;
mod syncing;
mod talk;
