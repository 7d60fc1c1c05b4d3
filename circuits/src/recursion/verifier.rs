//! Verifying batch proofs without building a circuit.

use std::fmt;

use plonky2::util::serialization::DefaultGateSerializer;
use starfold_primitives::Digest;

use super::artifact::{self, ArtifactError, BatchPin};
use super::backend::{CircuitProof, VerifierData};
use super::batch::BatchCircuit;
use super::encoding::{DecodeError, ElementReader, ElementWriter};
use super::layout::{CircuitLayout, ShapeMismatch};
use super::statement::BatchStatement;
use crate::parameters::ParameterSet;

/// The proof of a batch: four public elements that bind its claim and circuit set.
#[derive(Clone)]
pub struct BatchProof(pub(super) CircuitProof);

/// Why a batch proof is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BatchVerifyError {
    /// The proof is not one of the batch circuit.
    #[error(transparent)]
    Shape(#[from] ShapeMismatch),
    /// The proof is of another claim or circuit set.
    #[error("the proof exposes {actual}, the claim and circuit set are {expected}")]
    Statement {
        /// The digest of the expected statement.
        expected: Digest,
        /// The digest that the proof exposes.
        actual: Digest,
    },
    /// The proof is wrong.
    #[error("the batch proof is not valid: {reason}")]
    Invalid {
        /// What the verifier says.
        reason: String,
    },
}

impl BatchProof {
    /// `h`, the four public inputs.
    pub fn exposed(&self) -> Digest {
        Digest(std::array::from_fn(|i| self.0.public_inputs[i]))
    }

    /// The proof as plonky2 knows it, for a circuit that verifies it.
    pub fn as_circuit_proof(&self) -> &CircuitProof {
        &self.0
    }
}

impl fmt::Debug for BatchProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("BatchProof").field(&self.exposed()).finish()
    }
}

/// Verifies batch proofs of one parameter set.
#[derive(Debug)]
pub struct BatchVerifier {
    data: VerifierData,
    layout: CircuitLayout,
}

impl BatchVerifier {
    /// Reads verifier data and insists that it is the pinned one and that of a batch circuit of the parameter set.
    ///
    /// # Errors
    /// [`ArtifactError`] names the rule that the data breaks.
    pub fn from_artifact(
        bytes: &[u8],
        parameters: ParameterSet,
        pinned: BatchPin,
    ) -> Result<Self, ArtifactError> {
        Ok(Self::new(artifact::read(bytes, parameters, pinned)?))
    }

    /// The verifier of a circuit that has been built.
    pub fn of_circuit(circuit: &BatchCircuit) -> Self {
        Self::new(circuit.verifier_data())
    }

    pub(super) fn new(data: VerifierData) -> Self {
        let layout = CircuitLayout::new(&data.common);
        Self { data, layout }
    }

    /// The bytes that [`Self::from_artifact`] reads.
    pub fn to_artifact(&self) -> Vec<u8> {
        self.data
            .to_bytes(&DefaultGateSerializer)
            .expect("the batch circuit has plonky2's own gates and writing to memory does not fail")
    }

    /// The circuit's digest.
    pub fn circuit(&self) -> Digest {
        Digest(self.data.verifier_only.circuit_digest.elements)
    }

    /// Plonky2's verifier data, for a circuit that verifies batch proofs.
    pub fn verifier_data(&self) -> &VerifierData {
        &self.data
    }

    /// Verifies that `proof` proves `statement`.
    ///
    /// # Errors
    /// [`BatchVerifyError`] where it is no proof of this circuit, of another statement, or wrong.
    pub fn verify(
        &self,
        proof: &BatchProof,
        statement: &BatchStatement,
    ) -> Result<(), BatchVerifyError> {
        self.layout.check(&proof.0)?;
        let (expected, actual) = (statement.exposed(), proof.exposed());
        if actual != expected {
            return Err(BatchVerifyError::Statement { expected, actual });
        }
        self.data
            .verify(proof.0.clone())
            .map_err(|error| BatchVerifyError::Invalid { reason: error.to_string() })
    }

    /// The bytes of a proof. They are no identifier: the same statement has many proofs.
    ///
    /// # Errors
    /// [`ShapeMismatch`] where it is a proof of another circuit.
    pub fn encode(&self, proof: &BatchProof) -> Result<Vec<u8>, ShapeMismatch> {
        self.layout.check(&proof.0)?;
        let mut writer = ElementWriter::default();
        self.layout.write(&proof.0, &mut writer);
        Ok(writer.finish())
    }

    /// Decodes a proof, without verifying it.
    ///
    /// # Errors
    /// [`DecodeError`] for another length or an element that is not canonical.
    pub fn decode(&self, bytes: &[u8]) -> Result<BatchProof, DecodeError> {
        let mut reader = ElementReader::new(bytes, self.layout.elements())?;
        Ok(BatchProof(self.layout.read(&mut reader)?))
    }
}
