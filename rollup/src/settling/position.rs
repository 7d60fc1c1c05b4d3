//! How far a rollup has followed its contract: the last settled batch, and what of the queue came after it.

use serde::{Deserialize, Serialize};
use starfold_primitives::quantities::{Address, BatchNumber};
use starfold_settlement::{HistoryEntry, QueuedOperation};
use starfold_state::StateError;
use starfold_transition::L1Operation;

use super::sync_error::SyncError;
use super::tokens::RegisteredToken;
use crate::directory::Rollup;

/// The name of the record in the state.
const NAME: &str = "l1-position";

/// Where an event stands on the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) block: u64,
    pub(super) log_index: u64,
}

impl Place {
    pub(super) fn of(entry: &HistoryEntry) -> Self {
        Self { block: entry.block, log_index: entry.log_index }
    }
}

/// An entry of the queue that no batch has executed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Waiting {
    pub(super) id: u64,
    pub(super) operation: L1Operation,
    pub(super) deadline: u32,
    pub(super) depositor: Option<Address>,
    pub(super) block: u64,
}

impl Waiting {
    pub(super) fn queued(self) -> QueuedOperation {
        let Self { id, operation, deadline, depositor, .. } = self;
        QueuedOperation { id, operation, deadline, depositor }
    }
}

/// A token, and the block of its registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct NewToken {
    pub(super) token: RegisteredToken,
    pub(super) block: u64,
}

/// What the contract has done up to a batch, as far as the state does not tell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Position {
    /// The last batch.
    pub(super) batch: BatchNumber,
    /// Where it was accepted; nothing before the first.
    pub(super) place: Option<Place>,
    /// The place in the queue that the next batch begins with.
    pub(super) queue_head: u64,
    /// The queue from there on.
    pub(super) queue: Vec<Waiting>,
    /// Tokens that the state after the batch does not know.
    pub(super) tokens: Vec<NewToken>,
}

impl Default for Position {
    fn default() -> Self {
        Self {
            batch: BatchNumber::ZERO,
            place: None,
            queue_head: 0,
            queue: Vec::new(),
            tokens: Vec::new(),
        }
    }
}

/// A record that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record of what was read from L1 is damaged: {reason}")]
pub struct PositionError {
    /// What is wrong.
    reason: String,
}

impl Rollup {
    /// The block from which the contract's history is still to be read; none where the rollup does not know in which its
    /// contract was created.
    ///
    /// # Errors
    /// [`SyncError::Position`], [`SyncError::State`].
    pub fn unread_from(&self) -> Result<Option<u64>, SyncError> {
        let read = self.position()?.place.map(|place| place.block);
        Ok(read.or(self.config.deployment_block))
    }

    pub(super) fn position(&self) -> Result<Position, SyncError> {
        let Some(bytes) = self.state.metadata(NAME)? else { return Ok(Position::default()) };
        let read = serde_json::from_slice(&bytes);
        Ok(read.map_err(|error| PositionError { reason: error.to_string() })?)
    }

    pub(super) fn set_position(&mut self, position: &Position) -> Result<(), StateError> {
        let bytes = serde_json::to_vec(position).expect("own types have string keys");
        self.state.put_metadata(NAME, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewRollup;

    #[test]
    fn a_damaged_record_is_refused_and_nothing_is_read_from_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut rollup = Rollup::init(folder.path(), &NewRollup::development()).unwrap();
        assert_eq!(rollup.position().unwrap(), Position::default());
        let position = Position { queue_head: 7, ..Position::default() };
        rollup.set_position(&position).unwrap();
        assert_eq!(rollup.position().unwrap(), position);

        let bytes = serde_json::to_vec(&position).unwrap();
        rollup.state.put_metadata(NAME, &bytes[..bytes.len() - 1]).unwrap();
        let SyncError::Position(error) = rollup.unread_from().unwrap_err() else {
            panic!("the position is read")
        };
        let reason = serde_json::from_slice::<Position>(&bytes[..bytes.len() - 1]).unwrap_err();
        assert_eq!(error, PositionError { reason: reason.to_string() });
    }
}
