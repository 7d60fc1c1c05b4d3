//! What is proved: the write-once constraint layer, the transaction AIR, and the circuits that fold its proofs.
pub mod air;
pub mod gadgets;
pub mod parameters;
pub mod pins;
pub mod provable;
pub mod proving_set;
pub mod recursion;
pub mod soundness;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod transaction;
