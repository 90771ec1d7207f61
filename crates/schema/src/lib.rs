//! From an annotated GraphQL schema to Syncline's model IR, and from the IR to the API's SDL.
