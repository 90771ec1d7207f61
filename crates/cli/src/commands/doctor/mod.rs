//! `syncline doctor`: a look into the file of a store.

mod json;
mod report;
mod run;
mod table;

pub(crate) use run::Doctor;
