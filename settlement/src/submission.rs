//! What the operator sends to have a batch accepted.

use alloy::sol_types::SolCall as _;
use starfold_l1_verifier::groth16::PROOF_BYTES;
use starfold_primitives::Digest;
use starfold_primitives::digest::DigestError;
use starfold_primitives::quantities::{Address, Amount, BatchNumber, Timestamp};
use starfold_primitives::word::{WORD_BYTES, Word};
use starfold_transition::batch::MAX_WORDS;
use starfold_transition::replay::BatchHeader;

use crate::call::Call;
use crate::contracts::Rollup::{self, submitBatchCall};
use crate::convert::to_evm_integer;

/// A batch as the contract takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// Its number.
    pub batch: BatchNumber,
    /// What a replay is told beside the words.
    pub header: BatchHeader,
    /// C, the digest of its claim and the circuit set.
    pub claim_digest: Digest,
    /// Its words.
    pub words: Vec<Word>,
    /// The wrapped proof.
    pub proof: [u8; PROOF_BYTES],
}

/// Why calldata is no submission in the one encoding that the contract accepts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubmissionError {
    /// The call is of another function.
    #[error(
        "the call has the selector 0x{}, submitBatch has 0x{}",
        hex::encode(actual),
        hex::encode(submitBatchCall::SELECTOR)
    )]
    Selector {
        /// The selector; fewer than four bytes where the call is shorter.
        actual: Vec<u8>,
    },
    /// The length is not what the lengths of words and proof demand.
    #[error("the call has {actual} bytes, its arguments take {expected}")]
    Length {
        /// What the arguments take.
        expected: usize,
        /// The length.
        actual: usize,
    },
    /// A number is larger than its type.
    #[error("{field} is out of its range")]
    Range {
        /// What the number is.
        field: &'static str,
    },
    /// An offset or a length is another than in the usual encoding.
    #[error("{field} is {actual} instead of {expected}")]
    Layout {
        /// What the number is.
        field: &'static str,
        /// What it is in the usual encoding.
        expected: usize,
        /// What it is.
        actual: usize,
    },
    /// An element of a digest is not below p.
    #[error("{field} is no digest: {error}")]
    Digest {
        /// Which digest.
        field: &'static str,
        /// What is wrong.
        error: DigestError,
    },
    /// The words are no multiple of 31 bytes.
    #[error("{length} bytes are no whole number of words of {WORD_BYTES} bytes")]
    WordsLength {
        /// The length in bytes.
        length: usize,
    },
    /// There are more words than a batch may have.
    #[error("there are {actual} words, a batch has at most {MAX_WORDS}")]
    TooManyWords {
        /// The number of words.
        actual: usize,
    },
    /// Padding is not zero.
    #[error("the padding behind the {field} is not zero")]
    Padding {
        /// What stands before it.
        field: &'static str,
    },
}

/// Bytes of a slot of the encoding.
const SLOT: usize = 32;
/// Bytes before the arguments.
const SELECTOR: usize = 4;
/// Slots of the header.
const HEADER: usize = 6;
/// Where the arguments' part of fixed length ends: the header and two offsets.
const HEAD: usize = (HEADER + 2) * SLOT;

impl Submission {
    /// The call of the contract.
    #[must_use]
    pub fn call(&self, rollup: Address) -> Call {
        let header = Rollup::BatchHeader {
            batchNumber: self.batch.get(),
            timestamp: self.header.timestamp.get(),
            counter: self.header.counter,
            exitRoot: to_evm_integer(self.header.exit_root),
            wordsDigest: to_evm_integer(self.header.words_digest),
            claimDigest: to_evm_integer(self.claim_digest),
        };
        let words: Vec<u8> = self.words.iter().flat_map(|word| word.to_bytes()).collect();
        let (words, proof) = (words.into(), self.proof.to_vec().into());
        let data = submitBatchCall { header, words, proof }.abi_encode();
        Call { to: Some(rollup), data, value: Amount::ZERO }
    }

    /// Reads a submission from calldata: the inverse of [`call`](Self::call).
    ///
    /// # Errors
    /// [`SubmissionError`] for anything but the one encoding.
    pub fn decode(calldata: &[u8]) -> Result<Self, SubmissionError> {
        let (selector, data) = calldata.split_at(SELECTOR.min(calldata.len()));
        if selector != submitBatchCall::SELECTOR {
            return Err(SubmissionError::Selector { actual: selector.to_vec() });
        }
        let arguments = Arguments(data);
        let words = arguments.bytes(&WORDS, HEAD)?;
        let proof_at = HEAD + SLOT + words.len().next_multiple_of(SLOT);
        let proof = arguments.bytes(&PROOF, proof_at)?;
        let expected = proof_at + SLOT + proof.len().next_multiple_of(SLOT);
        if data.len() != expected {
            let (expected, actual) = (SELECTOR + expected, calldata.len());
            return Err(SubmissionError::Length { expected, actual });
        }
        let timestamp = Timestamp::new(arguments.number("the timestamp", 1)?);
        let batch = BatchNumber::new(arguments.number("the batch number", 0)?);
        let range = |field| move |_| SubmissionError::Range { field };
        Ok(Self {
            batch: batch.map_err(range("the batch number"))?,
            header: BatchHeader {
                timestamp: timestamp.map_err(range("the timestamp"))?,
                counter: arguments.number("the counter", 2)?,
                exit_root: arguments.digest("the exit root", 3)?,
                words_digest: arguments.digest("D", 4)?,
            },
            claim_digest: arguments.digest("C", 5)?,
            words: read_words(words)?,
            proof: proof.try_into().map_err(|_| SubmissionError::Layout {
                field: PROOF.length,
                expected: PROOF_BYTES,
                actual: proof.len(),
            })?,
        })
    }
}

fn read_words(bytes: &[u8]) -> Result<Vec<Word>, SubmissionError> {
    let (words, rest) = bytes.as_chunks::<WORD_BYTES>();
    if !rest.is_empty() {
        return Err(SubmissionError::WordsLength { length: bytes.len() });
    }
    if words.len() > MAX_WORDS {
        return Err(SubmissionError::TooManyWords { actual: words.len() });
    }
    Ok(words.iter().map(Word::from_bytes).collect())
}

/// An argument of variable length.
struct Part {
    field: &'static str,
    /// The name of its offset.
    offset: &'static str,
    /// The name of its length.
    length: &'static str,
    /// The slot of its offset.
    slot: usize,
}

const WORDS: Part = Part {
    field: "words",
    offset: "the offset of the words",
    length: "the length of the words",
    slot: HEADER,
};
const PROOF: Part = Part {
    field: "proof",
    offset: "the offset of the proof",
    length: "the length of the proof",
    slot: HEADER + 1,
};

/// The arguments of a call: slots of 32 bytes.
struct Arguments<'a>(&'a [u8]);

impl<'a> Arguments<'a> {
    fn slot(&self, at: usize) -> Result<[u8; SLOT], SubmissionError> {
        let slot = self.0.get(at..).and_then(|rest| rest.first_chunk());
        let (expected, actual) = (SELECTOR + at + SLOT, SELECTOR + self.0.len());
        slot.copied().ok_or(SubmissionError::Length { expected, actual })
    }

    fn number(&self, field: &'static str, slot: usize) -> Result<u32, SubmissionError> {
        let bytes = self.slot(slot * SLOT)?;
        let (high, low) = bytes.split_at(SLOT - 4);
        let low = low.first_chunk().copied().map(u32::from_be_bytes);
        low.filter(|_| high.iter().all(|&byte| byte == 0)).ok_or(SubmissionError::Range { field })
    }

    fn digest(&self, field: &'static str, slot: usize) -> Result<Digest, SubmissionError> {
        Digest::from_bytes(&self.slot(slot * SLOT)?)
            .map_err(|error| SubmissionError::Digest { field, error })
    }

    /// Bytes of variable length, whose slot of the length must be at a place.
    fn bytes(&self, part: &Part, expected: usize) -> Result<&'a [u8], SubmissionError> {
        let Part { field, offset, length: length_field, slot } = *part;
        // what is longer than memory is longer than the calldata
        let length_of = |field, at| {
            let number = self.number(field, at)?;
            Ok(usize::try_from(number).unwrap_or(usize::MAX))
        };
        let actual = length_of(offset, slot)?;
        if actual != expected {
            return Err(SubmissionError::Layout { field: offset, expected, actual });
        }
        let length = length_of(length_field, expected / SLOT)?;
        let padded = length.checked_next_multiple_of(SLOT).unwrap_or(usize::MAX);
        let rest = &self.0[expected + SLOT..];
        let Some(bytes) = rest.get(..padded) else {
            let (end, actual) = (SELECTOR + expected + SLOT, SELECTOR + self.0.len());
            return Err(SubmissionError::Length { expected: end.saturating_add(padded), actual });
        };
        let (bytes, padding) = bytes.split_at(length);
        if padding.iter().any(|&byte| byte != 0) {
            return Err(SubmissionError::Padding { field });
        }
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests;
