//! What an executor is asked to execute.

use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, FeeCount, Nonce, Timestamp, TokenId,
};
use starfold_primitives::signature::{PublicKey, SecretKey};
use starfold_state::StateReader;
use starfold_transition::executor::Executor;
use starfold_transition::rejection::ExecutionError;
use starfold_transition::testing::{fee_count, index, secret_key, token};
use starfold_transition::{
    Kind, L1Operation, Rejection, SetKey, SignedTransaction, TokenName, Transaction,
    TransactionWitness, Transfer, Withdraw,
};

use super::world::{Share, To, Wish, World, address};

/// A transaction, an entry of the queue or the operator's turn.
#[derive(Clone, Copy, Debug)]
pub(super) enum Call {
    Signed(SignedTransaction),
    L1(L1Operation),
    Collect(AccountIndex),
}

/// The fields of every signed transaction.
pub(super) struct Fields<'a> {
    pub(super) from: &'a mut AccountIndex,
    pub(super) fee_token: &'a mut TokenId,
    pub(super) nonce: &'a mut Nonce,
    pub(super) valid_until: &'a mut Timestamp,
}

/// The fields that every signed transaction has.
pub(super) fn fields(transaction: &mut Transaction) -> Fields<'_> {
    macro_rules! fields {
        ($transaction:ident) => {{
            let inner = $transaction;
            Fields {
                from: &mut inner.from,
                fee_token: &mut inner.fee_token,
                nonce: &mut inner.nonce,
                valid_until: &mut inner.valid_until,
            }
        }};
    }
    match transaction {
        Transaction::Transfer(transfer) => fields!(transfer),
        Transaction::Withdraw(withdraw) => fields!(withdraw),
        Transaction::SetKey(set_key) => fields!(set_key),
    }
}

/// Address and amount of a Transfer or Withdraw.
pub(super) fn payment(transaction: &mut Transaction) -> (&mut Address, &mut Amount) {
    match transaction {
        Transaction::Transfer(transfer) => (&mut transfer.to, &mut transfer.amount),
        Transaction::Withdraw(withdraw) => (&mut withdraw.to, &mut withdraw.amount),
        Transaction::SetKey(_) => panic!("SetKey pays nobody"),
    }
}

impl Call {
    pub(super) fn execute<R: StateReader>(
        &self,
        executor: &mut Executor<'_, '_, R>,
    ) -> Result<TransactionWitness, Rejection> {
        let result = match self {
            Self::Signed(signed) => executor.execute(signed),
            Self::L1(entry) => executor.execute_l1(entry),
            Self::Collect(operator) => executor.collect_fee(*operator),
        };
        result.map_err(|error| match error {
            ExecutionError::Rejected(rejection) => rejection,
            ExecutionError::State(error) => panic!("{error}"),
        })
    }

    /// The signed transaction.
    pub(super) fn signed(&self) -> &SignedTransaction {
        let Self::Signed(signed) = self else { panic!("{self:?} is not signed") };
        signed
    }

    /// Another transaction, signed anew.
    pub(super) fn signed_anew(
        &self,
        world: &World,
        secret: &SecretKey,
        edit: impl FnOnce(&mut Transaction),
    ) -> Self {
        let mut transaction = self.signed().transaction;
        edit(&mut transaction);
        Self::Signed(transaction.sign_deterministic(secret, &world.parameters()))
    }
}

impl World {
    /// The transaction that is wished for, signed by `secret`.
    pub(super) fn call(&self, wish: &Wish, secret: &SecretKey) -> Call {
        match wish.kind {
            Kind::Noop => panic!("nobody wishes for a Noop"),
            Kind::CollectFee => {
                let exists = |index: &u32| self.accounts.contains_key(index);
                Call::Collect(index(self.recipient(wish).0.filter(exists).unwrap_or(0)))
            }
            Kind::Deposit | Kind::ForcedExit | Kind::L1SetKey => Call::L1(self.entry(wish)),
            Kind::Transfer | Kind::Withdraw | Kind::SetKey => {
                let transaction = self.transaction(wish);
                Call::Signed(transaction.sign_deterministic(secret, &self.parameters()))
            }
        }
    }

    /// The index and the address that receive, and whether the index is named.
    fn recipient(&self, wish: &Wish) -> (Option<u32>, Address, bool) {
        let existing = |position, named| {
            let index = self.index(position);
            (Some(index), address(self.accounts[&index].address), named)
        };
        match wish.to {
            To::Itself { named } => existing(wish.from, named),
            To::Account { position, named } => existing(position, named),
            To::New { index, address: owner } => (Some(index), address(owner), true),
            To::Any { address: owner } => (None, address(owner), false),
        }
    }

    pub(super) fn fee(&self, wish: &Wish) -> u128 {
        u128::from(wish.fee_count) * u128::from(self.fee_unit)
    }

    fn amount(&self, wish: &Wish) -> Amount {
        let holder = &self.accounts[&self.index(wish.from)];
        let fee = if wish.token == self.fee_token { self.fee(wish) } else { 0 };
        let most = holder.balances[usize::from(wish.token)] - fee;
        Amount::new(match wish.share {
            Share::Nothing => 0,
            Share::Everything => most,
            Share::Part(part) => ((most >> 16) * u128::from(part)).max(1),
        })
    }

    fn transaction(&self, wish: &Wish) -> Transaction {
        let from = self.index(wish.from);
        let (to, owner, named) = self.recipient(wish);
        let nonce = Nonce::new(self.accounts[&from].nonce).unwrap();
        let valid_until = Timestamp::new(self.timestamp + wish.time_left).unwrap();
        let (from, token, fee_token) = (index(from), token(wish.token), token(self.fee_token));
        let (amount, fee_count): (_, FeeCount) = (self.amount(wish), fee_count(wish.fee_count));
        match wish.kind {
            Kind::Transfer => Transaction::Transfer(Transfer {
                from,
                to: owner,
                to_index: to.filter(|_| named).map(index),
                token,
                amount,
                fee_count,
                fee_token,
                nonce,
                valid_until,
            }),
            Kind::Withdraw => Transaction::Withdraw(Withdraw {
                from,
                to: owner,
                token,
                amount,
                fee_count,
                fee_token,
                nonce,
                valid_until,
            }),
            _ => {
                let new_key = new_key(wish);
                let (fee_count, fee_token) = (fee_count, fee_token);
                Transaction::SetKey(SetKey {
                    from,
                    new_key,
                    fee_count,
                    fee_token,
                    nonce,
                    valid_until,
                })
            }
        }
    }

    fn entry(&self, wish: &Wish) -> L1Operation {
        let from = index(self.index(wish.from));
        let owner = self.recipient(wish).1;
        let token = TokenName::Id(token(wish.token));
        match wish.kind {
            Kind::Deposit => L1Operation::Deposit { to: owner, token, amount: self.amount(wish) },
            Kind::ForcedExit => L1Operation::ForcedExit { from, address: owner, token },
            _ => L1Operation::L1SetKey { from, address: owner, new_key: new_key(wish) },
        }
    }
}

fn new_key(wish: &Wish) -> PublicKey {
    secret_key(wish.spare).public_key()
}
