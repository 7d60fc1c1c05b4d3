//! What the rollup's contract tells.

use alloy::primitives::{B256, Bytes, LogData};
use alloy::sol_types::SolEventInterface as _;
use starfold_primitives::Digest;
use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, BatchNumber, Timestamp, TokenId,
};
use starfold_primitives::signature::PublicKey;
use starfold_transition::L1Operation;
use starfold_transition::l1::TokenName;

use crate::contracts::Rollup::{self, RollupEvents};
use crate::convert::{from_evm_address, to_digest};

/// A log as a chain has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    /// The contract that wrote it.
    pub address: Address,
    /// Its topics.
    pub topics: Vec<[u8; 32]>,
    /// Its data.
    pub data: Vec<u8>,
}

/// An entry of the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueuedOperation {
    /// Its place in the queue.
    pub id: u64,
    /// What it does; tokens are named by number.
    pub operation: L1Operation,
    /// When the rollup may be frozen if it is still in the queue, in seconds since 1970.
    pub deadline: u32,
    /// Who may take it back after a freeze; only deposits can be.
    pub depositor: Option<Address>,
}

/// What happened in the rollup's contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// An operation was queued.
    Queued(QueuedOperation),
    /// A batch was accepted.
    BatchAccepted {
        /// Its number.
        batch: BatchNumber,
        /// The state root after it.
        state_root: Digest,
        /// Its time.
        timestamp: Timestamp,
        /// The number of its transactions.
        counter: u32,
    },
    /// A token was registered.
    TokenRegistered {
        /// Its number.
        id: TokenId,
        /// Its contract.
        token: Address,
    },
    /// An amount became claimable.
    Credited {
        /// Who may claim it.
        owner: Address,
        /// The token.
        token: TokenId,
        /// The amount.
        amount: Amount,
    },
    /// An amount was paid out.
    Claimed {
        /// Whose it was.
        owner: Address,
        /// The token.
        token: TokenId,
        /// Whom it was paid to.
        receiver: Address,
        /// The amount.
        amount: Amount,
    },
    /// A deposit was taken back after a freeze.
    DepositCancelled {
        /// Its place in the queue.
        id: u64,
        /// Who was credited.
        depositor: Address,
        /// The token.
        token: TokenId,
        /// The amount.
        amount: Amount,
    },
    /// A balance of the last state was credited to its owner.
    Exited {
        /// The account.
        index: AccountIndex,
        /// The token.
        token: TokenId,
        /// The owner.
        owner: Address,
        /// The amount.
        amount: Amount,
    },
    /// The rollup was frozen.
    Frozen {
        /// The last batch.
        batch: BatchNumber,
        /// The state root after it.
        state_root: Digest,
    },
    /// An operator was named, or with zero a naming was taken back.
    OperatorNamed {
        /// The next operator.
        operator: Address,
    },
    /// An operator took over.
    OperatorChanged {
        /// The operator.
        operator: Address,
    },
}

/// A log that is no event of the rollup's contract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a log of {address} is no event of a rollup: {reason}")]
pub struct EventError {
    /// The contract that wrote it.
    pub address: Address,
    /// What is wrong.
    pub reason: String,
}

impl Event {
    /// Reads a log of the rollup's contract.
    ///
    /// # Errors
    /// [`EventError`] where it is none that the contract writes.
    pub fn read(log: &Log) -> Result<Self, EventError> {
        let wrong = |reason: String| EventError { address: log.address, reason };
        let topics = log.topics.iter().copied().map(B256::from).collect();
        let data = LogData::new(topics, Bytes::copy_from_slice(&log.data))
            .ok_or_else(|| wrong(format!("it has {} topics", log.topics.len())))?;
        let event = RollupEvents::decode_raw_log(data.topics(), &data.data)
            .map_err(|error| wrong(error.to_string()))?;
        typed(event).map_err(|value| wrong(format!("it names {value}, out of its range")))
    }
}

/// The event in quantities of the rollup, or the value that is none.
fn typed(event: RollupEvents) -> Result<Event, String> {
    Ok(match event {
        RollupEvents::DepositQueued(event) => Event::Queued(QueuedOperation {
            id: event.id,
            operation: deposit(&event)?,
            deadline: event.deadline,
            depositor: Some(from_evm_address(event.depositor)),
        }),
        RollupEvents::ForcedExitQueued(event) => {
            let from = index(event.index)?;
            let (address, token) = (from_evm_address(event.owner), named(event.token)?);
            let operation = L1Operation::ForcedExit { from, address, token };
            queued(event.id, event.deadline, operation)
        }
        RollupEvents::SetKeyQueued(event) => queued(event.id, event.deadline, set_key(&event)?),
        RollupEvents::BatchAccepted(event) => Event::BatchAccepted {
            batch: batch(event.batchNumber)?,
            state_root: to_digest(event.stateRoot).ok_or(event.stateRoot.to_string())?,
            timestamp: Timestamp::new(event.timestamp).map_err(|error| error.to_string())?,
            counter: event.counter,
        },
        RollupEvents::TokenRegistered(event) => {
            Event::TokenRegistered { id: token(event.id)?, token: from_evm_address(event.token) }
        }
        RollupEvents::Credited(event) => Event::Credited {
            owner: from_evm_address(event.owner),
            token: token(event.token)?,
            amount: amount(event.amount)?,
        },
        RollupEvents::Claimed(event) => Event::Claimed {
            owner: from_evm_address(event.owner),
            token: token(event.token)?,
            receiver: from_evm_address(event.receiver),
            amount: amount(event.amount)?,
        },
        RollupEvents::DepositCancelled(event) => Event::DepositCancelled {
            id: event.id,
            depositor: from_evm_address(event.depositor),
            token: token(event.token)?,
            amount: Amount::new(event.amount),
        },
        RollupEvents::Exited(event) => Event::Exited {
            index: index(event.index)?,
            token: token(event.token)?,
            owner: from_evm_address(event.owner),
            amount: Amount::new(event.amount),
        },
        RollupEvents::Frozen(event) => Event::Frozen {
            batch: batch(event.batchNumber)?,
            state_root: to_digest(event.stateRoot).ok_or(event.stateRoot.to_string())?,
        },
        RollupEvents::OperatorNamed(event) => {
            Event::OperatorNamed { operator: from_evm_address(event.operator) }
        }
        RollupEvents::OperatorChanged(event) => {
            Event::OperatorChanged { operator: from_evm_address(event.operator) }
        }
    })
}

fn queued(id: u64, deadline: u32, operation: L1Operation) -> Event {
    Event::Queued(QueuedOperation { id, operation, deadline, depositor: None })
}

fn deposit(event: &Rollup::DepositQueued) -> Result<L1Operation, String> {
    let to = from_evm_address(event.to);
    let (token, amount) = (named(event.token)?, Amount::new(event.amount));
    Ok(L1Operation::Deposit { to, token, amount })
}

fn set_key(event: &Rollup::SetKeyQueued) -> Result<L1Operation, String> {
    let new_key = PublicKey::from_canonical(event.key).map_err(|error| error.to_string())?;
    let address = from_evm_address(event.owner);
    Ok(L1Operation::L1SetKey { from: index(event.index)?, address, new_key })
}

fn named(id: u16) -> Result<TokenName, String> {
    Ok(TokenName::Id(token(id)?))
}

fn token(id: u16) -> Result<TokenId, String> {
    TokenId::new(id).map_err(|error| error.to_string())
}

fn index(index: u32) -> Result<AccountIndex, String> {
    AccountIndex::new(index).map_err(|error| error.to_string())
}

fn batch(number: u32) -> Result<BatchNumber, String> {
    BatchNumber::new(number).map_err(|error| error.to_string())
}

fn amount(value: alloy::primitives::U256) -> Result<Amount, String> {
    u128::try_from(value).map(Amount::new).map_err(|_| value.to_string())
}
