//! Plonky2 with hashes over BN254's scalar field: the configuration of the layer that the wrap verifies.
//!
//! Merkle trees and the Fiat-Shamir transcript use Poseidon2 over the scalar field, of which one element, a **lane**,
//! carries three elements of Goldilocks, `e0 + e1 2^64 + e2 2^128`. So a verifier written over that field hashes at
//! the price of its own arithmetic. What is hashed is kept apart by the last lane of the first state, which is a tag:
//! that of the transcript, or that of rows plus their length. Nodes have a permutation of their own width.

mod constants;
mod hasher;
mod identity;
mod lanes;
mod node_hash;
mod permutation;
#[cfg(test)]
mod tests;
mod transcript;

pub(crate) use constants::Parameters;
pub use hasher::{CONSTANT_COLUMNS, OuterHasher, RowLayout};
pub use identity::{IdentityHasher, IdentityPermutation};
pub use node_hash::{CHUNK_BITS, NodeHash, NotBelowOrder};
pub use permutation::Width;
pub use transcript::TranscriptPermutation;
pub(crate) use transcript::{RATE_LANES, TRANSCRIPT_TAG, TRANSCRIPT_WIDTH};

use plonky2::plonk::config::GenericConfig;
use starfold_primitives::word::Quadratic;
use starfold_primitives::{Goldilocks, PrimeField64 as _};

use crate::r1cs::Fr;
use ark_ff::PrimeField as _;

/// Elements of Goldilocks in one lane.
pub(crate) const LANE_ELEMENTS: usize = 3;

/// The configuration of the outer layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OuterConfig;

impl GenericConfig<2> for OuterConfig {
    type F = Goldilocks;
    type FE = Quadratic;
    type Hasher = OuterHasher;
    type InnerHasher = IdentityHasher;
}

/// Up to three elements as one lane, base 2^64, low first.
fn pack(elements: &[Goldilocks]) -> Fr {
    assert!(elements.len() <= LANE_ELEMENTS, "a lane carries three elements");
    let mut limbs = [0; 4];
    for (limb, element) in limbs.iter_mut().zip(elements) {
        *limb = element.to_canonical_u64();
    }
    Fr::from_bigint(ark_ff::BigInt(limbs)).expect("192 bits are below the order")
}

/// The integer of a lane, base 2^64, low first.
fn limbs(lane: Fr) -> [u64; 4] {
    lane.into_bigint().0
}
