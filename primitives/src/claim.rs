//! Claims are arrows: in this context, entry leads to exit (`docs/protocol.md`, section 6).

use serde::{Deserialize, Serialize};

use crate::{Field, Goldilocks};

/// Elements of a claim's context.
pub const CONTEXT_LEN: usize = 12;
/// Elements of a boundary, entry or exit.
pub const BOUNDARY_LEN: usize = 16;
/// Elements of a claim: context, entry, exit.
pub const CLAIM_LEN: usize = CONTEXT_LEN + 2 * BOUNDARY_LEN;

/// The statement that every segment, leaf, fold and batch proof makes. `T` is a field element natively and a
/// target in a circuit; what the elements mean is known to the transition alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Claim<T> {
    /// What holds throughout.
    pub context: [T; CONTEXT_LEN],
    /// Where the claim begins.
    pub entry: [T; BOUNDARY_LEN],
    /// Where it ends.
    pub exit: [T; BOUNDARY_LEN],
}

/// A context or a boundary by name.
pub trait ClaimPart<const LEN: usize> {
    /// The elements in order, padded with zeros.
    fn to_elements(&self) -> [Goldilocks; LEN];
}

/// Nothing: zeros alone.
impl<const LEN: usize> ClaimPart<LEN> for () {
    fn to_elements(&self) -> [Goldilocks; LEN] {
        [Goldilocks::ZERO; LEN]
    }
}

/// Two claims that do not compose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// The contexts differ.
    #[error("context element {index} of the two claims differs")]
    Context {
        /// The first element that differs.
        index: usize,
    },
    /// The right claim does not begin where the left one ends.
    #[error("boundary element {index}: the right claim does not enter where the left one exits")]
    Boundary {
        /// The first element that differs.
        index: usize,
    },
}

impl<T: Copy> Claim<T> {
    /// The elements in order: context, entry, exit.
    pub fn to_elements(&self) -> [T; CLAIM_LEN] {
        std::array::from_fn(|i| match i.checked_sub(CONTEXT_LEN) {
            None => self.context[i],
            Some(j) if j < BOUNDARY_LEN => self.entry[j],
            Some(j) => self.exit[j - BOUNDARY_LEN],
        })
    }

    /// Reads what [`Self::to_elements`] writes.
    pub fn from_elements(elements: &[T; CLAIM_LEN]) -> Self {
        Self {
            context: std::array::from_fn(|i| elements[i]),
            entry: std::array::from_fn(|i| elements[CONTEXT_LEN + i]),
            exit: std::array::from_fn(|i| elements[CONTEXT_LEN + BOUNDARY_LEN + i]),
        }
    }

    /// Composes with the claim that follows. `require_equal` receives every pair that must be equal: it compares
    /// values or connects targets.
    pub fn then(&self, right: &Self, mut require_equal: impl FnMut(T, T)) -> Self {
        for (&left, &right) in self.context.iter().zip(&right.context) {
            require_equal(left, right);
        }
        for (&exit, &entry) in self.exit.iter().zip(&right.entry) {
            require_equal(exit, entry);
        }
        Self { context: self.context, entry: self.entry, exit: right.exit }
    }
}

impl Claim<Goldilocks> {
    /// The claim that `context` leads from `entry` to `exit`.
    pub fn between<B: ClaimPart<BOUNDARY_LEN>>(
        context: &impl ClaimPart<CONTEXT_LEN>,
        entry: &B,
        exit: &B,
    ) -> Self {
        Self {
            context: context.to_elements(),
            entry: entry.to_elements(),
            exit: exit.to_elements(),
        }
    }
}

impl<T: Copy + PartialEq> Claim<T> {
    /// Composes two claims of values.
    ///
    /// # Errors
    /// [`BrokenChain`] names the first element that keeps them apart.
    pub fn compose(&self, right: &Self) -> Result<Self, BrokenChain> {
        let mut pair: usize = 0;
        let mut broken = None;
        let composed = self.then(right, |a, b| {
            if a != b && broken.is_none() {
                broken = Some(match pair.checked_sub(CONTEXT_LEN) {
                    None => BrokenChain::Context { index: pair },
                    Some(index) => BrokenChain::Boundary { index },
                });
            }
            pair += 1;
        });
        broken.map_or(Ok(composed), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claim(context: u32, entry: u32, exit: u32) -> Claim<u32> {
        Claim { context: [context; 12], entry: [entry; 16], exit: [exit; 16] }
    }

    #[test]
    fn elements_round_trip_in_order() {
        let elements = std::array::from_fn(|i| i);
        assert_eq!(Claim::from_elements(&elements).to_elements(), elements);
        assert_eq!(Claim::from_elements(&elements).exit[0], CONTEXT_LEN + BOUNDARY_LEN);
    }

    #[test]
    fn composition_is_associative() {
        let [a, b, c] = [claim(1, 2, 3), claim(1, 3, 4), claim(1, 4, 5)];
        let left = a.compose(&b).and_then(|ab| ab.compose(&c));
        let right = b.compose(&c).and_then(|bc| a.compose(&bc));
        assert_eq!(left, Ok(claim(1, 2, 5)));
        assert_eq!(left, right);
    }

    #[test]
    fn every_context_and_boundary_element_keeps_claims_apart() {
        for index in 0..CONTEXT_LEN {
            let mut right = claim(1, 3, 4);
            right.context[index] = 9;
            assert_eq!(claim(1, 2, 3).compose(&right), Err(BrokenChain::Context { index }));
        }
        for index in 0..BOUNDARY_LEN {
            let mut right = claim(1, 3, 4);
            right.entry[index] = 9;
            assert_eq!(claim(1, 2, 3).compose(&right), Err(BrokenChain::Boundary { index }));
        }
    }
}
