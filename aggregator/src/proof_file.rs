//! The proof of a batch as a file: everything that a verifier needs.

use std::fmt;

use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::{Pins, PinsError, batch_verifier};
use starfold_circuits::recursion::{BatchStatement, BatchVerifyError, DecodeError};
use starfold_primitives::claim::Claim;
use starfold_primitives::word::{Quadratic, Word, evaluate_words, words_digest, words_point};
use starfold_primitives::{Digest, Goldilocks, PrimeField64};
use starfold_transition::batch::MAX_WORDS;
use starfold_transition::claim_layout::boundary::{WORDS_DIGEST, WORDS_EVALUATION};
use starfold_transition::claim_layout::context::{FEE_UNIT, TIMESTAMP, WORDS_POINT};
use starfold_transition::closing::{NotClosed, check_closed};

use crate::codec::{BATCH_PROOF_VERSION, CodecError, decode_batch_proof, encode_batch_proof};

/// The proof of a batch, the claim that it proves, and the words that the claim speaks of.
#[derive(Clone, PartialEq, Eq)]
pub struct BatchProofFile {
    /// The version of the format.
    pub version: u16,
    /// The parameter set of the proof.
    pub parameters: ParameterSet,
    /// The claim.
    pub claim: Claim<Goldilocks>,
    /// The words of the batch.
    pub words: Vec<Word>,
    /// The batch circuit's proof, encoded.
    pub proof: Vec<u8>,
}

/// What a batch proof file that was verified says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The claim.
    pub claim: Claim<Goldilocks>,
    /// The digest of the batch circuit.
    pub circuit_digest: Digest,
    /// The root of the circuit set.
    pub circuit_set: Digest,
    /// `h`, the four elements that the proof exposes.
    pub exposed: Digest,
    /// The parameter set.
    pub parameters: ParameterSet,
}

/// The check that a batch proof file fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// The file is of another version of the format.
    #[error("the file has format version {actual}, this program verifies {expected}")]
    Version {
        /// The version that is verified.
        expected: u16,
        /// The file's.
        actual: u16,
    },
    /// There are more words than in any batch.
    #[error("the file has {actual} words, more than {MAX_WORDS}")]
    TooManyWords {
        /// The number of words.
        actual: usize,
    },
    /// The claim does not speak of a whole batch.
    #[error(transparent)]
    NotClosed(#[from] NotClosed),
    /// A quantity of the context that the circuits take for granted is out of range.
    #[error("the claim's {what} is {actual}, expected one below {limit}")]
    ContextRange {
        /// The quantity.
        what: &'static str,
        /// What it stays below.
        limit: u64,
        /// The claim's.
        actual: u64,
    },
    /// The claim is of other words.
    #[error("the words have the digest {expected}, the claim says {actual}")]
    WordsDigest {
        /// The digest of the file's words.
        expected: Digest,
        /// The claim's.
        actual: Digest,
    },
    /// The words were evaluated at another point.
    #[error("the words are evaluated at z1 = {expected:?}, the claim says {actual:?}")]
    WordsPoint {
        /// The point of the file's words.
        expected: [Goldilocks; 2],
        /// The claim's.
        actual: [Goldilocks; 2],
    },
    /// The words have another value.
    #[error("the words have the value y1 = {expected:?}, the claim says {actual:?}")]
    WordsEvaluation {
        /// The value of the file's words.
        expected: [Goldilocks; 2],
        /// The claim's.
        actual: [Goldilocks; 2],
    },
    /// The proof cannot be read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// The proof is of another statement, or wrong.
    #[error(transparent)]
    Proof(#[from] BatchVerifyError),
    /// This program's own pins are damaged.
    #[error(transparent)]
    Pins(#[from] PinsError),
}

impl BatchProofFile {
    /// Puts a file together.
    pub fn new(
        parameters: ParameterSet,
        claim: Claim<Goldilocks>,
        words: Vec<Word>,
        proof: Vec<u8>,
    ) -> Self {
        Self { version: BATCH_PROOF_VERSION, parameters, claim, words, proof }
    }

    /// The bytes of the file.
    pub fn to_bytes(&self) -> Vec<u8> {
        encode_batch_proof(self)
    }

    /// Reads what [`Self::to_bytes`] writes, without verifying it.
    ///
    /// # Errors
    /// [`CodecError`] where the bytes are anything else; never allocates more than a small multiple of them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CodecError> {
        decode_batch_proof(bytes)
    }

    /// Verifies that the words are those of the claim, that the claim is closed, and that the proof proves it.
    ///
    /// That the entry root, the chain and the rest of the context are the right ones is for the caller to compare.
    ///
    /// # Errors
    /// [`VerifyError`] names the first check that fails.
    pub fn verify(&self) -> Result<Verified, VerifyError> {
        let pins = Pins::committed()?;
        let set = pins.of(self.parameters)?.circuit_set().map_err(PinsError::from)?;
        self.verify_in(set.root())
    }

    /// Verifies the proof within a circuit set.
    pub(crate) fn verify_in(&self, circuit_set: Digest) -> Result<Verified, VerifyError> {
        if self.version != BATCH_PROOF_VERSION {
            let (expected, actual) = (BATCH_PROOF_VERSION, self.version);
            return Err(VerifyError::Version { expected, actual });
        }
        check_closed(&self.claim)?;
        check_ranges(&self.claim)?;
        self.verify_words()?;
        let verifier = batch_verifier(self.parameters)?;
        let statement = BatchStatement { claim: self.claim, set: circuit_set };
        let proof = verifier.decode(&self.proof)?;
        verifier.verify(&proof, &statement)?;
        Ok(Verified {
            claim: self.claim,
            circuit_digest: verifier.circuit(),
            circuit_set,
            exposed: proof.exposed(),
            parameters: self.parameters,
        })
    }

    fn verify_words(&self) -> Result<(), VerifyError> {
        let Self { claim, words, .. } = self;
        if words.len() > MAX_WORDS {
            return Err(VerifyError::TooManyWords { actual: words.len() });
        }
        let expected = words_digest(words);
        let actual = Digest(WORDS_DIGEST.read(&claim.exit));
        if actual != expected {
            return Err(VerifyError::WordsDigest { expected, actual });
        }
        let expected = words_point(expected, words).0;
        let actual = WORDS_POINT.read(&claim.context);
        if actual != expected {
            return Err(VerifyError::WordsPoint { expected, actual });
        }
        let expected = evaluate_words(words, Quadratic { 0: actual }).0;
        let actual = WORDS_EVALUATION.read(&claim.exit);
        if actual != expected {
            return Err(VerifyError::WordsEvaluation { expected, actual });
        }
        Ok(())
    }
}

/// Checks what the transaction AIR relies on (`docs/protocol.md`, section 6): beyond these limits a fee or an expiry would
/// wrap in the field.
fn check_ranges(claim: &Claim<Goldilocks>) -> Result<(), VerifyError> {
    for (what, slot, limit) in [("timestamp", TIMESTAMP, 1 << 32), ("fee unit", FEE_UNIT, 1 << 30)]
    {
        let actual = slot.get(&claim.context).to_canonical_u64();
        if actual >= limit {
            return Err(VerifyError::ContextRange { what, limit, actual });
        }
    }
    Ok(())
}

impl fmt::Debug for BatchProofFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { version, parameters, claim, words, proof } = self;
        f.debug_struct("BatchProofFile")
            .field("version", version)
            .field("parameters", parameters)
            .field("claim", claim)
            .field("words", &words.len())
            .field("proof_bytes", &proof.len())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use starfold_circuits::parameters::ParameterSet;
    use starfold_primitives::Field;
    use starfold_primitives::claim::{BOUNDARY_LEN, CONTEXT_LEN};
    use starfold_transition::claim_layout::ContextSlot;

    use super::*;

    fn refusal(slot: ContextSlot<1>, value: u64) -> Option<VerifyError> {
        let mut entry = [Goldilocks::ZERO; BOUNDARY_LEN];
        WORDS_EVALUATION.write(&mut entry, [Goldilocks::ONE, Goldilocks::ZERO]);
        let mut context = [Goldilocks::ZERO; CONTEXT_LEN];
        slot.write(&mut context, [Goldilocks::from_canonical_u64(value)]);
        let claim = Claim { context, entry, exit: entry };
        BatchProofFile::new(ParameterSet::Standard, claim, vec![], vec![]).verify().err()
    }

    #[test]
    fn a_context_beyond_what_the_circuits_assume_is_refused() {
        for (what, slot, limit) in
            [("timestamp", TIMESTAMP, 1_u64 << 32), ("fee unit", FEE_UNIT, 1 << 30)]
        {
            let actual = limit;
            let error = VerifyError::ContextRange { what, limit, actual };
            assert_eq!(refusal(slot, limit), Some(error));
            let below = refusal(slot, limit - 1);
            assert!(matches!(below, Some(VerifyError::WordsPoint { .. })), "{below:?}");
        }
    }
}
