//! Decisions about one record, all pure: what a save adds to the outbox ([`coalesce()`]), what the application sees
//! ([`fold()`]), what a record that arrives does ([`reconcile()`]), how pending changes move onto a newer record
//! ([`rebase()`]), what an answer to a mutation does ([`settle()`]), and how three values become one ([`merge_value`]).
//!
//! The client's writer calls them inside its transaction, the server's `AUTOMERGE` inside its own; both use the same
//! [`merge_value`] (SYNC 1.6).

mod bag;
mod cells;
mod coalesce;
mod conflict;
mod describe;
mod edit;
mod entry;
mod fold;
mod handler;
mod local;
mod merge;
mod patch;
mod policy;
mod rebase;
mod reconcile;
mod rejection;
mod save;
mod settle;
mod supersede;

pub use coalesce::{Coalesced, coalesce};
pub use conflict::{Conflict, ConflictKind, Resolution};
pub use edit::{edit, shown_by};
pub use entry::{Entry, EntryState, MutationOp};
pub use fold::fold;
pub use handler::{Answer, Answers, Asked, Held, Question, QuestionKind, Settles, ask};
pub use local::{Left, Local, OwnRange, Presence};
pub use merge::{Merged, merge_value};
pub use patch::{FieldChange, Patch};
pub use rebase::{Rebased, rebase, rebase_merging};
pub use reconcile::{LATER_LIFE_MS, Reconciled, admits, reconcile, resume, shows_otherwise};
pub use rejection::{Rejection, RejectionClass};
pub use save::{PlannedSave, ReadAs, plan_save};
pub use settle::{Outcome, Settled, asks_for_changes, settle, settle_asking};
pub use supersede::{Overtaken, supersede};
