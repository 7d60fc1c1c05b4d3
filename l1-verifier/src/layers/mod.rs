//! From a batch proof to a proof that constraints over BN254's scalar field can verify cheaply.
//!
//! Two plonky2 circuits, each of which verifies one proof and exposes its four public inputs: the **shrink** layer, at a
//! high rate, makes the proof small, the **outer** layer has the hashes of [`bn254`](crate::bn254).

mod cache;
mod chain;
mod circuit;
mod encoding;
mod outer;
#[cfg(test)]
pub(crate) mod tests;
mod values;

pub use cache::ChainCacheError;
pub use chain::{ChainBuildError, ChainError, LayerChain, ShrinkProof};
pub use encoding::OuterDecodeError;
pub(crate) use outer::OUTER_PUBLIC_INPUTS;
pub use outer::{
    CONSTANTS_HEIGHT, OuterCommon, OuterLayer, OuterLayerError, OuterProof, OuterVerifierOnly,
};
pub use values::{OuterShapeMismatch, ProofPlace, ProofValue, UNREAD_PART, add_one, visit_values};
