//! The file of a wrapped batch.

use std::path::Path;

use serde::{Deserialize, Serialize};
use starfold_l1_verifier::WrappedProof;
use starfold_l1_verifier::groth16::{Groth16Proof, KeyDigest, KeyKind, PROOF_BYTES};
use starfold_primitives::Digest;
use starfold_primitives::word::{WORD_BYTES, Word};
use starfold_transition::batch::MAX_WORDS;
use starfold_transition::replay::BatchHeader;

use super::error::WrappedError;
use crate::claim::BatchClaim;
use crate::file;

/// The version of the format.
const VERSION: u32 = 1;
/// The most bytes of a wrapped batch's file: some three times what one with the most words has.
pub const MAX_WRAPPED_BYTES: u64 = 1 << 20;

/// A batch with a proof that Ethereum verifies. Nothing in one that was read is to be believed before it is verified.
#[derive(Clone, Debug, PartialEq)]
pub struct WrappedBatch {
    /// What the batch claims.
    pub claim: BatchClaim,
    /// The root of the circuit set whose circuits proved it.
    pub circuit_set: Digest,
    /// The words of the batch.
    pub words: Vec<Word>,
    /// C, the digest of claim and circuit set.
    pub claim_digest: Digest,
    /// `h`, the four elements that the batch proof exposes.
    pub exposed: Digest,
    /// The proof.
    pub proof: Groth16Proof,
    /// Where the secrets of its key come from.
    pub key_kind: KeyKind,
    /// The digest of the verifying key.
    pub verifying_key: KeyDigest,
}

/// The version alone, whatever else there is.
#[derive(Deserialize)]
struct Version {
    starfold_wrapped: u32,
}

/// The content of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Json {
    starfold_wrapped: u32,
    claim: BatchClaim,
    circuit_set: Digest,
    words: String,
    claim_digest: Digest,
    exposed: Digest,
    proof: String,
    key_kind: KeyKind,
    verifying_key: KeyDigest,
}

fn to_text(bytes: &[u8]) -> String {
    format!("0x{}", hex::encode(bytes))
}

/// The bytes of a text. Capital digits are refused, so that the same bytes have one text.
fn from_text(text: &str, what: &'static str) -> Result<Vec<u8>, WrappedError> {
    let digits = text.strip_prefix("0x").filter(|digits| !digits.contains(char::is_uppercase));
    let bytes = digits.and_then(|digits| hex::decode(digits).ok());
    bytes.ok_or(WrappedError::Hexadecimal { what })
}

fn read_words(text: &str) -> Result<Vec<Word>, WrappedError> {
    let bytes = from_text(text, "the words")?;
    let (words, rest) = bytes.as_chunks::<WORD_BYTES>();
    if !rest.is_empty() {
        return Err(WrappedError::WordsLength { actual: bytes.len() });
    }
    if words.len() > MAX_WORDS {
        return Err(WrappedError::TooManyWords { actual: words.len() });
    }
    Ok(words.iter().map(Word::from_bytes).collect())
}

impl WrappedBatch {
    /// Reads the file of a wrapped batch.
    ///
    /// # Errors
    /// [`WrappedError::File`], and as for [`Self::from_bytes`].
    pub fn read(path: &Path) -> Result<Self, WrappedError> {
        Self::from_bytes(&file::read(path, MAX_WRAPPED_BYTES)?)
    }

    /// Whether bytes are meant as a wrapped batch, not as a batch proof: they begin as a JSON object does.
    pub fn is_meant(bytes: &[u8]) -> bool {
        bytes.trim_ascii_start().starts_with(b"{")
    }

    /// Reads what [`Self::to_bytes`] writes, without verifying it.
    ///
    /// # Errors
    /// [`WrappedError`] where the bytes are anything else; never allocates more than a small multiple of them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, WrappedError> {
        let json_error =
            |error: serde_json::Error| WrappedError::Json { reason: error.to_string() };
        let Version { starfold_wrapped: actual } =
            serde_json::from_slice(bytes).map_err(json_error)?;
        if actual != VERSION {
            return Err(WrappedError::Version { expected: VERSION, actual });
        }
        let json: Json = serde_json::from_slice(bytes).map_err(json_error)?;
        Ok(Self {
            claim: json.claim,
            circuit_set: json.circuit_set,
            words: read_words(&json.words)?,
            claim_digest: json.claim_digest,
            exposed: json.exposed,
            proof: Groth16Proof::from_bytes(&from_text(&json.proof, "the proof's bytes")?)?,
            key_kind: json.key_kind,
            verifying_key: json.verifying_key,
        })
    }

    /// The bytes of the file: indented JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        file::json_bytes(&Json {
            starfold_wrapped: VERSION,
            claim: self.claim,
            circuit_set: self.circuit_set,
            words: to_text(&self.words_bytes()),
            claim_digest: self.claim_digest,
            exposed: self.exposed,
            proof: to_text(&self.proof_bytes()),
            key_kind: self.key_kind,
            verifying_key: self.verifying_key,
        })
    }

    /// What the contract is told beside the words; batch number and C are [`Self::claim`]'s `batch` and
    /// [`Self::claim_digest`].
    pub fn header(&self) -> BatchHeader {
        BatchHeader {
            timestamp: self.claim.timestamp,
            exit_root: self.claim.new_state_root,
            words_digest: self.claim.words_digest,
            counter: self.claim.transactions,
        }
    }

    /// The words as the contract takes them, 31 bytes each.
    pub fn words_bytes(&self) -> Vec<u8> {
        self.words.iter().flat_map(|word| word.to_bytes()).collect()
    }

    /// The proof as the contract takes it.
    pub fn proof_bytes(&self) -> [u8; PROOF_BYTES] {
        self.proof.to_bytes()
    }

    /// The proof and what it exposes, without the claim.
    pub fn wrapped_proof(&self) -> WrappedProof {
        WrappedProof { exposed: self.exposed, proof: self.proof.clone() }
    }
}
