#![doc = include_str!("../README.md")]

pub mod air;
pub mod market;
pub mod pool;
pub mod price;

#[cfg(test)]
mod tests;
