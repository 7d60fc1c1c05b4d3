//! Plonky2's Poseidon hash over Goldilocks, sixteen at a time where the machine has AVX-512.
//!
//! Nearly all time of a prover goes into the Merkle trees of its commitments, and their hashes do not depend on each
//! other. This crate hashes many inputs of one length side by side: one permutation is written once over the lanes of a
//! register (`permutation`), and a run of it serves as many states as there are lanes. The results are the library's,
//! value by value; a machine without the instructions uses the library itself.
//! What a prover needs besides stands here too: the matrix of the permutation alone, and the columns of rows.
//!
//! [`bn254`] permutes states of Poseidon2 over BN254's scalar field, and leaves them to the caller where the machine
//! cannot.
//!
//! It is the one crate of the workspace with `unsafe`, and all of that stands in the two files `avx512`.

#[cfg(target_arch = "x86_64")]
mod avx512;
pub mod bn254;
#[cfg(any(target_arch = "x86_64", test))]
mod lanes;
#[cfg(any(target_arch = "x86_64", test))]
mod permutation;
mod sponge;
mod tile;

#[cfg(test)]
mod tests;

use plonky2::field::goldilocks_field::GoldilocksField;

pub use sponge::{hash_rows, parents};
pub use tile::{Packed, Tile, for_each_column, transpose};

/// Elements of a permutation's state.
pub const WIDTH: usize = 12;
/// Elements that one permutation absorbs.
pub const RATE: usize = 8;
/// States that are permuted at a time.
pub const LANES: usize = 16;

/// States side by side: by element, then by state.
pub type States = [[GoldilocksField; LANES]; WIDTH];

/// Whether this machine has the vector instructions; without them, every state is permuted by itself.
pub fn is_vectorised() -> bool {
    #[cfg(target_arch = "x86_64")]
    return avx512::is_available();
    #[cfg(not(target_arch = "x86_64"))]
    return false;
}

/// Permutes every state.
pub fn permute(states: &mut States) {
    #[cfg(target_arch = "x86_64")]
    if avx512::permute(states) {
        return;
    }
    permute_each(states);
}

/// Multiplies every state by the matrix of the permutation's rounds.
pub fn multiply_by_matrix(states: &mut States) {
    #[cfg(target_arch = "x86_64")]
    if avx512::multiply(states) {
        return;
    }
    multiply_each(states);
}

/// Multiplies one state after the other by the library.
fn multiply_each(states: &mut States) {
    use plonky2::hash::poseidon::Poseidon;
    for lane in 0..LANES {
        let product = GoldilocksField::mds_layer(&std::array::from_fn(|i| states[i][lane]));
        for (column, element) in states.iter_mut().zip(product) {
            column[lane] = element;
        }
    }
}

/// Permutes one state after the other by the library.
fn permute_each(states: &mut States) {
    use plonky2::hash::poseidon::Poseidon;
    for lane in 0..LANES {
        let permuted = GoldilocksField::poseidon(std::array::from_fn(|i| states[i][lane]));
        for (column, element) in states.iter_mut().zip(permuted) {
            column[lane] = element;
        }
    }
}
