//! The models of `schema.graphql`.

syncline::schema!("schema.graphql");
