//! What a run of the pipeline did.

use serde::{Deserialize, Serialize};
use starfold_primitives::Digest;

use crate::progress::Stage;

/// What a run did and what it cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProveReport {
    /// Blocks of all segments.
    pub blocks: usize,
    /// Blocks that hold a Noop.
    pub noops: usize,
    /// Blocks of the largest segment.
    pub segment: usize,
    /// Segments.
    pub segments: usize,
    /// Leaf proofs.
    pub leaves: usize,
    /// Levels of folds above the leaf proofs.
    pub fold_levels: usize,
    /// CPU seconds of each stage, all threads together.
    pub stage_cpu_seconds: StageSeconds,
    /// Proofs that this run made.
    pub proofs_made: u64,
    /// Proofs that were found and verified.
    pub proofs_reused: u64,
    /// The digest of the batch circuit.
    pub circuit_digest: Digest,
}

/// CPU seconds of each stage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StageSeconds {
    /// Building circuits.
    pub build: f64,
    /// Proving segments.
    pub prove: f64,
    /// Proving leaf circuits.
    pub leaf: f64,
    /// Proving folds.
    pub fold: f64,
    /// Proving the batch circuit.
    pub batch: f64,
}

impl StageSeconds {
    /// All stages together.
    pub fn total(&self) -> f64 {
        self.build + self.prove + self.leaf + self.fold + self.batch
    }

    pub(crate) fn add(&mut self, stage: Stage, seconds: f64) {
        let sum = match stage {
            Stage::Build => &mut self.build,
            Stage::Prove => &mut self.prove,
            Stage::Leaf => &mut self.leaf,
            Stage::Fold => &mut self.fold,
            Stage::Batch => &mut self.batch,
        };
        *sum += seconds;
    }
}
