//! The transaction AIR.
mod columns;
mod constraints;
pub mod schedule;
pub mod trace;

pub use columns::*;
pub use constraints::TransactionAir;

/// Width of the trace.
pub const COLUMNS: usize = <TransactionColumns<()> as crate::air::Layout>::LEN;

#[cfg(test)]
mod tests;
