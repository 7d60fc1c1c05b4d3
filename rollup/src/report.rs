//! What a finished batch reports, kept beside its proof so that asking again gives the same answer.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use starfold_circuits::parameters::ParameterSet;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, BatchNumber, ChainId, Timestamp};

use crate::directory::Rollup;
use crate::file::{self, FileError};
use crate::record::{BatchRecord, Rejected};

/// The most bytes of a finished proof: some dozen times what one has.
pub const MAX_PROOF_BYTES: u64 = 4 << 20;

/// Seconds of processor time by stage. They are exact where the stages ran one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StageSeconds {
    /// Building circuits, or reading them from the cache.
    pub build: f64,
    /// Executing the transactions and sealing the batch.
    pub execute: f64,
    /// Proving segments.
    pub prove: f64,
    /// Verifying segment proofs in leaf proofs.
    pub leaf: f64,
    /// Folding.
    pub fold: f64,
    /// The batch proof.
    pub batch: f64,
}

/// What a batch cost and what it did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchReport {
    /// The number of the batch.
    pub batch: BatchNumber,
    /// The chain of the contract.
    pub chain_id: ChainId,
    /// The contract's address.
    pub contract: Address,
    /// The time of the batch.
    pub timestamp: Timestamp,
    /// The parameters of the proof.
    pub parameter_set: ParameterSet,
    /// Signed transactions that were executed.
    pub transactions: u32,
    /// L1 operations that were executed.
    pub l1_operations: u32,
    /// Blocks of all segments: one for each transaction and Noop.
    pub blocks: u64,
    /// Noops that fill the segments.
    pub noops: u64,
    /// Accounts that the batch opens.
    pub accounts_touched: u32,
    /// Blocks of the largest segment.
    pub segment: u64,
    /// The number of segments.
    pub segments: u64,
    /// Levels of folding above the leaf proofs.
    pub fold_levels: u64,
    /// Words that are published.
    pub words: u64,
    /// Proofs that were made in this run.
    pub proofs_made: u64,
    /// Proofs that an earlier run had left.
    pub proofs_reused: u64,
    /// Time from the start to the proof, by the clock on the wall.
    pub wall_seconds: f64,
    /// Processor time of all threads.
    pub cpu_seconds: f64,
    /// Processor time by stage.
    pub stage_cpu_seconds: StageSeconds,
    /// The most memory in use.
    pub peak_rss_bytes: u64,
    /// The length of the batch circuit's proof.
    pub proof_bytes: u64,
    /// The length of the proof's file: claim, words and proof.
    pub file_bytes: u64,
    /// The state root before the batch.
    pub old_state_root: Digest,
    /// The state root after it.
    pub new_state_root: Digest,
    /// The digest of the batch circuit.
    pub circuit_digest: Digest,
    /// Transactions that were left out.
    pub rejected: Vec<Rejected>,
}

/// A proof and its report.
#[derive(Clone, Debug, PartialEq)]
pub struct FinishedBatch {
    /// The bytes of the proof's file.
    pub proof: Vec<u8>,
    /// What it cost.
    pub report: BatchReport,
}

impl Rollup {
    /// Whether a sealed batch has its proof.
    pub fn is_proved(&self, record: &BatchRecord) -> bool {
        self.proof_path(record, "proof").exists()
    }

    /// The proof of a sealed batch, if it has one.
    ///
    /// # Errors
    /// [`FileError`].
    pub fn finished(&self, record: &BatchRecord) -> Result<Option<FinishedBatch>, FileError> {
        if !self.is_proved(record) {
            return Ok(None);
        }
        let proof = file::read(&self.proof_path(record, "proof"), MAX_PROOF_BYTES)?;
        let report = file::read_json(&self.proof_path(record, "json"))?;
        Ok(Some(FinishedBatch { proof, report }))
    }

    /// Keeps a proof; its file is written last and marks the batch as proved.
    pub(crate) fn finish(
        &self,
        record: &BatchRecord,
        finished: &FinishedBatch,
    ) -> Result<(), FileError> {
        let folder = self.layout.proofs();
        std::fs::create_dir_all(&folder).map_err(FileError::io("create", folder))?;
        file::write(&self.proof_path(record, "json"), &file::json_bytes(&finished.report))?;
        file::write(&self.proof_path(record, "proof"), &finished.proof)
    }

    /// Where the proof or the report of a batch lies. The name tells the inputs apart, so that a batch
    /// that takes the place of an abandoned one does not find the other's proof.
    fn proof_path(&self, record: &BatchRecord, extension: &str) -> PathBuf {
        let batch = record.sealed.context.batch;
        let digest = record.sealed.input_digest.to_string();
        self.layout.proofs().join(format!("{batch}-{}.{extension}", &digest[2..18]))
    }
}
