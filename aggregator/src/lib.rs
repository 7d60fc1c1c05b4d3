//! The pipeline that proves: a sealed batch becomes a batch proof.
//!
//! [`Plan`] splits the transactions into segments and says which leaf circuits verify them and how their proofs are
//! folded. [`prove`] carries the plan out, stage by stage, and stores every proof in an [`ArtifactStore`] as soon as
//! it is made: a run that was killed at any moment is resumed with nothing proved twice. Its result is a
//! [`BatchProofFile`], which anyone can verify in milliseconds.

mod artifact;
mod atomic_file;
mod cache;
mod codec;
mod error;
mod pipeline;
mod plan;
mod progress;
mod proof_file;
mod report;
pub mod usage;

pub use artifact::{ArtifactFault, ArtifactKey, ArtifactKind, ArtifactStore, FaultReason};
pub use atomic_file::{FileError, ReadError};
pub use cache::CacheFault;
pub use codec::{BATCH_PROOF_VERSION, CodecError};
pub use error::ProveError;
pub use pipeline::{ProveRequest, Proved, prove};
pub use plan::{
    DEFAULT_MEMORY_BYTES, Estimate, FoldTree, MAX_TRANSACTIONS, Plan, PlanError, PlanOptions,
    PlannedLeaf, PlannedSegment, TreeNode, blocks_of, leaf_specs,
};
pub use progress::{Note, Progress, Silent, Stage};
pub use proof_file::{BatchProofFile, Verified, VerifyError};
pub use report::{ProveReport, StageSeconds};
