//! What can be done in a transaction.

mod ask;
mod cascade;
mod claim;
mod create;
mod delete;
mod fill;
mod gather;
mod group;
mod handle;
mod original;
mod page;
mod parked;
mod prune;
mod quarantine;
mod remote;
mod resting;
mod restore;
mod save;
mod settle;
mod state;

pub use ask::{AnswerDone, Answered};
pub use claim::{Batch, ClaimLimits};
pub use create::{Checker, NewSave};
pub use delete::{DeleteAllDone, DeleteDone, Gone};
pub use group::{GroupDone, GroupMember, ParkedWith};
pub use handle::Tx;
pub use page::{PageDone, RefusedRow, RemotePage};
pub use parked::{Edit, RepairDone, Repaired};
pub use quarantine::BadRow;
pub use remote::{Applied, Effect};
pub use restore::{LostRow, RestoreDone};
pub use save::{Save, SaveDone};
pub use settle::SettleDone;

use handle::table;
pub(crate) use handle::visible;
pub(crate) use page::received;
pub(crate) use quarantine::try_again;
pub(crate) use save::{bind_condition, check_condition, checked, entry, plan, with};
