//! The constants of a permutation, as the kernel takes them.

use super::integer::{Limbs, Words, limbs, quotient, shift_up};

/// Rounds with S-boxes on every element, half of them before the internal ones.
pub(super) const EXTERNAL_ROUNDS: usize = 8;

/// Rounds with an S-box on the first element alone.
pub(super) const fn internal_rounds(width: usize) -> usize {
    if width < 8 { 56 } else { 57 }
}

/// The constants of a permutation. Those that are added are in Montgomery form with R = 2^260.
#[derive(Clone, Debug)]
pub(super) struct Constants<const WIDTH: usize> {
    /// What is added before the S-boxes of each external round.
    pub(super) external: [[Limbs; WIDTH]; EXTERNAL_ROUNDS],
    /// What is added before the S-box of each internal round.
    pub(super) internal: Vec<Limbs>,
    /// The diagonal of the internal matrix, less one.
    pub(super) diagonal: [Factor; WIDTH],
}

/// A constant to multiply by.
#[derive(Clone, Copy, Debug)]
pub(super) struct Factor {
    /// The constant, not in Montgomery form.
    pub(super) value: Limbs,
    /// The constant times 2^260 over p, rounded down.
    pub(super) quotient: Limbs,
}

impl Factor {
    /// Of an integer below p.
    pub(super) const fn new(value: &Words) -> Self {
        Self { value: limbs(value), quotient: quotient(value, 260) }
    }
}

/// A constant to add, of its Montgomery form with R = 2^256.
pub(super) const fn addend(element: &Words) -> Limbs {
    limbs(&shift_up(element, 4))
}
