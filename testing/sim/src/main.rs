//! One seed drives devices, a server and a cruel network.
fn main() {}
