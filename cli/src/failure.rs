//! How a command fails: with a message and an exit status.

use std::fmt;
use std::process::ExitCode;

use serde::Serialize;
use starfold_benches::depth::DepthError;
use starfold_rollup::demo::DemoError;
use starfold_rollup::file::FileError;
use starfold_rollup::key_file::KeyFileError;
use starfold_rollup::workload::WorkloadError;
use starfold_rollup::wrapping::{CeremonyError, KeyLoadError, WrapError, WrappedError};
use starfold_rollup::{
    AttachError, DirectoryError, ProvingError, Rejected, RollbackError, SealingError, SyncError,
    VerificationError,
};
use starfold_settlement::{
    AcceptanceError, DeployError, EthereumKeyError, EventError, JournalError, NodeError, ReadError,
};
use starfold_state::StateError;

/// Why a command did not do what it was asked for.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    /// What happened.
    pub(crate) error: String,
    /// The transactions that break rules, where that is why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) rejected: Vec<Rejected>,
    #[serde(skip)]
    status: u8,
    /// Whether standard output has said it already.
    #[serde(skip)]
    pub(crate) reported: bool,
}

impl Failure {
    /// A proof, a transaction or a file is wrong.
    pub(crate) fn wrong(error: impl fmt::Display) -> Self {
        Self { error: error.to_string(), rejected: Vec::new(), status: 1, reported: false }
    }

    /// The command is used wrongly.
    pub(crate) fn usage(error: impl fmt::Display) -> Self {
        Self { status: 2, ..Self::wrong(error) }
    }

    pub(crate) fn of(error: impl fmt::Display, is_content: bool) -> Self {
        if is_content { Self::wrong(error) } else { Self::usage(error) }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.status)
    }
}

/// Errors that know whether content is at fault or the way of use.
macro_rules! failure_from {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                let is_content = error.is_content();
                Self::of(error, is_content)
            }
        }
    )*};
}

failure_from!(
    FileError,
    DirectoryError,
    KeyFileError,
    WorkloadError,
    ProvingError,
    RollbackError,
    SyncError,
    VerificationError,
    WrappedError,
    WrapError,
    KeyLoadError,
    CeremonyError,
    AttachError,
    NodeError,
    JournalError,
    EthereumKeyError,
    DeployError,
    DemoError
);

impl From<SealingError> for Failure {
    fn from(error: SealingError) -> Self {
        let mut failure = Self::of(&error, error.is_content());
        if let SealingError::Rejected { rejected, .. } = error {
            failure.rejected = rejected;
        }
        failure
    }
}

impl From<StateError> for Failure {
    fn from(error: StateError) -> Self {
        Self::wrong(error)
    }
}

/// What a contract or a node says is content.
macro_rules! wrong_from {
    ($($error:ty),*) => {$(
        impl From<$error> for Failure {
            fn from(error: $error) -> Self {
                Self::wrong(error)
            }
        }
    )*};
}

wrong_from!(DepthError, ReadError<NodeError>, EventError, AcceptanceError);

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::wrong(format!("cannot write the output: {error}"))
    }
}
