//! A wrong use of the macro.

syncline::schema!(blog);
syncline::schema!("nowhere.graphql", "nowhere.graphql");

fn main() {}
