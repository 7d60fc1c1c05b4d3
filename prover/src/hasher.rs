//! What provers hash with.

use plonky2::field::types::Field;
use plonky2::hash::hash_types::HashOut;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::plonk::config::{GenericConfig, Hasher};
use starfold_hashing::{LANES, RATE, States, permute};

use crate::{Extension, F};

/// A hasher of Merkle trees and transcripts that takes several inputs side by side.
pub trait LaneHasher: Hasher<F> {
    /// The digests of rows of one length, each as [`Hasher::hash_or_noop`].
    ///
    /// # Panics
    /// Where there are not as many digests as rows, or the rows differ in length.
    fn hash_rows(rows: &[Vec<F>], digests: &mut [Self::Hash]);

    /// The digests of pairs of neighbours, each as [`Hasher::two_to_one`].
    ///
    /// # Panics
    /// Where there are not twice as many children as parents.
    fn parents(children: &[Self::Hash], parents: &mut [Self::Hash]);

    /// The first challenges of a transcript after each of the nonces from `first` on. `state` is that of the transcript,
    /// in which the elements that wait to be absorbed are set; the nonce is set after them, at `place`, which is below
    /// the rate (`PlonkyPermutation::set_elt`); and a challenge is the last element that is squeezed after the permutation.
    fn challenges(state: &Self::Permutation, place: usize, first: u64) -> [F; LANES];
}

impl LaneHasher for PoseidonHash {
    fn hash_rows(rows: &[Vec<F>], digests: &mut [HashOut<F>]) {
        starfold_hashing::hash_rows(rows, digests);
    }

    fn parents(children: &[HashOut<F>], parents: &mut [HashOut<F>]) {
        starfold_hashing::parents(children, parents);
    }

    fn challenges(state: &Self::Permutation, place: usize, first: u64) -> [F; LANES] {
        let mut states: States = std::array::from_fn(|i| [state.as_ref()[i]; LANES]);
        for (nonce, cell) in (first..).zip(&mut states[place]) {
            *cell = F::from_canonical_u64(nonce);
        }
        permute(&mut states);
        states[RATE - 1]
    }
}

/// A configuration with such a hasher.
pub trait ProverConfig: GenericConfig<2, F = F, FE = Extension, Hasher: LaneHasher> {}

impl<C: GenericConfig<2, F = F, FE = Extension, Hasher: LaneHasher>> ProverConfig for C {}
