//! Finds the groups that a record may concern without looking at them all (SYNC 3.7): by the values that a field must
//! have, else by the range that it must be in, else there is nothing to go by.

mod groups;
mod place;
mod ranges;

pub(super) use groups::GroupIndex;

/// A group's number.
pub(super) type GroupId = u64;
