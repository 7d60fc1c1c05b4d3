//! An operator who executes whatever he is asked to: no rule is checked, balances wrap.

use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce};
use starfold_primitives::signature::{PublicKey, Signature};
use starfold_state::{Overlay, StateReader};
use starfold_transition::{
    Boundary, Context, Kind, L1Operation, NamedRecipient, Operation, RecipientAccess, SenderAccess,
    TokenName, Transaction, TransactionWitness,
};

use super::super::forgery::{Deed, Forgery};
use super::call::Call;
use super::world::World;

/// What the operator makes of a call: the least untrue of all that the AIR could be told.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub(super) operation: Operation,
    pub(super) fee_count: u64,
    pub(super) nonce: Nonce,
    pub(super) signer: Option<PublicKey>,
    pub(super) signature: Option<Signature>,
}

fn recipient<R: StateReader>(
    state: &R,
    named: NamedRecipient,
    address: Address,
) -> (AccountIndex, bool) {
    match named {
        NamedRecipient::Index(to) => (to, state.account(to).unwrap().is_empty()),
        NamedRecipient::Any => match state.accounts_of(address).unwrap().first() {
            Some(&to) => (to, false),
            None => (state.next_index().unwrap_or(AccountIndex::ZERO), true),
        },
    }
}

fn signed_operation<R: StateReader>(state: &R, transaction: &Transaction) -> Operation {
    let mut operation = transaction.operation();
    if operation.kind == Kind::Transfer {
        (operation.to, operation.created) = recipient(state, operation.named, operation.address);
    }
    operation
}

fn l1_operation<R: StateReader>(state: &R, entry: &L1Operation) -> Operation {
    let id = |token: TokenName| match token {
        TokenName::Id(id) => id,
        TokenName::L1(_) => panic!("all tokens are named by their numbers"),
    };
    let base = Operation::NOOP;
    match *entry {
        L1Operation::Deposit { to: address, token, amount } => {
            let (to, created) = recipient(state, NamedRecipient::Any, address);
            let (kind, token) = (Kind::Deposit, id(token));
            Operation { kind, to, token, amount, address, created, ..base }
        }
        L1Operation::ForcedExit { from, address, token } => {
            let (kind, token) = (Kind::ForcedExit, id(token));
            let matched = state.account(from).unwrap().address == address;
            let amount = if matched { state.balance(from, token).unwrap() } else { Amount::ZERO };
            Operation { kind, from, token, amount, address, matched, ..base }
        }
        L1Operation::L1SetKey { from, address, new_key } => {
            let matched = state.account(from).unwrap().address == address;
            Operation { kind: Kind::L1SetKey, from, address, new_key, matched, ..base }
        }
    }
}

impl Plan {
    fn new<R: StateReader>(world: &World, state: &R, entry: &Boundary, call: &Call) -> Self {
        let nonce_of = |from| state.account(from).unwrap().nonce;
        let (operation, nonce, signature) = match call {
            Call::Signed(signed) => {
                let operation = signed_operation(state, &signed.transaction);
                (operation, signed.transaction.nonce(), Some(signed.signature))
            }
            Call::L1(entry) => {
                let operation = l1_operation(state, entry);
                let has_sender = operation.kind.has_sender();
                let nonce = if has_sender { nonce_of(operation.from) } else { Nonce::ZERO };
                (operation, nonce, None)
            }
            Call::Collect(to) => {
                let fee_count = entry.fee_accumulator;
                let parameters = world.parameters();
                let amount = Amount::of_fee(fee_count, parameters.fee_unit);
                let (kind, token, base) = (Kind::CollectFee, parameters.fee_token, Operation::NOOP);
                (Operation { kind, to: *to, token, amount, fee_count, ..base }, Nonce::ZERO, None)
            }
        };
        let signer = signature.map(|_| state.account(operation.from).unwrap().key);
        let fee_count = operation.fee_count.get().into();
        Self { operation, fee_count, nonce, signer, signature }
    }

    /// Changes the state and opens what is changed.
    fn execute<R: StateReader>(
        &self,
        context: &Context,
        state: &mut Overlay<'_, R>,
    ) -> TransactionWitness {
        let operation = self.operation;
        let kind = operation.kind;
        let sender = kind.has_sender().then(|| self.debit(context, state));
        let recipient = kind.has_recipient().then(|| {
            let Operation { to, token, amount, address, created, .. } = operation;
            let account = state.open_account(to).unwrap();
            let opening = state.open_token(to, token).unwrap();
            let old = account.account;
            if created && old.address == Address::ZERO {
                state.set_account(to, old.key, address, old.nonce).unwrap();
            }
            let after = opening.balance.get().wrapping_add(amount.get());
            state.set_balance(to, token, Amount::new(after)).unwrap();
            RecipientAccess { account, token: opening }
        });
        TransactionWitness { operation, sender, recipient, signature: self.signature }
    }

    fn debit<R: StateReader>(&self, context: &Context, state: &mut Overlay<'_, R>) -> SenderAccess {
        let Operation { kind, from, token, amount, .. } = self.operation;
        let account = state.open_account(from).unwrap();
        let fee = Amount::of_fee(self.operation.fee_count, context.fee_unit);
        let mut take = |token, amount: Amount| {
            let opening = state.open_token(from, token).unwrap();
            let rest = opening.balance.get().wrapping_sub(amount.get());
            state.set_balance(from, token, Amount::new(rest)).unwrap();
            opening
        };
        let (token, fee_token) = (take(token, amount), take(context.fee_token, fee));
        let old = account.account;
        let replaces_key = kind == Kind::SetKey || kind == Kind::L1SetKey && self.operation.matched;
        if kind.is_signed() || replaces_key {
            let key = if replaces_key { self.operation.new_key } else { old.key };
            // the field has no nonce after the last
            let nonce = self.nonce.next().unwrap_or(Nonce::ZERO);
            state.set_account(from, key, old.address, nonce).unwrap();
        }
        SenderAccess { account, token, fee_token }
    }

    fn deed(&self, witness: TransactionWitness) -> Deed {
        let (nonce, fee_count, signer) = (self.nonce, self.fee_count, self.signer);
        Deed { witness, nonce, fee_count, signer }
    }
}

/// Executes a call as if no rule forbade it, after an edit of how it is told, and tells all of it truly.
pub(super) fn force(world: &World, call: &Call, edit: impl FnOnce(&mut Plan)) -> Forgery {
    world.stage(|state, entry| {
        let mut plan = Plan::new(world, state, entry, call);
        edit(&mut plan);
        let context = world.context();
        let witness = plan.execute(&context, state);
        Forgery::fill(&context, entry, &plan.deed(witness))
    })
}

/// The block of a call, and after it one in which that many fee units of `taken` are collected.
pub(super) fn force_and_collect(
    world: &World,
    call: &Call,
    to: AccountIndex,
    collected: u64,
    taken: u64,
) -> [Forgery; 2] {
    world.stage(|state, entry| {
        let context = world.context();
        let plan = Plan::new(world, state, entry, call);
        let witness = plan.execute(&context, state);
        let first = Forgery::fill(&context, entry, &plan.deed(witness));
        let mut plan = Plan::new(world, state, entry, &Call::Collect(to));
        plan.fee_count = collected;
        plan.operation.amount =
            Amount::new(u128::from(collected) * u128::from(context.fee_unit.get()));
        let witness = plan.execute(&context, state);
        let mut second = Forgery::fill(&context, entry, &plan.deed(witness));
        let last = first.rows.last().expect("a block has rows");
        second.rows[0].running = last.running;
        assert_eq!(second.rows[0].running.fee_accumulator, super::super::forgery::field(taken));
        second.rehash();
        [first, second]
    })
}
