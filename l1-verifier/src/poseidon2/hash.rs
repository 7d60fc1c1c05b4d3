//! Rows and nodes.

use ark_ff::{Field as _, One as _};

use super::permute;
use crate::bn254::{RowLayout, Width};
use crate::r1cs::{ConstraintSystem, Fault, Fr, LinearCombination};

/// Integers of 64 bits as one, base 2^64, low first. That they are of 64 bits is the caller's affair.
#[must_use]
pub(crate) fn pack(integers: &[LinearCombination]) -> LinearCombination {
    let base = Fr::from(2u64).pow([64]);
    let powers = std::iter::successors(Some(Fr::one()), |power| Some(*power * base));
    LinearCombination::weighted_sum(powers.zip(integers))
}

/// The hash of a row, given as integers below 2^64: [`OuterHasher`](crate::bn254::OuterHasher)'s, where these are below
/// p. It binds the integers; that they are of 64 bits is the caller's affair.
///
/// # Errors
/// [`Fault::Unsatisfied`] never, as every value is determined.
pub fn hash_row(
    system: &mut ConstraintSystem,
    row: &[LinearCombination],
) -> Result<LinearCombination, Fault> {
    let layout = RowLayout::new(row.len());
    let rate = layout.rate();
    let mut state = vec![LinearCombination::zero(); rate];
    state.push(LinearCombination::constant(Fr::from(layout.tag)));
    for block in row.chunks(rate * layout.lane_elements) {
        for (lane, integers) in state.iter_mut().zip(block.chunks(layout.lane_elements)) {
            *lane = pack(integers);
        }
        permute(system, layout.width, &mut state)?;
    }
    Ok(state.swap_remove(0))
}

/// The hash of two nodes.
///
/// # Errors
/// [`Fault::Unsatisfied`] never, as every value is determined.
pub fn hash_node(
    system: &mut ConstraintSystem,
    left: &LinearCombination,
    right: &LinearCombination,
) -> Result<LinearCombination, Fault> {
    let mut state = vec![left.clone(), right.clone()];
    permute(system, Width::Two, &mut state)?;
    Ok(&state[0] + left)
}
