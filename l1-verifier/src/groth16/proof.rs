//! Proofs and their bytes.

use ark_bn254::Bn254;

use super::encoding::{
    Coordinate, PointError, first_group_point, first_group_words, second_group_point,
    second_group_words,
};

/// The bytes of a proof.
pub const PROOF_BYTES: usize = 256;

/// A proof whose points are in their groups and none of which is infinity.
///
/// Anyone can make another proof of the same statement out of one, so a proof never identifies what it proves.
#[derive(Clone, Debug, PartialEq)]
pub struct Groth16Proof(ark_groth16::Proof<Bn254>);

/// Why bytes are no proof.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProofBytesError {
    /// The length is wrong.
    #[error("a proof has {PROOF_BYTES} bytes, not {actual}")]
    Length {
        /// The length.
        actual: usize,
    },
    /// A point is refused.
    #[error("the point {point} of the proof is refused: {error}")]
    Point {
        /// The point.
        point: &'static str,
        /// Why.
        error: PointError,
    },
}

impl Groth16Proof {
    /// The bytes that the contract takes: A (x, y), B (x1, x0, y1, y0), C (x, y), each coordinate 32 bytes,
    /// big-endian.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; PROOF_BYTES] {
        let (a, c) = (first_group_words(&self.0.a), first_group_words(&self.0.c));
        let words = [&a[..], &second_group_words(&self.0.b), &c].concat();
        words.concat().try_into().expect("eight coordinates of 32 bytes")
    }

    /// The proof with these bytes.
    ///
    /// # Errors
    /// [`ProofBytesError`], as its variants say.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ProofBytesError> {
        let length = ProofBytesError::Length { actual: bytes.len() };
        let bytes: &[u8; PROOF_BYTES] = bytes.try_into().map_err(|_| length)?;
        let mut words = [Coordinate::default(); 8];
        for (word, bytes) in words.iter_mut().zip(bytes.chunks_exact(32)) {
            word.copy_from_slice(bytes);
        }
        let [ax, ay, bx1, bx0, by1, by0, cx, cy] = words;
        let named = |point| move |error| ProofBytesError::Point { point, error };
        let a = first_group_point(&[ax, ay]).map_err(named("A"))?;
        let b = second_group_point(&[bx1, bx0, by1, by0]).map_err(named("B"))?;
        let c = first_group_point(&[cx, cy]).map_err(named("C"))?;
        Ok(Self(ark_groth16::Proof { a, b, c }))
    }

    /// The proof with these points, which a prover made.
    pub(super) fn new(points: ark_groth16::Proof<Bn254>) -> Self {
        Self(points)
    }

    pub(super) fn points(&self) -> &ark_groth16::Proof<Bn254> {
        &self.0
    }
}
