//! Rollups to measure: new ones, with funded accounts that send to each other.

use starfold_primitives::quantities::Timestamp;
use starfold_rollup::workload::{Funding, RandomTransfers, WorkloadError, random};
use starfold_rollup::{BatchInputs, DirectoryError, NewRollup, Rollup};
use tempfile::TempDir;

/// Accounts that send to each other.
const ACCOUNTS: u32 = 64;
/// The time of every batch, in seconds since 1970: a batch that is made again is the same.
const TIMESTAMP: u32 = 1_750_000_000;

/// Why there is nothing to measure.
#[derive(Debug, thiserror::Error)]
pub enum TransfersError {
    /// There is no place for a rollup.
    #[error("cannot make a temporary folder: {0}")]
    TemporaryFolder(std::io::Error),
    /// A rollup cannot be made.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// There are no such transfers.
    #[error(transparent)]
    Workload(#[from] WorkloadError),
}

/// A new rollup in a folder that goes with it, and so many transfers between its accounts: the same whenever they are made.
pub(crate) fn transfers(
    transfers: usize,
) -> Result<(TempDir, Rollup, BatchInputs), TransfersError> {
    let folder = tempfile::tempdir().map_err(TransfersError::TemporaryFolder)?;
    let mut rollup = Rollup::init(folder.path(), &NewRollup::development())?;
    let plan = random(RandomTransfers { transfers, accounts: ACCOUNTS, seed: 1 })?;
    let workload = rollup.simulate(&plan, Funding::Genesis)?;
    let inputs = BatchInputs {
        transactions: workload.transactions,
        timestamp: Timestamp::new(TIMESTAMP).ok(),
        ..BatchInputs::default()
    };
    Ok((folder, rollup, inputs))
}
