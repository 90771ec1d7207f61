//! What the sync server decides: who may do what, what a document asks for, what a mutation does to a record, who is
//! told of it. It opens no socket, reads no clock and knows no driver.
//!
//! | module | holds |
//! |---|---|
//! | `exec` | GraphQL: parsing, planning, coercing, introspection |
//! | `caller`, `access` | who calls, and what they may do |
//! | `read` | get, list, index, sync and relations |
//! | `conflict`, `write` | mutations, their decisions, and the strategies for conflicts |
//! | `subscribe` | who is told of a commit, and how |
//! | `execute`, `render`, `answer` | one request, from its body to its answer |

mod access;
mod answer;
mod caller;
mod config;
mod conflict;
mod context;
mod error;
mod exec;
mod execute;
mod fingerprint;
mod purge;
mod read;
mod render;
mod service;
mod stamp;
mod subscribe;
mod write;

pub use answer::Response;
pub use caller::{AuthError, Caller, Principal};
pub use config::{Config, Entropy, Limits};
pub use conflict::{ConflictHandler, Conflicts, HandlerError, Strategy};
pub use error::ServiceError;
pub use execute::Call;
pub use service::Service;
pub use subscribe::{Due, FilterLimits, Frame, Listener, SubscriptionId, SubscriptionStats, Unheard, Waker};
