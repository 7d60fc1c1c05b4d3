//! A hasher that is neither the transcript's of the inner layers nor vectorised.

use std::array;

use plonky2::field::types::Field;
use plonky2::hash::hashing::PlonkyPermutation;
use plonky2::hash::keccak::KeccakHash;
use plonky2::plonk::config::Hasher;

use crate::{F, LANES, LaneHasher};

impl<const BYTES: usize> LaneHasher for KeccakHash<BYTES> {
    fn hash_rows(rows: &[Vec<F>], digests: &mut [Self::Hash]) {
        for (row, digest) in rows.iter().zip(digests) {
            *digest = Self::hash_or_noop(row);
        }
    }

    fn parents(children: &[Self::Hash], parents: &mut [Self::Hash]) {
        for (pair, parent) in children.chunks_exact(2).zip(parents) {
            *parent = <Self as Hasher<F>>::two_to_one(pair[0], pair[1]);
        }
    }

    fn challenges(state: &Self::Permutation, place: usize, first: u64) -> [F; LANES] {
        array::from_fn(|i| {
            let mut state = *state;
            state.set_elt(F::from_canonical_u64(first + i as u64), place);
            state.permute();
            *state.squeeze().last().unwrap()
        })
    }
}
