//! Why the story stops.

use starfold_circuits::pins::PinsError;
use starfold_l1_verifier::groth16::KeySummaryError;
use starfold_settlement::{DeploymentError, EmbeddedError, EventError, ReadError};

/// Why the story stops. Nothing that a user gives leads here.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The embedded chain refuses a transaction.
    #[error("{transaction}: {source}")]
    Chain {
        /// What it was to do.
        transaction: &'static str,
        /// Why it is refused.
        source: EmbeddedError,
    },
    /// The contract cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError<EmbeddedError>),
    /// The contract wrote what no rollup writes.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The deployment breaks a rule.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// The committed development key is damaged.
    #[error("the committed development key: {0}")]
    Key(#[from] KeySummaryError),
    /// The committed digests are damaged.
    #[error(transparent)]
    Pins(#[from] PinsError),
    /// Something is not as the story has it.
    #[error("{what} should be {expected}, but is {actual}")]
    Other {
        /// What.
        what: &'static str,
        /// How the story has it.
        expected: String,
        /// How it is.
        actual: String,
    },
}

impl DemoError {
    /// Whether stored content or the program is at fault, not the way of use.
    pub fn is_content(&self) -> bool {
        true
    }

    pub(super) fn unless_equal<T: PartialEq + ToString>(
        what: &'static str,
        expected: &T,
        actual: &T,
    ) -> Result<(), Self> {
        if expected == actual {
            return Ok(());
        }
        Err(Self::Other { what, expected: expected.to_string(), actual: actual.to_string() })
    }
}
