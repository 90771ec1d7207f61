//! Mutations: reading their input, deciding inside the backend's transaction, answering.
//!
//! | module | holds |
//! |---|---|
//! | `input` | what a mutation's arguments say |
//! | `unnamed` | what a device with an older schema cannot name, and keeps |
//! | `decide` | what it does to the record as it is, under each strategy |
//! | `appsync` | AppSync's own merge |
//! | `handler` | AppSync's conflict handlers: request and reply |
//! | `depend` | which mutations of a document depend on which |
//! | `mutate` | the mutations of a document, in order |
//! | `outcome` | what the caller is told |

mod appsync;
mod decide;
mod depend;
mod handler;
mod input;
mod mutate;
mod outcome;
mod unnamed;

pub(crate) use mutate::mutate;
pub(crate) use outcome::Outcome;
