//! Provers for plonky2's circuits and Starky's STARKs over Goldilocks.
//!
//! They make the proofs that the libraries define, message by message, and the libraries' verifiers, native and in a
//! circuit, accept them. What differs is how: Merkle trees and proof-of-work hash sixteen inputs at a time
//! ([`LaneHasher`]), field arithmetic, that of the gates of hashes and of recursion too, is done on as many
//! elements as a register holds, extended columns are not kept twice, and the nonce is the least one, so that a witness
//! has one proof.
//!
//! A prover needs no trust: whatever it does wrong, the verifier finds.

pub mod circuit;
mod commitment;
mod evaluation;
mod grinding;
mod hasher;
mod openings;
pub mod stark;
mod tree;

#[cfg(test)]
mod tests;

pub use hasher::{LaneHasher, ProverConfig};

use plonky2::field::extension::quadratic::QuadraticExtension;
use plonky2::field::goldilocks_field::GoldilocksField;
use plonky2::hash::poseidon::PoseidonHash;
use plonky2::plonk::config::PoseidonGoldilocksConfig;
pub use starfold_hashing::LANES;
use starfold_hashing::Packed;

/// Degree of the extension field.
const EXTENSION: usize = 2;
type F = GoldilocksField;
type Extension = QuadraticExtension<F>;
type Config = PoseidonGoldilocksConfig;
type Challenger<H = PoseidonHash> = plonky2::iop::challenger::Challenger<F, H>;
type Commitment<C = Config> = plonky2::fri::oracle::PolynomialBatch<F, C, EXTENSION>;
type MerkleTree<H = PoseidonHash> = plonky2::hash::merkle_tree::MerkleTree<F, H>;

/// Why there is no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
    /// The generators contradict each other or the inputs, or do not set every wire.
    #[error("the witness is not one of the circuit: {reason}")]
    Witness {
        /// What the library says.
        reason: String,
    },
    /// The witness or the trace breaks a constraint.
    #[error(
        "the constraints do not hold: their combination is not divisible by the vanishing polynomial"
    )]
    Unsatisfied,
    /// A random point is one of the trace's, which happens once in 2^100 proofs.
    #[error("the opening point is in the subgroup")]
    OpeningPoint,
    /// The circuit or STARK has lookups, hides its witness, has no constraints or has some of a degree above its rate,
    /// of which these provers know nothing.
    #[error(
        "lookups, zero knowledge and degrees that are zero or above the rate are not supported"
    )]
    Unsupported,
}
