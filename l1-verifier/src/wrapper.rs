//! The whole wrap: a batch proof becomes a wrapped proof.

use rand::Rng;
use starfold_circuits::recursion::BatchProof;
use starfold_primitives::Digest;

use crate::groth16::{
    Circuit, Groth16Proof, KeyError, ProveError, ProvingKey, VerifyError, VerifyingKey,
    development_key, prove, verify,
};
use crate::layers::{ChainBuildError, ChainError, LayerChain};
use crate::r1cs::Fault;
use crate::verifier::{WrapCircuit, WrapError, public_inputs};

/// What the contract verifies: that a batch proof exposes these elements.
#[derive(Clone, Debug, PartialEq)]
pub struct WrappedProof {
    /// `h`, the four elements.
    pub exposed: Digest,
    /// The proof.
    pub proof: Groth16Proof,
}

impl WrappedProof {
    /// Verifies the proof.
    ///
    /// # Errors
    /// [`VerifyError`] where it is not one of these elements under this key.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), VerifyError> {
        verify(key, &self.proof, &public_inputs(&self.exposed))
    }
}

/// The layers, the circuit and a key: everything that wraps. One serves every rollup and every circuit set of the
/// parameter set `standard`.
#[derive(Debug)]
pub struct Wrapper {
    chain: LayerChain,
    wrap: WrapCircuit,
    circuit: Circuit,
    key: ProvingKey,
}

/// Why there is no wrapper.
#[derive(Debug, thiserror::Error)]
pub enum WrapperError {
    /// The layers cannot be built.
    #[error(transparent)]
    Chain(#[from] ChainBuildError),
    /// The constraints are not written for the outer layer.
    #[error("the constraints do not fit the outer layer: {0}")]
    Circuit(#[from] Fault),
    /// The key is not one of the circuit.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// Why a batch proof is not wrapped.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WrappingError {
    /// It does not pass the layers.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// The outer layer's proof has no assignment.
    #[error(transparent)]
    Assignment(#[from] WrapError),
    /// Groth16 makes no proof.
    #[error(transparent)]
    Groth16(#[from] ProveError),
}

/// The wrap's circuit, recorded from the committed outer layer.
///
/// # Errors
/// [`Fault`] where the constraints are not written for the layer.
fn record(chain: &LayerChain) -> Result<(WrapCircuit, Circuit), Fault> {
    let wrap = WrapCircuit::new(chain.layer().clone());
    let circuit = Circuit::new(wrap.record()?);
    Ok((wrap, circuit))
}

impl Wrapper {
    /// A wrapper with the key that `key` makes or reads for the circuit.
    ///
    /// # Errors
    /// [`WrapperError::Circuit`], and [`WrapperError::Key`] for a key of another circuit.
    pub fn new<E: From<WrapperError>>(
        chain: LayerChain,
        key: impl FnOnce(&Circuit) -> Result<ProvingKey, E>,
    ) -> Result<Self, E> {
        let (wrap, circuit) = record(&chain).map_err(WrapperError::Circuit)?;
        let key = key(&circuit)?;
        key.check_circuit(&circuit).map_err(WrapperError::Key)?;
        Ok(Self { chain, wrap, circuit, key })
    }

    /// A wrapper with the development key, made from nothing: UNSAFE, since anyone can forge proofs under it.
    ///
    /// # Errors
    /// [`WrapperError`], as its variants say.
    pub fn development() -> Result<Self, WrapperError> {
        let chain = LayerChain::build()?;
        Self::new(chain, |circuit| Ok::<_, WrapperError>(development_key(circuit)?))
    }

    /// The key.
    #[must_use]
    pub fn key(&self) -> &ProvingKey {
        &self.key
    }

    /// The circuit.
    #[must_use]
    pub fn circuit(&self) -> &Circuit {
        &self.circuit
    }

    /// Wraps a batch proof. Every proof on the way is verified.
    ///
    /// # Errors
    /// [`WrappingError`] names the stage at which it fails.
    pub fn wrap(
        &self,
        proof: &BatchProof,
        generator: &mut impl Rng,
    ) -> Result<WrappedProof, WrappingError> {
        let outer = self.chain.prove(proof)?;
        let assignment = self.wrap.assign(&outer)?;
        let made = prove(&self.key, &self.circuit, &assignment, generator)?;
        Ok(WrappedProof { exposed: proof.exposed(), proof: made })
    }
}
