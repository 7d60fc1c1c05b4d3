//! Proofs of the outer layer, and what verifies them, as bytes.
//!
//! Elements have eight bytes and hashes 32, little-endian and canonical. No lengths are stored: the layer fixes them.

use plonky2::plonk::circuit_data::VerifierCircuitData;
use plonky2::plonk::config::GenericHashOut as _;
use plonky2::util::serialization::DefaultGateSerializer;
use starfold_primitives::{NotCanonical, PrimeField64 as _, canonical};

use super::values::{ProofValue, blank_proof, check_lengths, visit_values};
use super::{CONSTANTS_HEIGHT, OuterLayer, OuterLayerError, OuterProof, OuterShapeMismatch};
use crate::bn254::{NodeHash, NotBelowOrder, OuterConfig};
use starfold_primitives::Goldilocks;

type VerifierData = VerifierCircuitData<Goldilocks, OuterConfig, 2>;

/// The outer layer over the batch circuit of the parameter set `standard`.
pub(super) const COMMITTED: &[u8] = include_bytes!("../../artifacts/outer-standard.bin");

const ELEMENT_BYTES: usize = 8;
const HASH_BYTES: usize = 32;

/// Why bytes are no proof of the outer layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OuterDecodeError {
    /// Proofs of the outer layer have one length.
    #[error("the proof has {actual} bytes, where those of the outer layer have {expected}")]
    Length {
        /// Bytes of every proof.
        expected: usize,
        /// Bytes given.
        actual: usize,
    },
    /// An element is not below the field order.
    #[error("the proof's {part}: {source}")]
    Element {
        /// The part of the proof.
        part: &'static str,
        /// The value.
        source: NotCanonical,
    },
    /// A hash is not below the order of the scalar field.
    #[error("the proof's {part}: {source}")]
    Hash {
        /// The part of the proof.
        part: &'static str,
        /// The value.
        source: NotBelowOrder,
    },
}

/// Cuts the first `N` bytes off.
fn take<const N: usize>(bytes: &mut &[u8]) -> [u8; N] {
    let (first, rest) = bytes.split_first_chunk().expect("the length of the whole was checked");
    *bytes = rest;
    *first
}

impl OuterLayer {
    /// That all parts of a proof have the lengths of this layer's.
    ///
    /// # Errors
    /// [`OuterShapeMismatch`] names the first part that has not.
    pub fn check_lengths(&self, proof: &OuterProof) -> Result<(), OuterShapeMismatch> {
        check_lengths(self.common(), proof)
    }

    /// A proof of the right lengths whose values are zero.
    pub(crate) fn blank_proof(&self) -> OuterProof {
        blank_proof(self.common())
    }

    /// The bytes of a proof.
    ///
    /// # Errors
    /// [`OuterShapeMismatch`] where it is a proof of another circuit.
    pub fn encode(&self, proof: &OuterProof) -> Result<Vec<u8>, OuterShapeMismatch> {
        self.check_lengths(proof)?;
        let mut bytes = Vec::new();
        visit_values(&mut proof.clone(), |_, value| match value {
            ProofValue::Element(element) => bytes.extend(element.to_canonical_u64().to_le_bytes()),
            ProofValue::Hash(hash) => bytes.extend(hash.to_bytes()),
        });
        Ok(bytes)
    }

    /// Decodes a proof, without verifying it.
    ///
    /// # Errors
    /// [`OuterDecodeError`] for another length or a value that is not canonical.
    pub fn decode(&self, bytes: &[u8]) -> Result<OuterProof, OuterDecodeError> {
        let mut proof = self.blank_proof();
        let mut expected = 0;
        visit_values(&mut proof, |_, value| {
            expected += match value {
                ProofValue::Element(_) => ELEMENT_BYTES,
                ProofValue::Hash(_) => HASH_BYTES,
            };
        });
        if bytes.len() != expected {
            return Err(OuterDecodeError::Length { expected, actual: bytes.len() });
        }
        let mut rest = bytes;
        let mut result = Ok(());
        visit_values(&mut proof, |place, value| {
            let part = place.part;
            let read = match value {
                ProofValue::Element(element) => canonical(u64::from_le_bytes(take(&mut rest)))
                    .map(|read| *element = read)
                    .map_err(|source| OuterDecodeError::Element { part, source }),
                ProofValue::Hash(hash) => NodeHash::from_canonical(take(&mut rest))
                    .map(|read| *hash = read)
                    .map_err(|source| OuterDecodeError::Hash { part, source }),
            };
            result = result.and(read);
        });
        result.map(|()| proof)
    }

    /// The outer layer over the batch circuit of the parameter set `standard`, without building a circuit.
    ///
    /// # Errors
    /// [`OuterLayerError`] where the committed file is damaged.
    pub fn committed() -> Result<Self, OuterLayerError> {
        Self::from_artifact(COMMITTED)
    }

    /// The layer as the content of `artifacts/outer-standard.bin`: the constants nodes, then plonky2's verifier data.
    #[must_use]
    pub fn to_artifact(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> =
            self.constants_nodes().iter().flat_map(|node| node.to_bytes()).collect();
        let (verifier_only, common) = (self.key().clone(), self.common().clone());
        let data = VerifierData { verifier_only, common }
            .to_bytes(&DefaultGateSerializer)
            .expect("the circuit has plonky2's own gates and writing to memory does not fail");
        bytes.extend(data);
        bytes
    }

    /// Reads the layer, which must be the program's own: the library may panic over other bytes.
    pub(super) fn from_artifact(bytes: &[u8]) -> Result<Self, OuterLayerError> {
        let nodes_bytes = HASH_BYTES << CONSTANTS_HEIGHT;
        let Some((nodes, data)) = bytes.split_at_checked(nodes_bytes) else {
            return Err(OuterLayerError::Malformed);
        };
        let (nodes, _) = nodes.as_chunks::<HASH_BYTES>();
        let nodes = nodes.iter().map(|&node| NodeHash::from_canonical(node));
        let nodes = nodes.collect::<Result<_, _>>().map_err(|_| OuterLayerError::Malformed)?;
        let data = VerifierData::from_bytes(data.to_vec(), &DefaultGateSerializer)
            .map_err(|_| OuterLayerError::Malformed)?;
        Self::new(data.common, data.verifier_only, nodes)
    }
}
