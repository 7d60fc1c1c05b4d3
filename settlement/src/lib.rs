//! Ethereum: the rollup's contracts, on a node over JSON-RPC and on an embedded EVM.
//!
//! ```text
//! Call (what is sent) -> EmbeddedChain or Node -> Receipt with Events (what happened)
//! ```
//!
//! Everything public speaks in the quantities of the rollup: whoever uses this crate names no type of an Ethereum library.

mod acceptance;
mod call;
mod contracts;
mod convert;
mod deployed;
mod deployment;
mod embedded;
mod erc20;
mod event;
mod node;
mod queue_entry;
mod reader;
mod receipt;
mod revert;
mod status;
mod submission;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod view;

pub use acceptance::{AcceptanceError, BatchTerms, ContractAt};
pub use call::{BalanceOpening, Call};
pub use deployed::DeployedError;
pub use deployment::{DEVELOPMENT_CHAIN, Deployment, DeploymentError, contract_address};
pub use embedded::{EmbeddedChain, EmbeddedError, TRANSACTION_GAS_LIMIT};
pub use erc20::TokenReader;
pub use event::{Event, EventError, Log, QueuedOperation};
pub use node::{
    Block, BlockTag, DeployError, Deployed, EthereumKey, EthereumKeyError, FailureReason,
    HistoryEntry, Journal, JournalError, Node, NodeAt, NodeError, SendingLimits, Sent,
};
pub use queue_entry::EntryHash;
pub use reader::{QueueEntry, ReadError, RollupReader};
pub use receipt::Receipt;
pub use revert::Revert;
pub use status::{NamedOperator, RollupStatus, RollupTerms};
pub use submission::{Submission, SubmissionError};
pub use view::View;
