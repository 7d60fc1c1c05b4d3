//! Why a benchmark stops.

use starfold_circuits::provable::{BoundaryCount, TraceFailure};
use starfold_circuits::recursion::{
    BatchError, BatchVerifyError, BuildError, CircuitSetError, FoldError, LeafError, SegmentError,
    ShapeMismatch,
};
use starfold_rollup::SealingError;
use starfold_rollup::file::FileError;

use super::GridError;
use super::fleet::FleetError;
use crate::workload::TransfersError;

/// Why a point of the grid is not measured. What was measured and proved before is kept.
#[derive(Debug, thiserror::Error)]
pub enum DepthError {
    /// The grid has a point that cannot be measured.
    #[error(transparent)]
    Grid(#[from] GridError),
    /// Fleets cannot be simulated.
    #[error(transparent)]
    Fleet(#[from] FleetError),
    /// A file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// There are no transfers to prove.
    #[error(transparent)]
    Transfers(#[from] TransfersError),
    /// The transfers are no batch.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// The batch is not the one that was asked for.
    #[error("the batch has {actual} transactions, not {expected}")]
    Transactions {
        /// How many were asked for.
        expected: usize,
        /// How many it has.
        actual: usize,
    },
    /// The batch is no run of transactions.
    #[error(transparent)]
    Run(#[from] BoundaryCount),
    /// A circuit cannot be built.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The circuits are no set.
    #[error(transparent)]
    Set(#[from] CircuitSetError),
    /// Transactions have no trace.
    #[error("a segment has no trace: {0}")]
    Trace(TraceFailure),
    /// A segment has no proof.
    #[error(transparent)]
    Segment(#[from] SegmentError),
    /// A proof is not of its system.
    #[error(transparent)]
    Encode(#[from] ShapeMismatch),
    /// Segments make no leaf proof.
    #[error(transparent)]
    Leaf(#[from] LeafError),
    /// Proofs do not fold.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// There is no batch proof.
    #[error(transparent)]
    Batch(#[from] BatchError),
    /// The batch proof is refused.
    #[error(transparent)]
    Verify(#[from] BatchVerifyError),
}
