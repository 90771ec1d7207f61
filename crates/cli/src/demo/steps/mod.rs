//! The steps of the story, one per file. Each looks at both files and at the server before it passes.

mod condition;
mod delete;
mod first_sync;
mod live;
mod offline;
mod online;
mod restart;
mod selective;

pub(crate) use condition::condition;
pub(crate) use delete::delete;
pub(crate) use first_sync::first_sync;
pub(crate) use live::live;
pub(crate) use offline::offline;
pub(crate) use online::{different_fields, online, same_field};
pub(crate) use restart::restart;
pub(crate) use selective::selective;

use super::report::Told;
use super::trouble::Trouble;

/// What comes of a step: something for the next, and what to tell.
type Step<S = ()> = Result<(S, Told), Trouble>;

/// Posts by their number; each step has its own, so that none depends on what another did.
fn title(number: usize) -> String {
    format!("Post {number:04}")
}
