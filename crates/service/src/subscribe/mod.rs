//! Subscriptions: who is told of a commit, and how.
//!
//! The backend tells of commits on its writer's path, where only a queue is filled. Matching, reading relations and
//! writing frames happen when the server asks for what is due ([`Service::due`](crate::Service::due)).

mod due;
mod filter;
mod group;
mod index;
mod limits;
mod start;
mod state;

pub use due::{Due, Frame};
pub use limits::FilterLimits;
pub use start::Listener;
pub(crate) use state::Subscriptions;
pub use state::{SubscriptionId, SubscriptionStats, Unheard, Waker};
