//! Bare programs.
fn main() {}
