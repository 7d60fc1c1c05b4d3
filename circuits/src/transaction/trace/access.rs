//! The openings that a block holds: the witness's, or those of an account made up for a side that is not opened.

use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce, TokenId};
use starfold_state::{Account, AccountOpening, EMPTY_TOKEN_ROOT, TokenOpening};
use starfold_transition::{Context, Kind, Operation, TransactionWitness};

use super::TraceError;

/// A balance that changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct BalanceChange {
    pub(super) opening: TokenOpening,
    pub(super) after: Amount,
}

/// An account that changes; its token root follows from the balances.
#[derive(Clone, Copy, Debug)]
pub(super) struct AccountChange {
    pub(super) opening: AccountOpening,
    pub(super) after: Account,
}

/// Everything that a block opens.
#[derive(Clone, Copy, Debug)]
pub(super) struct Accesses {
    pub(super) sender: AccountChange,
    pub(super) sender_token: BalanceChange,
    pub(super) sender_fee: BalanceChange,
    pub(super) recipient: AccountChange,
    pub(super) recipient_token: BalanceChange,
}

/// The roots of empty token subtrees: the siblings in a tree with one balance.
fn empty_token_siblings() -> [Digest; starfold_state::TOKEN_DEPTH] {
    use starfold_primitives::poseidon::{Domain, hash_pair};
    let mut node = Digest::ZERO;
    std::array::from_fn(|_| {
        let sibling = node;
        node = hash_pair(Domain::TokenNode, node, node);
        sibling
    })
}

fn lone_balance(token: TokenId, balance: Amount) -> TokenOpening {
    TokenOpening { token, balance, siblings: empty_token_siblings() }
}

fn made_up_account(index: AccountIndex, address: Address, token_root: Digest) -> AccountOpening {
    let account = Account { address, token_root, ..Account::EMPTY };
    AccountOpening { index, account, siblings: [Digest::ZERO; starfold_state::ACCOUNT_DEPTH] }
}

impl Accesses {
    pub(super) fn new(
        context: &Context,
        operation: &Operation,
        witness: &TransactionWitness,
        position: usize,
    ) -> Result<Self, TraceError> {
        let kind = operation.kind;
        let missing = |missing| TraceError::Incomplete { position, kind, missing };
        if kind.has_sender() && witness.sender.is_none() {
            return Err(missing("its sender"));
        }
        if kind.has_recipient() && witness.recipient.is_none() {
            return Err(missing("its recipient"));
        }
        let effect = |rule| TraceError::Effect { position, rule };
        let fee = Amount::of_fee(operation.fee_count, context.fee_unit);
        let (sender, token, fee_token) = match &witness.sender {
            Some(access) => (access.account, access.token, access.fee_token),
            None => made_up_sender(context, operation, fee),
        };
        let (recipient, recipient_token) = match &witness.recipient {
            Some(access) => (access.account, access.token),
            None => {
                let token = lone_balance(operation.token, Amount::ZERO);
                let index = AccountIndex::ZERO;
                (made_up_account(index, operation.address, EMPTY_TOKEN_ROOT), token)
            }
        };
        let taken = |opening: TokenOpening, amount, rule| {
            let after = opening.balance.checked_sub(amount).ok_or(effect(rule))?;
            Ok(BalanceChange { opening, after })
        };
        let given = recipient_token.balance.checked_add(operation.amount);
        let given = given.ok_or(effect("the recipient's balance stays below 2^128"))?;
        let amount_rule = "the balance covers the amount";
        Ok(Self {
            sender: AccountChange { opening: sender, after: sender_after(operation, &sender) },
            sender_token: taken(token, operation.amount, amount_rule)?,
            sender_fee: taken(fee_token, fee, "the balance covers the fee")?,
            recipient: AccountChange {
                opening: recipient,
                after: Account { address: operation.address, ..recipient.account },
            },
            recipient_token: BalanceChange { opening: recipient_token, after: given },
        })
    }
}

/// An account that can pay amount and fee: a block without sender debits it and throws it away.
fn made_up_sender(
    context: &Context,
    operation: &Operation,
    fee: Amount,
) -> (AccountOpening, TokenOpening, TokenOpening) {
    let both = operation.token == context.fee_token;
    // without a sender either there is no fee, or it is collected and so has the amount's token
    let before = if both { operation.amount.checked_add(fee) } else { Some(operation.amount) };
    let token = lone_balance(operation.token, before.unwrap_or(operation.amount));
    let fee_token = lone_balance(context.fee_token, fee);
    (made_up_account(AccountIndex::ZERO, Address::ZERO, token.root()), token, fee_token)
}

/// Key and nonce after the transaction.
fn sender_after(operation: &Operation, opening: &AccountOpening) -> Account {
    let account = opening.account;
    let key_changes = match operation.kind {
        Kind::SetKey => true,
        Kind::L1SetKey => operation.matched,
        _ => false,
    };
    let key = if key_changes { operation.new_key } else { account.key };
    let advances = operation.kind.is_signed() || key_changes;
    let nonce = if advances { account.nonce.next().unwrap_or(Nonce::ZERO) } else { account.nonce };
    Account { key, nonce, ..account }
}
