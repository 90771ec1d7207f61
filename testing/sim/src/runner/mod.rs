//! Effects carried out against the simulated world: what the client's runner does, with messages instead of tasks.

mod ask;
mod fetch;
mod fill;
mod frames;
mod original;
mod perform;
mod send;
mod settle;
mod verify;

pub use ask::{Thought, ask_all, is_handled, thought};
pub use frames::frame;
pub use original::{Resend, Shown};
use perform::{SOON, failure_of, landed};
pub use perform::{answered, perform};
pub use settle::Known;
