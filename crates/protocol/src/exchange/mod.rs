//! From what the engine wants to a request, and from an answer to what the store is told: the part between the two
//! that every runner shares, pure like both.

mod echo;
mod judge;
mod reading;
mod requests;
mod subscribing;
mod whole;

pub use echo::Echoes;
pub use judge::{Looked, judge};
pub use reading::{Look, Reading, Verdict, is_stuck, looked, read_batch, verify};
pub use requests::{Dialect, PageQuery, Together, batch_request, get_request, page_request, probe_request};
pub use subscribing::{live_filter, refuses_filter, subscription_request};
pub use whole::{is_undone, refuse_whole, settle_whole};
