//! What nodes answer, as far as it is used.

use alloy::primitives::{Address, B256, Bytes, U64, U256};
use serde::Deserialize;

use crate::convert::from_evm_address;
use crate::event::Log;

/// A block's header.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct HeaderAnswer {
    pub(super) number: U64,
    pub(super) hash: B256,
    pub(super) timestamp: U64,
    pub(super) base_fee_per_gas: Option<U256>,
}

/// A block that is not made yet.
#[derive(Debug, Deserialize)]
pub(super) struct PendingAnswer {
    pub(super) timestamp: U64,
}

/// A log in a block.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogAnswer {
    address: Address,
    topics: Vec<B256>,
    data: Bytes,
    pub(super) block_number: U64,
    pub(super) transaction_hash: B256,
    pub(super) log_index: U64,
    #[serde(default)]
    pub(super) removed: bool,
}

/// What became of a transaction.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReceiptAnswer {
    pub(super) transaction_hash: B256,
    pub(super) block_number: U64,
    pub(super) gas_used: U64,
    pub(super) contract_address: Option<Address>,
    pub(super) status: U64,
    pub(super) logs: Vec<LogAnswer>,
}

/// A transaction.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TransactionAnswer {
    pub(super) hash: B256,
    pub(super) to: Option<Address>,
    pub(super) input: Bytes,
    pub(super) block_number: Option<U64>,
}

impl LogAnswer {
    pub(super) fn log(&self) -> Log {
        Log {
            address: from_evm_address(self.address),
            topics: self.topics.iter().map(|topic| topic.0).collect(),
            data: self.data.to_vec(),
        }
    }
}
