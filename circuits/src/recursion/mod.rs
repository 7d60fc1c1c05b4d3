//! From segment proofs to one batch proof.
//!
//! A **segment** is a trace of one AIR; its proof states a [`Claim`](starfold_primitives::Claim). A **leaf** circuit
//! verifies segments and composes their claims; a **fold** circuit verifies two children, each a leaf or a fold, and
//! composes theirs; the **batch** circuit verifies the last of them and exposes four elements that bind claim and
//! circuit set (`docs/protocol.md`, section 6).
//!
//! Leaf and fold circuits share one [`Shape`], so that a proof slot takes either and only its key tells which. Two
//! digests are carried beside the claim: `own`, the digest of the fold circuit, and `set`, the root of the leaf
//! circuits that may take part. Both are zero in a leaf proof. Of a child, every parent requires that
//! * its key's digest is `own`, if it is a fold, or has a Merkle path to `set`, if it is a leaf;
//! * the `own` and `set` that it carries are its parent's, if it is a fold, or zero, if it is a leaf.
//!
//! The batch circuit knows the fold's real digest as a constant, which makes every `own` below it the real one. So
//! the fold circuit depends on no leaf circuit, and neither it nor the batch circuit on a particular rollup.
//!
//! # Soundness
//! A circuit digest hashes the key's cap and degree, not the set of gates: only circuits that were compared with the
//! shape belong in a circuit set, whose root is as honest as whoever computed it. A [`FoldProof`] by itself proves nothing about `own` and `set`, which is why
//! [`NodeVerifier`] compares both.

mod artifact;
mod backend;
mod batch;
mod cache;
mod catalogue;
mod child;
mod encoding;
mod fold;
mod layout;
mod leaf;
mod node;
mod segment;
mod segment_air;
mod set;
mod shape;
mod sponge;
mod statement;
mod verifier;

#[cfg(test)]
mod tests;

pub use artifact::{ArtifactError, ArtifactHash, BatchPin, MalformedHash};
pub use backend::{CircuitProof, ProverFailure, VerifierData};
pub use batch::{BatchCircuit, BatchError};
pub use cache::CacheError;
pub use catalogue::{Catalogue, CatalogueEntry, LeafBuildError, LeafSpec};
pub use encoding::DecodeError;
pub use fold::{FoldCircuit, FoldError};
pub use layout::ShapeMismatch;
pub use leaf::{LeafCircuit, LeafError};
pub use node::{FoldProof, LeafProof, Node, NodeError, NodeVerifier};
pub(crate) use segment::MAX_DEGREE_BITS;
pub use segment::{SegmentError, SegmentProof, SegmentSystem};
pub use set::{CIRCUIT_SET_CAPACITY, CircuitSet, CircuitSetError};
pub use shape::{BuildError, Shape};
pub(crate) use shape::{combined_constraints, opened_values};
pub use statement::BatchStatement;
pub use verifier::{BatchProof, BatchVerifier, BatchVerifyError};
