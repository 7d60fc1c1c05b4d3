#![doc = include_str!("../README.md")]

mod air;
mod transition;

pub use air::{Chain, HashChainAir, HashChainColumns, Topic};
pub use transition::HashChain;

#[cfg(test)]
mod tests;
