//! The bytes of files: a header of fixed size, then what the header announces.
//!
//! Integers are little-endian and of fixed width, so that every file has one encoding and its length is known before
//! anything is allocated.

#[cfg(test)]
mod tests;

use bincode::config::{Configuration, Fixint, Limit, LittleEndian};
use bincode::{Decode, Encode};
use starfold_circuits::parameters::ParameterSet;
use starfold_primitives::claim::{CLAIM_LEN, Claim};
use starfold_primitives::word::{LimbOutOfRange, Word};
use starfold_primitives::{Goldilocks, NotCanonical, PrimeField64, canonical};
use starfold_transition::batch::MAX_WORDS;

use crate::artifact::{ArtifactKey, ArtifactKind, KEY_BYTES};
use crate::proof_file::BatchProofFile;

/// The version of the format of batch proof files.
pub const BATCH_PROOF_VERSION: u16 = 1;
/// The version of the format of artifacts.
pub(crate) const ARTIFACT_VERSION: u16 = 1;

const BATCH_PROOF_MAGIC: [u8; 8] = *b"SFBATCH\0";
const ARTIFACT_MAGIC: [u8; 8] = *b"SFPROOF\0";

/// Bytes of a word: four limbs.
const WORD_ENCODED_BYTES: usize = 32;
/// The largest header, beyond which nothing is decoded.
const HEADER_LIMIT: usize = 1024;

type HeaderConfig = Configuration<LittleEndian, Fixint, Limit<HEADER_LIMIT>>;

fn config() -> HeaderConfig {
    bincode::config::standard()
        .with_little_endian()
        .with_fixed_int_encoding()
        .with_limit::<HEADER_LIMIT>()
}

/// Why bytes are no file of a format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The bytes end within the header.
    #[error("the file has {actual} bytes, too few for its header")]
    Truncated {
        /// Bytes given.
        actual: usize,
    },
    /// The file is of another format.
    #[error("the file does not begin with {expected:?}")]
    Magic {
        /// What files of the format begin with.
        expected: &'static str,
    },
    /// The file is of another version of the format.
    #[error("the file has format version {actual}, this program reads {expected}")]
    Version {
        /// The version that is read.
        expected: u16,
        /// The file's.
        actual: u16,
    },
    /// The parameter set is unknown.
    #[error("there is no parameter set with number {code}")]
    ParameterSet {
        /// The number in the file.
        code: u8,
    },
    /// The kind of proof is unknown.
    #[error("there is no kind of proof with number {code}")]
    Kind {
        /// The number in the file.
        code: u8,
    },
    /// The file has more words than a batch.
    #[error("the file has {actual} words, more than {MAX_WORDS}")]
    TooManyWords {
        /// The number in the file.
        actual: u32,
    },
    /// The file has not the length that its header says.
    #[error("the file has {actual} bytes, its header says {expected}")]
    Length {
        /// What follows from the header.
        expected: u64,
        /// Bytes given.
        actual: usize,
    },
    /// An element of the claim is not below the field order.
    #[error("element {index} of the claim: {source}")]
    Claim {
        /// Its position.
        index: usize,
        /// Its value.
        source: NotCanonical,
    },
    /// A limb of a word has more than 62 bits.
    #[error("word {index}: {source}")]
    Word {
        /// The word's position.
        index: usize,
        /// The limb.
        source: LimbOutOfRange,
    },
    /// The header cannot be read.
    #[error("the header cannot be read: {reason}")]
    Header {
        /// Why.
        reason: String,
    },
}

#[derive(Encode, Decode)]
struct BatchProofHeader {
    magic: [u8; 8],
    version: u16,
    parameters: u8,
    claim: [u64; CLAIM_LEN],
    words: u32,
    proof_bytes: u32,
}

#[derive(Encode, Decode)]
struct ArtifactHeader {
    magic: [u8; 8],
    version: u16,
    kind: u8,
    key: [u8; KEY_BYTES],
    proof_bytes: u32,
}

fn encode_header(header: impl Encode) -> Vec<u8> {
    bincode::encode_to_vec(header, config())
        .expect("a header has a fixed size below the limit and writing to memory does not fail")
}

/// Reads a header and returns what follows it.
fn decode_header<T: Decode<()>>(bytes: &[u8]) -> Result<(T, &[u8]), CodecError> {
    bincode::decode_from_slice(bytes, config())
        .map(|(header, read)| (header, bytes.get(read..).unwrap_or_default()))
        .map_err(|error| match error {
            bincode::error::DecodeError::UnexpectedEnd { .. } => {
                CodecError::Truncated { actual: bytes.len() }
            }
            other => CodecError::Header { reason: other.to_string() },
        })
}

fn expect_format(
    (magic, expected_magic, name): ([u8; 8], [u8; 8], &'static str),
    (actual, expected): (u16, u16),
) -> Result<(), CodecError> {
    if magic != expected_magic {
        return Err(CodecError::Magic { expected: name });
    }
    if actual != expected {
        return Err(CodecError::Version { expected, actual });
    }
    Ok(())
}

fn parameters_code(parameters: ParameterSet) -> u8 {
    let position = ParameterSet::ALL.iter().position(|&set| set == parameters);
    position.and_then(|position| u8::try_from(position).ok()).expect("parameter sets are listed")
}

fn length(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).expect("proofs have less than four gigabytes")
}

/// Encodes a batch proof file.
pub(crate) fn encode_batch_proof(file: &BatchProofFile) -> Vec<u8> {
    let words = u32::try_from(file.words.len()).expect("a batch has at most 4,096 words");
    let mut bytes = encode_header(BatchProofHeader {
        magic: BATCH_PROOF_MAGIC,
        version: file.version,
        parameters: parameters_code(file.parameters),
        claim: file.claim.to_elements().map(|element| element.to_canonical_u64()),
        words,
        proof_bytes: length(&file.proof),
    });
    for word in &file.words {
        for limb in word.limbs() {
            bytes.extend(limb.to_le_bytes());
        }
    }
    bytes.extend(&file.proof);
    bytes
}

/// Decodes a batch proof file. Allocates no more than a small multiple of the input.
pub(crate) fn decode_batch_proof(bytes: &[u8]) -> Result<BatchProofFile, CodecError> {
    let (header, rest): (BatchProofHeader, _) = decode_header(bytes)?;
    expect_format(
        (header.magic, BATCH_PROOF_MAGIC, "SFBATCH"),
        (header.version, BATCH_PROOF_VERSION),
    )?;
    let code = header.parameters;
    let parameters = ParameterSet::ALL
        .get(usize::from(code))
        .copied()
        .ok_or(CodecError::ParameterSet { code })?;
    let claim = decode_claim(&header.claim)?;
    let word_count = usize::try_from(header.words).unwrap_or(usize::MAX);
    if word_count > MAX_WORDS {
        return Err(CodecError::TooManyWords { actual: header.words });
    }
    let word_bytes = word_count * WORD_ENCODED_BYTES;
    expect_rest(bytes, rest, word_bytes as u64 + u64::from(header.proof_bytes))?;
    let (words, proof) = rest.split_at(word_bytes);
    let words = decode_words(words)?;
    Ok(BatchProofFile { version: header.version, parameters, claim, words, proof: proof.to_vec() })
}

fn expect_rest(bytes: &[u8], rest: &[u8], announced: u64) -> Result<(), CodecError> {
    if rest.len() as u64 == announced {
        return Ok(());
    }
    let header = (bytes.len() - rest.len()) as u64;
    Err(CodecError::Length { expected: header + announced, actual: bytes.len() })
}

fn decode_claim(elements: &[u64; CLAIM_LEN]) -> Result<Claim<Goldilocks>, CodecError> {
    let mut claim = [Goldilocks::default(); CLAIM_LEN];
    for (index, (element, &value)) in claim.iter_mut().zip(elements).enumerate() {
        *element = canonical(value).map_err(|source| CodecError::Claim { index, source })?;
    }
    Ok(Claim::from_elements(&claim))
}

fn decode_words(bytes: &[u8]) -> Result<Vec<Word>, CodecError> {
    let (words, _) = bytes.as_chunks::<WORD_ENCODED_BYTES>();
    words
        .iter()
        .enumerate()
        .map(|(index, word)| {
            let (limbs, _) = word.as_chunks::<8>();
            let limbs = std::array::from_fn(|i| u64::from_le_bytes(limbs[i]));
            Word::new(limbs).map_err(|source| CodecError::Word { index, source })
        })
        .collect()
}

/// Encodes an artifact.
pub(crate) fn encode_artifact(key: &ArtifactKey, proof: &[u8]) -> Vec<u8> {
    let mut bytes = encode_header(ArtifactHeader {
        magic: ARTIFACT_MAGIC,
        version: ARTIFACT_VERSION,
        kind: key.kind().code(),
        key: key.hash(),
        proof_bytes: length(proof),
    });
    bytes.extend(proof);
    bytes
}

/// An artifact read from a file: which it says to be, and the bytes of the proof.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DecodedArtifact<'a> {
    pub(crate) kind: ArtifactKind,
    pub(crate) hash: [u8; KEY_BYTES],
    pub(crate) proof: &'a [u8],
}

/// Decodes an artifact, whose proof is left as it is.
pub(crate) fn decode_artifact(bytes: &[u8]) -> Result<DecodedArtifact<'_>, CodecError> {
    let (header, proof): (ArtifactHeader, _) = decode_header(bytes)?;
    expect_format((header.magic, ARTIFACT_MAGIC, "SFPROOF"), (header.version, ARTIFACT_VERSION))?;
    let kind =
        ArtifactKind::from_code(header.kind).ok_or(CodecError::Kind { code: header.kind })?;
    expect_rest(bytes, proof, u64::from(header.proof_bytes))?;
    Ok(DecodedArtifact { kind, hash: header.key, proof })
}
