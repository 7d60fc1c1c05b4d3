//! The pipeline that proves: a sealed batch becomes a batch proof.
//!
//! [`Plan`] splits the transactions into segments and says which leaf circuits verify them and how their proofs are
//! folded. [`Pipeline`] carries the plan out, stage by stage, and stores every proof in an [`ArtifactStore`] as soon as
//! it is made: a run that was killed at any moment is resumed with nothing proved twice. It takes runs of any
//! transition whose circuits are in its set; [`prove`] proves with it what the built-in rollup sealed, and the result is
//! a [`BatchProofFile`], which anyone can verify in milliseconds.

mod artifact;
mod atomic_file;
mod cache;
mod calibration;
mod cancel;
mod codec;
mod error;
mod pipeline;
mod plan;
mod progress;
mod proof_file;
mod report;
mod sealed;
pub mod usage;

pub use artifact::{ArtifactFault, ArtifactKey, ArtifactKind, ArtifactStore, FaultReason};
pub use atomic_file::{FileError, ReadError};
pub use cache::CacheFault;
pub use calibration::{CalibrationError, measure_costs};
pub use cancel::CancelToken;
pub use codec::{BATCH_PROOF_VERSION, CodecError};
pub use error::ProveError;
pub use pipeline::{Pipeline, ProvedBatch};
pub use plan::{
    CostModel, Costs, DEFAULT_MEMORY_BYTES, Estimate, FoldTree, LeafCost, LeafKind, Microseconds,
    Plan, PlanError, PlanOptions, PlannedLeaf, PlannedRun, PlannedSegment, TreeNode,
};
pub use progress::{Event, Note, Progress, Silent, Stage};
pub use proof_file::{BatchProofFile, Verified, VerifyError};
pub use report::{ProveReport, StageSeconds};
pub use sealed::{ProveRequest, Proved, prove};
