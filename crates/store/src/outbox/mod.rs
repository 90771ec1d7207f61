//! The outbox: the entries of each record, which of them may be sent, and what they wait for.

mod links;
mod ready;
mod rebuild;
mod replace;
mod rows;
mod unfilled;

pub(crate) use links::belonged;
#[cfg(test)]
pub(crate) use ready::next_of;
pub(crate) use ready::{blockers, goes_past, group_written};
pub(crate) use rebuild::rebuild;
pub(crate) use replace::replace;
pub(crate) use rows::{
    COLUMNS, GROUPED, LOSSY, STATE_PARKED, STATE_SENT, STATE_UNSENT, add_create, all, by_id, of_record,
    op_code, read_entry,
};
pub(crate) use unfilled::{UNFILLED, any_refilling, decide as decide_filled, waits as waits_for_fields};
