//! From Syncline's model IR to Rust models.
