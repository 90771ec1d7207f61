//! Syncline's model IR, values, predicates and the pure decisions about one record.
