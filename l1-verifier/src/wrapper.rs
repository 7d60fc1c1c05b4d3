//! The whole wrap: a batch proof becomes a wrapped proof.

use rand::Rng;
use starfold_circuits::recursion::BatchProof;
use starfold_primitives::Digest;

use crate::groth16::{
    Circuit, Groth16Proof, KeyError, ProveError, ProvingKey, VerifyError, VerifyingKey,
    development_key, prove, verify,
};
use crate::layers::{
    ChainBuildError, ChainError, LayerChain, OuterDecodeError, OuterLayer, OuterLayerError,
};
use crate::r1cs::{Fault, Fr};
use crate::verifier::{WrapCircuit, WrapError, public_inputs};

/// A proof of the outer layer.
const SAMPLE: &[u8] = include_bytes!("../testdata/outer.proof");

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

/// What wrapping is about to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WrapStage {
    /// To verify the batch proof and prove the shrink layer.
    Shrink,
    /// To prove the outer layer.
    Outer,
    /// To compute the assignment.
    Assign,
    /// To make the proof and verify it.
    Groth16,
}

fn record(layer: &OuterLayer) -> Result<(WrapCircuit, Circuit), Fault> {
    let wrap = WrapCircuit::new(layer.clone());
    let circuit = Circuit::new(wrap.record()?);
    Ok((wrap, circuit))
}

/// The wrap's circuit, recorded from the committed outer layer.
///
/// # Errors
/// [`WrapperError`] where the layer is damaged or the constraints are not written for it.
pub fn committed_circuit() -> Result<Circuit, WrapperError> {
    let layer = OuterLayer::committed().map_err(ChainBuildError::Layer)?;
    Ok(record(&layer)?.1)
}

/// An assignment of the wrap's circuit, for trying a key: that of a committed proof.
///
/// # Errors
/// [`SampleError`] where a committed file is damaged.
pub fn sample_assignment() -> Result<Vec<Fr>, SampleError> {
    assign(SAMPLE)
}

fn assign(sample: &[u8]) -> Result<Vec<Fr>, SampleError> {
    let layer = OuterLayer::committed()?;
    let proof = layer.decode(sample)?;
    Ok(WrapCircuit::new(layer).assign(&proof)?)
}

/// Why there is no sample.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SampleError {
    /// The committed layer is damaged.
    #[error(transparent)]
    Layer(#[from] OuterLayerError),
    /// The committed proof is damaged.
    #[error(transparent)]
    Decode(#[from] OuterDecodeError),
    /// The committed proof is not one of the layer.
    #[error(transparent)]
    Assignment(#[from] WrapError),
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
        let (wrap, circuit) = record(chain.layer()).map_err(WrapperError::Circuit)?;
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
        self.wrap_by_stages(proof, generator, |_| ())
    }

    /// As [`Self::wrap`]; `begins` is told each stage as it begins.
    ///
    /// # Errors
    /// As for [`Self::wrap`].
    pub fn wrap_by_stages(
        &self,
        proof: &BatchProof,
        generator: &mut impl Rng,
        mut begins: impl FnMut(WrapStage),
    ) -> Result<WrappedProof, WrappingError> {
        begins(WrapStage::Shrink);
        let shrink = self.chain.prove_shrink(proof)?;
        begins(WrapStage::Outer);
        let outer = self.chain.prove_outer(&shrink)?;
        begins(WrapStage::Assign);
        let assignment = self.wrap.assign(&outer)?;
        begins(WrapStage::Groth16);
        let made = prove(&self.key, &self.circuit, &assignment, generator)?;
        Ok(WrappedProof { exposed: proof.exposed(), proof: made })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::groth16::KeySummary;

    #[test]
    fn the_sample_is_an_assignment_of_the_circuit_that_the_committed_key_is_for() {
        let circuit = committed_circuit().unwrap();
        assert_eq!(circuit.digest(), KeySummary::development().unwrap().circuit);
        let assignment = sample_assignment().unwrap();
        assert_eq!(circuit.recorded().first_broken(&assignment), None);
        let proof = OuterLayer::committed().unwrap().decode(SAMPLE).unwrap();
        let exposed = Digest(std::array::from_fn(|i| proof.public_inputs[i]));
        assert_eq!(assignment[1..3], public_inputs(&exposed));
    }

    #[test]
    fn a_damaged_sample_is_refused() {
        let cut = OuterDecodeError::Length { expected: SAMPLE.len(), actual: SAMPLE.len() - 1 };
        assert_eq!(assign(&SAMPLE[1..]), Err(SampleError::Decode(cut)));
        // the first byte belongs to what the proof exposes
        let mut other = SAMPLE.to_vec();
        other[0] ^= 1;
        let refused = assign(&other);
        let is_unsatisfied = matches!(
            refused,
            Err(SampleError::Assignment(WrapError::Fault(Fault::Unsatisfied { .. })))
        );
        assert!(is_unsatisfied, "{:?}", refused.map(|values| values.len()));
    }
}
