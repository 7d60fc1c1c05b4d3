//! What became of a transaction.

use starfold_primitives::quantities::Address;

use crate::event::{Event, EventError, Log};

/// A transaction that was executed without a revert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The transaction's hash.
    pub transaction: [u8; 32],
    /// The number of its block.
    pub block: u64,
    /// The gas that it used, refunds taken off.
    pub gas_used: u64,
    /// The contract that it created.
    pub created: Option<Address>,
    /// What contracts wrote, in order.
    pub logs: Vec<Log>,
}

impl Receipt {
    /// The events of a rollup's contract among the logs.
    ///
    /// # Errors
    /// [`EventError`] where a log of that contract is none that a rollup writes.
    pub fn events(&self, rollup: Address) -> Result<Vec<Event>, EventError> {
        self.logs.iter().filter(|log| log.address == rollup).map(Event::read).collect()
    }
}
