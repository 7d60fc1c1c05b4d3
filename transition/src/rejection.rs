//! Why a transaction is not executed.

use starfold_primitives::quantities::{
    AccountIndex, Address, Amount, FeeCount, Nonce, Timestamp, TokenId,
};
use starfold_primitives::signature::SignatureError;
use starfold_state::StateError;

use crate::l1::TokenName;

/// The rule that a transaction breaks. The state is as if it had never been tried.
///
/// Amounts, fees and indices out of range are refused earlier, where a transaction is read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    /// There is no account at the sender's index.
    #[error("there is no account {from}")]
    UnknownSender {
        /// The sender's index.
        from: AccountIndex,
    },
    /// The sender has no key, so nothing can be signed for it.
    #[error("account {from} of {address} has no key; set one from L1")]
    KeyNotSet {
        /// The sender's index.
        from: AccountIndex,
        /// The address that owns it.
        address: Address,
    },
    /// The nonce was used already or is not the next one.
    #[error("the nonce of account {from} is {expected}, the transaction has {actual}")]
    WrongNonce {
        /// The sender's index.
        from: AccountIndex,
        /// The account's nonce.
        expected: Nonce,
        /// The transaction's.
        actual: Nonce,
    },
    /// The account has used its last nonce.
    #[error("account {from} has used its last nonce {nonce}")]
    NonceExhausted {
        /// The account.
        from: AccountIndex,
        /// Its nonce.
        nonce: Nonce,
    },
    /// The fee is offered in another token than the rollup's.
    #[error("fees are paid in token {expected}, the transaction offers token {actual}")]
    WrongFeeToken {
        /// The rollup's fee token.
        expected: TokenId,
        /// The transaction's.
        actual: TokenId,
    },
    /// The batch is later than the transaction allows.
    #[error("valid until {valid_until}, but the batch has time {timestamp}")]
    Expired {
        /// The last second at which it may be executed.
        valid_until: Timestamp,
        /// The time of the batch.
        timestamp: Timestamp,
    },
    /// The address of a recipient, a withdrawal or a queue entry is zero.
    #[error("the address is zero, which nobody owns")]
    ZeroAddress,
    /// The signature is not that of the sender's key and this transaction, chain and contract.
    #[error("the signature does not verify under the key of account {from}: {source}")]
    BadSignature {
        /// The sender's index.
        from: AccountIndex,
        /// What verification says.
        source: SignatureError,
    },
    /// The sender has less than the amount.
    #[error("account {from} has {available} of token {token}, the amount is {required}")]
    InsufficientBalance {
        /// The sender's index.
        from: AccountIndex,
        /// The token of the amount.
        token: TokenId,
        /// The amount.
        required: Amount,
        /// The balance.
        available: Amount,
    },
    /// After the amount was taken, the sender has less than the fee.
    #[error(
        "account {from} has {available} of fee token {token} left after the amount, the fee is {required}"
    )]
    InsufficientFee {
        /// The sender's index.
        from: AccountIndex,
        /// The fee token.
        token: TokenId,
        /// The fee.
        required: Amount,
        /// The balance after the amount was taken.
        available: Amount,
    },
    /// The fees of the batch would reach 2^32 units.
    #[error("the batch has {accumulated} fee units; {fee_count} more would reach 2^32")]
    BatchFeesOverflow {
        /// The fee units so far.
        accumulated: FeeCount,
        /// The transaction's.
        fee_count: FeeCount,
    },
    /// The account that a sender named belongs to somebody else.
    #[error("account {to} belongs to {actual}, the transaction names {expected}")]
    RecipientMismatch {
        /// The named index.
        to: AccountIndex,
        /// The transaction's address.
        expected: Address,
        /// The account's address.
        actual: Address,
    },
    /// The recipient's balance would reach 2^128.
    #[error("account {to} has {balance} of token {token}; {amount} more would reach 2^128")]
    RecipientOverflow {
        /// The recipient's index.
        to: AccountIndex,
        /// The token.
        token: TokenId,
        /// Its balance.
        balance: Amount,
        /// The amount.
        amount: Amount,
    },
    /// Every account index has been used.
    #[error("no account index is left for {address}")]
    NoFreeIndex {
        /// The address that has no account.
        address: Address,
    },
    /// A queue entry names a token that the rollup does not have.
    #[error("{token} is not registered")]
    UnregisteredToken {
        /// The token.
        token: TokenName,
    },
    /// There is no account for the collected fees.
    #[error("the operator's account {operator} does not exist, so nothing can collect the fees")]
    UnknownOperator {
        /// The operator's index.
        operator: AccountIndex,
    },
}

/// A transaction was refused, or the state could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExecutionError {
    /// The transaction breaks a rule.
    #[error(transparent)]
    Rejected(#[from] Rejection),
    /// The state failed; the overlay is of no further use.
    #[error(transparent)]
    State(#[from] StateError),
}
