//! Why something is not wrapped, not read or not accepted.

use std::path::PathBuf;

use starfold_aggregator::VerifyError as ProofError;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::pins::PinsError;
use starfold_l1_verifier::groth16::{
    KeyDigest, KeyError, KeyFileError, KeyKind, KeySummaryError, ProofBytesError, VerifyError,
};
use starfold_l1_verifier::layers::ChainBuildError;
use starfold_l1_verifier::{WrapperError, WrappingError};
use starfold_primitives::Digest;
use starfold_transition::batch::MAX_WORDS;

use super::wrap::Randomness;
use crate::file::FileError;
use crate::verification::VerificationError;

/// Why a wrapped batch is not read or not accepted.
#[derive(Debug, thiserror::Error)]
pub enum WrappedError {
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The content is no wrapped batch.
    #[error("the file is no wrapped batch: {reason}")]
    Json {
        /// What is wrong, and where.
        reason: String,
    },
    /// The file is of another version of the format.
    #[error("the wrapped batch has the format {actual}, this program reads {expected}")]
    Version {
        /// The version that is read.
        expected: u32,
        /// The file's.
        actual: u32,
    },
    /// A text is not `0x` and pairs of hexadecimal digits.
    #[error("{what} are not 0x and pairs of hexadecimal digits")]
    Hexadecimal {
        /// What the text stands for.
        what: &'static str,
    },
    /// The words end inside one.
    #[error("the words have {actual} bytes, expected a multiple of 31")]
    WordsLength {
        /// Their length.
        actual: usize,
    },
    /// There are more words than in any batch.
    #[error("there are {actual} words, more than {MAX_WORDS}")]
    TooManyWords {
        /// Their number.
        actual: usize,
    },
    /// The proof is none.
    #[error(transparent)]
    ProofBytes(#[from] ProofBytesError),
    /// The claim is of other words.
    #[error("the words have the digest {expected}, the claim says {actual}")]
    WordsDigest {
        /// The digest of the words.
        expected: Digest,
        /// The claim's.
        actual: Digest,
    },
    /// The leaf circuits are others than this program's.
    #[error("the circuit set is {actual}, expected {expected}")]
    CircuitSet {
        /// The pinned root.
        expected: Digest,
        /// The file's.
        actual: Digest,
    },
    /// The digest is of another claim.
    #[error("the claim has the digest C = {expected}, the file says {actual}")]
    ClaimDigest {
        /// The digest of claim and circuit set.
        expected: Digest,
        /// The file's.
        actual: Digest,
    },
    /// The proof exposes another claim.
    #[error("the claim is exposed as h = {expected}, the file says {actual}")]
    Exposed {
        /// What the claim compresses to.
        expected: Digest,
        /// The file's.
        actual: Digest,
    },
    /// The proof was made with another key.
    #[error("the proof was made with the verifying key {actual}, expected {expected}")]
    OtherKey {
        /// The key at hand.
        expected: KeyDigest,
        /// The key that the file names.
        actual: KeyDigest,
    },
    /// The file tells another origin of the key.
    #[error("the key is one of kind {expected}, the file says {actual}")]
    KeyKind {
        /// The key's kind.
        expected: KeyKind,
        /// The kind that the file names.
        actual: KeyKind,
    },
    /// The proof does not prove the claim.
    #[error("the proof does not verify: {0}")]
    Proof(#[from] VerifyError),
    /// It claims something else than is expected.
    #[error(transparent)]
    Expected(#[from] VerificationError),
    /// This program's own pins are damaged.
    #[error(transparent)]
    Pins(#[from] PinsError),
    /// This program's own verifying key is damaged.
    #[error("the committed development key: {0}")]
    CommittedKey(#[source] KeySummaryError),
}

impl WrappedError {
    /// Whether the proof is at fault, not the way it was named.
    pub fn is_content(&self) -> bool {
        match self {
            Self::File(error) => error.is_content(),
            Self::Expected(error) => error.is_content(),
            _ => true,
        }
    }
}

/// Why a key of the wrap cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyLoadError {
    /// The file is no key, or a damaged one.
    #[error("{}: {source}", path.display())]
    Summary {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: KeySummaryError,
    },
    /// The proving key cannot be read.
    #[error("{}: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: KeyFileError,
    },
    /// The key is none of the wrap's circuit.
    #[error("{}: {source}", path.display())]
    Key {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: KeyError,
    },
    /// The file tells another origin than the key has.
    #[error("{} says that its key is one of kind {actual}, it is {expected}", path.display())]
    Kind {
        /// The file.
        path: PathBuf,
        /// What the key is.
        expected: KeyKind,
        /// What the file says.
        actual: KeyKind,
    },
    /// The layers cannot be built.
    #[error(transparent)]
    Layers(#[from] ChainBuildError),
    /// The circuit cannot be recorded, or the key does not fit it.
    #[error(transparent)]
    Wrapper(#[from] WrapperError),
    /// The development key cannot be made.
    #[error("the development key: {0}")]
    Development(#[source] KeyError),
    /// This program's own verifying key is damaged.
    #[error("the committed development key: {0}")]
    CommittedKey(#[source] KeySummaryError),
}

impl KeyLoadError {
    /// Whether a key's content is at fault, not the way it was named.
    pub fn is_content(&self) -> bool {
        !matches!(
            self,
            Self::Summary { source: KeySummaryError::Io(_), .. }
                | Self::File { source: KeyFileError::Io(_), .. }
        )
    }
}

/// Why a batch proof is not wrapped.
#[derive(Debug, thiserror::Error)]
pub enum WrapError {
    /// The proof was made with other parameters than the wrap covers.
    #[error("the proof has the parameter set {actual}, the wrap covers {expected} alone")]
    ParameterSet {
        /// What the wrap covers.
        expected: ParameterSet,
        /// That of the proof.
        actual: ParameterSet,
    },
    /// The batch proof is not valid.
    #[error(transparent)]
    Batch(#[from] VerificationError),
    /// There is no wrapper.
    #[error(transparent)]
    Load(#[from] KeyLoadError),
    /// A stage failed.
    #[error(transparent)]
    Wrapping(#[from] WrappingError),
    /// There is no randomness.
    #[error(transparent)]
    Randomness(#[from] Randomness),
    /// What was made is not accepted.
    #[error("the wrapped batch that was made is refused: {0}")]
    Refused(#[from] WrappedError),
}

impl WrapError {
    /// Whether a proof or a key is at fault, not the way of use.
    pub fn is_content(&self) -> bool {
        match self {
            Self::Batch(error) => error.is_content(),
            Self::Load(error) => error.is_content(),
            _ => true,
        }
    }
}

impl From<ProofError> for WrapError {
    fn from(error: ProofError) -> Self {
        Self::Batch(error.into())
    }
}
