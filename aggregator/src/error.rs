//! Why a batch is not proved.

use std::ops::Range;

use starfold_circuits::pins::PinsError;
use starfold_circuits::provable::{BoundaryCount, TraceFailure};
use starfold_circuits::recursion::{
    BatchError as BatchCircuitError, BatchVerifyError, BuildError, FoldError, LeafBuildError,
    LeafError, ProverFailure, SegmentError, ShapeMismatch,
};
use starfold_primitives::claim::BrokenChain;
use starfold_primitives::{Digest, Goldilocks};
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
    /// A run has not one boundary more than transactions.
    #[error(transparent)]
    Boundaries(#[from] BoundaryCount),
    /// A run has no boundary at all.
    #[error("run {run} has no boundary")]
    NoBoundary {
        /// Its place.
        run: usize,
    },
    /// A run does not follow the one before.
    #[error("run {run} does not follow the one before: {source}")]
    BrokenRuns {
        /// The place of the later one.
        run: usize,
        /// The first element that differs.
        source: BrokenChain,
    },
    /// The set has no circuit over an AIR.
    #[error("no circuit of the set is over the AIR {air:?}")]
    UnknownAir {
        /// Its name.
        air: String,
    },
    /// The run was cancelled.
    #[error("proving was cancelled; what was finished is kept")]
    Cancelled,
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
        source: TraceFailure,
    },
    /// The witnesses of a segment lead elsewhere than the batch says.
    #[error(
        "transactions {transactions:?} lead to a boundary whose element {element} is {actual}, the batch says {expected}"
    )]
    TraceClaim {
        /// The segment.
        transactions: Range<usize>,
        /// The first element that differs.
        element: usize,
        /// The batch's.
        expected: Goldilocks,
        /// That of the trace.
        actual: Goldilocks,
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
    Refused(#[from] BatchVerifyError),
    /// The file of the batch proof that was made does not verify.
    #[error("the batch proof that was made is refused: {0}")]
    Verify(#[from] VerifyError),
}

impl ProveError {
    /// Why the prover of a circuit failed, if that is the error: the fault is the circuit's, not the input's.
    pub(crate) fn prover_failure(&self) -> Option<&ProverFailure> {
        match self {
            Self::Leaf { source: LeafError::Prover(failure), .. }
            | Self::Fold { source: FoldError::Prover(failure), .. }
            | Self::BatchProof(BatchCircuitError::Prover(failure)) => Some(failure),
            _ => None,
        }
    }
}
