//! Rank-1 constraint systems over BN254's scalar field, built together with their assignment.
//!
//! One program, run over a [`ConstraintSystem`], has two readings. Recorded, it yields the [`Matrices`], whatever
//! values it is given; checked, it yields the assignment, and stops at the first constraint that does not hold. No
//! step may therefore depend on a value, only on what is constant.

mod bits;
mod fault;
mod linear;
mod matrices;
mod system;
#[cfg(test)]
mod tests;

pub use ark_bn254::Fr;
pub use bits::{Bit, MAX_BITS};
pub use fault::Fault;
pub use linear::LinearCombination;
pub use matrices::{Matrices, Matrix};
pub use system::{ConstraintSystem, Recorded, Section};
