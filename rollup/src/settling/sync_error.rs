//! Why a rollup does not follow its contract.

use starfold_circuits::pins::PinsError;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{Address, BatchNumber};
use starfold_state::StateError;
use starfold_transition::replay::ReplayError;
use starfold_transition::words::WordsError;

use super::position::PositionError;
use super::rollback::RollbackError;
use super::tokens::TokenError;
use crate::sealing::SealingError;

/// What the chain says of a contract is no history of this rollup.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The rollup has no contract.
    #[error("the rollup has no contract yet")]
    NotAttached,
    /// The contract is another rollup's.
    #[error("the contract {contract} has {what} {actual}, the rollup has {expected}")]
    OtherRollup {
        /// The contract.
        contract: Address,
        /// What differs.
        what: &'static str,
        /// The rollup's.
        expected: String,
        /// The contract's.
        actual: String,
    },
    /// This program's own pins are damaged.
    #[error(transparent)]
    Pins(#[from] PinsError),
    /// The chain has no longer what was settled, or not yet: the node may be behind.
    #[error("block {block} of the chain has not the batch {batch}, which is settled there")]
    SettledMissing {
        /// The batch.
        batch: BatchNumber,
        /// The block in which it was accepted.
        block: u64,
    },
    /// The chain has another batch where one is settled.
    #[error("the chain's batch {batch} leads to root {actual}, the settled one to {expected}")]
    SettledContradiction {
        /// The batch.
        batch: BatchNumber,
        /// The root after it here.
        expected: Digest,
        /// The root after it on the chain.
        actual: Digest,
    },
    /// Batches are not told one after another.
    #[error("the chain's next batch is {actual}, expected {expected}")]
    BatchOrder {
        /// The next batch.
        expected: u32,
        /// The batch that came.
        actual: BatchNumber,
    },
    /// A batch comes without its words, or with another's.
    #[error("batch {batch} comes without the words that were accepted")]
    NoWords {
        /// The batch.
        batch: BatchNumber,
    },
    /// The words are none.
    #[error("batch {batch}: {source}")]
    Words {
        /// The batch.
        batch: BatchNumber,
        /// What is wrong.
        source: WordsError,
    },
    /// The words do not lead from the state before to the accepted root.
    #[error("batch {batch} does not follow from the one before: {source}")]
    Replay {
        /// The batch.
        batch: BatchNumber,
        /// What is wrong.
        source: Box<ReplayError>,
    },
    /// Entries of the queue are not told one after another.
    #[error("the chain's next entry of the queue is {actual}, expected {expected}")]
    QueueOrder {
        /// The next entry.
        expected: u64,
        /// The entry that came.
        actual: u64,
    },
    /// Batches execute more entries than there are.
    #[error("batch {batch} executes {executed} entries of the queue, {waiting} are in it")]
    QueueTooShort {
        /// The batch.
        batch: BatchNumber,
        /// How many it executes.
        executed: u32,
        /// How many there are.
        waiting: usize,
    },
    /// What was read is not all that the contract did.
    #[error("the contract has {what} {expected}, its history leads to {actual}")]
    Incomplete {
        /// What differs.
        what: &'static str,
        /// The contract's.
        expected: String,
        /// What the history leads to.
        actual: String,
    },
    /// A token contradicts those before.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// What the directory kept is damaged.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// A batch of the directory cannot be read.
    #[error(transparent)]
    Stored(#[from] SealingError),
    /// The state does not go back.
    #[error(transparent)]
    Rollback(#[from] RollbackError),
    /// The state failed.
    #[error(transparent)]
    State(#[from] StateError),
}

impl SyncError {
    /// Whether the chain's or stored content is at fault, not the way of use.
    pub fn is_content(&self) -> bool {
        !matches!(self, Self::NotAttached | Self::OtherRollup { .. })
    }
}
