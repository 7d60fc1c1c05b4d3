//! What can go wrong, by name.

use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, BatchNumber, TokenId};

/// The store below the state failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the store failed to {operation}: {message}")]
pub struct StoreError {
    /// What was attempted.
    pub operation: &'static str,
    /// The store's own words.
    pub message: String,
}

/// An opening that does not lead to the root it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OpeningError {
    /// An account's path ends in another root.
    #[error("the opening of account {index} leads to root {actual}, expected {expected}")]
    Account {
        /// Where the account stands.
        index: AccountIndex,
        /// The root that was asked for.
        expected: Digest,
        /// The root that the path leads to.
        actual: Digest,
    },
    /// A balance's path ends in another token root.
    #[error("the opening of token {token} leads to token root {actual}, expected {expected}")]
    Token {
        /// The token.
        token: TokenId,
        /// The token root that was asked for.
        expected: Digest,
        /// The token root that the path leads to.
        actual: Digest,
    },
}

/// A genesis that contradicts itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GenesisError {
    /// Two accounts have one index.
    #[error("genesis names account {index} twice")]
    DuplicateAccount {
        /// The index.
        index: AccountIndex,
    },
    /// An account without an owner.
    #[error("genesis account {index} has address zero")]
    AddressZero {
        /// The index.
        index: AccountIndex,
    },
    /// A balance of an account that genesis does not make.
    #[error("genesis has a balance of account {index}, which it does not create")]
    UnknownAccount {
        /// The index.
        index: AccountIndex,
    },
    /// A token is listed twice, or ETH is listed, which every registry begins with.
    #[error("genesis registers {l1_token} twice")]
    DuplicateToken {
        /// The token's contract.
        l1_token: Address,
    },
    /// A balance in a token that genesis does not register.
    #[error("genesis has a balance of token {token} and registers {registered} tokens")]
    UnknownToken {
        /// The token.
        token: TokenId,
        /// How many tokens there are, ETH included.
        registered: u32,
    },
    /// Two balances of one token of one account.
    #[error("genesis gives account {index} two balances of token {token}")]
    DuplicateBalance {
        /// The index.
        index: AccountIndex,
        /// The token.
        token: TokenId,
    },
}

/// Why the state cannot be read or moved.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StateError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The genesis contradicts itself.
    #[error(transparent)]
    Genesis(#[from] GenesisError),
    /// A record is missing or is not what its name says.
    #[error("the store is corrupt at {record}: {reason}")]
    Corrupt {
        /// The record's kind and name.
        record: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The store holds no state.
    #[error("the store holds no state; create one first")]
    NotCreated,
    /// The store holds a state already.
    #[error("the store holds a state already")]
    AlreadyCreated,
    /// The state was written by another version.
    #[error("the state has format {actual}, expected {expected}")]
    Format {
        /// The format of this version.
        expected: u32,
        /// The format of the store.
        actual: u32,
    },
    /// No checkpoint of that batch is kept.
    #[error("there is no checkpoint of batch {batch}; the head is batch {head}")]
    UnknownCheckpoint {
        /// The batch that was asked for.
        batch: BatchNumber,
        /// The last batch.
        head: BatchNumber,
    },
    /// Changes were made over another state than the head.
    #[error("changes start from root {actual}, the head has root {expected}")]
    StaleChanges {
        /// The root of the head.
        expected: Digest,
        /// The root that the changes start from.
        actual: Digest,
    },
    /// Changes register tokens over another registry than the head's.
    #[error("changes start from {actual} registered tokens, the head has {expected}")]
    StaleTokens {
        /// Tokens at the head, ETH included.
        expected: u32,
        /// Tokens that the changes start from.
        actual: u32,
    },
    /// The head is settled and stays.
    #[error("batch {batch} is settled and cannot be abandoned")]
    AbandonSettled {
        /// The settled head.
        batch: BatchNumber,
    },
    /// Pruning would remove what is needed to abandon a batch.
    #[error("cannot prune up to batch {upto}: the last settled batch is {settled}")]
    PruneUnsettled {
        /// The first batch to be kept.
        upto: BatchNumber,
        /// The last settled batch.
        settled: BatchNumber,
    },
    /// An account's owner never changes.
    #[error("account {index} belongs to {expected} and cannot be given to {actual}")]
    OtherAddress {
        /// The account.
        index: AccountIndex,
        /// Its owner.
        expected: Address,
        /// The address it was to get.
        actual: Address,
    },
    /// Every account index has been used.
    #[error("all 2^32 account indices are used")]
    AccountsExhausted,
    /// Every token number has been given away.
    #[error("all 2^16 tokens are registered")]
    TokensExhausted,
    /// The last batch number has been used.
    #[error("all 2^32 batch numbers are used")]
    BatchesExhausted,
}
