//! Why a batch is not proved.

use std::ops::Range;

use starfold_circuits::pins::PinsError;
use starfold_circuits::recursion::{
    BatchError as BatchCircuitError, BuildError, CircuitSetError, FoldError, LeafBuildError,
    LeafError, ProverFailure, SegmentError, ShapeMismatch,
};
use starfold_circuits::transaction::trace::TraceError;
use starfold_primitives::Digest;
use starfold_transition::batch::BatchError;

use crate::atomic_file::FileError;
use crate::plan::PlanError;
use crate::proof_file::VerifyError;

/// Why a batch is not proved. Ranges are positions of transactions in the batch.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// The parts of the batch contradict each other.
    #[error("the batch is not consistent: {0}")]
    Batch(#[from] BatchError),
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The pins of the program are damaged.
    #[error(transparent)]
    Pins(#[from] PinsError),
    /// The pinned circuits make no circuit set.
    #[error(transparent)]
    CircuitSet(#[from] CircuitSetError),
    /// A leaf circuit has no pin.
    #[error("the circuit {name} is not pinned")]
    NotPinned {
        /// Its name.
        name: String,
    },
    /// A circuit that was built is not the pinned one.
    #[error("the circuit {name} has the digest {actual}, pinned is {pinned}")]
    Circuit {
        /// Its name.
        name: String,
        /// The pinned digest.
        pinned: Digest,
        /// The digest of the circuit just built.
        actual: Digest,
    },
    /// The fold or batch circuit cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A leaf circuit cannot be built.
    #[error("the leaf circuit {name}: {source}")]
    LeafBuild {
        /// Its name.
        name: String,
        /// Why.
        source: LeafBuildError,
    },
    /// The store of proofs failed.
    #[error(transparent)]
    Artifact(#[from] FileError),
    /// No threads.
    #[error("the threads cannot be started: {reason}")]
    Threads {
        /// Why.
        reason: String,
    },
    /// A segment has no trace.
    #[error("the segment of transactions {transactions:?}: {source}")]
    Trace {
        /// The segment.
        transactions: Range<usize>,
        /// Why; it counts positions from the segment's first transaction.
        source: TraceError,
    },
    /// The witnesses of a segment lead elsewhere than the batch says.
    #[error("the witnesses of transactions {transactions:?} do not lead to the batch's boundary")]
    TraceClaim {
        /// The segment.
        transactions: Range<usize>,
    },
    /// A segment is not proved.
    #[error("the segment of transactions {transactions:?}: {source}")]
    Segment {
        /// The segment.
        transactions: Range<usize>,
        /// Why.
        source: SegmentError,
    },
    /// A proof has not the form of its circuit's proofs.
    #[error("the proof of transactions {transactions:?}: {source}")]
    Encode {
        /// What it speaks of.
        transactions: Range<usize>,
        /// The part that differs.
        source: ShapeMismatch,
    },
    /// A leaf is not proved.
    #[error("the leaf proof of transactions {transactions:?}: {source}")]
    Leaf {
        /// What it speaks of.
        transactions: Range<usize>,
        /// Why.
        source: LeafError,
    },
    /// A fold is not proved.
    #[error("the fold of transactions {transactions:?}: {source}")]
    Fold {
        /// What it speaks of.
        transactions: Range<usize>,
        /// Why.
        source: FoldError,
    },
    /// The batch proof is not made.
    #[error("the batch proof: {0}")]
    BatchProof(#[from] BatchCircuitError),
    /// The batch proof that was made does not verify.
    #[error("the batch proof that was made is refused: {0}")]
    Verify(#[from] VerifyError),
}

impl ProveError {
    /// Why plonky2's prover failed, if that is the error: the fault is the circuit's, not the input's.
    pub(crate) fn prover_failure(&self) -> Option<&ProverFailure> {
        match self {
            Self::Leaf { source: LeafError::Prover(failure), .. }
            | Self::Fold { source: FoldError::Prover(failure), .. }
            | Self::BatchProof(BatchCircuitError::Prover(failure)) => Some(failure),
            _ => None,
        }
    }
}
