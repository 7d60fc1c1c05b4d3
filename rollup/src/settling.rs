//! The rollup and its contract on L1: whose it is, which batches are settled, and what comes next.

mod attach;
mod contract;
mod openings;
mod position;
mod queue;
mod rollback;
mod sync;
mod sync_error;
mod tokens;

pub use attach::AttachError;
pub use contract::GenesisRootError;
pub use position::PositionError;
pub use queue::{PendingQueue, SealedFromQueue};
pub use rollback::{RollbackError, RolledBack};
pub use sync::{ContractSync, SyncReport};
pub use sync_error::SyncError;
pub(crate) use tokens::register;
pub use tokens::{RegisteredToken, TokenError};
