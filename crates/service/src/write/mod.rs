//! Mutations: reading their input, deciding inside the backend's transaction, answering.

mod decide;
mod input;
mod mutate;

pub(crate) use mutate::{Outcome, mutate};
