//! Leaf and fold proofs, their bytes, and what must hold of them before they are folded.

use std::fmt;
use std::sync::Arc;

use starfold_primitives::claim::CLAIM_LEN;
use starfold_primitives::{Claim, Digest, Goldilocks};

use super::backend::{Cap, CircuitProof, Key, circuit_digest, key_of_cap};
use super::child::{ChildWitness, claim_of};
use super::encoding::{DecodeError, ElementReader, ElementWriter};
use super::layout::{HASH_ELEMENTS, ShapeMismatch};
use super::set::CircuitSet;
use super::shape::Shape;

/// A proof of a leaf circuit, with the circuit's key: whether the circuit may take part is up to the circuit set.
#[derive(Clone)]
pub struct LeafProof {
    pub(super) proof: CircuitProof,
    pub(super) key: Arc<Key>,
}

/// A proof of the fold circuit.
#[derive(Clone)]
pub struct FoldProof(pub(super) CircuitProof);

/// What a proof slot takes.
#[derive(Clone, Debug)]
pub enum Node {
    /// A proof of a leaf circuit.
    Leaf(LeafProof),
    /// A proof of the fold circuit.
    Fold(FoldProof),
}

/// Why a node is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NodeError {
    /// The proof is not one of a circuit of the shape.
    #[error(transparent)]
    Shape(#[from] ShapeMismatch),
    /// The circuit of a leaf proof is not in the circuit set.
    #[error("the circuit {circuit} is not in the circuit set {set}")]
    NotAMember {
        /// The circuit's digest.
        circuit: Digest,
        /// The set's root.
        set: Digest,
    },
    /// The node carries another fold circuit's digest.
    #[error("the proof carries the fold circuit {actual}, not {expected}")]
    Own {
        /// The fold circuit's, or zero for a leaf.
        expected: Digest,
        /// The digest that the proof carries.
        actual: Digest,
    },
    /// The node carries another circuit set.
    #[error("the proof carries the circuit set {actual}, not {expected}")]
    Set {
        /// The set's root, or zero for a leaf.
        expected: Digest,
        /// The root that the proof carries.
        actual: Digest,
    },
    /// The proof is wrong.
    #[error("the proof is not valid: {reason}")]
    Invalid {
        /// What the verifier says.
        reason: String,
    },
}

impl LeafProof {
    /// What is proved.
    pub fn claim(&self) -> Claim<Goldilocks> {
        claim_of(&self.proof.public_inputs)
    }

    /// The digest of the leaf circuit.
    pub fn circuit(&self) -> Digest {
        Digest(self.key.circuit_digest.elements)
    }

    /// The bytes: the key's cap and the proof. They are no identifier: the same claim has many proofs.
    pub fn encode(&self, shape: &Shape) -> Vec<u8> {
        let mut writer = ElementWriter::default();
        writer.cap(&self.key.constants_sigmas_cap);
        shape.layout().write(&self.proof, &mut writer);
        writer.finish()
    }

    /// Decodes a proof of any leaf circuit, without verifying it.
    ///
    /// # Errors
    /// [`DecodeError`] for another length or an element that is not canonical.
    pub fn decode(shape: &Shape, bytes: &[u8]) -> Result<Self, DecodeError> {
        let layout = shape.layout();
        let cap_elements = layout.cap_len() * HASH_ELEMENTS;
        let mut reader = ElementReader::new(bytes, cap_elements + layout.elements())?;
        let key = key_of_cap(reader.cap(layout.cap_len())?, shape.degree_bits());
        Ok(Self { proof: layout.read(&mut reader)?, key: Arc::new(key) })
    }
}

impl FoldProof {
    /// What is proved.
    pub fn claim(&self) -> Claim<Goldilocks> {
        claim_of(&self.0.public_inputs)
    }

    /// The bytes. They are no identifier: the same claim has many proofs.
    pub fn encode(&self, shape: &Shape) -> Vec<u8> {
        let mut writer = ElementWriter::default();
        shape.layout().write(&self.0, &mut writer);
        writer.finish()
    }

    /// Decodes a proof, without verifying it.
    ///
    /// # Errors
    /// [`DecodeError`] for another length or an element that is not canonical.
    pub fn decode(shape: &Shape, bytes: &[u8]) -> Result<Self, DecodeError> {
        let mut reader = ElementReader::new(bytes, shape.layout().elements())?;
        Ok(Self(shape.layout().read(&mut reader)?))
    }
}

impl fmt::Debug for LeafProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (circuit, claim) = (self.circuit(), self.claim());
        f.debug_struct("LeafProof").field("circuit", &circuit).field("claim", &claim).finish()
    }
}

impl fmt::Debug for FoldProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FoldProof").field(&self.claim()).finish()
    }
}

impl From<LeafProof> for Node {
    fn from(proof: LeafProof) -> Self {
        Self::Leaf(proof)
    }
}

impl From<FoldProof> for Node {
    fn from(proof: FoldProof) -> Self {
        Self::Fold(proof)
    }
}

impl Node {
    /// What is proved.
    pub fn claim(&self) -> Claim<Goldilocks> {
        claim_of(&self.proof().public_inputs)
    }

    pub(super) fn proof(&self) -> &CircuitProof {
        match self {
            Self::Leaf(leaf) => &leaf.proof,
            Self::Fold(fold) => &fold.0,
        }
    }
}

/// Verifies leaf and fold proofs natively.
#[derive(Clone, Debug)]
pub struct NodeVerifier {
    shape: Shape,
    fold_key: Arc<Key>,
}

impl NodeVerifier {
    pub(super) fn new(shape: Shape, fold_key: Key) -> Self {
        Self { shape, fold_key: Arc::new(fold_key) }
    }

    /// The shape of the circuits.
    pub fn shape(&self) -> &Shape {
        &self.shape
    }

    /// The digest of the fold circuit.
    pub fn fold_circuit(&self) -> Digest {
        Digest(self.fold_key.circuit_digest.elements)
    }

    fn cap<'a>(&'a self, node: &'a Node) -> &'a Cap {
        match node {
            Node::Leaf(leaf) => &leaf.key.constants_sigmas_cap,
            Node::Fold(_) => &self.fold_key.constants_sigmas_cap,
        }
    }

    /// The witness of a node in a proof slot, if it is a fold or a member of the set.
    pub(super) fn witness<'a>(
        &'a self,
        node: &'a Node,
        set: &CircuitSet,
    ) -> Result<ChildWitness<'a>, NodeError> {
        let path = match node {
            Node::Fold(_) => set.path_at(0),
            Node::Leaf(leaf) => {
                let circuit = circuit_digest(self.cap(node), self.shape.degree_bits());
                let unknown = NodeError::NotAMember { circuit, set: set.root() };
                let known = circuit == leaf.circuit();
                set.path(circuit).filter(|_| known).ok_or(unknown)?
            }
        };
        let is_fold = matches!(node, Node::Fold(_));
        Ok(ChildWitness { proof: node.proof(), cap: self.cap(node), is_fold, path })
    }

    /// Verifies a node: that its circuit is the fold or one of the set, that it carries what its kind must, and that
    /// it proves its claim. Takes a few milliseconds.
    ///
    /// # Errors
    /// [`NodeError`] names the rule that is broken.
    pub fn verify(&self, node: &Node, set: &CircuitSet) -> Result<(), NodeError> {
        let proof = node.proof();
        self.shape.layout().check(proof)?;
        self.witness(node, set)?;
        let (expected_own, expected_set) = match node {
            Node::Leaf(_) => (Digest::ZERO, Digest::ZERO),
            Node::Fold(_) => (self.fold_circuit(), set.root()),
        };
        let carried = |at: usize| Digest(std::array::from_fn(|i| proof.public_inputs[at + i]));
        let actual = carried(CLAIM_LEN);
        if actual != expected_own {
            return Err(NodeError::Own { expected: expected_own, actual });
        }
        let actual = carried(CLAIM_LEN + 4);
        if actual != expected_set {
            return Err(NodeError::Set { expected: expected_set, actual });
        }
        let verifier_only = match node {
            Node::Leaf(leaf) => Key::clone(&leaf.key),
            Node::Fold(_) => Key::clone(&self.fold_key),
        };
        let data = super::VerifierData { verifier_only, common: self.shape.common().clone() };
        data.verify(proof.clone()).map_err(|error| NodeError::Invalid { reason: error.to_string() })
    }
}
