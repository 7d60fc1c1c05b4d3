//! What happened in a rollup's contract, read from its logs and the transactions of its batches.

use alloy::primitives::{B256, U64, U256};
use alloy::sol_types::SolEvent as _;
use serde_json::{Value, json};
use starfold_primitives::quantities::{Address, BatchNumber};

use super::answer::{LogAnswer, TransactionAnswer};
use super::error::NodeError;
use super::{BlockTag, Node};
use crate::contracts::Rollup::BatchAccepted;
use crate::convert::{from_evm_address, to_evm_address};
use crate::event::Event;
use crate::submission::Submission;

/// Of how many blocks logs are asked for at once, at most.
const SPAN_BLOCKS: u64 = 10_000;
/// The most blocks of a history.
const MOST_BLOCKS: u64 = 1 << 28;
/// The most events of a history.
const MOST_EVENTS: u64 = 1 << 22;
/// The most words of all batches of a history: two thousand full batches.
const MOST_WORDS: u64 = 1 << 23;

const LOGS: &str = "eth_getLogs";

/// Something that happened in a rollup's contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryEntry {
    /// The number of its block.
    pub block: u64,
    /// The hash of its transaction.
    pub transaction: [u8; 32],
    /// The place of its log in the block.
    pub log_index: u64,
    /// What happened.
    pub event: Event,
    /// The batch as it was sent, where one was accepted.
    pub submission: Option<Submission>,
}

impl Node {
    /// What happened in a rollup's contract from a block to another, both included, in order.
    ///
    /// Logs are asked for in spans of blocks, which become shorter where the node refuses or answers with too much.
    ///
    /// # Errors
    /// [`NodeError::Reorganised`] where the last block was replaced meanwhile, and others.
    pub fn history(
        &self,
        rollup: Address,
        from_block: u64,
        to_block: u64,
    ) -> Result<Vec<HistoryEntry>, NodeError> {
        self.events(rollup, None, from_block, to_block)
    }

    /// Where a batch was accepted; none where it was not, from a block to the last one. The last blocks are searched
    /// first.
    ///
    /// # Errors
    /// As [`Self::history`].
    pub fn accepted_batch(
        &self,
        rollup: Address,
        batch: BatchNumber,
        from_block: u64,
    ) -> Result<Option<HistoryEntry>, NodeError> {
        self.find_batch(rollup, batch, from_block, SPAN_BLOCKS)
    }

    pub(super) fn find_batch(
        &self,
        rollup: Address,
        batch: BatchNumber,
        from_block: u64,
        span: u64,
    ) -> Result<Option<HistoryEntry>, NodeError> {
        let mut to_block = self.block(BlockTag::Latest)?.number;
        self.check_much("blocks", MOST_BLOCKS, to_block.saturating_sub(from_block))?;
        let number = B256::from(U256::from(batch.get()));
        let topics = json!([BatchAccepted::SIGNATURE_HASH, number]);
        loop {
            let start = to_block.saturating_sub(span - 1).max(from_block);
            let mut found = self.events(rollup, Some(topics.clone()), start, to_block)?;
            if !found.is_empty() || start <= from_block {
                return Ok(found.pop());
            }
            to_block = start - 1;
        }
    }

    fn events(
        &self,
        rollup: Address,
        topics: Option<Value>,
        from_block: u64,
        to_block: u64,
    ) -> Result<Vec<HistoryEntry>, NodeError> {
        self.check_much("blocks", MOST_BLOCKS, to_block.saturating_sub(from_block))?;
        let last = self.block(BlockTag::Number(to_block))?;
        let mut entries = Vec::new();
        let mut words = 0;
        let (mut next, mut span) = (from_block, SPAN_BLOCKS);
        // the last block that there can be is none
        while next <= to_block && next < u64::MAX {
            let end = to_block.min(next.saturating_add(span - 1));
            match self.logs(rollup, topics.as_ref(), next, end) {
                Err(error) if span > 1 && asks_for_less(&error) => {
                    span = (end - next + 1).div_ceil(2)
                }
                Ok(logs) => {
                    let count = entries.len() as u64 + logs.len() as u64;
                    self.check_much("events", MOST_EVENTS, count)?;
                    for log in logs {
                        let entry = self.entry(rollup, &log)?;
                        words +=
                            entry.submission.as_ref().map_or(0, |sent| sent.words.len() as u64);
                        self.check_much("words", MOST_WORDS, words)?;
                        entries.push(entry);
                    }
                    next = end.saturating_add(1);
                    span = (span * 2).min(SPAN_BLOCKS);
                }
                Err(error) => return Err(error),
            }
        }
        if self.block(BlockTag::Number(to_block))? != last {
            return Err(NodeError::Reorganised { block: to_block });
        }
        Ok(entries)
    }

    fn check_much(&self, what: &'static str, limit: u64, actual: u64) -> Result<(), NodeError> {
        let node = self.connection.name().to_owned();
        if actual <= limit { Ok(()) } else { Err(NodeError::TooMuch { node, what, limit, actual }) }
    }

    /// The logs of a contract in a span of blocks, checked to be that and in order.
    fn logs(
        &self,
        contract: Address,
        topics: Option<&Value>,
        from: u64,
        to: u64,
    ) -> Result<Vec<LogAnswer>, NodeError> {
        let mut filter = json!({
            "address": to_evm_address(contract),
            "fromBlock": U64::from(from),
            "toBlock": U64::from(to),
        });
        if let Some(topics) = topics {
            filter["topics"] = topics.clone();
        }
        let logs: Vec<LogAnswer> = self.connection.request(LOGS, (filter,))?;
        let mut last = None;
        for log in &logs {
            let (block, index) = (log.block_number.to::<u64>(), log.log_index.to::<u64>());
            let wrong = |expected: String, actual: String| {
                Err(self.connection.wrong(LOGS, &expected, &actual))
            };
            if log.log().address != contract {
                return wrong(format!("logs of {contract}"), log.log().address.to_string());
            }
            if log.removed || !(from..=to).contains(&block) {
                return wrong(format!("logs of blocks {from} to {to}"), format!("block {block}"));
            }
            let place = (block, index);
            if last.is_some_and(|last| last >= place) {
                return wrong(format!("a log after {last:?}"), format!("{place:?}"));
            }
            last = Some(place);
        }
        Ok(logs)
    }

    fn entry(&self, rollup: Address, log: &LogAnswer) -> Result<HistoryEntry, NodeError> {
        let event = Event::read(&log.log()).map_err(|error| {
            self.connection.wrong(LOGS, "events of a rollup", &error.to_string())
        })?;
        let submission = match &event {
            Event::BatchAccepted { .. } => Some(self.submission(rollup, log, &event)?),
            _ => None,
        };
        Ok(HistoryEntry {
            block: log.block_number.to(),
            transaction: log.transaction_hash.0,
            log_index: log.log_index.to(),
            event,
            submission,
        })
    }

    /// The batch that a transaction sent. The contract takes one only from the transaction itself.
    fn submission(
        &self,
        rollup: Address,
        log: &LogAnswer,
        event: &Event,
    ) -> Result<Submission, NodeError> {
        const METHOD: &str = "eth_getTransactionByHash";
        let hash = log.transaction_hash;
        let transaction: Option<TransactionAnswer> = self.connection.request(METHOD, (hash,))?;
        let Some(transaction) = transaction else {
            return Err(self.connection.wrong(METHOD, &hash.to_string(), "null"));
        };
        check_place(&transaction, hash, log)
            .map_err(|(expected, actual)| self.connection.wrong(METHOD, &expected, &actual))?;
        let wrong = |reason: String| NodeError::NoSubmission { transaction: hash.0, reason };
        let to = transaction.to.map(from_evm_address);
        if to != Some(rollup) {
            let to = to.map_or_else(|| "nobody".to_owned(), |to| to.to_string());
            return Err(wrong(format!("it was sent to {to}, expected {rollup}")));
        }
        let submission =
            Submission::decode(&transaction.input).map_err(|error| wrong(error.to_string()))?;
        let accepted = Event::BatchAccepted {
            batch: submission.batch,
            state_root: submission.header.exit_root,
            timestamp: submission.header.timestamp,
            counter: submission.header.counter,
        };
        if accepted != *event {
            return Err(wrong(format!("it submits {accepted:?}, the contract accepted {event:?}")));
        }
        Ok(submission)
    }
}

/// Says what was expected of a transaction and what it is, where it is another than the log's.
fn check_place(
    transaction: &TransactionAnswer,
    hash: B256,
    log: &LogAnswer,
) -> Result<(), (String, String)> {
    if transaction.hash != hash {
        return Err((hash.to_string(), transaction.hash.to_string()));
    }
    if transaction.block_number != Some(log.block_number) {
        let expected = format!("a transaction of block {}", log.block_number);
        return Err((expected, format!("one of block {:?}", transaction.block_number)));
    }
    Ok(())
}

/// Whether a node may answer when it is asked for fewer blocks.
fn asks_for_less(error: &NodeError) -> bool {
    matches!(
        error,
        NodeError::TooLong { .. } | NodeError::Refused { .. } | NodeError::Status { .. }
    )
}
