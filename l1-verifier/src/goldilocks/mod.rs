//! Goldilocks arithmetic over BN254's scalar field.
//!
//! An element is an integer that stands for its residue modulo p = 2^64 - 2^32 + 1, and carries a bound on its bits. Sums and
//! products are those of integers, and cost no range check, until the bound would reach the order of the scalar field.

mod element;
mod extension;
#[cfg(test)]
mod tests;

pub(crate) use element::HALF_BITS;
pub use element::{ELEMENT_BITS, Element};
pub use extension::Extension;
