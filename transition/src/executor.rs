//! Executes transactions one by one over a pending state.
//!
//! Every rule is checked before the first change, so a rejected transaction leaves no trace. Changes
//! are made in the order of section 4 of the protocol, sender first; an account that is sender,
//! recipient and operator at once needs no rule of its own.

use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, FeeCount, Timestamp, TokenId,
};
use starfold_primitives::signature::{PublicKey, Signature, verify};
use starfold_state::{Account, Overlay, StateError, StateReader};

use crate::boundary::Parameters;
use crate::kind::Kind;
use crate::l1::{L1Operation, TokenName};
use crate::operation::{NamedRecipient, Operation};
use crate::rejection::{ExecutionError, Rejection};
use crate::replay::{Replayer, StepError};
use crate::transaction::SignedTransaction;
use crate::witness::{RecipientAccess, SenderAccess, TransactionWitness};
use crate::words::DecodedTransaction;

/// Executes the transactions of one batch.
#[derive(Debug)]
pub struct Executor<'overlay, 'base, R: ?Sized> {
    overlay: &'overlay mut Overlay<'base, R>,
    parameters: Parameters,
    timestamp: Timestamp,
    fee_accumulator: FeeCount,
}

impl<'overlay, 'base, R: StateReader + ?Sized> Executor<'overlay, 'base, R> {
    /// Starts a batch of the given time: no fees are collected yet.
    pub fn new(
        overlay: &'overlay mut Overlay<'base, R>,
        parameters: Parameters,
        timestamp: Timestamp,
    ) -> Self {
        Self { overlay, parameters, timestamp, fee_accumulator: FeeCount::ZERO }
    }

    /// The pending state.
    #[must_use]
    pub fn state(&self) -> &Overlay<'base, R> {
        self.overlay
    }

    /// The pending state, for who changes it beside the executor.
    pub(crate) fn state_mut(&mut self) -> &mut Overlay<'base, R> {
        self.overlay
    }

    /// The fees taken and not yet collected.
    #[must_use]
    pub fn fee_accumulator(&self) -> FeeCount {
        self.fee_accumulator
    }

    /// Executes a signed transaction.
    ///
    /// # Errors
    /// [`ExecutionError::Rejected`] names the rule that it breaks; the state is then unchanged.
    pub fn execute(
        &mut self,
        signed: &SignedTransaction,
    ) -> Result<TransactionWitness, ExecutionError> {
        let mut operation = signed.transaction.operation();
        self.check_authority(signed, &operation)?;
        self.check_balances(&operation)?;
        let fee_accumulator = self.accumulate(operation.fee_count)?;
        if operation.kind == Kind::Transfer {
            (operation.to, operation.created) =
                self.choose_recipient(operation.named, operation.address)?;
            // who pays himself had the amount before
            if operation.to != operation.from {
                self.check_credit(&operation)?;
            }
        }
        self.fee_accumulator = fee_accumulator;
        Ok(self.apply(operation, Some(signed.signature))?)
    }

    /// Executes an entry of the L1 queue.
    ///
    /// # Errors
    /// [`ExecutionError::Rejected`] where the contract would never have accepted the entry: an
    /// address zero, an unregistered token, more of a token than 2^128.
    pub fn execute_l1(
        &mut self,
        entry: &L1Operation,
    ) -> Result<TransactionWitness, ExecutionError> {
        let operation = match *entry {
            L1Operation::Deposit { to, token, amount } => self.deposit(to, token, amount)?,
            L1Operation::ForcedExit { from, address, token } => {
                self.forced_exit(from, address, token)?
            }
            L1Operation::L1SetKey { from, address, new_key } => {
                self.l1_set_key(from, address, new_key)?
            }
        };
        Ok(self.apply(operation, None)?)
    }

    /// Credits the collected fees to the operator's account.
    ///
    /// # Errors
    /// [`ExecutionError::Rejected`] where that account does not exist or cannot hold them.
    pub fn collect_fee(
        &mut self,
        operator: AccountIndex,
    ) -> Result<TransactionWitness, ExecutionError> {
        if self.overlay.account(operator)?.is_empty() {
            return Err(Rejection::UnknownOperator { operator }.into());
        }
        let operation = Operation {
            kind: Kind::CollectFee,
            to: operator,
            token: self.parameters.fee_token,
            amount: self.fee(self.fee_accumulator),
            fee_count: self.fee_accumulator,
            ..Operation::NOOP
        };
        self.check_credit(&operation)?;
        self.fee_accumulator = FeeCount::ZERO;
        Ok(self.apply(operation, None)?)
    }

    /// Does a transaction again of which only the words are known.
    pub(crate) fn replay(&mut self, transaction: &DecodedTransaction) -> Result<(), StepError> {
        let (parameters, fees) = (&self.parameters, self.fee_accumulator);
        let mut replayer = Replayer { overlay: self.overlay, parameters, fees };
        replayer.apply(transaction)?;
        self.fee_accumulator = replayer.fees;
        Ok(())
    }

    fn fee(&self, count: FeeCount) -> Amount {
        Amount::of_fee(count, self.parameters.fee_unit)
    }

    /// Checks all that does not depend on balances.
    fn check_authority(
        &self,
        signed: &SignedTransaction,
        operation: &Operation,
    ) -> Result<(), ExecutionError> {
        let transaction = &signed.transaction;
        let (from, valid_until) = (operation.from, operation.valid_until);
        let account = self.overlay.account(from)?;
        if account.is_empty() {
            return Err(Rejection::UnknownSender { from }.into());
        }
        if account.key.is_none() {
            return Err(Rejection::KeyNotSet { from, address: account.address }.into());
        }
        let (expected, actual) = (account.nonce, transaction.nonce());
        if expected != actual {
            return Err(Rejection::WrongNonce { from, expected, actual }.into());
        }
        check_nonce(from, &account)?;
        let (expected, actual) = (self.parameters.fee_token, transaction.fee_token());
        if expected != actual {
            return Err(Rejection::WrongFeeToken { expected, actual }.into());
        }
        if valid_until < self.timestamp {
            let timestamp = self.timestamp;
            return Err(Rejection::Expired { valid_until, timestamp }.into());
        }
        if operation.kind != Kind::SetKey {
            check_address(operation.address)?;
        }
        verify(&account.key, transaction.message(&self.parameters), &signed.signature)
            .map_err(|source| Rejection::BadSignature { from, source })?;
        Ok(())
    }

    /// Checks that the sender has the amount and then the fee.
    fn check_balances(&self, operation: &Operation) -> Result<(), ExecutionError> {
        let Operation { from, token, amount: required, .. } = *operation;
        let available = self.overlay.balance(from, token)?;
        let rest = available.checked_sub(required).ok_or(Rejection::InsufficientBalance {
            from,
            token,
            required,
            available,
        })?;
        let fee_token = self.parameters.fee_token;
        let available =
            if fee_token == token { rest } else { self.overlay.balance(from, fee_token)? };
        let required = self.fee(operation.fee_count);
        if available < required {
            let token = fee_token;
            return Err(Rejection::InsufficientFee { from, token, required, available }.into());
        }
        Ok(())
    }

    /// The fee accumulator after one more fee.
    fn accumulate(&self, fee_count: FeeCount) -> Result<FeeCount, Rejection> {
        let accumulated = self.fee_accumulator;
        accumulated
            .get()
            .checked_add(fee_count.get())
            .and_then(|sum| FeeCount::new(sum).ok())
            .ok_or(Rejection::BatchFeesOverflow { accumulated, fee_count })
    }

    /// The account that receives, and whether it must be created.
    fn choose_recipient(
        &self,
        named: NamedRecipient,
        address: Address,
    ) -> Result<(AccountIndex, bool), ExecutionError> {
        match named {
            NamedRecipient::Index(to) => {
                let account = self.overlay.account(to)?;
                if account.is_empty() {
                    Ok((to, true))
                } else if account.address == address {
                    Ok((to, false))
                } else {
                    let actual = account.address;
                    Err(Rejection::RecipientMismatch { to, expected: address, actual }.into())
                }
            }
            NamedRecipient::Any => {
                if let Some(&to) = self.overlay.accounts_of(address)?.first() {
                    return Ok((to, false));
                }
                match self.overlay.next_index() {
                    Ok(to) => Ok((to, true)),
                    Err(StateError::AccountsExhausted) => {
                        Err(Rejection::NoFreeIndex { address }.into())
                    }
                    Err(error) => Err(error.into()),
                }
            }
        }
    }

    /// Checks that the recipient can hold the amount beside what it has.
    fn check_credit(&self, operation: &Operation) -> Result<(), ExecutionError> {
        let Operation { to, token, amount, .. } = *operation;
        let balance = self.overlay.balance(to, token)?;
        match balance.checked_add(amount) {
            Some(_) => Ok(()),
            None => Err(Rejection::RecipientOverflow { to, token, balance, amount }.into()),
        }
    }

    fn deposit(
        &self,
        address: Address,
        token: TokenName,
        amount: Amount,
    ) -> Result<Operation, ExecutionError> {
        check_address(address)?;
        let id = self.token(token)?;
        if self.overlay.l1_token(id)?.is_none() {
            return Err(Rejection::UnregisteredToken { token }.into());
        }
        let (to, created) = self.choose_recipient(NamedRecipient::Any, address)?;
        let kind = Kind::Deposit;
        let operation =
            Operation { kind, to, token: id, amount, address, created, ..Operation::NOOP };
        self.check_credit(&operation)?;
        Ok(operation)
    }

    fn forced_exit(
        &self,
        from: AccountIndex,
        address: Address,
        token: TokenName,
    ) -> Result<Operation, ExecutionError> {
        check_address(address)?;
        let token = self.token(token)?;
        let matched = self.overlay.account(from)?.address == address;
        let amount = if matched { self.overlay.balance(from, token)? } else { Amount::ZERO };
        let kind = Kind::ForcedExit;
        Ok(Operation { kind, from, token, amount, address, matched, ..Operation::NOOP })
    }

    fn l1_set_key(
        &self,
        from: AccountIndex,
        address: Address,
        new_key: PublicKey,
    ) -> Result<Operation, ExecutionError> {
        check_address(address)?;
        let account = self.overlay.account(from)?;
        let matched = account.address == address;
        if matched {
            check_nonce(from, &account)?;
        }
        Ok(Operation { kind: Kind::L1SetKey, from, address, new_key, matched, ..Operation::NOOP })
    }

    /// The number of a token that a queue entry names.
    fn token(&self, token: TokenName) -> Result<TokenId, ExecutionError> {
        match token {
            TokenName::Id(id) => Ok(id),
            TokenName::L1(address) => {
                let id = self.overlay.token_of(address)?;
                Ok(id.ok_or(Rejection::UnregisteredToken { token })?)
            }
        }
    }

    /// Makes the changes of an operation whose rules were checked.
    fn apply(
        &mut self,
        operation: Operation,
        signature: Option<Signature>,
    ) -> Result<TransactionWitness, StateError> {
        let kind = operation.kind;
        let sender = if kind.has_sender() { Some(self.debit(&operation)?) } else { None };
        let recipient = if kind.has_recipient() { Some(self.credit(&operation)?) } else { None };
        Ok(TransactionWitness { operation, sender, recipient, signature })
    }

    /// Opens and changes the sender: amount, fee, nonce and key.
    fn debit(&mut self, operation: &Operation) -> Result<SenderAccess, StateError> {
        let Operation { kind, from, amount, .. } = *operation;
        let account = self.overlay.open_account(from)?;
        let token = self.overlay.open_token(from, operation.token)?;
        self.take(from, operation.token, token.balance, amount)?;
        let fee_token = self.overlay.open_token(from, self.parameters.fee_token)?;
        let fee = self.fee(operation.fee_count);
        self.take(from, self.parameters.fee_token, fee_token.balance, fee)?;
        let replaces_key = kind == Kind::SetKey || kind == Kind::L1SetKey && operation.matched;
        if kind.is_signed() || replaces_key {
            let Account { key, address, nonce, .. } = account.account;
            let key = if replaces_key { operation.new_key } else { key };
            let nonce = nonce.next().expect("the nonce was checked");
            self.overlay.set_account(from, key, address, nonce)?;
        }
        Ok(SenderAccess { account, token, fee_token })
    }

    fn take(
        &mut self,
        from: AccountIndex,
        token: TokenId,
        balance: Amount,
        amount: Amount,
    ) -> Result<(), StateError> {
        if amount == Amount::ZERO {
            return Ok(());
        }
        let rest = balance.checked_sub(amount).expect("the balance was checked");
        self.overlay.set_balance(from, token, rest)
    }

    /// Opens and credits the recipient, which is created where it was empty.
    fn credit(&mut self, operation: &Operation) -> Result<RecipientAccess, StateError> {
        let Operation { to, amount, address, .. } = *operation;
        let account = self.overlay.open_account(to)?;
        let token = self.overlay.open_token(to, operation.token)?;
        if operation.created {
            let Account { key, nonce, .. } = account.account;
            self.overlay.set_account(to, key, address, nonce)?;
        }
        if amount != Amount::ZERO {
            let sum = token.balance.checked_add(amount).expect("the sum was checked");
            self.overlay.set_balance(to, operation.token, sum)?;
        }
        Ok(RecipientAccess { account, token })
    }
}

fn check_address(address: Address) -> Result<(), Rejection> {
    if address == Address::ZERO { Err(Rejection::ZeroAddress) } else { Ok(()) }
}

fn check_nonce(from: AccountIndex, account: &Account) -> Result<(), Rejection> {
    let nonce = account.nonce;
    nonce.next().map(drop).map_err(|_| Rejection::NonceExhausted { from, nonce })
}

#[cfg(test)]
mod tests;
