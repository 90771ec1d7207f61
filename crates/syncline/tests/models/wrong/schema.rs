//! A wrong schema.

syncline::schema!("wrong.graphql");

fn main() {}
