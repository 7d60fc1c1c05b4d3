//! The state between two batches.

use serde::{Deserialize, Serialize};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, BatchNumber};

/// What identifies the state after a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The batch; 0 is the genesis.
    pub batch: BatchNumber,
    /// The state root after it.
    pub root: Digest,
    /// The lowest account index never used; none where all are.
    pub next_index: Option<AccountIndex>,
    /// How many tokens are registered, ETH included.
    pub token_count: u32,
}
