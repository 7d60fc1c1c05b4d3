//! What is told of a transaction.

use serde::Serialize;
use starfold_settlement::{Event, QueuedOperation, Sent};

use crate::failure::Failure;
use crate::output::Table;

/// A transaction in a block.
#[derive(Debug, Serialize)]
pub(crate) struct SentReport {
    /// Its hash.
    pub(super) transaction: String,
    /// The number of its block.
    pub(super) block: u64,
    /// The gas that it used.
    pub(super) gas_used: u64,
    /// Whether an earlier run of the same command had signed it.
    pub(super) sent_before: bool,
}

/// An operation that was queued.
#[derive(Debug, Serialize)]
pub(crate) struct QueuedReport {
    /// Its place in the queue.
    pub(super) queue_id: u64,
    /// When the rollup may be frozen if it is still in the queue, in seconds since 1970.
    pub(super) deadline: u32,
    #[serde(flatten)]
    pub(super) sent: SentReport,
}

impl From<&Sent> for SentReport {
    fn from(sent: &Sent) -> Self {
        Self {
            transaction: hash(&sent.receipt.transaction),
            block: sent.receipt.block,
            gas_used: sent.receipt.gas_used,
            sent_before: sent.before,
        }
    }
}

impl SentReport {
    pub(super) fn rows(&self, table: &mut Table) {
        let before = if self.sent_before { ", sent before" } else { "" };
        table
            .row("transaction", format!("{}{before}", self.transaction))
            .row("block", self.block)
            .row("gas", self.gas_used);
    }
}

impl QueuedReport {
    pub(super) fn new(queued: &QueuedOperation, sent: &Sent) -> Self {
        Self { queue_id: queued.id, deadline: queued.deadline, sent: sent.into() }
    }

    pub(super) fn rows(&self, table: &mut Table) {
        table
            .row("place in the queue", self.queue_id)
            .row("deadline", format!("{} (seconds since 1970)", self.deadline));
        self.sent.rows(table);
    }
}

/// The operation that a transaction queued.
pub(super) fn queued(events: &[Event]) -> Result<QueuedOperation, Failure> {
    let queued = events.iter().find_map(|event| match event {
        Event::Queued(queued) => Some(*queued),
        _ => None,
    });
    queued
        .ok_or_else(|| Failure::wrong("the transaction queued nothing: the contract is no rollup"))
}

/// A hash as Ethereum writes it.
pub(super) fn hash(bytes: &[u8; 32]) -> String {
    format!("0x{}", hex::encode(bytes))
}
