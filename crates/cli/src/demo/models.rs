//! The demo's models.

syncline::schema!("src/demo/demo.graphql");
