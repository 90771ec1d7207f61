//! The crate as its users see it.

mod constructs;
mod fuzz;
mod ir;
mod operations;
mod sdl;
mod wrong;

pub(crate) const BLOG: &str = include_str!("../fixtures/blog.graphql");
pub(crate) const ODD: &str = include_str!("../fixtures/odd.graphql");
pub(crate) const RICH: &str = include_str!("../fixtures/rich.graphql");

pub(crate) fn compile(source: &str) -> syncline_core::Schema {
    syncline_schema::compile(source, "schema.graphql").unwrap_or_else(|found| panic!("{found}"))
}
