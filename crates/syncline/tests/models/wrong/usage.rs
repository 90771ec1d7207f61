//! A wrong use of the macro.

syncline::schema!(blog);
syncline::schema!("nowhere.graphql", "cli.json", "more.json");

fn main() {}
