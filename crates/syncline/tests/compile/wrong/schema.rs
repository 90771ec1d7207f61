//! A wrong schema.

syncline::schema!("../../../tmp/wrong.graphql");

fn main() {}
