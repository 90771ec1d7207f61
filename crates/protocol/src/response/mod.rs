//! Answers, read straight into records.
//!
//! The reader is driven by the model: it knows which field comes next and what it holds, so that no tree is built
//! and nothing is looked up in the usual case. A record that does not fit its model is set aside with a reason and
//! never fails the page it came with (I7).

mod bad;
mod envelope;
mod event;
mod fault;
mod get;
mod hidden;
mod mutations;
mod object;
mod page;
mod probe;
mod record;
#[cfg(test)]
mod tests;
mod value;

pub use bad::{BadItem, bad_event};
pub use envelope::read_error_body;
pub use event::{Event, parse_event};
pub use fault::ResponseError;
pub use get::{GetAnswer, parse_get};
pub use mutations::{MutationAnswer, MutationResult, Refusal, parse_mutations};
pub use page::{SyncAnswer, parse_sync_page};
pub use probe::parse_extension;
pub use record::{ReadRecord, read_record};
