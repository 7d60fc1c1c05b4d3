//! The next state from the words and header of a batch alone.
//!
//! Whoever has the contract's transactions can rebuild the state with this, and so can exit without
//! the operator. Words tell neither nonces nor expiry nor signatures, which the proof has checked;
//! all the rest is checked here again.

use serde::{Deserialize, Serialize};
use starfold_primitives::Digest;
use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, FeeCount, Nonce, Timestamp, TokenId,
};
use starfold_primitives::signature::PublicKey;
use starfold_primitives::word::{Word, words_digest};
use starfold_state::{Account, Overlay, StateError, StateReader};

use crate::boundary::Parameters;
use crate::layout::Opcode;
use crate::words::{DecodedTransaction, WordsError, decode};

/// What the contract is told of a batch beside its words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchHeader {
    /// The time of the batch.
    pub timestamp: Timestamp,
    /// The state root after the batch.
    pub exit_root: Digest,
    /// The digest D of the words.
    pub words_digest: Digest,
    /// The number of transactions.
    pub counter: u32,
}

/// The rule that a decoded transaction breaks.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayViolation {
    /// The account does not exist.
    #[error("account {index} does not exist")]
    UnknownAccount {
        /// Its index.
        index: AccountIndex,
    },
    /// The sender of a signed transaction has no key.
    #[error("account {index} has no key")]
    KeyNotSet {
        /// Its index.
        index: AccountIndex,
    },
    /// The account has used its last nonce.
    #[error("account {index} has used its last nonce {nonce}")]
    NonceExhausted {
        /// Its index.
        index: AccountIndex,
        /// Its nonce.
        nonce: Nonce,
    },
    /// The account should be created, but is not empty.
    #[error("account {index} of {address} exists and cannot be created")]
    AlreadyCreated {
        /// Its index.
        index: AccountIndex,
        /// Its address.
        address: Address,
    },
    /// A deposit goes to the account of another address.
    #[error("account {index} belongs to {actual}, the deposit is for {expected}")]
    OtherAddress {
        /// Its index.
        index: AccountIndex,
        /// The address of the deposit.
        expected: Address,
        /// The account's address.
        actual: Address,
    },
    /// An address is zero.
    #[error("the address is zero")]
    ZeroAddress,
    /// A balance would fall below zero.
    #[error("account {index} has {available} of token {token}, {required} are taken")]
    InsufficientBalance {
        /// The account.
        index: AccountIndex,
        /// The token.
        token: TokenId,
        /// What is taken.
        required: Amount,
        /// The balance.
        available: Amount,
    },
    /// A balance would reach 2^128.
    #[error("account {index} has {balance} of token {token}; {amount} more would reach 2^128")]
    BalanceOverflow {
        /// The account.
        index: AccountIndex,
        /// The token.
        token: TokenId,
        /// Its balance.
        balance: Amount,
        /// What is added.
        amount: Amount,
    },
    /// A forced exit does not take the whole balance of its owner, or something of another's.
    #[error("the forced exit from account {index} is of {actual}, expected {expected}")]
    ForcedExitAmount {
        /// The account.
        index: AccountIndex,
        /// The whole balance, or zero for an account of another address.
        expected: Amount,
        /// The amount.
        actual: Amount,
    },
    /// The fees of the batch reach 2^32 units.
    #[error("the batch has {accumulated} fee units; {fee_count} more reach 2^32")]
    FeesOverflow {
        /// The fee units so far.
        accumulated: FeeCount,
        /// The transaction's.
        fee_count: FeeCount,
    },
    /// CollectFee does not take exactly the fees of the batch.
    #[error("{actual} fee units are collected, {expected} were paid")]
    CollectedCount {
        /// The fee units so far.
        expected: FeeCount,
        /// Those of CollectFee.
        actual: FeeCount,
    },
    /// CollectFee has another amount than its fee units are worth.
    #[error("the collected amount is {actual}, the fees are worth {expected}")]
    CollectedAmount {
        /// The worth of the fee units.
        expected: Amount,
        /// The amount.
        actual: Amount,
    },
    /// CollectFee is in another token than the fees.
    #[error("fees are collected in token {actual}, they are paid in token {expected}")]
    CollectedToken {
        /// The rollup's fee token.
        expected: TokenId,
        /// That of CollectFee.
        actual: TokenId,
    },
}

/// Words and header that are no batch over this state.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayError {
    /// The words encode no transactions.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// A transaction breaks a rule.
    #[error("transaction {position} ({opcode:?}): {violation}")]
    Transaction {
        /// Its position in the batch.
        position: usize,
        /// Its opcode.
        opcode: Opcode,
        /// The rule.
        violation: ReplayViolation,
    },
    /// Fees were paid and not collected.
    #[error("{actual} fee units are left at the end of the batch, expected 0")]
    FeesNotCollected {
        /// What is left.
        actual: FeeCount,
    },
    /// The header has another number of transactions.
    #[error("the words have {actual} transactions, the header {expected}")]
    Counter {
        /// The header's number.
        expected: u32,
        /// The number of transactions in the words.
        actual: usize,
    },
    /// The header has another digest.
    #[error("the words have digest {actual}, the header {expected}")]
    WordsDigest {
        /// The header's digest.
        expected: Digest,
        /// The digest of the words.
        actual: Digest,
    },
    /// The words lead to another state.
    #[error("the words lead to root {actual}, the header has {expected}")]
    ExitRoot {
        /// The header's root.
        expected: Digest,
        /// The root after the words.
        actual: Digest,
    },
    /// The state failed.
    #[error(transparent)]
    State(#[from] StateError),
}

/// Why one transaction is not done again.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayStepError {
    /// There is no word.
    #[error("there is no word")]
    NoWord,
    /// The words encode no transaction.
    #[error(transparent)]
    Words(#[from] WordsError),
    /// It breaks a rule.
    #[error(transparent)]
    Violation(ReplayViolation),
    /// The state failed.
    #[error(transparent)]
    State(StateError),
}

/// A violation, or a state that failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StepError {
    #[error(transparent)]
    Violation(#[from] ReplayViolation),
    #[error(transparent)]
    State(#[from] StateError),
}

impl From<StepError> for ReplayStepError {
    fn from(error: StepError) -> Self {
        match error {
            StepError::Violation(violation) => Self::Violation(violation),
            StepError::State(error) => Self::State(error),
        }
    }
}

/// Applies a batch to `overlay`, whose root must be the batch's entry root, and returns its
/// transactions.
///
/// On an error the overlay is of no further use.
///
/// # Errors
/// [`ReplayError`] where words and header are no batch over this state.
pub fn replay<R: StateReader + ?Sized>(
    overlay: &mut Overlay<'_, R>,
    parameters: &Parameters,
    header: &BatchHeader,
    words: &[Word],
) -> Result<Vec<DecodedTransaction>, ReplayError> {
    let (expected, actual) = (header.words_digest, words_digest(words));
    if expected != actual {
        return Err(ReplayError::WordsDigest { expected, actual });
    }
    let transactions = decode(words)?;
    let (expected, actual) = (header.counter, transactions.len());
    if u32::try_from(actual) != Ok(expected) {
        return Err(ReplayError::Counter { expected, actual });
    }
    let mut replayer = Replayer { overlay, parameters, fees: FeeCount::ZERO };
    for (position, transaction) in transactions.iter().enumerate() {
        replayer.apply(transaction).map_err(|error| match error {
            StepError::Violation(violation) => {
                ReplayError::Transaction { position, opcode: transaction.opcode, violation }
            }
            StepError::State(error) => error.into(),
        })?;
    }
    if replayer.fees != FeeCount::ZERO {
        return Err(ReplayError::FeesNotCollected { actual: replayer.fees });
    }
    let (expected, actual) = (header.exit_root, overlay.root());
    if expected != actual {
        return Err(ReplayError::ExitRoot { expected, actual });
    }
    Ok(transactions)
}

/// Does transactions again.
pub(crate) struct Replayer<'a, 'base, R: ?Sized> {
    pub(crate) overlay: &'a mut Overlay<'base, R>,
    pub(crate) parameters: &'a Parameters,
    pub(crate) fees: FeeCount,
}

impl<R: StateReader + ?Sized> Replayer<'_, '_, R> {
    pub(crate) fn apply(&mut self, transaction: &DecodedTransaction) -> Result<(), StepError> {
        let DecodedTransaction { from, to, token, amount, address, new_key, .. } = *transaction;
        match transaction.opcode {
            Opcode::Transfer => {
                self.spend(transaction, None)?;
                self.existing(to)?;
                self.credit(to, token, amount)
            }
            Opcode::TransferNew => {
                self.spend(transaction, None)?;
                self.create(to, address)?;
                self.credit(to, token, amount)
            }
            Opcode::Withdraw => {
                check_address(address)?;
                self.spend(transaction, None)
            }
            Opcode::SetKey => self.spend(transaction, Some(new_key)),
            Opcode::CollectFee => self.collect(transaction),
            Opcode::Deposit => {
                self.deposit_to(to, address)?;
                self.credit(to, token, amount)
            }
            Opcode::ForcedExit => self.forced_exit(transaction),
            Opcode::L1SetKey => self.l1_set_key(from, address, new_key),
        }
    }

    /// What a signed transaction takes from its sender.
    fn spend(
        &mut self,
        transaction: &DecodedTransaction,
        new_key: Option<PublicKey>,
    ) -> Result<(), StepError> {
        let DecodedTransaction { from: index, token, amount, fee_count, .. } = *transaction;
        let account = self.existing(index)?;
        if account.key.is_none() {
            return Err(ReplayViolation::KeyNotSet { index }.into());
        }
        self.debit(index, token, amount)?;
        let fee = Amount::of_fee(fee_count, self.parameters.fee_unit);
        self.debit(index, self.parameters.fee_token, fee)?;
        let accumulated = self.fees;
        self.fees = accumulated
            .get()
            .checked_add(fee_count.get())
            .and_then(|sum| FeeCount::new(sum).ok())
            .ok_or(ReplayViolation::FeesOverflow { accumulated, fee_count })?;
        self.authorise(index, &account, new_key.unwrap_or(account.key))
    }

    fn collect(&mut self, transaction: &DecodedTransaction) -> Result<(), StepError> {
        let (expected, actual) = (self.fees, transaction.fee_count);
        if expected != actual {
            return Err(ReplayViolation::CollectedCount { expected, actual }.into());
        }
        let (expected, actual) =
            (Amount::of_fee(actual, self.parameters.fee_unit), transaction.amount);
        if expected != actual {
            return Err(ReplayViolation::CollectedAmount { expected, actual }.into());
        }
        let (expected, actual) = (self.parameters.fee_token, transaction.token);
        if expected != actual {
            return Err(ReplayViolation::CollectedToken { expected, actual }.into());
        }
        self.fees = FeeCount::ZERO;
        self.existing(transaction.to)?;
        self.credit(transaction.to, transaction.token, transaction.amount)
    }

    fn forced_exit(&mut self, transaction: &DecodedTransaction) -> Result<(), StepError> {
        let DecodedTransaction { from: index, token, amount: actual, address, .. } = *transaction;
        check_address(address)?;
        let matches = self.overlay.account(index)?.address == address;
        let expected = if matches { self.overlay.balance(index, token)? } else { Amount::ZERO };
        if expected != actual {
            return Err(ReplayViolation::ForcedExitAmount { index, expected, actual }.into());
        }
        self.debit(index, token, actual)
    }

    fn l1_set_key(
        &mut self,
        index: AccountIndex,
        address: Address,
        new_key: PublicKey,
    ) -> Result<(), StepError> {
        check_address(address)?;
        let account = self.overlay.account(index)?;
        if account.address == address {
            self.authorise(index, &account, new_key)?;
        }
        Ok(())
    }

    fn existing(&self, index: AccountIndex) -> Result<Account, StepError> {
        let account = self.overlay.account(index)?;
        if account.address == Address::ZERO {
            return Err(ReplayViolation::UnknownAccount { index }.into());
        }
        Ok(account)
    }

    fn create(&mut self, index: AccountIndex, address: Address) -> Result<(), StepError> {
        check_address(address)?;
        let account = self.overlay.account(index)?;
        if !account.is_empty() {
            let address = account.address;
            return Err(ReplayViolation::AlreadyCreated { index, address }.into());
        }
        Ok(self.overlay.set_account(index, PublicKey::NONE, address, Nonce::ZERO)?)
    }

    /// Makes sure that the account of a deposit is that of its address.
    fn deposit_to(&mut self, index: AccountIndex, address: Address) -> Result<(), StepError> {
        check_address(address)?;
        let account = self.overlay.account(index)?;
        if account.is_empty() {
            return self.create(index, address);
        }
        let (expected, actual) = (address, account.address);
        if expected != actual {
            return Err(ReplayViolation::OtherAddress { index, expected, actual }.into());
        }
        Ok(())
    }

    /// Sets the key and advances the nonce.
    fn authorise(
        &mut self,
        index: AccountIndex,
        account: &Account,
        key: PublicKey,
    ) -> Result<(), StepError> {
        let nonce = account.nonce;
        let next = nonce.next().map_err(|_| ReplayViolation::NonceExhausted { index, nonce })?;
        Ok(self.overlay.set_account(index, key, account.address, next)?)
    }

    fn debit(
        &mut self,
        index: AccountIndex,
        token: TokenId,
        required: Amount,
    ) -> Result<(), StepError> {
        if required == Amount::ZERO {
            return Ok(());
        }
        let available = self.overlay.balance(index, token)?;
        let rest = available.checked_sub(required).ok_or(ReplayViolation::InsufficientBalance {
            index,
            token,
            required,
            available,
        })?;
        Ok(self.overlay.set_balance(index, token, rest)?)
    }

    fn credit(
        &mut self,
        index: AccountIndex,
        token: TokenId,
        amount: Amount,
    ) -> Result<(), StepError> {
        if amount == Amount::ZERO {
            return Ok(());
        }
        let balance = self.overlay.balance(index, token)?;
        let sum = balance.checked_add(amount).ok_or(ReplayViolation::BalanceOverflow {
            index,
            token,
            balance,
            amount,
        })?;
        Ok(self.overlay.set_balance(index, token, sum)?)
    }
}

fn check_address(address: Address) -> Result<(), ReplayViolation> {
    if address == Address::ZERO { Err(ReplayViolation::ZeroAddress) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
