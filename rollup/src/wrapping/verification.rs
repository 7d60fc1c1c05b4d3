//! Verifying a wrapped batch as the contract does, from its claim and its words alone.

use serde::{Deserialize, Serialize};
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::{Pins, PinsError};
use starfold_l1_verifier::groth16::{KeyDigest, KeyKind, KeySummary, PROOF_BYTES, VerifyingKey};
use starfold_primitives::Digest;
use starfold_primitives::word::words_digest;
use starfold_transition::batch::MAX_WORDS;
use starfold_transition::claim_digest::claim_digest;

use super::error::WrappedError;
use super::file::WrappedBatch;
use crate::claim::BatchClaim;
use crate::verification::Expectations;

/// The parameter set that the wrap covers.
pub(super) const COVERED: ParameterSet = ParameterSet::Standard;

/// What was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifiedWrap {
    /// What the batch claims.
    pub claim: BatchClaim,
    /// The parameters of the batch proof that was wrapped.
    pub parameter_set: ParameterSet,
    /// The root of the circuit set, that of this program.
    pub circuit_set: Digest,
    /// C, the digest of claim and circuit set.
    pub claim_digest: Digest,
    /// `h`, the four elements that the batch proof exposes.
    pub exposed: Digest,
    /// The number of words.
    pub words: u64,
    /// The length of the proof.
    pub proof_bytes: u64,
    /// Where the secrets of the key come from.
    pub key_kind: KeyKind,
    /// The digest of the verifying key.
    pub verifying_key: KeyDigest,
    /// The names of what was compared; none where nothing was expected.
    pub compared: Vec<String>,
}

/// The kind of a verifying key: development for the committed one, which anyone can make.
pub(super) fn kind_of(key: &VerifyingKey, development: &KeySummary) -> KeyKind {
    if *key == development.verifying_key { KeyKind::Development } else { KeyKind::Ceremony }
}

fn equal<T: PartialEq>(
    expected: T,
    actual: T,
    error: impl FnOnce(T, T) -> WrappedError,
) -> Result<(), WrappedError> {
    if actual == expected { Ok(()) } else { Err(error(expected, actual)) }
}

impl WrappedBatch {
    /// Verifies the proof under a key, and compares what it claims.
    ///
    /// Everything is computed anew from the claim and the words. Whether the key is to be trusted is for the caller to
    /// say: under the development key anyone can forge.
    ///
    /// # Errors
    /// [`WrappedError`] names the first check that fails.
    pub fn verify(
        &self,
        key: &VerifyingKey,
        expected: &Expectations,
    ) -> Result<VerifiedWrap, WrappedError> {
        self.verify_statement()?;
        let development = KeySummary::development().map_err(WrappedError::CommittedKey)?;
        let kind = kind_of(key, &development);
        equal(key.digest(), self.verifying_key, |expected, actual| WrappedError::OtherKey {
            expected,
            actual,
        })?;
        equal(kind, self.key_kind, |expected, actual| WrappedError::KeyKind { expected, actual })?;
        self.wrapped_proof().verify(key)?;
        let compared = expected.compare(&self.claim, COVERED)?;
        Ok(VerifiedWrap {
            claim: self.claim,
            parameter_set: COVERED,
            circuit_set: self.circuit_set,
            claim_digest: self.claim_digest,
            exposed: self.exposed,
            words: self.words.len() as u64,
            proof_bytes: PROOF_BYTES as u64,
            key_kind: kind,
            verifying_key: self.verifying_key,
            compared,
        })
    }

    /// Checks that what the proof is said to expose follows from claim and words.
    fn verify_statement(&self) -> Result<(), WrappedError> {
        if self.words.len() > MAX_WORDS {
            return Err(WrappedError::TooManyWords { actual: self.words.len() });
        }
        let words = words_digest(&self.words);
        equal(words, self.claim.words_digest, |expected, actual| WrappedError::WordsDigest {
            expected,
            actual,
        })?;
        let pins = Pins::committed()?;
        let set = pins.of(COVERED)?.circuit_set().map_err(PinsError::from)?.root();
        equal(set, self.circuit_set, |expected, actual| WrappedError::CircuitSet {
            expected,
            actual,
        })?;
        let compressed = claim_digest(&self.claim.closed(&self.words), self.circuit_set);
        equal(compressed.digest, self.claim_digest, |expected, actual| {
            WrappedError::ClaimDigest { expected, actual }
        })?;
        equal(compressed.exposed, self.exposed, |expected, actual| WrappedError::Exposed {
            expected,
            actual,
        })
    }
}
