//! Sending a transaction once, whatever ends the program in between.

use std::time::{Duration, Instant};

use alloy::consensus::{SignableTransaction as _, TxEip1559, TxEnvelope};
use alloy::eips::eip2930::AccessList;
use alloy::primitives::{B256, Bytes, TxKind, U64, U256};
use alloy::signers::SignerSync as _;
use serde_json::{Value, json};
use starfold_primitives::quantities::Address;

use super::answer::ReceiptAnswer;
use super::error::{FailureReason, NodeError};
use super::journal::{Intent, Journal, SignedTransaction};
use super::key::EthereumKey;
use super::{BlockTag, Node};
use crate::call::Call;
use crate::convert::{from_evm_address, to_evm_address};
use crate::embedded::TRANSACTION_GAS_LIMIT;
use crate::receipt::Receipt;

/// The most wei for a unit of gas, unless said otherwise.
const MAX_GAS_PRICE: u128 = 500_000_000_000;
/// The most wei for a unit of gas beyond the base fee.
const MAX_PRIORITY_FEE: u128 = 50_000_000_000;
/// What is offered beyond the base fee where a node suggests nothing.
const PRIORITY_FEE: u128 = 1_000_000_000;

/// How long a transaction is waited for, unless said otherwise.
const PATIENCE: Duration = Duration::from_secs(300);
/// How often a receipt is asked for at first, and at last.
const PAUSES: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(2));

/// How transactions are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SendingLimits {
    /// How long a transaction is waited for.
    pub patience: Duration,
    /// The most wei for a unit of gas.
    pub gas_price: u128,
}

impl Default for SendingLimits {
    fn default() -> Self {
        Self { patience: PATIENCE, gas_price: MAX_GAS_PRICE }
    }
}

/// A transaction that is in a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// What became of it.
    pub receipt: Receipt,
    /// Whether an earlier run of the program had signed it.
    pub before: bool,
}

impl Node {
    /// Sends a transaction, or goes on with the one that an earlier run signed for the same call, and waits until
    /// it is in a block.
    ///
    /// The transaction is in the journal before it is sent and until it is in a block, so that calling this again
    /// after whatever ended the program sends the same bytes, which a chain takes once.
    ///
    /// # Errors
    /// [`NodeError`]; [`NodeError::Reverted`] where the contract refuses and nothing was sent,
    /// [`NodeError::Failed`] where it failed in a block, [`NodeError::StillPending`] where it is in none yet.
    pub fn send(
        &self,
        key: &EthereumKey,
        call: &Call,
        journal: &Journal,
    ) -> Result<Sent, NodeError> {
        let sent = self.send_step(key, call, journal)?;
        self.close(key.address(), call, journal)?;
        Ok(sent)
    }

    /// Like [`Self::send`], but the journal keeps the transaction until [`Self::close`]: for a step of something
    /// larger, which must not be done again when the whole is repeated.
    ///
    /// # Errors
    /// As [`Self::send`].
    pub fn send_step(
        &self,
        key: &EthereumKey,
        call: &Call,
        journal: &Journal,
    ) -> Result<Sent, NodeError> {
        let sender = key.address();
        let _lock = journal.lock(sender)?;
        let intent = self.intent(sender, call);
        if let Some(transaction) = journal.find(&intent)? {
            let receipt = self.resume(&intent, &transaction, journal)?;
            return Ok(Sent { receipt, before: true });
        }
        let transaction = self.sign(key, call)?;
        journal.write(&intent, &transaction)?;
        let receipt = self.broadcast(&intent, &transaction, journal)?;
        Ok(Sent { receipt, before: false })
    }

    /// The nonce of the transaction that an earlier run signed for a call and that is not known to be done.
    ///
    /// # Errors
    /// [`NodeError::Journal`].
    pub fn open_nonce(
        &self,
        sender: Address,
        call: &Call,
        journal: &Journal,
    ) -> Result<Option<u64>, NodeError> {
        let found = journal.find(&self.intent(sender, call))?;
        Ok(found.map(|transaction| transaction.nonce))
    }

    /// Removes the transaction of a call from the journal, for it and what it is a step of are done.
    ///
    /// # Errors
    /// [`NodeError::Journal`].
    pub fn close(&self, sender: Address, call: &Call, journal: &Journal) -> Result<(), NodeError> {
        Ok(journal.close(&self.intent(sender, call))?)
    }

    pub(super) fn intent<'a>(&self, sender: Address, call: &'a Call) -> Intent<'a> {
        Intent { chain_id: self.chain_id, first_block: self.first_block, sender, call }
    }

    /// Goes on with a transaction that was signed before.
    fn resume(
        &self,
        intent: &Intent<'_>,
        transaction: &SignedTransaction,
        journal: &Journal,
    ) -> Result<Receipt, NodeError> {
        if let Some(receipt) = self.receipt(transaction)? {
            return self.finish(intent, receipt, journal);
        }
        if self.nonce(intent.sender, "latest")? <= transaction.nonce {
            return self.broadcast(intent, transaction, journal);
        }
        // it may have entered a block between the two questions
        match self.receipt(transaction)? {
            Some(receipt) => self.finish(intent, receipt, journal),
            None => {
                let SignedTransaction { hash, nonce, .. } = *transaction;
                // a node that lags behind, or a reorganisation, could still show the transaction
                let is_final = self.nonce(intent.sender, "finalized")? > nonce;
                if is_final {
                    journal.close(intent)?;
                }
                let (sender, entry) = (intent.sender, journal.path(intent));
                Err(NodeError::NonceTaken { transaction: hash, sender, nonce, is_final, entry })
            }
        }
    }

    /// Sends a transaction that is in the journal, and waits until it is in a block.
    fn broadcast(
        &self,
        intent: &Intent<'_>,
        transaction: &SignedTransaction,
        journal: &Journal,
    ) -> Result<Receipt, NodeError> {
        let raw = Bytes::copy_from_slice(&transaction.raw);
        let sent: Result<B256, NodeError> =
            self.connection.request("eth_sendRawTransaction", (raw,));
        match sent {
            Ok(_) => {}
            // who has it already says so with an error of its own
            Err(NodeError::Refused { message, .. }) if !self.knows(transaction)? => {
                return Err(NodeError::NotTaken {
                    node: self.connection.name().to_owned(),
                    transaction: transaction.hash,
                    message,
                    entry: journal.path(intent),
                });
            }
            Err(NodeError::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        let receipt = self.wait(transaction)?;
        self.finish(intent, receipt, journal)
    }

    fn knows(&self, transaction: &SignedTransaction) -> Result<bool, NodeError> {
        let hash = B256::from(transaction.hash);
        let answer: Option<Value> = self.connection.request("eth_getTransactionByHash", (hash,))?;
        Ok(answer.is_some())
    }

    fn wait(&self, transaction: &SignedTransaction) -> Result<ReceiptAnswer, NodeError> {
        let start = Instant::now();
        let (mut pause, longest) = PAUSES;
        loop {
            if let Some(receipt) = self.receipt(transaction)? {
                return Ok(receipt);
            }
            let patience = self.limits.patience;
            if start.elapsed() >= patience {
                let (transaction, seconds) = (transaction.hash, patience.as_secs());
                return Err(NodeError::StillPending { transaction, seconds });
            }
            self.connection.pause(pause);
            pause = (pause * 2).min(longest);
        }
    }

    fn receipt(&self, transaction: &SignedTransaction) -> Result<Option<ReceiptAnswer>, NodeError> {
        let hash = B256::from(transaction.hash);
        const METHOD: &str = "eth_getTransactionReceipt";
        let receipt: Option<ReceiptAnswer> = self.connection.request(METHOD, (hash,))?;
        match &receipt {
            Some(other) if other.transaction_hash != hash => {
                let (expected, actual) = (hash.to_string(), other.transaction_hash.to_string());
                Err(self.connection.wrong(METHOD, &expected, &actual))
            }
            _ => Ok(receipt),
        }
    }

    /// Says what became of a transaction in a block.
    fn finish(
        &self,
        intent: &Intent<'_>,
        answer: ReceiptAnswer,
        journal: &Journal,
    ) -> Result<Receipt, NodeError> {
        let (block, gas_used) = (answer.block_number.to(), answer.gas_used.to());
        if answer.status != U64::from(1) {
            let reason = self.failure(intent, block, gas_used);
            journal.close(intent)?;
            let transaction = answer.transaction_hash.0;
            return Err(NodeError::Failed { transaction, block, reason });
        }
        Ok(Receipt {
            transaction: answer.transaction_hash.0,
            block,
            gas_used,
            created: answer.contract_address.map(from_evm_address),
            logs: answer.logs.iter().map(super::answer::LogAnswer::log).collect(),
        })
    }

    /// Calls again what failed in a block, to learn why: after that block, and before it.
    fn failure(&self, intent: &Intent<'_>, block: u64, gas_used: u64) -> FailureReason {
        let request = request(intent.sender, intent.call);
        for number in [block, block.saturating_sub(1)] {
            let again: Result<Bytes, NodeError> =
                self.connection.request("eth_call", (&request, U64::from(number)));
            if let Err(NodeError::Reverted(revert)) = again {
                return FailureReason::Reverted(revert);
            }
        }
        FailureReason::Unknown { gas_used }
    }

    /// Signs a transaction with the next nonce. What the contract refuses is not signed.
    pub(super) fn sign(
        &self,
        key: &EthereumKey,
        call: &Call,
    ) -> Result<SignedTransaction, NodeError> {
        let sender = key.address();
        let gas_limit = self.gas_limit(sender, call)?;
        let (max_fee_per_gas, max_priority_fee_per_gas) = self.gas_prices()?;
        let unsigned = TxEip1559 {
            chain_id: self.chain_id.get(),
            nonce: self.nonce(sender, "pending")?,
            gas_limit,
            max_fee_per_gas,
            max_priority_fee_per_gas,
            to: call.to.map_or(TxKind::Create, |to| TxKind::Call(to_evm_address(to))),
            value: call.wei(),
            access_list: AccessList::default(),
            input: Bytes::copy_from_slice(&call.data),
        };
        let signature = key
            .signer
            .sign_hash_sync(&unsigned.signature_hash())
            .expect("a key in its range signs every hash");
        Ok(SignedTransaction::of(&TxEnvelope::from(unsigned.into_signed(signature))))
    }

    /// What the transaction needs and a tenth, for the state may change before it is executed. It is executed in the next
    /// block, whose time may be later than the last one's: what holds from a second on may hold there first.
    fn gas_limit(&self, sender: Address, call: &Call) -> Result<u64, NodeError> {
        let estimate: U64 =
            self.connection.request("eth_estimateGas", (request(sender, call), "pending"))?;
        let needed: u64 = estimate.to();
        if needed > TRANSACTION_GAS_LIMIT {
            return Err(NodeError::GasLimit { needed, limit: TRANSACTION_GAS_LIMIT });
        }
        Ok((needed + needed / 10).min(TRANSACTION_GAS_LIMIT))
    }

    /// The most wei for a unit of gas, and how much of them beyond the base fee.
    fn gas_prices(&self) -> Result<(u128, u128), NodeError> {
        const METHOD: &str = "eth_getBlockByNumber";
        let header = self.header(BlockTag::Latest)?;
        let base = header.base_fee_per_gas.ok_or_else(|| {
            self.connection.wrong(METHOD, "a base fee (EIP-1559)", "a block without one")
        })?;
        let suggested = match self.connection.request("eth_maxPriorityFeePerGas", ()) {
            Err(NodeError::Refused { .. }) => U256::from(PRIORITY_FEE),
            suggested => suggested?,
        };
        let limit = self.limits.gas_price;
        let priority = saturating(suggested).min(MAX_PRIORITY_FEE).min(limit);
        // the base fee rises by an eighth a block at most: twice as much lasts for six
        let base = saturating(base);
        if base.saturating_add(priority) > limit {
            return Err(NodeError::GasPrice { actual: base.saturating_add(priority), limit });
        }
        Ok((base.saturating_mul(2).saturating_add(priority).min(limit), priority))
    }

    pub(super) fn nonce(&self, sender: Address, block: &str) -> Result<u64, NodeError> {
        let parameters = (to_evm_address(sender), block);
        let nonce: U64 = self.connection.request("eth_getTransactionCount", parameters)?;
        Ok(nonce.to())
    }
}

/// A call as methods take it.
pub(super) fn request(sender: Address, call: &Call) -> Value {
    let data = Bytes::copy_from_slice(&call.data);
    let mut request = json!({ "from": to_evm_address(sender), "input": data, "value": call.wei() });
    if let Some(to) = call.to {
        request["to"] = json!(to_evm_address(to));
    }
    request
}

fn saturating(value: U256) -> u128 {
    u128::try_from(value).unwrap_or(u128::MAX)
}
