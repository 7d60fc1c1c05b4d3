//! The two circuits of the chain, and the chain.

use plonky2::fri::FriConfig;
use plonky2::fri::reduction_strategies::FriReductionStrategy;
use plonky2::plonk::circuit_data::CircuitConfig;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::{PinsError, batch_verifier};
use starfold_circuits::recursion::{BatchProof, BatchVerifier, ProverFailure, ShapeMismatch};

use super::cache::{self, ChainCacheError};
use super::circuit::{InnerConfig, InnerProof, VerifyingCircuit};
use super::outer::{OUTER_FRI, OUTER_ROUTED_WIRES};
use super::{CONSTANTS_HEIGHT, OuterLayer, OuterLayerError, OuterProof};
use crate::bn254::{NodeHash, OuterConfig};

/// Queries of 6 bits each: with the proof of work 100 bits.
const SHRINK_FRI: FriConfig = FriConfig {
    rate_bits: 6,
    cap_height: 4,
    proof_of_work_bits: 16,
    reduction_strategy: FriReductionStrategy::ConstantArityBits(4, 5),
    num_query_rounds: 14,
};

/// The circuit that verifies batch proofs, at a high rate.
type ShrinkCircuit = VerifyingCircuit<InnerConfig>;

/// The circuit that verifies proofs of the shrink layer, with the hashes that the wrap verifies.
type OuterCircuit = VerifyingCircuit<OuterConfig>;

/// A proof of the shrink layer, made by [`LayerChain::prove_shrink`].
#[derive(Clone, Debug)]
pub struct ShrinkProof(InnerProof);

/// Both circuits over the batch circuit of the parameter set `standard`, the only one that the wrap covers.
#[derive(Debug)]
pub struct LayerChain {
    batch: BatchVerifier,
    shrink: ShrinkCircuit,
    outer: OuterCircuit,
    layer: OuterLayer,
}

/// Why the chain cannot be built or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainBuildError {
    /// This program's own pins are damaged.
    #[error(transparent)]
    Pins(#[from] PinsError),
    /// The circuit is none that the wrap verifies, or the committed layer is damaged.
    #[error(transparent)]
    Layer(#[from] OuterLayerError),
    /// The bytes are not those of the chain's circuits.
    #[error(transparent)]
    Cache(#[from] ChainCacheError),
    /// The circuit is not the committed one.
    #[error("the outer layer just built is not the committed one")]
    OtherLayer,
}

/// Why a batch proof does not pass the chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    /// The proof is not one of the batch circuit.
    #[error(transparent)]
    Shape(#[from] ShapeMismatch),
    /// The proof is wrong.
    #[error("the batch proof is not valid: {reason}")]
    Invalid {
        /// What the verifier says.
        reason: String,
    },
    /// The prover failed.
    #[error(transparent)]
    Prover(#[from] ProverFailure),
}

fn build_shrink(batch: &BatchVerifier) -> ShrinkCircuit {
    let config =
        CircuitConfig { fri_config: SHRINK_FRI, ..CircuitConfig::standard_recursion_config() };
    let batch = batch.verifier_data();
    VerifyingCircuit::build(config, &batch.common, &batch.verifier_only)
}

fn build_outer(shrink: &ShrinkCircuit) -> OuterCircuit {
    let config = CircuitConfig {
        num_routed_wires: OUTER_ROUTED_WIRES,
        fri_config: OUTER_FRI,
        ..CircuitConfig::standard_recursion_config()
    };
    VerifyingCircuit::build(config, &shrink.data.common, &shrink.data.verifier_only)
}

impl LayerChain {
    /// Builds both circuits and compares the outer one with the committed layer.
    ///
    /// # Errors
    /// [`ChainBuildError`] where it differs, or a committed file is damaged.
    pub fn build() -> Result<Self, ChainBuildError> {
        Self::build_uncommitted()?.expect_committed()
    }

    /// Builds both circuits, for whoever writes the committed layer.
    ///
    /// # Errors
    /// [`ChainBuildError`] where the pins are damaged or the outer circuit is none that the wrap verifies.
    pub fn build_uncommitted() -> Result<Self, ChainBuildError> {
        let batch = batch_verifier(ParameterSet::Standard)?;
        let shrink = build_shrink(&batch);
        let outer = build_outer(&shrink);
        Self::new(batch, shrink, outer)
    }

    fn new(
        batch: BatchVerifier,
        shrink: ShrinkCircuit,
        outer: OuterCircuit,
    ) -> Result<Self, ChainBuildError> {
        let data = &outer.data;
        let nodes = constants_nodes(&outer);
        let layer = OuterLayer::new(data.common.clone(), data.verifier_only.clone(), nodes)?;
        Ok(Self { batch, shrink, outer, layer })
    }

    fn expect_committed(self) -> Result<Self, ChainBuildError> {
        if self.layer == OuterLayer::committed()? {
            Ok(self)
        } else {
            Err(ChainBuildError::OtherLayer)
        }
    }

    /// What tells the bytes of [`Self::to_cache_bytes`] apart from those of another program: 32 hexadecimal digits.
    #[must_use]
    pub fn cache_name() -> String {
        cache::name()
    }

    /// Both circuits as bytes, for [`Self::from_cache_bytes`] of the same program.
    #[must_use]
    pub fn to_cache_bytes(&self) -> Vec<u8> {
        let shrink = cache::circuit_to_bytes(&self.shrink.data);
        cache::join(&shrink, &cache::circuit_to_bytes(&self.outer.data))
    }

    /// Reads both circuits and compares the outer one with the committed layer.
    ///
    /// # Errors
    /// [`ChainBuildError`] where the bytes are damaged or another program's, or as for [`Self::build`].
    pub fn from_cache_bytes(bytes: &[u8]) -> Result<Self, ChainBuildError> {
        let [shrink, outer] = cache::split(bytes)?;
        let batch = batch_verifier(ParameterSet::Standard)?;
        let inner = batch.verifier_data();
        let shrink = cache::circuit_from_bytes::<InnerConfig>(shrink)?;
        let shrink = ShrinkCircuit::with(shrink, &inner.common, &inner.verifier_only);
        let outer = cache::circuit_from_bytes::<OuterConfig>(outer)?;
        let outer = OuterCircuit::with(outer, &shrink.data.common, &shrink.data.verifier_only);
        Self::new(batch, shrink, outer)?.expect_committed()
    }

    /// What verifies its proofs.
    #[must_use]
    pub fn layer(&self) -> &OuterLayer {
        &self.layer
    }

    /// A proof of the outer layer that exposes what the batch proof exposes. Each layer's proof is verified.
    ///
    /// # Errors
    /// [`ChainError`] where the batch proof is not valid, or a prover fails.
    pub fn prove(&self, proof: &BatchProof) -> Result<OuterProof, ChainError> {
        self.prove_outer(&self.prove_shrink(proof)?)
    }

    /// The first half of [`Self::prove`].
    ///
    /// # Errors
    /// [`ChainError`] where the batch proof is not valid, or the prover fails.
    pub fn prove_shrink(&self, proof: &BatchProof) -> Result<ShrinkProof, ChainError> {
        // only what is encoded has the shape that the library's verifier takes for granted
        self.batch.encode(proof)?;
        let proof = proof.as_circuit_proof();
        let invalid = |reason| ChainError::Invalid { reason };
        let verified = self.batch.verifier_data().verify(proof.clone());
        verified.map_err(|error| invalid(error.to_string()))?;
        Ok(ShrinkProof(self.shrink.prove(proof)?))
    }

    /// The second half.
    ///
    /// # Errors
    /// [`ChainError::Prover`] where the prover fails.
    pub fn prove_outer(&self, proof: &ShrinkProof) -> Result<OuterProof, ChainError> {
        Ok(self.outer.prove(&proof.0)?)
    }
}

/// The nodes of the constants tree at [`CONSTANTS_HEIGHT`], from left to right. A node is found in the path of a leaf
/// below its sibling.
fn constants_nodes(circuit: &OuterCircuit) -> Vec<NodeHash> {
    let tree = &circuit.data.prover_only.constants_sigmas_commitment.merkle_tree;
    let levels_below = circuit.data.common.fri_params.lde_bits() - CONSTANTS_HEIGHT;
    (0..1usize << CONSTANTS_HEIGHT)
        .map(|node| tree.prove((node ^ 1) << levels_below).siblings[levels_below])
        .collect()
}
