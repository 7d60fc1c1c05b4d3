//! Proof of work: a nonce after which the challenger's next challenge begins with zeros.

use plonky2::field::types::{Field, PrimeField64};
use plonky2::hash::hashing::PlonkyPermutation;
use rayon::prelude::*;
use starfold_hashing::LANES;

use crate::{Challenger, F, LaneHasher};

/// Runs of the permutation between two looks at whether a nonce was found.
const RUNS_AT_A_TIME: u64 = 256;

/// Observes the elements, finds the least nonce whose challenge has `bits` leading zeros, and observes it and its
/// challenge.
///
/// The challenger has just given a challenge: nothing that it has observed waits to be absorbed.
pub(crate) fn grind<H: LaneHasher>(challenger: &mut Challenger<H>, elements: &[F], bits: u32) -> F {
    let rate = H::Permutation::RATE;
    let mut state = challenger.clone().compact();
    let absorbed = elements.len() / rate * rate;
    for chunk in elements[..absorbed].chunks_exact(rate) {
        state.set_from_slice(chunk, 0);
        state.permute();
    }
    state.set_from_slice(&elements[absorbed..], 0);
    let place = elements.len() - absorbed;
    let is_found = |challenge: F| challenge.to_canonical_u64().leading_zeros() >= bits;
    let of_run = |run: u64| {
        let first = run * LANES as u64;
        let challenges = H::challenges(&state, place, first);
        let lane = challenges.into_iter().position(is_found)?;
        Some(first + lane as u64)
    };
    let nonce = (0..)
        .step_by(RUNS_AT_A_TIME as usize)
        .find_map(|first| (first..first + RUNS_AT_A_TIME).into_par_iter().find_map_first(of_run))
        .map_or(F::ZERO, F::from_canonical_u64);
    challenger.observe_elements(elements);
    challenger.observe_element(nonce);
    challenger.get_challenge();
    nonce
}
