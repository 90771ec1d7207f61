//! How values are written: into columns, and as JSON where a record or a part of one is kept whole.

mod column;
mod conflict;
mod json;
mod value;

pub(crate) use column::{Bind, read_key, read_record};
pub(crate) use conflict::{read_conflict, write_conflict};
pub(crate) use json::{
    read_condition, read_patch, read_record_json, write_condition, write_create, write_patch,
    write_record_json,
};
