//! What a witness must show, computed from its openings alone, as a proof has to.

use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, Amount, Nonce};
use starfold_primitives::signature::{PublicKey, verify};
use starfold_state::{Account, AccountOpening, TokenOpening};

use crate::boundary::{Boundary, Context};
use crate::kind::Kind;
use crate::message::message;
use crate::operation::{NamedRecipient, Operation};
use crate::witness::{RecipientAccess, SenderAccess, TransactionWitness};

/// Follows a transaction from the boundary before it, and returns the state root after it.
///
/// It reads nothing but the witness and checks every rule of section 4 of the protocol on the way:
/// authority, expiry, balances, the kind's unused fields, and every opening against the root that it
/// must be opened against.
///
/// # Panics
/// Where the witness breaks a rule.
#[must_use]
pub fn root_after(context: &Context, before: &Boundary, witness: &TransactionWitness) -> Digest {
    let operation = &witness.operation;
    let kind = operation.kind;
    check_fields(operation);
    assert_eq!(witness.sender.is_some(), kind.has_sender(), "{kind:?}");
    assert_eq!(witness.recipient.is_some(), kind.has_recipient(), "{kind:?}");
    assert_eq!(witness.signature.is_some(), kind.is_signed(), "{kind:?}");
    let mut root = before.state_root;
    if let Some(access) = &witness.sender {
        access.account.verify(root).expect("the sender's opening");
        check_authority(context, witness, &access.account.account);
        root = root_after_sender(context, operation, access);
    }
    if let Some(access) = &witness.recipient {
        access.account.verify(root).expect("the recipient's opening");
        root = root_after_recipient(operation, access);
    }
    if kind == Kind::CollectFee {
        assert_eq!(operation.fee_count, before.fee_accumulator);
        assert_eq!(operation.token, context.fee_token);
        assert_eq!(operation.amount, Amount::of_fee(operation.fee_count, context.fee_unit));
    }
    root
}

/// Fields that a kind does not use are zero, and addresses are not.
fn check_fields(operation: &Operation) {
    let Operation { kind, from, to, named, .. } = *operation;
    let set_key = matches!(kind, Kind::SetKey | Kind::L1SetKey);
    assert!(kind.has_sender() || from == AccountIndex::ZERO);
    assert!(kind.has_recipient() || to == AccountIndex::ZERO);
    match named {
        _ if kind != Kind::Transfer => assert_eq!(named, NamedRecipient::ZERO),
        NamedRecipient::Index(index) => assert_eq!(index, to),
        NamedRecipient::Any => {}
    }
    assert!(!set_key || operation.token.get() == 0 && operation.amount == Amount::ZERO);
    assert!(set_key || operation.new_key.is_none());
    assert!(kind.is_signed() || operation.valid_until.get() == 0);
    assert!(!kind.is_l1() || operation.fee_count.get() == 0);
    let addressed = !matches!(kind, Kind::Noop | Kind::SetKey | Kind::CollectFee);
    assert_eq!(operation.address != Address::ZERO, addressed, "{kind:?}");
    assert!(!operation.created || matches!(kind, Kind::Transfer | Kind::Deposit));
    assert!(!operation.matched || matches!(kind, Kind::ForcedExit | Kind::L1SetKey));
}

fn check_authority(context: &Context, witness: &TransactionWitness, account: &Account) {
    let operation = &witness.operation;
    match &witness.signature {
        Some(signature) => {
            let Context { chain_id, contract, fee_token, .. } = *context;
            let message = message(operation, account.nonce, chain_id, contract, fee_token);
            verify(&account.key, message, signature).expect("the sender's signature");
            assert!(operation.valid_until >= context.timestamp);
        }
        None => assert_eq!(operation.matched, operation.address == account.address),
    }
}

fn root_after_sender(context: &Context, operation: &Operation, access: &SenderAccess) -> Digest {
    let SenderAccess { account, token, fee_token } = access;
    assert_eq!((account.index, token.token), (operation.from, operation.token));
    token.verify(account.account.token_root).expect("the opening of the token");
    if operation.kind == Kind::ForcedExit {
        let whole = if operation.matched { token.balance } else { Amount::ZERO };
        assert_eq!(operation.amount, whole);
    }
    let after_amount = with_balance(token, token.balance.checked_sub(operation.amount)).root();
    assert_eq!(fee_token.token, context.fee_token);
    fee_token.verify(after_amount).expect("the opening of the fee token");
    let fee = Amount::of_fee(operation.fee_count, context.fee_unit);
    let mut after = account.account;
    after.token_root = with_balance(fee_token, fee_token.balance.checked_sub(fee)).root();
    let new_key = operation.kind == Kind::SetKey || operation.matched;
    if new_key && operation.kind != Kind::ForcedExit {
        after.key = operation.new_key;
    }
    if operation.kind.is_signed() || operation.kind == Kind::L1SetKey && operation.matched {
        after.nonce = Nonce::new(after.nonce.get() + 1).expect("below the field order");
    }
    AccountOpening { account: after, ..*account }.root()
}

fn root_after_recipient(operation: &Operation, access: &RecipientAccess) -> Digest {
    let RecipientAccess { account, token } = access;
    assert_eq!((account.index, token.token), (operation.to, operation.token));
    let mut after = account.account;
    if operation.created {
        assert_eq!(after, Account::EMPTY);
        (after.key, after.address) = (PublicKey::NONE, operation.address);
    } else if operation.kind == Kind::CollectFee {
        assert_ne!(after.address, Address::ZERO);
    } else {
        assert_eq!(after.address, operation.address);
    }
    token.verify(after.token_root).expect("the opening of the recipient's token");
    after.token_root = with_balance(token, token.balance.checked_add(operation.amount)).root();
    AccountOpening { account: after, ..*account }.root()
}

fn with_balance(opening: &TokenOpening, balance: Option<Amount>) -> TokenOpening {
    TokenOpening { balance: balance.expect("a balance of 128 bits"), ..*opening }
}
