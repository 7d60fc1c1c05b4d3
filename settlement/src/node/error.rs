//! What goes wrong with a node.

use std::path::PathBuf;

use starfold_primitives::quantities::{Address, ChainId};

use super::journal::JournalError;
use crate::revert::Revert;

/// Why a node did not do what it was asked for, or may not be asked.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The URL names no node.
    #[error("{url:?} is no URL of a node: {reason}")]
    Url {
        /// The URL.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The connection cannot be set up on this machine.
    #[error("no connection can be made: {reason}")]
    Setup {
        /// What the system said.
        reason: String,
    },
    /// The node was not reached, or stopped in the middle.
    #[error("{node} did not answer {method}: {reason}")]
    Connection {
        /// The node.
        node: String,
        /// The method.
        method: &'static str,
        /// What happened.
        reason: String,
    },
    /// The node answered with a status of HTTP alone.
    #[error("{node} answered {method} with status {status} and no JSON-RPC")]
    Status {
        /// The node.
        node: String,
        /// The method.
        method: &'static str,
        /// The status.
        status: u16,
    },
    /// The answer is longer than any that is of use.
    #[error("the answer of {node} to {method} has more than {limit} bytes")]
    TooLong {
        /// The node.
        node: String,
        /// The method.
        method: &'static str,
        /// The most bytes.
        limit: usize,
    },
    /// The answer is not what the method gives.
    #[error("{node} answered {method} wrongly: expected {expected}, got {actual}")]
    Answer {
        /// The node.
        node: String,
        /// The method.
        method: &'static str,
        /// What the method gives.
        expected: String,
        /// What came.
        actual: String,
    },
    /// The chain would take longer to read than there is any sense in.
    #[error("{node} tells of {actual} {what}, and at most {limit} are read at once")]
    TooMuch {
        /// The node.
        node: String,
        /// What there is so much of.
        what: &'static str,
        /// The most.
        limit: u64,
        /// How much there is.
        actual: u64,
    },
    /// The node refused.
    #[error("{node} refused {method}: {message} (code {code})")]
    Refused {
        /// The node.
        node: String,
        /// The method.
        method: &'static str,
        /// The error's code.
        code: i64,
        /// The error's text.
        message: String,
    },
    /// The contract refuses the call; nothing was sent.
    #[error("the contract refuses: {0}")]
    Reverted(Revert),
    /// The node is on another chain.
    #[error("{node} is on chain {actual}, expected chain {expected}")]
    WrongChain {
        /// The node.
        node: String,
        /// The chain asked for.
        expected: ChainId,
        /// The node's.
        actual: ChainId,
    },
    /// The node has no such block.
    #[error("{node} has no block {block}")]
    NoSuchBlock {
        /// The node.
        node: String,
        /// The block.
        block: String,
    },
    /// There is no contract at the address.
    #[error("there is no contract at {address} in block {block} of {node}")]
    NoContract {
        /// The node.
        node: String,
        /// The address.
        address: Address,
        /// The block.
        block: u64,
    },
    /// A block that was read before is no longer there.
    #[error("block {block} was replaced by a reorganisation while it was read; try again")]
    Reorganised {
        /// The block.
        block: u64,
    },
    /// A batch was accepted in a transaction that does not carry it.
    #[error(
        "transaction 0x{} of an accepted batch is no submission: {reason}",
        hex::encode(transaction)
    )]
    NoSubmission {
        /// The transaction's hash.
        transaction: [u8; 32],
        /// What is wrong.
        reason: String,
    },
    /// The transaction needs more gas than one may have (EIP-7825).
    #[error("the transaction needs {needed} gas, and one has at most {limit} (EIP-7825)")]
    GasLimit {
        /// What it needs.
        needed: u64,
        /// The most.
        limit: u64,
    },
    /// Gas costs more than it may.
    #[error("gas costs {actual} wei a unit, and at most {limit} were allowed; nothing was sent")]
    GasPrice {
        /// What the node asks for.
        actual: u128,
        /// The most.
        limit: u128,
    },
    /// Another transaction took the nonce, so this one never happens.
    #[error(
        "transaction 0x{} is in no block, and another one of {sender} took its nonce {nonce}; {}",
        hex::encode(transaction),
        if *is_final {
            "it never happens: if it is still wanted, repeat the command".to_owned()
        } else {
            format!(
                "until the other is final, repeat the command to ask again; to give the transaction \
                 up, remove {}",
                entry.display()
            )
        }
    )]
    NonceTaken {
        /// The transaction's hash.
        transaction: [u8; 32],
        /// Whose it is.
        sender: Address,
        /// Its nonce.
        nonce: u64,
        /// Whether the other transaction stays for good, so that this one is no longer in the journal.
        is_final: bool,
        /// Its file in the journal.
        entry: PathBuf,
    },
    /// The node refused the transaction, which stays in the journal.
    #[error(
        "{node} does not take transaction 0x{}: {message}; the same command sends the same \
         transaction again, and to give it up, remove {}",
        hex::encode(transaction), entry.display()
    )]
    NotTaken {
        /// The node.
        node: String,
        /// The transaction's hash.
        transaction: [u8; 32],
        /// What the node said.
        message: String,
        /// Its file in the journal.
        entry: PathBuf,
    },
    /// The transaction is in no block yet; it stays in the journal.
    #[error(
        "transaction 0x{} is in no block after {seconds} s; the same command goes on waiting for \
         it and sends no second one",
        hex::encode(transaction)
    )]
    StillPending {
        /// The transaction's hash.
        transaction: [u8; 32],
        /// How long it was waited for.
        seconds: u64,
    },
    /// The transaction is in a block and failed.
    #[error("transaction 0x{} failed in block {block}: {reason}", hex::encode(transaction))]
    Failed {
        /// The transaction's hash.
        transaction: [u8; 32],
        /// The block.
        block: u64,
        /// Why.
        reason: FailureReason,
    },
    /// The journal of sent transactions failed.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// Why a transaction in a block failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FailureReason {
    /// The contract refused it.
    #[error("{0}")]
    Reverted(Revert),
    /// When it is called again, it does not fail: it lacked gas, or the state has changed.
    #[error("called again it does not fail; it used {gas_used} gas")]
    Unknown {
        /// What it used.
        gas_used: u64,
    },
}

impl NodeError {
    /// Whether a contract, a chain or a node is at fault, not the way of use.
    #[must_use]
    pub fn is_content(&self) -> bool {
        match self {
            Self::Url { .. } | Self::Setup { .. } | Self::Connection { .. } => false,
            Self::Journal(error) => error.is_content(),
            _ => true,
        }
    }
}

/// A text of a node as one short line: it may hold anything.
pub(super) fn printable(text: &str) -> String {
    const MOST: usize = 300;
    let mut short = String::new();
    for character in text.chars().take(MOST) {
        if matches!(character, ' '..='~') {
            short.push(character);
        } else {
            short.extend(character.escape_default());
        }
    }
    if text.chars().nth(MOST).is_some() {
        short.push_str("...");
    }
    short
}
