//! A node of Ethereum over JSON-RPC.
//!
//! Calls wait for their answers; the runtime that the client needs is inside. What a node says is checked for form and
//! bounded in length, and names in errors what was expected and what came. What it says of the chain is believed:
//! whoever does not want that runs a node.

mod answer;
mod connection;
mod deploying;
mod error;
mod history;
mod journal;
mod key;
mod sending;

use alloy::primitives::{B256, Bytes, U64, U256};
use serde_json::{Value, json};
use starfold_primitives::quantities::{Address, Amount, ChainId};

use self::answer::{HeaderAnswer, PendingAnswer};
use self::connection::Connection;
use crate::call::Call;
use crate::convert::to_evm_address;
use crate::view::View;

pub use deploying::{DeployError, Deployed};
pub use error::{FailureReason, NodeError};
pub use history::HistoryEntry;
pub use journal::{Journal, JournalError};
pub use key::{EthereumKey, EthereumKeyError};
pub use sending::{SendingLimits, Sent};

/// A node of one chain.
#[derive(Debug)]
pub struct Node {
    connection: Connection,
    chain_id: ChainId,
    first_block: [u8; 32],
    limits: SendingLimits,
}

/// Which block is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlockTag {
    /// The last one.
    Latest,
    /// The last one that no reorganisation takes back.
    Finalised,
    /// The one of a number.
    Number(u64),
}

/// A block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its number.
    pub number: u64,
    /// Its hash.
    pub hash: [u8; 32],
    /// Its time, in seconds since 1970.
    pub timestamp: u64,
}

/// The chain as it was after one block: all answers are of the same moment.
#[derive(Clone, Copy, Debug)]
pub struct NodeAt<'a> {
    node: &'a Node,
    block: Block,
}

impl Node {
    /// Connects to the node at a URL, `http` or `https`.
    ///
    /// # Errors
    /// [`NodeError`] where there is none, or its chain's id is not below the order of the field.
    pub fn connect(url: &str) -> Result<Self, NodeError> {
        let connection = Connection::new(url)?;
        const METHOD: &str = "eth_chainId";
        let number: U256 = connection.request(METHOD, ())?;
        let chain_id = u64::try_from(number).ok().and_then(|number| ChainId::new(number).ok());
        let chain_id = chain_id.ok_or_else(|| {
            connection.wrong(METHOD, "a number below the order of the field", &number.to_string())
        })?;
        let limits = SendingLimits::default();
        let mut node = Self { connection, chain_id, first_block: [0; 32], limits };
        node.first_block = node.block(BlockTag::Number(0))?.hash;
        Ok(node)
    }

    /// The same node, with other limits for what is sent.
    #[must_use]
    pub fn with_limits(self, limits: SendingLimits) -> Self {
        Self { limits, ..self }
    }

    /// The chain's id.
    #[must_use]
    pub fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// Refuses a node of another chain.
    ///
    /// # Errors
    /// [`NodeError::WrongChain`].
    pub fn check_chain(&self, expected: ChainId) -> Result<(), NodeError> {
        let (node, actual) = (self.connection.name().to_owned(), self.chain_id);
        if expected == actual {
            Ok(())
        } else {
            Err(NodeError::WrongChain { node, expected, actual })
        }
    }

    /// A block.
    ///
    /// # Errors
    /// [`NodeError::NoSuchBlock`] and others.
    pub fn block(&self, tag: BlockTag) -> Result<Block, NodeError> {
        let header = self.header(tag)?;
        let (number, timestamp) = (header.number.to(), header.timestamp.to());
        Ok(Block { number, hash: header.hash.0, timestamp })
    }

    /// The time that the next block would have now: that of the pending block where the node makes one. On a chain that
    /// makes blocks for transactions alone, the last block may be hours old.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn next_time(&self) -> Result<u64, NodeError> {
        let latest = self.header(BlockTag::Latest)?.timestamp.to();
        let pending: Option<PendingAnswer> =
            self.connection.request("eth_getBlockByNumber", ("pending", false))?;
        Ok(pending.map_or(latest, |pending| pending.timestamp.to::<u64>().max(latest)))
    }

    /// The chain as it is after a block. The node must still have its state.
    ///
    /// # Errors
    /// As [`Self::block`].
    pub fn at(&self, tag: BlockTag) -> Result<NodeAt<'_>, NodeError> {
        Ok(NodeAt { node: self, block: self.block(tag)? })
    }

    /// What an address has, in wei.
    ///
    /// # Errors
    /// [`NodeError::Answer`] for 2^128 wei and more, and others.
    pub fn balance(&self, address: Address) -> Result<Amount, NodeError> {
        const METHOD: &str = "eth_getBalance";
        let wei: U256 = self.connection.request(METHOD, (to_evm_address(address), "latest"))?;
        u128::try_from(wei)
            .map(Amount::new)
            .map_err(|_| self.connection.wrong(METHOD, "less than 2^128", &wei.to_string()))
    }

    /// The first block that has a contract at an address. The node must have the state of old blocks.
    ///
    /// # Errors
    /// [`NodeError::NoContract`] where none has; where the node forgot old states, what it says then.
    pub fn deployment_block(&self, contract: Address) -> Result<u64, NodeError> {
        let latest = self.block(BlockTag::Latest)?.number;
        if !self.has_code(contract, latest)? {
            let node = self.connection.name().to_owned();
            return Err(NodeError::NoContract { node, address: contract, block: latest });
        }
        let (mut low, mut high) = (0, latest);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.has_code(contract, middle)? { high = middle } else { low = middle + 1 }
        }
        Ok(low)
    }

    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }

    fn has_code(&self, address: Address, block: u64) -> Result<bool, NodeError> {
        let parameters = (to_evm_address(address), U64::from(block));
        let code: Bytes = self.connection.request("eth_getCode", parameters)?;
        Ok(!code.is_empty())
    }

    fn header(&self, tag: BlockTag) -> Result<HeaderAnswer, NodeError> {
        const METHOD: &str = "eth_getBlockByNumber";
        let name = tag.parameter();
        let header: Option<HeaderAnswer> = self.connection.request(METHOD, (&name, false))?;
        let header = header.ok_or_else(|| {
            let (node, block) = (self.connection.name().to_owned(), tag.name());
            NodeError::NoSuchBlock { node, block }
        })?;
        match tag {
            BlockTag::Number(number) if header.number != U64::from(number) => {
                let (expected, actual) = (tag.name(), header.number.to_string());
                Err(self.connection.wrong(METHOD, &format!("block {expected}"), &actual))
            }
            _ => Ok(header),
        }
    }

    fn call(&self, call: &Call, block: &Value) -> Result<Vec<u8>, NodeError> {
        let request = sending::request(Address::ZERO, call);
        let answer: Bytes = self.connection.request("eth_call", (request, block))?;
        Ok(answer.to_vec())
    }
}

impl BlockTag {
    fn parameter(self) -> Value {
        match self {
            Self::Number(number) => json!(U64::from(number)),
            tag => json!(tag.name()),
        }
    }

    /// How nodes call it.
    fn name(self) -> String {
        match self {
            Self::Latest => "latest".to_owned(),
            Self::Finalised => "finalized".to_owned(),
            Self::Number(number) => number.to_string(),
        }
    }
}

impl NodeAt<'_> {
    /// The block.
    #[must_use]
    pub fn block(&self) -> Block {
        self.block
    }
}

impl View for Node {
    type Error = NodeError;

    fn view(&mut self, call: &Call) -> Result<Vec<u8>, NodeError> {
        self.call(call, &json!("latest"))
    }
}

impl View for &Node {
    type Error = NodeError;

    fn view(&mut self, call: &Call) -> Result<Vec<u8>, NodeError> {
        self.call(call, &json!("latest"))
    }
}

impl View for NodeAt<'_> {
    type Error = NodeError;

    /// The block is named by its hash (EIP-1898), so that after a reorganisation there is no answer of another block.
    fn view(&mut self, call: &Call) -> Result<Vec<u8>, NodeError> {
        self.node.call(call, &json!({ "blockHash": B256::from(self.block.hash) }))
    }
}

#[cfg(test)]
mod tests;
