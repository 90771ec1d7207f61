//! The flow of sync as a pure state machine: inputs in, effects out.
