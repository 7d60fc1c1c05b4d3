//! Verifying a batch proof, and comparing what it claims with what is expected.

use std::path::Path;

use serde::{Deserialize, Serialize};
use starfold_aggregator::{BatchProofFile, CodecError, VerifyError};
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::{Pins, PinsError, batch_verifier};
use starfold_circuits::recursion;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, BatchNumber, ChainId};
use starfold_primitives::word::Word;
use starfold_state::StateError;
use starfold_transition::Parameters;
use starfold_transition::words::{DecodedTransaction, WordsError, decode};

use crate::claim::{BatchClaim, ClaimError};
use crate::directory::Rollup;
use crate::file::{self, FileError};
use crate::report::MAX_PROOF_BYTES;

/// Why a proof is not accepted.
#[derive(Debug, thiserror::Error)]
pub enum VerificationError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The file is no batch proof.
    #[error("the file is no batch proof: {0}")]
    Codec(#[from] CodecError),
    /// The proof does not prove its claim.
    #[error("the proof does not verify: {0}")]
    Verify(#[from] VerifyError),
    /// The claim is none of a rollup.
    #[error(transparent)]
    Claim(#[from] ClaimError),
    /// The words are not those of transactions.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// The proof was made with other parameters.
    #[error("the proof has the parameter set {actual}, expected {expected}")]
    ParameterSet {
        /// What was expected.
        expected: ParameterSet,
        /// That of the proof.
        actual: ParameterSet,
    },
    /// The claim is of another rollup, batch or state.
    #[error("the proof has {what} {actual}, expected {expected}")]
    Mismatch {
        /// What differs.
        what: &'static str,
        /// What was expected.
        expected: String,
        /// What the claim says.
        actual: String,
    },
    /// The rollup has not so many batches.
    #[error("the proof is of batch {actual}, the rollup has batches 1 to {head}")]
    UnknownBatch {
        /// The last batch of the rollup.
        head: BatchNumber,
        /// The claim's.
        actual: BatchNumber,
    },
    /// The state failed.
    #[error(transparent)]
    State(#[from] StateError),
}

impl VerificationError {
    /// Whether the proof is at fault, not the way it was named.
    pub fn is_content(&self) -> bool {
        !matches!(self, Self::File(error) if !error.is_content())
    }
}

/// What a proof is expected to claim; what is not given is not compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Expectations {
    /// The chain.
    pub chain_id: Option<ChainId>,
    /// The contract.
    pub contract: Option<Address>,
    /// The number of the batch.
    pub batch: Option<BatchNumber>,
    /// The state root before the batch.
    pub old_state_root: Option<Digest>,
    /// The state root after it.
    pub new_state_root: Option<Digest>,
    /// All parameters of the rollup.
    pub parameters: Option<Parameters>,
    /// The parameters of the proof; a file is verified with those that it names itself.
    pub parameter_set: Option<ParameterSet>,
}

/// A batch proof as it was read; nothing in it is to be believed before it is verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchProof {
    file: BatchProofFile,
    bytes: u64,
}

/// What was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifiedBatch {
    /// What the proof claims.
    pub claim: BatchClaim,
    /// The parameters of the proof.
    pub parameter_set: ParameterSet,
    /// The digest of the batch circuit.
    pub circuit_digest: Digest,
    /// The number of words.
    pub words: u64,
    /// The length of the batch circuit's proof.
    pub proof_bytes: u64,
    /// The length of the file.
    pub file_bytes: u64,
    /// The names of what was compared; none where nothing was expected.
    pub compared: Vec<String>,
}

impl BatchProof {
    /// Reads a proof's file.
    ///
    /// # Errors
    /// [`VerificationError::File`], [`VerificationError::Codec`].
    pub fn read(path: &Path) -> Result<Self, VerificationError> {
        Self::from_bytes(&file::read(path, MAX_PROOF_BYTES)?)
    }

    /// Reads the bytes of a proof's file.
    ///
    /// # Errors
    /// [`VerificationError::Codec`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VerificationError> {
        Ok(Self { file: BatchProofFile::from_bytes(bytes)?, bytes: bytes.len() as u64 })
    }

    /// The parameters that the file names.
    pub fn parameter_set(&self) -> ParameterSet {
        self.file.parameters
    }

    /// The length of the file.
    pub fn file_bytes(&self) -> u64 {
        self.bytes
    }

    /// The length of the batch circuit's proof in it.
    pub fn proof_bytes(&self) -> u64 {
        self.file.proof.len() as u64
    }

    /// The number of words.
    pub fn word_count(&self) -> u64 {
        self.file.words.len() as u64
    }

    /// The words.
    pub(crate) fn words(&self) -> &[Word] {
        &self.file.words
    }

    /// The root of the circuit set of the file's parameters, and the batch circuit's proof.
    pub(crate) fn decoded(&self) -> Result<(Digest, recursion::BatchProof), VerifyError> {
        let pins = Pins::committed()?;
        let set = pins.of(self.file.parameters)?.circuit_set().map_err(PinsError::from)?;
        let verifier = batch_verifier(self.file.parameters)?;
        Ok((set.root(), verifier.decode(&self.file.proof)?))
    }

    /// What the file claims.
    ///
    /// # Errors
    /// [`ClaimError`].
    pub fn claim(&self) -> Result<BatchClaim, ClaimError> {
        BatchClaim::read(&self.file.claim)
    }

    /// The transactions that the words of the file tell.
    ///
    /// # Errors
    /// [`WordsError`].
    pub fn transactions(&self) -> Result<Vec<DecodedTransaction>, WordsError> {
        decode(&self.file.words)
    }

    /// Verifies the proof and compares its claim.
    ///
    /// # Errors
    /// [`VerificationError`] names the first check that fails.
    pub fn verify(&self, expected: &Expectations) -> Result<VerifiedBatch, VerificationError> {
        let verified = self.file.verify()?;
        let claim = BatchClaim::read(&verified.claim)?;
        let compared = expected.compare(&claim, verified.parameters)?;
        Ok(VerifiedBatch {
            claim,
            parameter_set: verified.parameters,
            circuit_digest: verified.circuit_digest,
            words: self.word_count(),
            proof_bytes: self.proof_bytes(),
            file_bytes: self.bytes,
            compared,
        })
    }
}

impl Expectations {
    /// Compares in the order in which people look: chain, contract, batch, state.
    pub(crate) fn compare(
        &self,
        claim: &BatchClaim,
        parameter_set: ParameterSet,
    ) -> Result<Vec<String>, VerificationError> {
        let parameters = self.parameters;
        let mut compared = Compared(Vec::new());
        let chain_id = self.chain_id.or(parameters.map(|parameters| parameters.chain_id));
        compared.check("chain_id", chain_id, claim.chain_id)?;
        let contract = self.contract.or(parameters.map(|parameters| parameters.contract));
        compared.check("contract", contract, claim.contract)?;
        compared.check("fee_token", parameters.map(|p| p.fee_token), claim.fee_token)?;
        compared.check("fee_unit", parameters.map(|p| p.fee_unit), claim.fee_unit)?;
        if let Some(expected) = self.parameter_set {
            if expected != parameter_set {
                return Err(VerificationError::ParameterSet { expected, actual: parameter_set });
            }
            compared.0.push("parameter_set".to_owned());
        }
        compared.check("batch", self.batch, claim.batch)?;
        compared.check("old_state_root", self.old_state_root, claim.old_state_root)?;
        compared.check("new_state_root", self.new_state_root, claim.new_state_root)?;
        Ok(compared.0)
    }
}

/// The names of what was equal so far.
struct Compared(Vec<String>);

impl Compared {
    fn check<T: PartialEq + ToString>(
        &mut self,
        what: &'static str,
        expected: Option<T>,
        actual: T,
    ) -> Result<(), VerificationError> {
        let Some(expected) = expected else { return Ok(()) };
        if expected != actual {
            let (expected, actual) = (expected.to_string(), actual.to_string());
            return Err(VerificationError::Mismatch { what, expected, actual });
        }
        self.0.push(what.to_owned());
        Ok(())
    }
}

impl Rollup {
    /// What a proof of one of this rollup's batches must claim.
    ///
    /// # Errors
    /// [`VerificationError::UnknownBatch`], [`VerificationError::State`].
    pub fn expectations(&self, proof: &BatchProof) -> Result<Expectations, VerificationError> {
        self.expectations_of(proof.claim()?.batch)
    }

    /// What a proof of one of this rollup's batches must claim, by the batch's number.
    ///
    /// # Errors
    /// [`VerificationError::UnknownBatch`], [`VerificationError::State`].
    pub fn expectations_of(&self, batch: BatchNumber) -> Result<Expectations, VerificationError> {
        let head = self.state.head().batch;
        let before = batch.get().checked_sub(1).and_then(|before| BatchNumber::new(before).ok());
        let Some(before) = before.filter(|_| batch <= head) else {
            return Err(VerificationError::UnknownBatch { head, actual: batch });
        };
        Ok(Expectations {
            parameters: Some(self.config.parameters),
            parameter_set: Some(self.config.parameter_set),
            batch: Some(batch),
            old_state_root: Some(self.state.checkpoint(before)?.root),
            new_state_root: Some(self.state.checkpoint(batch)?.root),
            ..Expectations::default()
        })
    }
}

#[cfg(test)]
mod tests;
