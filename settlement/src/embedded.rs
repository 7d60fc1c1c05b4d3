//! An Ethereum chain in memory: contracts without a node.

use alloy::primitives::{B256, Bytes, TxKind, U256};
use revm::context::result::{ExecutionResult, Output};
use revm::context::{BlockEnv, CfgEnv, Context, TxEnv};
use revm::database::{CacheDB, EmptyDB};
use revm::primitives::hardfork::SpecId;
use revm::state::AccountInfo;
use revm::{ExecuteCommitEvm as _, ExecuteEvm as _, MainBuilder as _, MainContext as _};
use sha3::{Digest as _, Keccak256};
use starfold_primitives::quantities::{Address, Amount, ChainId, Timestamp};

use crate::call::Call;
use crate::convert::{from_evm_address, to_evm_address, wei};
use crate::event::Log;
use crate::receipt::Receipt;
use crate::revert::Revert;
use crate::view::View;

/// The most gas that a transaction may have (EIP-7825).
pub const TRANSACTION_GAS_LIMIT: u64 = 1 << 24;

/// Why a transaction of the embedded chain has no receipt.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EmbeddedError {
    /// A contract refused it.
    #[error("the transaction reverts after {gas_used} gas: {revert}")]
    Reverted {
        /// Why.
        revert: Revert,
        /// The gas that it used.
        gas_used: u64,
    },
    /// It stopped, out of gas or at an instruction that there is not.
    #[error("the transaction stops after {gas_used} gas: {reason}")]
    Stopped {
        /// Why.
        reason: String,
        /// The gas that it used.
        gas_used: u64,
    },
    /// No block could contain it.
    #[error("the transaction is invalid: {reason}")]
    Invalid {
        /// Why.
        reason: String,
    },
}

/// An Ethereum chain in memory, of the Osaka fork. Gas costs nothing, every transaction has a block of its own, and
/// its clock stands still until it is [set](Self::set_time).
#[derive(Clone, Debug)]
pub struct EmbeddedChain {
    database: CacheDB<EmptyDB>,
    chain_id: ChainId,
    block: u64,
    time: Timestamp,
}

impl EmbeddedChain {
    /// A chain without accounts.
    #[must_use]
    pub fn new(chain_id: ChainId, time: Timestamp) -> Self {
        Self { database: CacheDB::default(), chain_id, block: 0, time }
    }

    /// The number of the chain.
    #[must_use]
    pub fn chain_id(&self) -> ChainId {
        self.chain_id
    }

    /// The number of the last block.
    #[must_use]
    pub fn block(&self) -> u64 {
        self.block
    }

    /// The time of the next block.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// Sets the clock; an earlier time than the last changes nothing.
    pub fn set_time(&mut self, time: Timestamp) {
        self.time = self.time.max(time);
    }

    /// Gives an account ETH, in wei, from nowhere.
    pub fn fund(&mut self, account: Address, amount: Amount) {
        let mut info = self.account(account);
        info.balance = info.balance.saturating_add(wei(amount));
        self.database.insert_account_info(to_evm_address(account), info);
    }

    /// The balance of an account, in wei; the largest amount where it is beyond.
    #[must_use]
    pub fn balance(&self, account: Address) -> Amount {
        Amount::new(u128::try_from(self.account(account).balance).unwrap_or(u128::MAX))
    }

    /// How many transactions an account has sent.
    #[must_use]
    pub fn nonce(&self, account: Address) -> u64 {
        self.account(account).nonce
    }

    /// Executes a transaction in a block of its own.
    ///
    /// # Errors
    /// [`EmbeddedError`]; a transaction that reverts or stops counts nevertheless, an invalid one does not.
    pub fn execute(&mut self, from: Address, call: &Call) -> Result<Receipt, EmbeddedError> {
        let nonce = self.nonce(from);
        let transaction = transaction_hash(self.chain_id, from, nonce, call);
        let block = self.block + 1;
        let result = self.evaluate(from, call, true)?;
        self.block = block;
        let gas_used = result.tx_gas_used();
        let created = result.created_address().map(from_evm_address);
        output(result).map(|(_, logs)| Receipt { transaction, block, gas_used, created, logs })
    }

    fn account(&self, account: Address) -> AccountInfo {
        let stored = self.database.cache.accounts.get(&to_evm_address(account));
        stored.and_then(|account| account.info()).unwrap_or_default()
    }

    fn evaluate(
        &mut self,
        from: Address,
        call: &Call,
        commit: bool,
    ) -> Result<ExecutionResult, EmbeddedError> {
        let invalid = |reason: String| EmbeddedError::Invalid { reason };
        let transaction = TxEnv::builder()
            .caller(to_evm_address(from))
            .kind(call.to.map_or(TxKind::Create, |to| TxKind::Call(to_evm_address(to))))
            .data(Bytes::copy_from_slice(&call.data))
            .value(call.wei())
            .gas_limit(TRANSACTION_GAS_LIMIT)
            .nonce(self.nonce(from))
            .chain_id(Some(self.chain_id.get()))
            .build()
            .map_err(|error| invalid(format!("{error:?}")))?;
        let block = BlockEnv {
            number: U256::from(self.block + 1),
            timestamp: U256::from(self.time.get()),
            prevrandao: Some(B256::ZERO),
            ..BlockEnv::default()
        };
        let mut configuration = CfgEnv::new_with_spec(SpecId::OSAKA).with_mainnet_gas_params();
        configuration.chain_id = self.chain_id.get();
        let mut evm = Context::mainnet()
            .with_db(&mut self.database)
            .with_block(block)
            .with_cfg(configuration)
            .build_mainnet();
        let result =
            if commit { evm.transact_commit(transaction) } else { evm.transact_one(transaction) };
        result.map_err(|error| invalid(error.to_string()))
    }
}

impl View for EmbeddedChain {
    type Error = EmbeddedError;

    fn view(&mut self, call: &Call) -> Result<Vec<u8>, EmbeddedError> {
        let result = self.evaluate(Address::ZERO, call, false)?;
        output(result).map(|(data, _)| data)
    }
}

/// What a transaction returned and logged, if it ended well.
fn output(result: ExecutionResult) -> Result<(Vec<u8>, Vec<Log>), EmbeddedError> {
    let gas_used = result.tx_gas_used();
    match result {
        ExecutionResult::Success { output, logs, .. } => {
            let (Output::Call(data) | Output::Create(data, _)) = output;
            Ok((data.to_vec(), logs.into_iter().map(log).collect()))
        }
        ExecutionResult::Revert { output, .. } => {
            Err(EmbeddedError::Reverted { revert: Revert::decode(&output), gas_used })
        }
        ExecutionResult::Halt { reason, .. } => {
            Err(EmbeddedError::Stopped { reason: format!("{reason:?}"), gas_used })
        }
    }
}

fn log(log: revm::primitives::Log) -> Log {
    Log {
        address: from_evm_address(log.address),
        topics: log.data.topics().iter().map(|topic| topic.0).collect(),
        data: log.data.data.to_vec(),
    }
}

/// The keccak-256 of everything that tells a transaction from others. It is no Ethereum transaction hash: nobody signs
/// here.
fn transaction_hash(chain_id: ChainId, from: Address, nonce: u64, call: &Call) -> [u8; 32] {
    let mut hasher = Keccak256::new();
    hasher.update(chain_id.get().to_be_bytes());
    hasher.update(from.0);
    hasher.update(nonce.to_be_bytes());
    hasher.update(call.to.unwrap_or(Address::ZERO).0);
    hasher.update(call.value.get().to_be_bytes());
    hasher.update(&call.data);
    hasher.finalize().into()
}

#[cfg(test)]
mod tests;
