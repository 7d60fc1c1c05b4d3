//! The wrap: a batch proof becomes one that Ethereum verifies.
//!
//! Groth16 proves that a plonky2 verifier accepts. That verifier is written over [`r1cs`], the constraint system of
//! BN254's scalar field, in which [`goldilocks`] computes with elements of plonky2's field as integers.
//!
//! ```text
//! BatchProof -> shrink layer -> outer layer (plonky2, layers) -> assignment (verifier) -> WrappedProof (groth16)
//! ```
//!
//! [`Wrapper`] goes the whole way.

pub mod bn254;
pub mod goldilocks;
pub mod groth16;
pub mod layers;
pub mod poseidon2;
pub mod r1cs;
pub mod verifier;
mod wrapper;

pub use wrapper::{
    SampleError, WrapStage, WrappedProof, Wrapper, WrapperError, WrappingError, committed_circuit,
    sample_assignment,
};
