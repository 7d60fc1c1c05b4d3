//! What whole batches cost, from few transfers to as many as fit, by the plans that the product chooses.

mod report;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use starfold_aggregator::{Costs, PlanOptions, Progress};
use starfold_circuits::parameters::ParameterSet;
use starfold_rollup::file::{self, FileError};
use starfold_rollup::{ProvingError, SealingError, Started};
use starfold_transition::batch::MAX_WORDS;

use crate::depth::Machine;
use crate::files::make_folder;
use crate::identity::{Identity, soundness};
use crate::workload::{self, TransfersError};

pub use report::write;

/// A batch of random transfers, proved as `batch-prove` does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchRow {
    /// Transfers.
    pub transfers: usize,
    /// Segments.
    pub segments: u64,
    /// Transactions that the largest of them has room for.
    pub segment: u64,
    /// Levels of folds.
    pub fold_levels: u64,
    /// CPU seconds of everything.
    pub cpu_seconds: f64,
    /// Wall seconds.
    pub wall_seconds: f64,
    /// The most memory.
    pub peak_rss_bytes: u64,
}

impl BatchRow {
    /// CPU seconds for each transfer.
    pub fn cpu_seconds_per_transfer(&self) -> f64 {
        self.cpu_seconds / self.transfers.max(1) as f64
    }
}

/// All rows, and what they were measured with.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchesReport {
    /// The program's version.
    pub version: String,
    /// The commit that it was built from, where known.
    pub commit: Option<String>,
    /// The machine.
    pub machine: Machine,
    /// Bits of soundness, as a sentence.
    pub soundness: String,
    /// The rows, the smallest batch first.
    pub rows: Vec<BatchRow>,
}

/// Why a batch was not measured.
#[derive(Debug, thiserror::Error)]
pub enum BatchesError {
    /// With the fees collected, a batch has room for so many.
    #[error("a batch has 1 to {limit} transfers, not {actual}")]
    Transfers {
        /// The most.
        limit: usize,
        /// The number asked for.
        actual: usize,
    },
    /// There are no transfers to prove.
    #[error(transparent)]
    Workload(#[from] TransfersError),
    /// The transfers are no batch.
    #[error(transparent)]
    Sealing(#[from] SealingError),
    /// The batch has no proof.
    #[error(transparent)]
    Proving(#[from] ProvingError),
}

/// Where the row of a batch is kept until the program or the machine is another one.
fn place(folder: &Path, transfers: usize, costs: &Costs) -> PathBuf {
    let kept = folder.join(format!("kept-{}", Identity::here().name(costs)));
    kept.join(format!("{transfers}-transfers.json"))
}

/// The row of a batch that was measured in a folder, by this program on this machine, with plans by these costs.
pub fn measured(folder: &Path, transfers: usize, costs: &Costs) -> Option<BatchRow> {
    let row: BatchRow = file::read_json(&place(folder, transfers, costs)).ok()?;
    (row.transfers == transfers).then_some(row)
}

/// Checks that a batch has room for so many transfers.
///
/// # Errors
/// [`BatchesError::Transfers`].
pub fn check(transfers: usize) -> Result<(), BatchesError> {
    // collecting the fees takes a word
    let limit = MAX_WORDS - 1;
    if (1..=limit).contains(&transfers) {
        return Ok(());
    }
    Err(BatchesError::Transfers { limit, actual: transfers })
}

/// Proves a batch. The process should do nothing else before: its memory is the row's. Says, too, whether circuits were
/// built that the cache lacked: another run takes less.
///
/// # Errors
/// [`BatchesError`].
pub fn measure(
    transfers: usize,
    options: PlanOptions,
    cache: &Path,
    progress: &dyn Progress,
) -> Result<(BatchRow, bool), BatchesError> {
    check(transfers)?;
    let cached = files(cache);
    let (_home, mut rollup, inputs) = workload::transfers(transfers)?;
    let started = Started::now();
    let record = rollup.seal(&inputs)?;
    let report = rollup.prove(&record, options, cache, progress, started)?.report;
    let row = BatchRow {
        transfers,
        segments: report.segments,
        segment: report.segment,
        fold_levels: report.fold_levels,
        cpu_seconds: report.cpu_seconds,
        wall_seconds: report.wall_seconds,
        peak_rss_bytes: report.peak_rss_bytes,
    };
    Ok((row, files(cache) > cached))
}

/// How many files a folder has.
fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

impl BatchRow {
    /// Keeps the row of a plan by these costs in a folder.
    ///
    /// # Errors
    /// [`FileError`] where it cannot be written.
    pub fn keep(&self, folder: &Path, costs: &Costs) -> Result<(), FileError> {
        let path = place(folder, self.transfers, costs);
        make_folder(path.parent().unwrap_or(folder))?;
        let json = serde_json::to_vec_pretty(self).map_err(|error| FileError::Content {
            path: path.clone(),
            reason: error.to_string(),
        })?;
        file::write(&path, &json)
    }
}

/// The report of the batches that were measured in a folder.
pub fn report(folder: &Path, transfers: &[usize], costs: &Costs) -> BatchesReport {
    let rows = transfers.iter().filter_map(|&transfers| measured(folder, transfers, costs));
    let mut rows: Vec<BatchRow> = rows.collect();
    rows.sort_by_key(|row| row.transfers);
    rows.dedup_by_key(|row| row.transfers);
    let Identity { version, commit, machine } = Identity::here();
    BatchesReport { version, commit, machine, soundness: soundness(ParameterSet::Standard), rows }
}

#[cfg(test)]
mod tests;
