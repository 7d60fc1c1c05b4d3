#![doc = include_str!("../README.md")]

mod air;
mod transition;

pub use air::{Count, CounterAir, CounterColumns};
pub use transition::Counter;

#[cfg(test)]
mod tests;
