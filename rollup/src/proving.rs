//! From a sealed batch to its proof.

use std::path::{Path, PathBuf};
use std::time::Instant;

use starfold_aggregator::usage::{CpuClock, peak_rss_bytes};
use starfold_aggregator::{
    Pipeline, PlanOptions, Progress, ProveError, ProveReport, ProveRequest, Proved, prove,
};
use starfold_circuits::air::Air as _;
use starfold_circuits::parameters::ParameterSet;
use starfold_circuits::proving_set::ProvingSet;
use starfold_circuits::transaction::TransactionAir;
use starfold_transition::SealedBatch;
use starfold_transition::batch::MAX_WORDS;

use crate::directory::Rollup;
use crate::file::FileError;
use crate::record::BatchRecord;
use crate::report::{BatchReport, FinishedBatch, StageSeconds};

/// Why a sealed batch is not proved. It stays sealed, and its finished proofs stay.
#[derive(Debug, thiserror::Error)]
pub enum ProvingError {
    /// A file failed.
    #[error(transparent)]
    File(#[from] FileError),
    /// Proving failed.
    #[error(transparent)]
    Prove(#[from] ProveError),
}

impl ProvingError {
    /// Whether something stored or the program is at fault, not the way of use.
    pub fn is_content(&self) -> bool {
        match self {
            Self::File(error) => error.is_content(),
            Self::Prove(error) => !matches!(error, ProveError::Plan(_)),
        }
    }
}

/// When a run began, for the times in its report.
#[derive(Clone, Copy, Debug)]
pub struct Started {
    wall: Instant,
    cpu: CpuClock,
}

impl Started {
    /// Begins now.
    pub fn now() -> Self {
        Self { wall: Instant::now(), cpu: CpuClock::start() }
    }

    /// Time since, by the clock on the wall.
    pub fn wall_seconds(self) -> f64 {
        self.wall.elapsed().as_secs_f64()
    }

    pub(crate) fn cpu_seconds(self) -> f64 {
        self.cpu.seconds()
    }
}

/// The folder of built circuits: `STARFOLD_CACHE_DIR`, or `starfold` in the user's cache folder, or in
/// the system's temporary folder where the user has none.
pub fn cache_folder() -> PathBuf {
    let variable =
        |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("STARFOLD_CACHE_DIR")
        .or_else(|| variable("XDG_CACHE_HOME").map(|folder| folder.join("starfold")))
        .or_else(|| variable("HOME").map(|folder| folder.join(".cache").join("starfold")))
        .unwrap_or_else(|| std::env::temp_dir().join("starfold-cache"))
}

impl Rollup {
    /// Checks that a batch of about so many transactions can be planned, before it is sealed.
    ///
    /// # Errors
    /// [`ProveError::Plan`] in [`ProvingError::Prove`].
    pub fn check_plan(
        &self,
        transactions: usize,
        options: &PlanOptions,
    ) -> Result<(), ProvingError> {
        let set = ProvingSet::built_in(self.config.parameter_set).map_err(ProveError::from)?;
        // each has a word
        let transactions = transactions.clamp(1, MAX_WORDS);
        let planned =
            Pipeline::new(&set).options(*options).plan(&[(TransactionAir::NAME, transactions)]);
        Ok(planned.map(drop)?)
    }

    /// Proves a sealed batch, or takes the proof that it has.
    ///
    /// # Errors
    /// [`ProvingError`]; what was proved until then is kept and used by the next run.
    pub fn prove(
        &self,
        record: &BatchRecord,
        options: PlanOptions,
        cache: &Path,
        progress: &dyn Progress,
        started: Started,
    ) -> Result<FinishedBatch, ProvingError> {
        if let Some(finished) = self.finished(record)? {
            return Ok(finished);
        }
        let artifacts = self.layout.artifacts();
        let request = ProveRequest {
            batch: &record.sealed,
            parameters: self.config.parameter_set,
            options,
            artifacts: &artifacts,
            cache,
        };
        let Proved { proof, report } = prove(&request, progress)?;
        let bytes = proof.to_bytes();
        let report = BatchReport {
            proof_bytes: proof.proof.len() as u64,
            file_bytes: bytes.len() as u64,
            ..report_of(record, &report, proof.parameters, started)
        };
        let finished = FinishedBatch { proof: bytes, report };
        self.finish(record, &finished)?;
        Ok(finished)
    }
}

/// Everything but the lengths of the proof.
fn report_of(
    record: &BatchRecord,
    proved: &ProveReport,
    parameter_set: ParameterSet,
    started: Started,
) -> BatchReport {
    let sealed: &SealedBatch = &record.sealed;
    let signed = sealed.transactions.iter().filter(|witness| witness.operation.kind.is_signed());
    let stages = proved.stage_cpu_seconds;
    BatchReport {
        batch: sealed.context.batch,
        chain_id: sealed.context.chain_id,
        contract: sealed.context.contract,
        timestamp: sealed.context.timestamp,
        parameter_set,
        transactions: u32::try_from(signed.count()).expect("a batch has few transactions"),
        l1_operations: sealed.l1_operations,
        blocks: proved.blocks as u64,
        noops: proved.noops as u64,
        accounts_touched: sealed.accounts_touched,
        segment: proved.segment as u64,
        segments: proved.segments as u64,
        fold_levels: proved.fold_levels as u64,
        words: sealed.words.len() as u64,
        proofs_made: proved.proofs_made,
        proofs_reused: proved.proofs_reused,
        wall_seconds: started.wall_seconds(),
        cpu_seconds: started.cpu_seconds(),
        stage_cpu_seconds: StageSeconds {
            build: stages.build,
            execute: record.execute_seconds,
            prove: stages.prove,
            leaf: stages.leaf,
            fold: stages.fold,
            batch: stages.batch,
        },
        peak_rss_bytes: peak_rss_bytes(),
        proof_bytes: 0,
        file_bytes: 0,
        old_state_root: sealed.entry().state_root,
        new_state_root: sealed.exit().state_root,
        circuit_digest: proved.circuit_digest,
        rejected: record.rejected.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewRollup;
    use starfold_aggregator::PlanError;

    #[test]
    fn what_cannot_be_planned_is_told_before_a_batch_is_sealed() {
        let folder = tempfile::tempdir().unwrap();
        let rollup = Rollup::init(folder.path(), &NewRollup::development()).unwrap();
        let refused = |options: PlanOptions| {
            let error = rollup.check_plan(5, &options).unwrap_err();
            // it is the wish that is wrong, nothing that is stored
            assert!(!error.is_content(), "{error}");
            match error {
                ProvingError::Prove(ProveError::Plan(error)) => error,
                other => panic!("{other}"),
            }
        };
        let default = PlanOptions::default();
        assert_eq!(refused(PlanOptions { threads: Some(0), ..default }), PlanError::NoThreads);
        let segment = refused(PlanOptions { segment: Some(3), ..default });
        assert!(matches!(segment, PlanError::Segment { asked: 3, .. }), "{segment:?}");
        // the number is a guess: L1 operations are not counted yet
        for transactions in [0, 5, usize::MAX] {
            rollup.check_plan(transactions, &default).unwrap();
        }
    }
}
