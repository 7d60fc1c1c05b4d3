//! Field elements as bytes, eight each, little-endian and canonical.
//!
//! An encoding carries no lengths: the verifier knows the shape of every proof that it accepts, so bytes of another
//! length are refused before anything is allocated, and what was read has the right shape.

use plonky2::field::extension::FieldExtension;
use plonky2::hash::hash_types::HashOut;
use plonky2::hash::merkle_proofs::MerkleProof;
use starfold_primitives::word::Quadratic;
use starfold_primitives::{Goldilocks, NotCanonical, PrimeField64, canonical};

use super::backend::Cap;
use plonky2::hash::poseidon::PoseidonHash;

/// Bytes of an element.
pub(super) const ELEMENT_BYTES: usize = 8;

pub(super) type Path = MerkleProof<Goldilocks, PoseidonHash>;

/// Why bytes are no proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Proofs of a circuit have one length.
    #[error("the proof has {actual} bytes, where the circuit's proofs have {expected}")]
    Length {
        /// Bytes of every proof of this circuit.
        expected: usize,
        /// Bytes given.
        actual: usize,
    },
    /// An element is not below the field order.
    #[error("element {index} of the proof: {source}")]
    Element {
        /// Its place in the encoding.
        index: usize,
        /// Its value.
        source: NotCanonical,
    },
}

/// Appends elements.
#[derive(Default)]
pub(super) struct ElementWriter(Vec<u8>);

impl ElementWriter {
    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }

    pub(super) fn elements(&mut self, elements: &[Goldilocks]) {
        for element in elements {
            self.0.extend(element.to_canonical_u64().to_le_bytes());
        }
    }

    pub(super) fn extensions(&mut self, values: &[Quadratic]) {
        for value in values {
            self.elements(&<Quadratic as FieldExtension<2>>::to_basefield_array(value));
        }
    }

    pub(super) fn cap(&mut self, cap: &Cap) {
        for hash in &cap.0 {
            self.elements(&hash.elements);
        }
    }

    pub(super) fn path(&mut self, path: &Path) {
        for hash in &path.siblings {
            self.elements(&hash.elements);
        }
    }
}

/// Reads elements.
pub(super) struct ElementReader<'a> {
    bytes: &'a [u8],
    index: usize,
}

impl<'a> ElementReader<'a> {
    /// Checks the length against the number of elements that will be read.
    pub(super) fn new(bytes: &'a [u8], elements: usize) -> Result<Self, DecodeError> {
        let expected = elements * ELEMENT_BYTES;
        if bytes.len() == expected {
            Ok(Self { bytes, index: 0 })
        } else {
            Err(DecodeError::Length { expected, actual: bytes.len() })
        }
    }

    pub(super) fn element(&mut self) -> Result<Goldilocks, DecodeError> {
        let start = self.index * ELEMENT_BYTES;
        let bytes = self.bytes[start..start + ELEMENT_BYTES]
            .try_into()
            .expect("the length of the whole was checked, an element has eight bytes");
        let index = self.index;
        self.index += 1;
        canonical(u64::from_le_bytes(bytes))
            .map_err(|source| DecodeError::Element { index, source })
    }

    pub(super) fn elements(&mut self, n: usize) -> Result<Vec<Goldilocks>, DecodeError> {
        (0..n).map(|_| self.element()).collect()
    }

    pub(super) fn extensions(&mut self, n: usize) -> Result<Vec<Quadratic>, DecodeError> {
        (0..n)
            .map(|_| {
                let coefficients = [self.element()?, self.element()?];
                Ok(<Quadratic as FieldExtension<2>>::from_basefield_array(coefficients))
            })
            .collect()
    }

    fn hashes(&mut self, n: usize) -> Result<Vec<HashOut<Goldilocks>>, DecodeError> {
        (0..n)
            .map(|_| {
                let mut hash = HashOut { elements: [Goldilocks::default(); 4] };
                for element in &mut hash.elements {
                    *element = self.element()?;
                }
                Ok(hash)
            })
            .collect()
    }

    pub(super) fn cap(&mut self, len: usize) -> Result<Cap, DecodeError> {
        Ok(plonky2::hash::merkle_tree::MerkleCap(self.hashes(len)?))
    }

    pub(super) fn path(&mut self, len: usize) -> Result<Path, DecodeError> {
        Ok(MerkleProof { siblings: self.hashes(len)? })
    }
}
