//! The names of the records in a store. The first byte is the kind.

use std::fmt;

use starfold_primitives::Digest;
use starfold_primitives::quantities::{AccountIndex, Address, BatchNumber, TokenId};

use crate::codec::{CodecError, Record};

/// Names one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key<'k> {
    /// The version of everything else.
    Format,
    /// The batch of the last checkpoint.
    Head,
    /// The last settled batch.
    Settled,
    /// An inner node of the account tree.
    AccountNode(Digest),
    /// An account by its state leaf.
    StateLeaf(Digest),
    /// An inner node of a token tree.
    TokenNode(Digest),
    /// The checkpoint after a batch.
    Checkpoint(BatchNumber),
    /// The batch itself, as its maker encodes it.
    Payload(BatchNumber),
    /// What a batch added to the two indices below, so that it can be taken back.
    Additions(BatchNumber),
    /// That an address owns an account.
    Owned(Address, AccountIndex),
    /// The number of an L1 token.
    TokenByAddress(Address),
    /// The L1 token of a number.
    TokenById(TokenId),
    /// A record of the callers.
    Metadata(&'k str),
}

/// The kinds whose names are digests, which only [`crate::State::prune`] removes.
pub(crate) const ACCOUNT_NODES: u8 = b'A';
pub(crate) const STATE_LEAVES: u8 = b'L';
pub(crate) const TOKEN_NODES: u8 = b'T';
pub(crate) const CHECKPOINTS: u8 = b'C';
pub(crate) const OWNED: u8 = b'O';

impl Key<'_> {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        match self {
            Self::Format => vec![b'f'],
            Self::Head => vec![b'h'],
            Self::Settled => vec![b's'],
            Self::AccountNode(digest) => named(ACCOUNT_NODES, &digest.to_bytes()),
            Self::StateLeaf(digest) => named(STATE_LEAVES, &digest.to_bytes()),
            Self::TokenNode(digest) => named(TOKEN_NODES, &digest.to_bytes()),
            Self::Checkpoint(batch) => named(CHECKPOINTS, &batch.get().to_be_bytes()),
            Self::Payload(batch) => named(b'P', &batch.get().to_be_bytes()),
            Self::Additions(batch) => named(b'U', &batch.get().to_be_bytes()),
            Self::Owned(address, index) => named(OWNED, &(address, index).encode()),
            Self::TokenByAddress(l1_token) => named(b'E', &l1_token.0),
            Self::TokenById(token) => named(b'I', &token.get().to_be_bytes()),
            Self::Metadata(name) => named(b'M', name.as_bytes()),
        }
    }
}

/// The beginning of the names of all accounts that an address owns.
pub(crate) fn owned_prefix(address: Address) -> Vec<u8> {
    named(OWNED, &address.0)
}

/// Takes the name of [`Key::Owned`] apart.
pub(crate) fn read_owned(name: &[u8]) -> Result<(Address, AccountIndex), CodecError> {
    <(Address, AccountIndex)>::decode(name.get(1..).unwrap_or_default())
}

fn named(kind: u8, name: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1 + name.len());
    bytes.push(kind);
    bytes.extend(name);
    bytes
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Format => f.write_str("the format"),
            Self::Head => f.write_str("the head"),
            Self::Settled => f.write_str("the last settled batch"),
            Self::AccountNode(digest) => write!(f, "account node {digest}"),
            Self::StateLeaf(digest) => write!(f, "state leaf {digest}"),
            Self::TokenNode(digest) => write!(f, "token node {digest}"),
            Self::Checkpoint(batch) => write!(f, "the checkpoint of batch {batch}"),
            Self::Payload(batch) => write!(f, "the payload of batch {batch}"),
            Self::Additions(batch) => write!(f, "the additions of batch {batch}"),
            Self::Owned(address, index) => write!(f, "account {index} of {address}"),
            Self::TokenByAddress(l1_token) => write!(f, "the number of token {l1_token}"),
            Self::TokenById(token) => write!(f, "the contract of token {token}"),
            Self::Metadata(name) => write!(f, "metadata {name:?}"),
        }
    }
}
