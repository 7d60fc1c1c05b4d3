//! A market.
fn main() {}
