//! The facade of a rollup: its data directory, sealing batches, proving them, keys and workloads.
//!
//! ```
//! use starfold_rollup::workload::{self, Funding, RandomTransfers};
//! use starfold_rollup::{BatchInputs, NewRollup, Rollup};
//!
//! let folder = tempfile::tempdir()?;
//! let mut rollup = Rollup::init(folder.path(), &NewRollup::development())?;
//! let plan = workload::random(RandomTransfers { transfers: 3, accounts: 2, seed: 1 })?;
//! let workload = rollup.simulate(&plan, Funding::Genesis)?;
//!
//! let inputs = BatchInputs { transactions: workload.transactions, ..BatchInputs::default() };
//! let record = rollup.seal(&inputs)?;
//! assert_eq!(rollup.state().head().root, record.sealed.exit().state_root);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod account;
mod calibration;
pub mod claim;
mod config;
pub mod demo;
pub mod development;
mod directory;
pub mod file;
mod inputs;
pub mod key_file;
mod proving;
mod record;
mod report;
mod sealing;
mod settling;
mod verification;
pub mod workload;
pub mod wrapping;

pub use account::{AccountReport, AddressReport, BalanceReport};
pub use calibration::Calibration;
pub use config::{Config, NewRollup, default_genesis};
pub use directory::{DirectoryError, Layout, Rollup};
pub use inputs::{read_l1_operations, read_transactions, write_list};
pub use proving::{ProvingError, Started, cache_folder};
pub use record::{BatchRecord, RecordError, Rejected, StoredBatch, SyncedBatch};
pub use report::{BatchReport, FinishedBatch, MAX_PROOF_BYTES, StageSeconds};
pub use sealing::{BatchInputs, SealingError, now};
pub use settling::{
    AttachError, ContractSync, GenesisRootError, PendingQueue, PositionError, RegisteredToken,
    RollbackError, RolledBack, SealedFromQueue, SyncError, SyncReport, TokenError,
};
pub use verification::{BatchProof, Expectations, VerificationError, VerifiedBatch};
pub use wrapping::{VerifiedWrap, WrappedBatch};

/// What proving is told and tells.
pub use starfold_aggregator::{Costs, Note, PlanOptions, Progress, Silent, Stage};
