//! The tables: one per model, named and laid out by the IR, and the store's own beside them, whose names begin with an
//! underscore.

mod ddl;
mod links;
mod names;
mod owned;
mod table;

pub(crate) use ddl::{OWN_TABLES, add_column, create_indexes, create_table, own_tables};
pub(crate) use links::Link;
pub(crate) use names::{check as check_names, quote};
pub(crate) use owned::Owned;
pub(crate) use table::{Table, Tables};
