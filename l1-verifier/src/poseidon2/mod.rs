//! Poseidon2 in constraints, and the hashing of [`OuterHasher`](crate::bn254::OuterHasher) with it.

mod hash;
#[cfg(test)]
mod tests;

pub(crate) use hash::pack;
pub use hash::{hash_node, hash_row};

use ark_ff::One as _;

use crate::bn254::{Parameters, Width};
use crate::r1cs::{ConstraintSystem, Fault, Fr, LinearCombination};

/// External rounds before the internal ones, and after them.
const HALF_EXTERNAL_ROUNDS: usize = 4;

/// Internal rounds after which the lanes other than the first become variables: each round adds a term to them, and a
/// constraint for every lane is cheaper than long rows.
const MATERIALIZED_ROUNDS: usize = 14;

/// The circulant-like matrix of four lanes.
const FOUR: [[u64; 4]; 4] = [[5, 7, 1, 3], [4, 6, 1, 1], [1, 3, 5, 7], [1, 1, 4, 6]];

/// The permutation of a state that has as many lanes as the width.
///
/// # Errors
/// [`Fault::Length`] for a state of another width. [`Fault::Unsatisfied`] never, as every value is determined.
pub fn permute(
    system: &mut ConstraintSystem,
    width: Width,
    state: &mut Vec<LinearCombination>,
) -> Result<(), Fault> {
    let (expected, actual) = (width.lanes(), state.len());
    if actual != expected {
        return Err(Fault::Length { what: "a Poseidon2 state", expected, actual });
    }
    let parameters = Parameters::of(width);
    let rounds = parameters.external.chunks(width.lanes());
    *state = external_matrix(state);
    for constants in rounds.clone().take(HALF_EXTERNAL_ROUNDS) {
        external_round(system, constants, state)?;
    }
    for (round, &constant) in parameters.internal.iter().enumerate() {
        internal_round(system, constant, parameters.diagonal, state)?;
        if (round + 1) % MATERIALIZED_ROUNDS == 0 {
            for lane in &mut state[1..] {
                *lane = system.materialize(lane)?;
            }
        }
    }
    for constants in rounds.skip(HALF_EXTERNAL_ROUNDS) {
        external_round(system, constants, state)?;
    }
    Ok(())
}

/// The fifth power of a lane and a constant. Three constraints.
fn power(
    system: &mut ConstraintSystem,
    lane: &LinearCombination,
    constant: Fr,
) -> Result<LinearCombination, Fault> {
    let base = lane + &LinearCombination::constant(constant);
    let square = system.multiply(&base, &base)?;
    let fourth = system.multiply(&square, &square)?;
    system.multiply(&fourth, &base)
}

fn external_round(
    system: &mut ConstraintSystem,
    constants: &[Fr],
    state: &mut Vec<LinearCombination>,
) -> Result<(), Fault> {
    for (lane, &constant) in state.iter_mut().zip(constants) {
        *lane = power(system, lane, constant)?;
    }
    *state = external_matrix(state);
    Ok(())
}

fn internal_round(
    system: &mut ConstraintSystem,
    constant: Fr,
    diagonal: &[Fr],
    state: &mut [LinearCombination],
) -> Result<(), Fault> {
    state[0] = power(system, &state[0], constant)?;
    let sum = LinearCombination::sum(state.iter());
    for (lane, &factor) in state.iter_mut().zip(diagonal) {
        *lane = sum.plus_scaled(factor, lane);
    }
    Ok(())
}

/// The matrix of the external rounds: two or three lanes gain their sum; more go by fours through one matrix, after
/// which each gains the sum of the lanes in its place of every four, where there is more than one four.
fn external_matrix(state: &[LinearCombination]) -> Vec<LinearCombination> {
    if state.len() < FOUR.len() {
        let sum = LinearCombination::sum(state);
        return state.iter().map(|lane| lane + &sum).collect();
    }
    let mixed: Vec<_> = state
        .chunks(FOUR.len())
        .flat_map(|lanes| {
            FOUR.map(|row| {
                LinearCombination::weighted_sum(row.map(Fr::from).into_iter().zip(lanes))
            })
        })
        .collect();
    if state.len() == FOUR.len() {
        return mixed;
    }
    let sums: [_; FOUR.len()] =
        std::array::from_fn(|place| LinearCombination::sum(mixed.iter().skip(place).step_by(4)));
    mixed
        .iter()
        .enumerate()
        .map(|(place, lane)| lane.plus_scaled(Fr::one(), &sums[place % FOUR.len()]))
        .collect()
}
