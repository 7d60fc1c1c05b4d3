//! Everything that proving a transaction needs to know about the state.

use serde::{Deserialize, Serialize};
use starfold_primitives::signature::Signature;
use starfold_state::{AccountOpening, TokenOpening};

use crate::operation::Operation;

/// What is opened of the account `from`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SenderAccess {
    /// The account before the transaction.
    pub account: AccountOpening,
    /// The balance of the transaction's token before it, against the account's token root.
    pub token: TokenOpening,
    /// The balance of the fee token after the amount was taken, against the token root after that.
    pub fee_token: TokenOpening,
}

/// What is opened of the account `to`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecipientAccess {
    /// The account before it is credited, against the state root after the sender's change.
    pub account: AccountOpening,
    /// The balance of the transaction's token before it is credited.
    pub token: TokenOpening,
}

/// A transaction with its openings: nothing after sealing asks the state anything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TransactionWitness {
    /// What happened.
    pub operation: Operation,
    /// The sender, for the kinds that have one.
    pub sender: Option<SenderAccess>,
    /// The recipient, for the kinds that have one.
    pub recipient: Option<RecipientAccess>,
    /// The sender's signature, for the kinds that are signed.
    pub signature: Option<Signature>,
}

impl TransactionWitness {
    /// The padding of a segment.
    pub const NOOP: Self =
        Self { operation: Operation::NOOP, sender: None, recipient: None, signature: None };
}
