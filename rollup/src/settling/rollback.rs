//! Going back to a checkpoint, and marking batches that never go back.

use serde::{Deserialize, Serialize};
use starfold_primitives::Digest;
use starfold_primitives::quantities::BatchNumber;
use starfold_state::StateError;

use crate::directory::Rollup;

/// Why the rollup does not go back to a batch.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RollbackError {
    /// Settled batches stay.
    #[error("batch {settled} is settled on L1, there is no way back to batch {to}")]
    Settled {
        /// The last settled batch.
        settled: BatchNumber,
        /// Where it should go back to.
        to: BatchNumber,
    },
    /// There is no such batch yet.
    #[error("there is no batch {to} to go back to, the last one is {head}")]
    NoSuchBatch {
        /// The last batch.
        head: BatchNumber,
        /// Where it should go back to.
        to: BatchNumber,
    },
    /// The state failed.
    #[error(transparent)]
    State(#[from] StateError),
}

impl RollbackError {
    /// Whether stored content is at fault, not the way of use.
    pub fn is_content(&self) -> bool {
        matches!(self, Self::State(_))
    }
}

/// Where a rollback led.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolledBack {
    /// The batches that were given up, the last one first.
    pub abandoned: Vec<BatchNumber>,
    /// The last batch now.
    pub batch: BatchNumber,
    /// The state root after it.
    pub state_root: Digest,
}

impl Rollup {
    /// Gives up all batches after `to`. Their proofs stay, and serve if the same inputs are sealed again.
    ///
    /// Batches go one by one, the last one first, each as a whole: an interrupted rollback is taken up by the next.
    ///
    /// # Errors
    /// [`RollbackError`]; nothing is given up unless the state failed.
    pub fn rollback(&mut self, to: BatchNumber) -> Result<RolledBack, RollbackError> {
        let (head, settled) = (self.state.head().batch, self.state.settled());
        if to < settled {
            return Err(RollbackError::Settled { settled, to });
        }
        if to > head {
            return Err(RollbackError::NoSuchBatch { head, to });
        }
        let mut abandoned = Vec::new();
        while self.state.head().batch > to {
            abandoned.push(self.state.head().batch);
            self.state.abandon()?;
        }
        let head = self.state.head();
        Ok(RolledBack { abandoned, batch: head.batch, state_root: head.root })
    }

    /// Marks a batch, and all before it, as settled: L1 has them for good.
    ///
    /// # Errors
    /// [`StateError::UnknownCheckpoint`] where there is no such batch; those of the store.
    pub fn settle(&mut self, batch: BatchNumber) -> Result<(), StateError> {
        self.state.keep(batch)
    }
}

#[cfg(test)]
mod tests;
